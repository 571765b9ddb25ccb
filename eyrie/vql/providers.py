"""The providers that a filter names, and which rows are theirs.

A key covers itself; an older spelling covers the key; `kubernetes` covers the whole family;
`custom_provider:<token>` is what one integration brings, and `custom_provider` what any of them does.

>>> sorted(covered("kubernetes")), sorted(covered("openai"))
(['kubernetes', 'kubernetes_agent', 'opencost'], ['open_ai'])
"""

from collections.abc import Iterable

from eyrie.basics.words import KUBERNETES_PROVIDERS, PROVIDER_ALIASES, PROVIDER_NAMES, Provider
from eyrie.engine.plan import Condition, OneOf
from eyrie.vql.conditions import all_of, any_of
from eyrie.vql.tree import Node, Operator, Predicate, leaves

CUSTOM = Provider.CUSTOM_PROVIDER.value
_OF_AN_INTEGRATION = f"{CUSTOM}:"


def is_provider(key: str) -> bool:
    """Tell whether a filter may name a provider so; an integration need not exist."""
    if key.startswith(_OF_AN_INTEGRATION):
        return key != _OF_AN_INTEGRATION
    return key in PROVIDER_NAMES or key in PROVIDER_ALIASES


def covered(key: str) -> frozenset[str]:
    """Give the keys of the providers that a key stands for."""
    if key == Provider.KUBERNETES:
        return frozenset(provider.value for provider in KUBERNETES_PROVIDERS)
    alias = PROVIDER_ALIASES.get(key)
    return frozenset((alias.value if alias else key,))


def token_of(key: str) -> str | None:
    """Give the token of the integration that a key names, if it names one."""
    return key.removeprefix(_OF_AN_INTEGRATION) if key.startswith(_OF_AN_INTEGRATION) else None


def mentions(tree: Node) -> frozenset[str]:
    """Give the keys that a filter names, with all that they cover.

    >>> from eyrie.vql.parse import parse
    >>> sorted(mentions(parse("costs.provider = 'aws' OR costs.provider = 'newrelic'")))
    ['aws', 'new_relic']
    """
    return frozenset(
        key
        for leaf in leaves(tree)
        if isinstance(leaf, Predicate) and leaf.path.endswith(".provider")
        if leaf.operator in (Operator.EQUAL, Operator.IN)
        for text in leaf.texts
        for key in covered(text)
    )


def rows_of(keys: Iterable[str]) -> Condition:
    """Ask for the rows of some providers."""
    listed = sorted(keys)
    tokens = tuple(token for token in map(token_of, listed) if token is not None)
    plain = tuple(key for key in listed if token_of(key) is None)
    return any_of(
        [
            OneOf("provider", plain),
            all_of([OneOf("provider", (CUSTOM,)), OneOf("integration", tokens)]),
        ]
    )

"""Filters as an ask takes them: a condition over line items, and the providers that it names."""

import re
from dataclasses import dataclass

from eyrie.basics.errors import Malformed
from eyrie.engine.plan import ALWAYS, Condition, Every, OneOf

_PROVIDER = re.compile(r"\s*costs\.provider\s*=\s*'([^']*)'\s*")


@dataclass(frozen=True)
class Filtered:
    """What a filter leaves."""

    condition: Condition
    providers_named: frozenset[str]


EVERYTHING = Filtered(ALWAYS, frozenset())


def condition_of(text: str) -> Filtered:
    """Read a filter that compares the provider."""
    found = _PROVIDER.fullmatch(text)
    if found is None:
        raise Malformed("Invalid VQL")
    provider, _, integration = found.group(1).partition(":")
    condition: Condition = OneOf("provider", (provider,))
    if integration:
        condition = Every((condition, OneOf("integration", (integration,))))
    return Filtered(condition, frozenset({provider}))

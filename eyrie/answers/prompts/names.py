"""The names that a prompt may say: providers and services that have costs in the workspace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eyrie.answers.prompts.spelling import Phrase, phrase
from eyrie.basics.words import PROVIDER_ALIASES, PROVIDER_NAMES, Provider
from eyrie.vql.print import quoted

_ALSO: Mapping[str, Provider] = {
    **PROVIDER_ALIASES,
    "amazon": Provider.AWS,
    "amazon web services": Provider.AWS,
    "google": Provider.GCP,
    "microsoft azure": Provider.AZURE,
    "mongodb": Provider.MONGO,
    "k8s": Provider.KUBERNETES,
}
_MAKERS = frozenset(("amazon", "aws", "azure", "google", "microsoft"))  # people leave them out
T = TypeVar("T")
Service = tuple[str, str]  # the provider's key, and the service as filters name it


@dataclass(frozen=True)
class Names:
    """What phrases stand for: keys of providers as filters write them, and services of theirs."""

    providers: Mapping[Phrase, Sequence[str]]
    services: Mapping[Phrase, Sequence[Service]]

    @property
    def longest(self) -> int:
        """The most words that a name has."""
        return max((len(said) for said in (*self.providers, *self.services)), default=1)


def gathered(custom: Iterable[tuple[str, str]], services: Iterable[Service]) -> Names:
    """The names of all providers (custom ones: name and key), and of services with or without their maker."""
    providers: dict[Phrase, list[str]] = {}
    for provider, name in PROVIDER_NAMES.items():
        for written in (name, provider.value, provider.value.replace("_", " ")):
            _add(providers, phrase(written), provider.value)
    for written, provider in _ALSO.items():
        _add(providers, phrase(written), provider.value)
    for name, key in custom:
        _add(providers, phrase(name), key)
    known: dict[Phrase, list[Service]] = {}
    for service in services:
        said = phrase(service[1])
        _add(known, said, service)
        if len(said) > 1 and said[0] in _MAKERS:
            _add(known, said[1:], service)
    return Names(providers, known)


def _add(names: dict[Phrase, list[T]], said: Phrase, meant: T) -> None:
    if said and meant not in names.setdefault(said, []):
        names[said].append(meant)


def filter_of(providers: Iterable[str], services: Iterable[Service]) -> str | None:
    """The filter that leaves what was named: of a provider its named services, or all if none was.

    >>> filter_of(["aws", "gcp"], [("aws", "Amazon S3"), ("aws", "Amazon EC2")])
    "(costs.provider = 'aws' AND costs.service IN ('Amazon S3', 'Amazon EC2')) OR costs.provider = 'gcp'"
    """
    named: dict[str, list[str]] = {}
    for provider, service in services:
        named.setdefault(provider, []).append(service)
    whole = [key for key in dict.fromkeys(providers) if key not in named]
    parts = [
        f"(costs.provider = {quoted(key)} AND costs.service {_one_of(listed)})"
        for key, listed in named.items()
    ]
    return " OR ".join([*parts, *(f"costs.provider = {quoted(key)}" for key in whole)]) or None


def _one_of(names: Sequence[str]) -> str:
    return f"= {quoted(names[0])}" if len(names) == 1 else f"IN ({', '.join(map(quoted, names))})"

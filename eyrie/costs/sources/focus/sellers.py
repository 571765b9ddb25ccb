"""Who sells and who publishes: provider keys and marketplace, worked out once for each pair of names."""

import re

from eyrie.basics.words import PROVIDER_NAMES, Provider
from eyrie.costs.sources.focus.read import NONE, Binding, Draft
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, name, sql

SELLERS = name("import_sellers")
_BEGINNINGS = {
    "amazon": Provider.AWS,
    "aws": Provider.AWS,
    "microsoft": Provider.AZURE,
    "google": Provider.GCP,
    "oracle": Provider.ORACLE,
}
_NAMES = {title.lower(): provider for provider, title in PROVIDER_NAMES.items()}
_WORD = re.compile(r"[^\W_]{4,}")
# What a company is, not what it is called.
_LEGAL = frozenset(
    "company corp corporation gesellschaft gmbh holding holdings incorporated international limited".split()
)


def provider_of(seller: str | None) -> Provider:
    """Give the provider whose costs a seller's are.

    >>> provider_of("Amazon Web Services"), provider_of("Azure"), provider_of("Acme")
    (<Provider.AWS: 'aws'>, <Provider.AZURE: 'azure'>, <Provider.CUSTOM_PROVIDER: 'custom_provider'>)
    """
    cleaned = (seller or "").strip().lower()
    for beginning, provider in _BEGINNINGS.items():
        if cleaned.startswith(beginning):
            return provider
    return _NAMES.get(cleaned, Provider.CUSTOM_PROVIDER)


def is_marketplace(seller: str | None, publisher: str | None) -> bool:
    """Tell whether somebody else than the seller made what was sold.

    The two are one if they are called the same, are names of one provider, or share a word.

    >>> is_marketplace("AWS", "Amazon Web Services, Inc."), is_marketplace("AWS", "Acme Ltd")
    (False, True)
    """
    if not (seller and publisher) or seller.strip().lower() == publisher.strip().lower():
        return False
    known = provider_of(seller)
    if known is not Provider.CUSTOM_PROVIDER and known is provider_of(publisher):
        return False
    return not _words(seller) & _words(publisher)


def load_sellers(engine: BulkEngine, draft: Draft, binding: Binding) -> None:
    """Make the table `SELLERS` of a draft: (seller, publisher, provider, marketplace)."""
    pairs = engine.carry_out(
        sql("SELECT DISTINCT {}, {} FROM {}", seller_of(draft), draft.column("PublisherName"), draft.file)
    )
    providers = [provider_of(seller) if binding.split else binding.provider for seller, _ in pairs]
    lists = (
        [seller for seller, _ in pairs],
        [publisher for _, publisher in pairs],
        [provider.value for provider in providers],
        [is_marketplace(seller, publisher) for seller, publisher in pairs],
    )
    columns = (
        "unnest(?::VARCHAR[]) AS seller, unnest(?::VARCHAR[]) AS publisher, "
        "unnest(?::VARCHAR[]) AS provider, unnest(?::BOOLEAN[]) AS marketplace"
    )
    engine.carry_out(Sql(f"CREATE OR REPLACE TABLE {SELLERS.text} AS SELECT {columns}", lists))


def seller_of(draft: Draft) -> Sql:
    """Give the column that names who sold: FOCUS 1.3's, else the one before it."""
    new, old = draft.column("ServiceProviderName"), draft.column("ProviderName")
    if NONE in (new, old):
        return sql("CAST({} AS VARCHAR)", old if new == NONE else new)
    return sql("coalesce({}, {})", new, old)


def _words(title: str) -> set[str]:
    return set(_WORD.findall(title.lower())) - _LEGAL

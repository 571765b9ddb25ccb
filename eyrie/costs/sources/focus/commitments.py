"""What a draft holds of commitments: a few sums for each, so that all files can be held together."""

from collections import defaultdict
from decimal import Decimal

from eyrie.costs.sources.focus.read import ROW, Draft
from eyrie.costs.sources.focus.settings import ROWS_TOLD
from eyrie.costs.sources.focus.terms import Commitment, Commitments, Key, Purchases, Span, joined
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, sql, value

_ENDS = Sql('coalesce("ChargePeriodEnd", "ChargePeriodStart" + INTERVAL 1 DAY)')


def read_commitments(engine: BulkEngine, draft: Draft, most: int) -> Commitments | None:
    """Add up the commitments of a draft without errors; None if they cannot be told, or are too many."""
    if not draft.has("CommitmentDiscountId"):
        return Commitments()
    if not draft.has("ChargePeriodEnd", "EffectiveCost"):
        return None
    found = engine.carry_out(_sums(draft, most))
    if len(found) > most:
        return None
    if not found:
        return Commitments()
    paid_for: dict[Key, list[Span]] = defaultdict(list)
    for account, currency, name, start, end in engine.carry_out(_paid_for(draft)):
        paid_for[Key(account, currency, name)].append(Span(start, end))
    held: dict[Key, Commitment] = {}
    purchases: dict[Key, Purchases] = {}
    for account, currency, name, purchased, used, start, end, count, first in found:
        key = Key(account, currency, name)
        usage = (Span(start, end),) if start else ()
        held[key] = Commitment(purchased or Decimal(0), used or Decimal(0), tuple(paid_for[key]), usage)
        if count:
            purchases[key] = Purchases(count, tuple(first))
    return Commitments(held, purchases, _delivered(engine, draft))


def _delivered(engine: BulkEngine, draft: Draft) -> dict[str, tuple[Span, ...]]:
    """From when to when there is usage, by billing month first, since whole months may be missing."""
    spans: dict[str, list[Span]] = defaultdict(list)
    by_month = sql(
        'SELECT {}, min("ChargePeriodStart"), max({}) FROM {} '
        "WHERE \"ChargeCategory\" = 'Usage' GROUP BY 1, month",
        *(_account(draft), _ENDS, draft.file),
    )
    for account, start, end in engine.carry_out(by_month):
        spans[account].append(Span(start, end))
    return {account: joined(each) for account, each in spans.items()}


def _sums(draft: Draft, most: int) -> Sql:
    return sql(
        'SELECT {}, sum("BilledCost") FILTER (is_purchase), '
        'sum(coalesce("EffectiveCost", "BilledCost")) FILTER (NOT is_purchase), '
        "min(starts) FILTER (NOT is_purchase), max(ends) FILTER (NOT is_purchase), "
        "count(*) FILTER (is_purchase), min({}, {}) FILTER (is_purchase) FROM ({}) GROUP BY 1, 2, 3 LIMIT {}",
        *(_key(draft), ROW, value(ROWS_TOLD), _rows(draft), value(most + 1)),
    )


def _paid_for(draft: Draft) -> Sql:
    """The charge periods of purchases, joined where they meet or overlap."""
    return sql(
        "WITH periods AS (SELECT DISTINCT {}, starts, ends FROM ({}) WHERE is_purchase), "
        "before AS (SELECT *, max(ends) OVER (PARTITION BY account, currency, commitment "
        "ORDER BY starts, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM periods), "
        "numbered AS (SELECT *, count(*) FILTER (reached IS NULL OR starts > reached) "
        "OVER (PARTITION BY account, currency, commitment ORDER BY starts, ends) AS number FROM before) "
        "SELECT account, currency, commitment, min(starts), max(ends) FROM numbered "
        "GROUP BY account, currency, commitment, number",
        *(_key(draft), _rows(draft)),
    )


def _rows(draft: Draft) -> Sql:
    """The rows that are usage or purchases of commitments."""
    return sql(
        "SELECT *, \"ChargeCategory\" = 'Purchase' AS is_purchase, "
        '"ChargePeriodStart" AS starts, {} AS ends FROM ({}) '
        "WHERE \"CommitmentDiscountId\" IS NOT NULL AND \"ChargeCategory\" IN ('Usage', 'Purchase')",
        *(_ENDS, draft.resolved(frozenset())),
    )


def _key(draft: Draft) -> Sql:
    currency = draft.column("BillingCurrency")
    return sql(
        "{} AS account, coalesce(upper(trim(CAST({} AS VARCHAR))), 'USD') AS currency, "
        '"CommitmentDiscountId" AS commitment',
        *(_account(draft), currency),
    )


def _account(draft: Draft) -> Sql:
    return sql("coalesce(CAST({} AS VARCHAR), '')", draft.column("BillingAccountId"))

"""What the months of a dataset add up to before and after a change, told by the manifest alone."""

import datetime as dt
from decimal import Decimal, localcontext

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.manifest import live_at, sums_of
from eyrie.basics.money import WIDE
from eyrie.costs.ledger.parts import PartKind
from eyrie.costs.sources.drops import MonthChange
from eyrie.store.ledger import LedgerPartRow


def month_changes(
    session: Session, integration: str, dataset: str, before: int, after: int
) -> list[MonthChange]:
    """Give the months of which parts came or went between two versions, whole and by currency."""
    row = LedgerPartRow
    of_dataset = sa.and_(
        row.integration == integration, row.dataset == dataset, row.kind == PartKind.RAW.value
    )
    came_or_went = sa.or_(
        sa.and_(row.added_version > before, row.added_version <= after),
        sa.and_(row.retired_version > before, row.retired_version <= after),
    )
    touched = sa.select(row.billing_month).where(of_dataset, came_or_went)
    sums = [
        _sums(session, sa.and_(of_dataset, live_at(version), row.billing_month.in_(touched)))
        for version in (before, after)
    ]
    return [
        MonthChange(month, currency, sums[0][month, currency], sums[1].get((month, currency), Decimal(0)))
        for month, currency in sorted(sums[0])
    ]


def _sums(session: Session, which: sa.ColumnElement[bool]) -> dict[tuple[dt.date, str], Decimal]:
    """Add up the parts that meet a condition, by month and currency."""
    added: dict[tuple[dt.date, str], Decimal] = {}
    query = sa.select(LedgerPartRow.billing_month, LedgerPartRow.sums).where(which)
    with localcontext(WIDE):
        for month, told in session.execute(query):
            for each in sums_of(told):
                key = month, each.currency
                added[key] = added.get(key, Decimal(0)) + each.billed
    return added

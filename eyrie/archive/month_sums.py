"""What the months of a dataset add up to before and after a change, told by the manifest alone."""

import datetime as dt
from decimal import Decimal, localcontext

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.manifest import live_at, masked_at, sums_of
from eyrie.basics.money import WIDE
from eyrie.costs.ledger.parts import PartKind
from eyrie.costs.sources.drops import MonthChange
from eyrie.store.ledger import LedgerMaskRow, LedgerMemberRow, LedgerPartRow

_MASKS = sa.and_(LedgerMaskRow.part == LedgerMemberRow.part, LedgerMaskRow.member == LedgerMemberRow.member)


def month_changes(
    session: Session, integration: str, dataset: str, before: int, after: int
) -> list[MonthChange]:
    """Give the months of which rows came or went between two versions, whole and by currency."""
    months = _touched(session, integration, dataset, before, after)
    sums = [_sums(session, integration, dataset, months, version) for version in (before, after)]
    return [
        MonthChange(month, currency, sums[0][month, currency], sums[1].get((month, currency), Decimal(0)))
        for month, currency in sorted(sums[0])
    ]


def _touched(session: Session, integration: str, dataset: str, before: int, after: int) -> list[dt.date]:
    """List the months of parts that came or went, with the members in them, or that lost a member."""
    row, mask = LedgerPartRow, LedgerMaskRow
    came_or_went = sa.or_(
        sa.and_(row.added_version > before, row.added_version <= after),
        sa.and_(row.retired_version > before, row.retired_version <= after),
    )
    lost = sa.select(mask.part).where(_MASKS, mask.added_version > before, mask.added_version <= after)
    months: set[dt.date] = set()
    for query, which in (
        (_own(integration, dataset), came_or_went),
        (_inside(integration, dataset), sa.or_(came_or_went, lost.exists())),
    ):
        months |= {month for month, _ in session.execute(query.where(which))}
    return sorted(months)


def _sums(
    session: Session, integration: str, dataset: str, months: list[dt.date], version: int
) -> dict[tuple[dt.date, str], Decimal]:
    """Add up by month and currency what counted at a version."""
    live = sa.and_(live_at(version), LedgerPartRow.billing_month.in_(months))
    masked = sa.select(LedgerMaskRow.part).where(_MASKS, masked_at(version))
    added: dict[tuple[dt.date, str], Decimal] = {}
    for query in (
        _own(integration, dataset).where(live),
        _inside(integration, dataset).where(live, ~masked.exists()),
    ):
        with localcontext(WIDE):
            for month, told in session.execute(query):
                for each in sums_of(told):
                    key = month, each.currency
                    added[key] = added.get(key, Decimal(0)) + each.billed
    return added


def _own(integration: str, dataset: str) -> sa.Select[dt.date, str]:
    """The months and sums of parts of the dataset's own."""
    row = LedgerPartRow
    return sa.select(row.billing_month, row.sums).where(
        row.integration == integration, row.dataset == dataset, row.kind == PartKind.RAW.value
    )


def _inside(integration: str, dataset: str) -> sa.Select[dt.date, str]:
    """The months and sums of members of compacted parts."""
    row, member = LedgerPartRow, LedgerMemberRow
    return (
        sa.select(row.billing_month, member.sums)
        .join(member, member.part == row.token)
        .where(member.integration == integration, member.dataset == dataset)
    )

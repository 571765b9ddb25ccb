"""What was imported: for each file of a dataset what it held, and what the import found.

The parts in the ledger are the facts; a row here is what people and the next import want to know of a file
without opening it: its content's hash, by which the same bill is recognised, its months, sums, columns, and
the report of how it keeps to FOCUS.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from eyrie.basics.token import new_token
from eyrie.costs.ledger.parts import Part
from eyrie.costs.sources.focus.bill import Bill
from eyrie.costs.sources.focus.findings import Finding
from eyrie.store.rows import Kept

DATASET = "default"


class ImportRow(Kept):
    """A file whose rows count."""

    __tablename__ = "imports"
    integration_token: Mapped[str] = mapped_column(ForeignKey("integrations.token", ondelete="CASCADE"))
    dataset: Mapped[str]
    source_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    binding: Mapped[str]  # a provider's key, or `split`
    focus_version: Mapped[str]
    rows: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    months: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # Any: a month and its rows
    sums: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # by currency and class
    columns: Mapped[list[str]] = mapped_column(JSON)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    __table_args__ = (
        Index("ix_imports_file", "integration_token", "dataset", "source_name", unique=True),
        Index("ix_imports_content", "integration_token", "sha256"),
    )


@dataclass(frozen=True)
class Known:
    """What is known of a file that was imported."""

    dataset: str
    source_name: str
    sha256: str
    binding: str
    months: frozenset[dt.date]
    columns: tuple[str, ...]

    @property
    def file(self) -> tuple[str, str]:
        """Its dataset and name, which identify it within an integration."""
        return self.dataset, self.source_name


def known_files(session: Session, integration: str) -> list[Known]:
    """List the files of an integration whose rows count."""
    query = sa.select(ImportRow).where(ImportRow.integration_token == integration)
    return [
        Known(
            row.dataset,
            row.source_name,
            row.sha256,
            row.binding,
            frozenset(dt.date.fromisoformat(each["month"]) for each in row.months),
            tuple(row.columns),
        )
        for row in session.scalars(query.order_by(ImportRow.dataset, ImportRow.source_name))
    ]


def keep(
    session: Session, account: str, bill: Bill, integration: str, dataset: str, binding: str, now: dt.datetime
) -> ImportRow:
    """Keep what a file held, in the place of what was known of it."""
    session.execute(
        sa.delete(ImportRow).where(
            ImportRow.integration_token == integration,
            ImportRow.dataset == dataset,
            ImportRow.source_name == bill.file.name,
        )
    )
    row = ImportRow(
        token=new_token("mprt"),
        account_token=account,
        created_at=now,
        updated_at=now,
        integration_token=integration,
        dataset=dataset,
        source_name=bill.file.name,
        sha256=bill.file.sha256,
        binding=binding,
        focus_version=bill.header.version,
        rows=bill.rows,
        bytes=bill.file.bytes,
        months=_months(bill.parts),
        sums=[
            {
                "currency": each.currency,
                "class": each.adjustment_class,
                "rows": each.rows,
                "billed": format(each.billed, "f"),
                "effective": format(each.effective, "f"),
            }
            for each in bill.sums
        ],
        columns=list(bill.header.names),
        findings=[_finding(finding) for finding in bill.findings],
    )
    session.add(row)
    session.flush()
    return row


def take_away(
    session: Session, integration: str, dataset: str, months: Collection[dt.date], but: Iterable[str]
) -> None:
    """Forget months of the other files of a dataset; a file without months is forgotten altogether."""
    gone = {month.isoformat() for month in months}
    kept = frozenset(but)
    query = sa.select(ImportRow).where(
        ImportRow.integration_token == integration, ImportRow.dataset == dataset
    )
    for row in session.scalars(query).all():
        if row.source_name in kept:
            continue
        left = [each for each in row.months if each["month"] not in gone]
        if not left:
            session.delete(row)
        elif len(left) < len(row.months):
            row.months = left
            row.rows = sum(each["rows"] for each in left)
    session.flush()


def _months(parts: Sequence[Part]) -> list[dict[str, Any]]:  # Any: JSON
    rows: dict[dt.date, int] = {}
    for part in parts:
        rows[part.billing_month] = rows.get(part.billing_month, 0) + part.rows
    return [{"month": month.isoformat(), "rows": rows[month]} for month in sorted(rows)]


def _finding(finding: Finding) -> Mapping[str, Any]:  # Any: JSON
    return {
        "weight": finding.weight.value,
        "column": finding.column,
        "says": finding.says,
        "count": finding.count,
        "rows": list(finding.rows),
    }

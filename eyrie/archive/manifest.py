"""The two shapes of a part and of a member, and the way between: values of the stream, rows of the manifest.

Amounts are text in the row, with all their decimals, since SQLite would make binary floats of them.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.period import Period
from eyrie.costs.ledger.parts import Delivery, Member, Part, PartKind, Sums
from eyrie.store.ledger import LedgerMaskRow, LedgerMemberRow, LedgerPartRow

AT_ONCE = 500  # how many names one statement has

# The columns that make a `Part`, in the order of `part_of`.
PART_COLUMNS = (
    LedgerPartRow.token,
    LedgerPartRow.kind,
    LedgerPartRow.integration,
    LedgerPartRow.dataset,
    LedgerPartRow.source_name,
    LedgerPartRow.source,
    LedgerPartRow.billing_month,
    LedgerPartRow.accrued_start,
    LedgerPartRow.accrued_end,
    LedgerPartRow.rows,
    LedgerPartRow.sums,
    LedgerPartRow.providers,
    LedgerPartRow.file,
    LedgerPartRow.tag_sets,
    LedgerPartRow.bytes,
    LedgerPartRow.shape,
    LedgerPartRow.cube_of,
)


def row_of(part: Part) -> Mapping[str, object]:
    """Write a part as values of the manifest's columns."""
    return {
        "token": part.token,
        "kind": part.kind.value,
        "integration": part.delivery.integration,
        "dataset": part.delivery.dataset,
        "source_name": part.delivery.source_name,
        "source": part.delivery.source,
        "billing_month": part.billing_month,
        "accrued_start": part.accrued.start,
        "accrued_end": part.accrued.end,
        "rows": part.rows,
        "sums": _as_json(part.sums),
        "providers": json.dumps(part.providers),
        "file": part.file,
        "tag_sets": part.tag_sets,
        "bytes": part.bytes,
        "shape": part.shape,
        "cube_of": part.cube_of,
    }


def part_of(row: Sequence[Any]) -> Part:  # Any: seventeen columns of several types
    """Read a part from a row of `PART_COLUMNS`."""
    token, kind, integration, dataset, source_name, source, month, start, end, *rest = row
    rows, sums, providers, file, tag_sets, size, shape, cube_of = rest
    return Part(
        token=token,
        kind=PartKind(kind),
        delivery=Delivery(integration, dataset, source_name, source),
        billing_month=month,
        accrued=Period(start, end),
        rows=rows,
        sums=sums_of(sums),
        providers=tuple(json.loads(providers)),
        file=file,
        tag_sets=tag_sets,
        bytes=size,
        shape=shape,
        cube_of=cube_of,
    )


def sums_of(told: str) -> tuple[Sums, ...]:
    """Read the sums of a part, by currency."""
    return tuple(_sums_from_json(entry) for entry in json.loads(told))


def row_of_member(part: str, member: Member) -> Mapping[str, object]:
    """Write a member as values of its table's columns."""
    return {
        "part": part,
        "member": member.number,
        "integration": member.delivery.integration,
        "dataset": member.delivery.dataset,
        "source_name": member.delivery.source_name,
        "source": member.delivery.source,
        "accrued_start": member.accrued.start,
        "accrued_end": member.accrued.end,
        "rows": member.rows,
        "sums": _as_json(member.sums),
        "providers": json.dumps(member.providers),
    }


def members_of(session: Session, parts: Collection[str]) -> dict[str, tuple[Member, ...]]:
    """Read the members of compacted parts, masked ones too, by the part's token and in order."""
    found: dict[str, list[Member]] = {}
    for tokens in chunks(sorted(parts)):
        query = sa.select(LedgerMemberRow).where(LedgerMemberRow.part.in_(tokens))
        for row in session.scalars(query.order_by(LedgerMemberRow.part, LedgerMemberRow.member)):
            member = Member(
                number=row.member,
                delivery=Delivery(row.integration, row.dataset, row.source_name, row.source),
                rows=row.rows,
                sums=sums_of(row.sums),
                accrued=Period(row.accrued_start, row.accrued_end),
                providers=tuple(json.loads(row.providers)),
            )
            found.setdefault(row.part, []).append(member)
    return {part: tuple(members) for part, members in found.items()}


def masked_at(version: int) -> sa.ColumnElement[bool]:
    """The condition that a mask counted at a version."""
    row = LedgerMaskRow
    return sa.and_(
        row.added_version <= version, sa.or_(row.retired_version.is_(None), row.retired_version > version)
    )


def chunks(names: Sequence[str]) -> Iterator[list[str]]:
    """Cut a list of any length into pieces that one statement can name."""
    rest = iter(names)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


def live_at(version: int) -> sa.ColumnElement[bool]:
    """The condition that a part was live at a version."""
    row = LedgerPartRow
    return sa.and_(
        row.added_version <= version, sa.or_(row.retired_version.is_(None), row.retired_version > version)
    )


def files_of(part: Part) -> tuple[str, ...]:
    """Name the files that a part needs, relative to the ledger's folder."""
    return (part.file,) if part.tag_sets is None else (part.file, part.tag_sets)


def _as_json(listed: Sequence[Sums]) -> str:
    return json.dumps([_sums_as_json(sums) for sums in listed])


def _sums_as_json(sums: Sums) -> Mapping[str, object]:
    billed, effective = format(sums.billed, "f"), format(sums.effective, "f")
    return {"currency": sums.currency, "rows": sums.rows, "billed": billed, "effective": effective}


def _sums_from_json(entry: Mapping[str, Any]) -> Sums:  # Any: JSON
    return Sums(entry["currency"], entry["rows"], Decimal(entry["billed"]), Decimal(entry["effective"]))

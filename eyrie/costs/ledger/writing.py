"""Writes parts: a sorted file of rows, a side file of tag sets, and the `Part` that the manifest keeps.

The figures of a `Part` are read back from the file itself, not taken from what was meant to be written.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

from eyrie.basics.period import Period
from eyrie.basics.token import new_token
from eyrie.costs.ledger.columns import PART_COLUMNS, ROW, SORTED_BY
from eyrie.costs.ledger.files import Place, draft_of, make_folder, write_file
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.ledger.parts import PLAIN, Delivery, Part, PartKind, Sums, added_up
from eyrie.costs.ledger.tag_sets import TAG_SET_COLUMNS, TAG_SETS_SORTED_BY, TagSets
from eyrie.engine.plan import Field, File, Files, Key, Largest, Rows, Smallest, Sum, Totals
from eyrie.engine.port import Engine, Gathered, Handed, Row, Selected, Source, TagsInUse, Writing


@dataclass(frozen=True)
class Facts:
    """What a file of rows says of itself."""

    rows: int
    sums: tuple[Sums, ...]  # by currency
    accrued: Period
    providers: tuple[str, ...]


def write_part(
    engine: Engine,
    folder: Path,
    items: Iterable[LineItem],
    delivery: Delivery,
    billing_month: dt.date,
    *,
    token: str | None = None,
    salt: int = 0,
) -> Part | None:
    """Write the rows of a small delivery for one billing month; None, and no file, if there are none.

    Three rows over two days and in two tag sets become one file of three rows, numbered 0, 1, 2 in the order
    of day, account, service, and a side file with the pairs of the two sets.
    """
    tag_sets = TagSets(salt)
    rows = Handed(_cells(items, delivery.integration, tag_sets))
    place = Place(folder, billing_month, token or new_token("part"))
    return _written(engine, place, delivery, rows, Handed(tag_sets.rows()))


def write_part_selected(
    engine: Engine,
    folder: Path,
    rows: Selected,
    tag_sets: Callable[[Path], Selected],
    delivery: Delivery,
    billing_month: dt.date,
    *,
    token: str | None = None,
    narrow: frozenset[str] | None = None,
) -> Part | None:
    """Write the rows that a statement selects, for deliveries too large to pass through Python.

    `rows` yields every column of `PART_COLUMNS` by name, `tag_sets` those of `TAG_SET_COLUMNS` for the file
    of rows that was written. Rows equal in day, account and service come in no particular order.
    """
    place = Place(folder, billing_month, token or new_token("part"))
    used = tag_sets(folder / place.file("parquet"))
    return _written(engine, place, delivery, rows, used, narrow)


def write_part_gathered(
    engine: Engine,
    folder: Path,
    rows: Gathered,
    tag_files: tuple[str, ...],
    delivery: Delivery,
    billing_month: dt.date,
    *,
    token: str,
) -> Part:
    """Write rows of parts that there are as one part, with the tag sets that they use."""
    place = Place(folder, billing_month, token)
    used = TagsInUse(tag_files, str(folder / place.file("parquet"))) if tag_files else Handed(())
    part = _written(engine, place, delivery, rows, used)
    assert part is not None, "members that count have rows"
    return part


def read_facts(engine: Engine, file: Path) -> Facts | None:
    """Read from a file of rows what the manifest keeps of it; None if it has no rows."""
    found = engine.run(_facts_of(file)).rows
    return _facts(found) if found else None


def read_member_facts(engine: Engine, file: Path) -> dict[int, Facts]:
    """Read from a file of rows what the manifest keeps of each member in it."""
    found: dict[int, list[Row]] = {}
    for member, *row in engine.run(_facts_of(file, ("member", Field("member")))).rows:
        found.setdefault(member, []).append(tuple(row))
    return {member: _facts(rows) for member, rows in sorted(found.items())}


def _facts_of(file: Path, *keys: tuple[str, Key]) -> Totals:
    return Totals(
        Files((File(str(file)),)),
        keys=(*keys, ("currency", Field("billing_currency")), ("provider", Field("provider"))),
        measures=(
            ("rows", Rows()),
            ("billed", Sum("billed_cost")),
            ("effective", Sum("effective_cost")),
            ("first", Smallest("accrued_on")),
            ("last", Largest("accrued_on")),
        ),
    )


def _facts(found: Sequence[Row]) -> Facts:
    """Put together the facts of each currency and provider."""
    currencies, providers, rows, billed, effective, firsts, lasts = zip(*found, strict=True)
    return Facts(
        sum(rows),
        added_up(map(Sums, currencies, rows, billed, effective)),
        Period.through(min(firsts), max(lasts)),
        tuple(sorted(set(providers))),
    )


def _written(
    engine: Engine,
    place: Place,
    delivery: Delivery,
    rows: Source,
    tag_sets: Source,
    narrow: frozenset[str] | None = None,
) -> Part | None:
    file, side_file = place.file("parquet"), place.file("tags.parquet")
    final = place.folder / file
    make_folder(final.parent)
    # Tag sets are known once the rows have been read, so the rows go first.
    row_writing = Writing(
        draft_of(final), PART_COLUMNS, rows, sorted_by=SORTED_BY, numbered=ROW, narrow=narrow
    )
    if not write_file(engine, row_writing, final):
        return None
    side_final = place.folder / side_file
    side_writing = Writing(draft_of(side_final), TAG_SET_COLUMNS, tag_sets, sorted_by=TAG_SETS_SORTED_BY)
    has_tags = write_file(engine, side_writing, side_final)
    facts = read_facts(engine, final)
    assert facts is not None, "a part has rows"
    return Part(
        token=place.token,
        kind=PartKind.RAW,
        delivery=delivery,
        billing_month=place.billing_month,
        accrued=facts.accrued,
        rows=facts.rows,
        sums=facts.sums,
        providers=facts.providers,
        file=file,
        tag_sets=side_file if has_tags else None,
        bytes=final.stat().st_size,
    )


_read_fields = attrgetter(*(field.name for field in fields(LineItem)))
_TAGS = [field.name for field in fields(LineItem)].index("tags")
_EXTRA = [field.name for field in fields(LineItem)].index("extra")


def _cells(items: Iterable[LineItem], integration: str, tag_sets: TagSets) -> Iterator[tuple[object, ...]]:
    """Give each row's cells in the order of `PART_COLUMNS`."""
    for item in items:
        values = list(_read_fields(item))
        values[_TAGS] = tag_sets.id_of(values[_TAGS])
        values[_EXTRA] = _json(values[_EXTRA])
        yield (PLAIN, integration, *values)


def _json(extra: Mapping[str, str]) -> str | None:
    return json.dumps(dict(extra), ensure_ascii=False, separators=(",", ":")) if extra else None

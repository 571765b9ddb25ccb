"""From a file to its draft: the same rows in the same order, each FOCUS column with its type.

The draft is a Parquet file that only this import knows. Its row numbers are those of the data rows in the
file, since lines without a word are no rows in either, so nothing has to be counted while many threads read.
Besides the FOCUS columns it has

    X wide   the number of column X where the narrow decimal of X itself cannot hold it; X is then blank
    month    the first day of the billing month; the month in which the charge begins where none is told
    unread   what columns with a type could not take, as members of a JSON object: `"ListCost":"n/a"`
    loose    the columns whose number is not written as FOCUS has it: `,ListCost,BilledCost,`
    unknown  the cells of columns that are not FOCUS's, as members of a JSON object

Two columns for a number, because text becomes either decimal quickly, and so does the narrow one the wide
one, but making the wide one narrow takes longer than reading it from the text.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.basics.faults import moment
from eyrie.basics.words import Provider
from eyrie.costs.sources.focus import cells
from eyrie.costs.sources.focus.columns import COLUMNS, WORDS, Holds
from eyrie.costs.sources.focus.header import Header
from eyrie.costs.sources.focus.services import CATEGORIES
from eyrie.costs.sources.focus.sheet import Sheet, cell
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, joined, name, sql, value

ROW = sql("({} + 1)", name("file_row_number"))
NONE = Sql("NULL")
NARROW = "DECIMAL(18,10)"


@dataclass(frozen=True)
class Binding:
    """Whose costs a delivery holds: one provider's, or each row its seller's."""

    provider: Provider = Provider.CUSTOM_PROVIDER
    split: bool = False

    def __str__(self) -> str:
        """Name it, for the record of what was imported."""
        return "split" if self.split else self.provider.value


@dataclass(frozen=True)
class Draft:
    """The rows of a file, typed."""

    path: Path
    header: Header
    rows: int

    @property
    def file(self) -> Sql:
        """The draft as it lies there, with the numbers of the rows, from 0, in `file_row_number`."""
        return sql("read_parquet({}, file_row_number = true)", value(str(self.path)))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The FOCUS columns with numbers."""
        return tuple(each for each, _ in _placed(self.header) if COLUMNS[each].holds is Holds.NUMBER)

    def resolved(self, narrow: frozenset[str]) -> Sql:
        """The rows, with the numbers of these columns as they are narrow, and all others wide."""
        wide = [
            sql("coalesce({}, CAST({} AS DECIMAL(38,18))) AS {}", _wide(each), name(each), name(each))
            for each in self.numbers
            if each not in narrow
        ]
        return (
            sql("SELECT * REPLACE ({}) FROM {}", joined(", ", wide), self.file)
            if wide
            else sql("SELECT * FROM {}", self.file)
        )

    def has(self, *columns: str) -> bool:
        """Tell whether the file has all of these FOCUS columns."""
        return all(column in self.header.places for column in columns)

    def column(self, focus_name: str) -> Sql:
        """Give a FOCUS column; nothing if the file has none."""
        return name(focus_name) if self.has(focus_name) else NONE


def write_draft(engine: BulkEngine, sheet: Sheet, header: Header, binding: Binding, path: Path) -> Draft:
    """Read a file into a draft.

    Nearly all files write numbers in the usual way, which is quick to read. Only where that leaves cells
    unread is the file read again, with an eye for every way in which people write them.
    """
    for tolerant in (False, True):
        moment("import: before draft")
        statement = sql(
            "COPY ({}) TO {} (FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2)",
            _typed(sheet, header, binding, tolerant),
            value(str(_place(path, tolerant))),
        )
        rows = engine.carry_out(statement)[0][0]
        moment("import: after draft")
        draft = Draft(_place(path, tolerant), header, rows)
        unread = engine.carry_out(sql("SELECT count(unread) FROM {}", draft.file))[0][0]
        if not unread:
            break
        if not tolerant:
            draft.path.unlink()
    return draft


def _place(path: Path, tolerant: bool) -> Path:
    """A name of its own for each reading: the engine remembers what a file held by its name."""
    return path.with_suffix(".tolerant" if tolerant else ".usual")


def narrow_columns(engine: BulkEngine, draft: Draft, condition: Sql) -> frozenset[str]:
    """Name the FOCUS columns in which no number of the rows that meet a condition needs the wide type."""
    if not draft.numbers:
        return frozenset()
    fits = joined(", ", (sql("count({}) = 0", _wide(each)) for each in draft.numbers))
    answers = engine.carry_out(sql("SELECT {} FROM {} WHERE {}", fits, draft.file, condition))[0]
    return frozenset(each for each, fitting in zip(draft.numbers, answers, strict=True) if fitting)


def json_member(key: str, text: Sql) -> Sql:
    """A member of a JSON object, nothing where the text is nothing.

    >>> json_member("x_Team", name("c4"))
    Sql(text='(? || to_json("c4"))', values=('"x_Team":',))
    """
    return sql("({} || to_json({}))", value(json.dumps(key, ensure_ascii=False) + ":"), text)


def listed(separator: str, texts: Sequence[Sql]) -> Sql:
    """Those texts that there are, side by side; nothing if there are none."""
    if not texts:
        return sql("CAST(NULL AS VARCHAR)")
    return sql("nullif(concat_ws({}, {}), '')", Sql(f"'{separator}'"), joined(", ", texts))


def _typed(sheet: Sheet, header: Header, binding: Binding, tolerant: bool) -> Sql:
    """Every column, step by step so that nothing is worked out twice: the engine cannot see into CASE."""
    cuts = [cell(place) for place in range(len(sheet.names))]
    rows = sql("SELECT * FROM ({}) WHERE coalesce({}) IS NOT NULL", sheet.cells, joined(", ", cuts))
    numbers = [(each, place) for each, place in _placed(header) if COLUMNS[each].holds is Holds.NUMBER]
    times = {place for each, place in _placed(header) if COLUMNS[each].holds is Holds.TIME}
    casts = [sql("{} AS {}", cells.cast_number(cell(place)), name(f"cast {place}")) for _, place in numbers]
    casts += [sql("{} AS {}", cells.time(cell(place)), name(f"time {place}")) for place in sorted(times)]
    rows = sql("SELECT *, {} FROM ({})", joined(", ", casts), rows)
    read = [
        sql("{} AS {}", _number(place, sheet.separator, tolerant), name(f"number {place}"))
        for _, place in numbers
    ]
    rows = sql("SELECT *, {} FROM ({})", joined(", ", read), rows)
    columns = [sql("{} AS {}", _column(each, header, binding), name(each)) for each, _ in _placed(header)]
    rows = sql("SELECT *, {} FROM ({})", joined(", ", columns), rows)
    wide = [
        sql("CASE WHEN {} IS NULL THEN {} END AS {}", name(each), name(f"number {place}"), _wide(each))
        for each, place in numbers
    ]
    begins = [each for each in ("BillingPeriodStart", "ChargePeriodStart") if each in header.places]
    return sql(
        "SELECT {}, {}, CAST(date_trunc('month', coalesce({})) AS DATE) AS month, {} AS unread, {} AS loose, "
        "{} AS unknown FROM ({})",
        joined(", ", (name(each) for each, _ in _placed(header))),
        joined(", ", wide),
        joined(", ", (name(each) for each in begins)),
        listed(",", list(_unread(header))),
        _loose(numbers) if tolerant else sql("CAST(NULL AS VARCHAR)"),
        listed(",", [json_member(each, cells.text(cell(place))) for each, place in header.unknown]),
        rows,
    )


def _number(place: int, separator: str, tolerant: bool) -> Sql:
    """A number; one with a plus sign is left for the tolerant reading, which tells of it."""
    usual = cells.usual_number(cell(place), name(f"cast {place}"))
    if tolerant:
        return sql("coalesce({}, {})", usual, cells.any_number(cell(place), separator))
    return sql("CASE WHEN starts_with({}, '+') THEN NULL ELSE {} END", cell(place), usual)


def _wide(focus_name: str) -> Sql:
    return name(f"{focus_name} wide")


def _placed(header: Header) -> list[tuple[str, int]]:
    """The FOCUS columns of the file in FOCUS's order, whatever theirs is."""
    return [(each, header.places[each]) for each in COLUMNS if each in header.places]


def _column(each: str, header: Header, binding: Binding) -> Sql:
    """The value of a FOCUS column."""
    place = header.places[each]
    match COLUMNS[each].holds:
        case Holds.NUMBER:
            narrow = sql(f"try_cast({{}} AS {NARROW})", cell(place))
            return sql("CASE WHEN {} = {} THEN {} END", narrow, name(f"number {place}"), narrow)
        case Holds.TIME:
            return _end(place, header) if each == "ChargePeriodEnd" else name(f"time {place}")
    text = _text(each, place, header, binding)
    if each in WORDS:
        return cells.word(text, WORDS[each])
    if each == "ServiceCategory":
        return sql("coalesce({}, {})", cells.word(text, CATEGORIES), text)
    return text


def _end(place: int, header: Header) -> Sql:
    """The end of a charge period; a date that is also its start means that whole day."""
    end, start = name(f"time {place}"), name(f"time {header.places['ChargePeriodStart']}")
    return sql(
        "CASE WHEN {} = {} AND {} THEN {} + INTERVAL 1 DAY ELSE {} END",
        *(end, start, cells.is_date(cell(place)), end, end),
    )


def _text(each: str, place: int, header: Header, binding: Binding) -> Sql:
    """A text; in names and ids Azure has words of its own for nothing."""
    text = cells.text(cell(place))
    if not each.endswith(("Id", "Name")):
        return text
    if binding.split:
        sellers = [
            header.places[seller]
            for seller in ("ServiceProviderName", "ProviderName")
            if seller in header.places
        ]
        if not sellers:
            return text
        seller = sql("lower(coalesce({}))", joined(", ", (cell(seller) for seller in sellers)))
        azure = sql("(starts_with({}, 'microsoft') OR {} = 'azure')", seller, seller)
    elif binding.provider in (Provider.AZURE, Provider.AZURE_CSP):
        azure = Sql("true")
    else:
        return text
    return sql("CASE WHEN {} IN ('-2', 'Unassigned') AND {} THEN NULL ELSE {} END", cell(place), azure, text)


def _unread(header: Header) -> Iterator[Sql]:
    """The cells with words in them that a column with a type could not take."""
    for each, place in _placed(header):
        if COLUMNS[each].holds in (Holds.NUMBER, Holds.TIME) or each in WORDS:
            text = cells.text(cell(place))
            taken = name(f"number {place}") if COLUMNS[each].holds is Holds.NUMBER else name(each)
            missing = sql("CASE WHEN {} IS NULL AND {} IS NOT NULL THEN {} END", taken, cell(place), text)
            yield json_member(each, missing)


def _loose(numbers: Sequence[tuple[str, int]]) -> Sql:
    """The columns with a number that is not written as FOCUS has it."""
    return listed(
        "",
        [
            sql(
                "CASE WHEN {} IS NOT NULL AND NOT {} THEN {} END",
                *(name(f"number {place}"), cells.is_usual_number(cell(place)), value(f",{each},")),
            )
            for each, place in numbers
        ],
    )

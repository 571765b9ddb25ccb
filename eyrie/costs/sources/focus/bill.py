"""The way in for FOCUS: a file to parts of the ledger, or a refusal that tells what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from eyrie.basics.errors import Malformed, Refused
from eyrie.basics.token import new_token
from eyrie.costs.ledger.parts import Delivery, Part
from eyrie.costs.sources.focus.check import check, check_texts, problems
from eyrie.costs.sources.focus.commitments import read_commitments
from eyrie.costs.sources.focus.diagnose import in_our_words, mended
from eyrie.costs.sources.focus.findings import Finding, Weight, refusal
from eyrie.costs.sources.focus.header import Header, read_header
from eyrie.costs.sources.focus.magic import Kind
from eyrie.costs.sources.focus.parts import cut, write_parts, write_their_cubes
from eyrie.costs.sources.focus.progress import Progress
from eyrie.costs.sources.focus.read import Binding, Draft, write_draft
from eyrie.costs.sources.focus.sellers import load_sellers
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.costs.sources.focus.sheet import Sheet, open_sheet
from eyrie.costs.sources.focus.tags import check_tags, load_tags
from eyrie.costs.sources.focus.terms import Terms
from eyrie.costs.sources.focus.units import load_units
from eyrie.costs.sources.focus.unpack import Readable, check_unchanged
from eyrie.engine.plan import By, Field, File, Files, Rows, Sum, Totals
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import sql, value

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """How files are read: with what, where to, and how strictly."""

    engine: BulkEngine
    work: Path  # drafts go here; nothing in it is kept
    ledger: Path
    binding: Binding
    limits: ImportLimits
    progress: Progress
    strict: bool = False
    salt: int = 0
    preferred_tags: frozenset[str] = frozenset()  # cubes know these first
    terms: Terms = field(default_factory=Terms)  # hears of the commitments of each file


@dataclass(frozen=True)
class ClassSum:
    """What the charges of one class add up to."""

    currency: str
    adjustment_class: str
    rows: int
    billed: Decimal
    effective: Decimal


@dataclass(frozen=True)
class Bill:
    """One file, read and written; nobody sees its parts before they are published."""

    file: Readable
    header: Header
    rows: int
    parts: tuple[Part, ...]
    cubes: tuple[Part, ...]  # of the parts
    findings: tuple[Finding, ...]
    sums: tuple[ClassSum, ...]


def read_bill(file: Readable, delivery: Delivery, reading: Reading) -> Bill:
    """Read a file, check it and write its parts."""
    reading.progress.reads(file.name)
    draft = _in_file(file.name, lambda: _draft(file, reading))
    try:
        _check_rows(file, draft)
        if file.kind is not Kind.TEXT:
            _in_file(file.name, lambda: check_texts(reading.engine, draft))
        _load(draft, reading)
        found = _checked(file.name, draft, reading)
        reading.terms.add(file.name, read_commitments(reading.engine, draft, reading.terms.most))
        reading.progress.writes(file.name, draft.rows)
        parts = []
        slices = cut(reading.engine, draft, reading.limits)
        for part in write_parts(reading.engine, reading.ledger, slices, delivery):
            parts.append(part)
            reading.progress.wrote(part.rows)
        cubes = tuple(
            write_their_cubes(reading.engine, reading.ledger, parts, reading.preferred_tags, reading.salt)
        )
    finally:
        draft.path.unlink(missing_ok=True)
    check_unchanged(file)
    sums = _sums(reading, parts)
    return Bill(file, draft.header, draft.rows, tuple(parts), cubes, tuple(found), sums)


def _draft(file: Readable, reading: Reading) -> Draft:
    place = reading.work / new_token("draft")
    try:
        return _read(open_sheet(reading.engine, file.path, file.kind, reading.limits), file, place, reading)
    except Malformed as malformed:
        if file.kind is Kind.ZSTD:
            raise in_our_words(malformed, lambda rows: _can_read(file, rows, reading)) from malformed
        if file.kind is not Kind.TEXT:
            raise
    # The engine could not cut the text into cells: it is broken, or merely unusual.
    sheet = open_sheet(reading.engine, file.path, file.kind, reading.limits)
    copy = place.with_suffix(".mended")
    try:
        mended(file.path, sheet.separator, copy)
        # One thread is sure where rows begin, but drops a row that ends within quotes: for clean text only.
        sheet = open_sheet(reading.engine, copy, Kind.TEXT, reading.limits, parallel=False)
        return _read(sheet, file, reading.work / new_token("draft"), reading)
    finally:
        copy.unlink()


def _read(sheet: Sheet, file: Readable, place: Path, reading: Reading) -> Draft:
    header = read_header(sheet.names, file.version)
    draft = write_draft(reading.engine, sheet, header, reading.binding, place)
    if not draft.rows:
        draft.path.unlink()
        raise Refused("the file has a header but no data rows")
    return draft


def _check_rows(file: Readable, draft: Draft) -> None:
    """Refuse a file that its provider counted another number of rows in."""
    if file.rows not in (None, draft.rows):
        raise Refused(
            f"{file.name}: has {draft.rows:,} rows, but the manifest beside it tells of {file.rows:,}; "
            "fetch both again"
        )


def _can_read(file: Readable, rows: int, reading: Reading) -> bool:
    """Tell whether the engine can cut the first rows of a file into cells."""
    try:
        sheet = open_sheet(reading.engine, file.path, file.kind, reading.limits, parallel=False)
        found = sql("SELECT count(*) FROM (SELECT * FROM ({}) LIMIT {})", sheet.cells, value(rows))
        return int(reading.engine.carry_out(found)[0][0]) == rows
    except Malformed:
        return False


def _load(draft: Draft, reading: Reading) -> None:
    load_tags(reading.engine, draft, reading.salt)
    load_sellers(reading.engine, draft, reading.binding)
    load_units(reading.engine, draft)


def _checked(name: str, draft: Draft, reading: Reading) -> list[Finding]:
    """Give the findings, or refuse the file."""
    found = [*draft.header.findings, *check(reading.engine, draft), *check_tags(reading.engine, draft)]
    errors = [finding for finding in found if finding.weight is Weight.ERROR]
    if errors:
        told = refusal(name, problems(reading.engine, draft, errors), sum(error.count for error in errors))
        raise Refused(*told, *(f"{name}: {error}" for error in errors if not error.count))
    violations = [finding for finding in found if finding.weight is Weight.WARNING]
    if reading.strict and violations:
        raise Refused(*(f"{name}: {finding}" for finding in violations))
    return found


def _sums(reading: Reading, parts: list[Part]) -> tuple[ClassSum, ...]:
    """Add up what was written, read back from the files."""
    by_class = Totals(
        Files(tuple(File(str(reading.ledger / part.file)) for part in parts)),
        keys=(("currency", Field("billing_currency")), ("class", Field("adjustment_class"))),
        measures=(("rows", Rows()), ("billed", Sum("billed_cost")), ("effective", Sum("effective_cost"))),
        order=(By("currency"), By("class")),
    )
    return tuple(ClassSum(*row) for row in reading.engine.run(by_class).rows)


def _in_file(name: str, work: Callable[[], T]) -> T:
    """Do something with a file, and name it where it is at fault."""
    try:
        return work()
    except Refused as refused:
        raise type(refused)(*(f"{name}: {problem}" for problem in refused.problems)) from None
    except Malformed as malformed:
        raise Malformed(
            f"{name}: the file cannot be read: it is damaged, cut off, or written in a way that is not read "
            "here; fetch it again, or deliver it as CSV"
        ) from malformed

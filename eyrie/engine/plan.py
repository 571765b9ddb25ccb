"""The plan family: what can be asked of files, as values that say everything and decide nothing.

A `Totals` filters the rows of a source, groups them by keys, adds up measures and orders what comes out.
Plans are frozen, so they compare, hash and can be remembered. Whoever makes a plan has made the choices
(which files, which columns, in what steps); a dialect prints it without thinking.

Conditions know two truth values. A test that meets a missing field fails, and `Not` is the exact complement
of what is inside, so this one keeps the rows without a region:

>>> Not(OneOf("region", ("eu",)))
Not(inner=OneOf(column='region', values=('eu',), ignoring_case=False))
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eyrie.basics.period import Bin, Period
from eyrie.engine.columns import Kind

Scalar = str | bool | int | Decimal | dt.date | dt.datetime


@dataclass(frozen=True)
class OneOf:
    """The field equals one of the values; without values nothing passes."""

    column: str
    values: tuple[Scalar, ...]
    ignoring_case: bool = False


@dataclass(frozen=True)
class Like:
    r"""The whole text matches: `%` is any run, `_` one character, `\` makes the next one ordinary."""

    column: str
    pattern: str
    ignoring_case: bool = False


@dataclass(frozen=True)
class Resembles:
    """The field is the text but for case, and for everything that is neither letter nor digit."""

    column: str
    text: str


class Comparison(StrEnum):
    """How a field is compared with a value."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True)
class Compared:
    """The field lies on one side of the value; a number compares as a number, also with a field of text."""

    column: str
    comparison: Comparison
    value: Scalar


@dataclass(frozen=True)
class Missing:
    """The field is unknown. An empty text is not: who means both says both."""

    column: str


@dataclass(frozen=True)
class HasTag:
    """The row has a tag for which the inner condition, over the columns `key` and `value`, holds.

    Both sides of the inner condition speak of one and the same tag; two tags are two `HasTag` in an `Every`.
    """

    tag: "Condition"


@dataclass(frozen=True)
class Not:
    """The inner condition does not hold."""

    inner: "Condition"


@dataclass(frozen=True)
class Every:
    """All parts hold; without parts it always does."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds; without parts none does."""

    parts: tuple["Condition", ...]


Condition = OneOf | Like | Resembles | Compared | Missing | HasTag | Not | Every | Either
ALWAYS = Every(())
NEVER = Either(())


def tag_is(key: str, *values: str) -> HasTag:
    """The row has this tag with one of these values, or with any when none is given."""
    named = OneOf("key", (key,))
    return HasTag(Every((named, OneOf("value", values))) if values else named)


@dataclass(frozen=True)
class Field:
    """A column's value; where the condition does not hold, none."""

    column: str
    when: Condition = ALWAYS


@dataclass(frozen=True)
class DateBin:
    """The first day of the bin that holds a day."""

    column: str
    width: Bin


@dataclass(frozen=True)
class HourBin:
    """The hour of a moment for rows known to the hour, midnight of their day for the others."""

    moment: str
    day: str
    hourly: Condition


@dataclass(frozen=True)
class Holds:
    """Whether a condition holds."""

    condition: Condition


@dataclass(frozen=True)
class FirstOf:
    """The position of the first condition that holds; none if none does."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Always:
    """The same text for every row; none, if it is unknown for all."""

    text: str | None


@dataclass(frozen=True)
class Named:
    """The text beside the first condition that holds, which may be none; none if none holds."""

    choices: tuple[tuple[Condition, str | None], ...]


Key = Always | Field | DateBin | HourBin | Holds | FirstOf | Named


@dataclass(frozen=True)
class BinEdge:
    """Where that part of a bin begins, or ends, which lies in a period; from the first day of the bin."""

    column: str
    width: Bin
    period: Period
    ends: bool


@dataclass(frozen=True)
class Pairs:
    """Texts under names, as a JSON object; those that are missing are left out."""

    columns: tuple[tuple[str, str], ...]  # the name and the column of its text


Cell = Key | BinEdge | Pairs


@dataclass(frozen=True)
class Sum:
    """The exact sum of what is known; none if nothing is."""

    column: str


@dataclass(frozen=True)
class Magnitude:
    """The exact sum of what is known without signs: no sum over some of the rows can be larger."""

    column: str


@dataclass(frozen=True)
class Rows:
    """How many rows."""


@dataclass(frozen=True)
class Smallest:
    """The smallest value: of texts the first in byte order."""

    column: str


@dataclass(frozen=True)
class Largest:
    """The largest value."""

    column: str


@dataclass(frozen=True)
class Product:
    """The exact sum of what is known, each times the factor of its row: 0 if nothing is.

    Only over `Factored` rows, and the engine may answer with `TooWide`: then there is `SplitProduct`.
    """

    column: str


@dataclass(frozen=True)
class SplitProduct:
    """The same sum down to 18 decimals, for any digits that amounts and factors have; it takes its time."""

    column: str


@dataclass(frozen=True)
class SplitProductRest:
    """What `SplitProduct` left behind its 18 decimals, never less than nothing: they add up exactly."""

    column: str


Measure = Sum | Magnitude | Rows | Smallest | Largest | Product | SplitProduct | SplitProductRest


@dataclass(frozen=True)
class File:
    """A file of rows; rows of the masked members are gone."""

    path: str
    masked: tuple[int, ...] = ()


@dataclass(frozen=True)
class Files:
    """Rows of files and, beside them, the tags that their `tag_set_id` stands for."""

    files: tuple[File, ...]
    tag_files: tuple[str, ...] = ()


@dataclass(frozen=True)
class FewTags:
    """Rows of files whose tag sets say something of a few keys only; with none of them a row is untagged.

    What is left of a set has an id of its own, equal for equal contents and salt.
    """

    rows: Files
    keys: tuple[str, ...]
    salt: int = 0


@dataclass(frozen=True)
class TagsLeft:
    """What is left of the tag sets, as side files have it: `id`, `check`, `key`, `value`, not once each."""

    of: FewTags


@dataclass(frozen=True)
class Kept:
    """The rows of an answer that the engine keeps."""

    table: str


@dataclass(frozen=True)
class Tagged:
    """The rows of a plan that has `tag_set_id` among its keys, each with its values of some tags.

    Adding up by tag set first and reading tags afterwards is several times faster than the other order.
    """

    rows: "Totals"
    tags: tuple[tuple[str, str], ...]  # the new column and the key of the tag it shows
    tag_files: tuple[str, ...]


@dataclass(frozen=True)
class Sums:
    """The rows of a plan, worked out before anything is asked of them.

    An engine would rather ask each row of a file what is asked of a sum; of many conditions that takes long.
    """

    rows: "Totals"
    tag_files: tuple[str, ...]


@dataclass(frozen=True)
class EachTag:
    """The rows of such a plan, each once for every tag it has, with the columns `key` and `value`."""

    rows: "Totals"
    tag_files: tuple[str, ...]


@dataclass(frozen=True)
class Factor:
    """A factor, and the rows that it is for: those with these cells, written as texts."""

    cells: tuple[str, ...]
    factor: Decimal  # from 0 up to, not including, 10**18, with at most 20 decimals


@dataclass(frozen=True)
class Factored:
    """The rows of a plan, each with the factor that is for it; rows without one are gone."""

    rows: "Totals"
    told_by: tuple[tuple[str, Kind], ...]  # the columns whose cells choose the factor
    factors: tuple[Factor, ...]


Source = Files | FewTags | TagsLeft | Kept | Tagged | Sums | EachTag | Factored


@dataclass(frozen=True)
class By:
    """One step of an order; missing values come last either way."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Totals:
    """Rows that pass `where`, in groups of equal keys, with their measures; of those, what passes `keeping`.

    Without keys there is one group, also of no rows. Without measures the keys come out once each.
    """

    source: Source
    keys: tuple[tuple[str, Key], ...] = ()
    measures: tuple[tuple[str, Measure], ...] = ()
    where: Condition = ALWAYS
    keeping: Condition = ALWAYS  # over the columns that come out
    order: tuple[By, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class Listed:
    """The rows of a source one by one: some cells of each, in an order of its columns."""

    source: Source
    cells: tuple[tuple[str, Cell], ...]
    order: tuple[By, ...] = ()

"""Prints plans as DuckDB's SQL. Meaning was settled by whoever made the plan; this step only translates.

Two traps shape what is printed. A missing field makes SQL answer "unknown"; where a row must pass to be
kept, unknown already fails, so a bare test is enough and the reader can skip blocks of a file by it. Only
under NOT, and where the truth itself is shown, a test is wrapped so that unknown becomes false. And files of
one kind differ in the width of their decimals: `union_by_name` widens them (without it the first file's type
is imposed on all). Sums are exact in either width and have 38 digits, with as many decimals as the widest
file; making all of them equally wide would take longer than adding up.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from eyrie.basics.period import Bin
from eyrie.engine import duckdb_products
from eyrie.engine.columns import Kind
from eyrie.engine.plan import (
    ALWAYS,
    Always,
    BinEdge,
    By,
    Cell,
    Compared,
    Condition,
    DateBin,
    EachTag,
    Either,
    Every,
    Factored,
    FewTags,
    Field,
    File,
    Files,
    FirstOf,
    HasTag,
    Holds,
    HourBin,
    Kept,
    Key,
    Largest,
    Like,
    Listed,
    Magnitude,
    Measure,
    Missing,
    Named,
    Not,
    OneOf,
    Pairs,
    Product,
    Resembles,
    Rows,
    Smallest,
    Source,
    SplitProduct,
    SplitProductRest,
    Sum,
    Sums,
    Tagged,
    TagsLeft,
    Totals,
)
from eyrie.engine.sql import Sql, joined, name, sql, value

WIDE = "DECIMAL(38,18)"
NARROW = "DECIMAL(18,10)"
TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.AMOUNT: WIDE,
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.FLAG: "BOOLEAN",
    Kind.SHORT: "SMALLINT",
    Kind.NUMBER: "INTEGER",
    Kind.LONG: "BIGINT",
    Kind.PLAIN: "VARCHAR",
    Kind.INSTANT: "VARCHAR",
}
_NO_TAGS = Sql('(SELECT 0::BIGINT AS "id", \'\' AS "key", \'\' AS "value" WHERE false)')

# Upper case first, or letters with two small forms would differ from themselves.
_FOLDED = r"regexp_replace(lower(upper({})), '[^\p{{L}}\p{{N}}]', '', 'g')"


def printed(plan: Totals) -> Sql:
    """Print a plan as one SELECT."""
    columns = [
        *(sql("{} AS {}", _key(key, plan.source), name(alias)) for alias, key in plan.keys),
        *(sql("{} AS {}", _measure(measure), name(alias)) for alias, measure in plan.measures),
    ]
    text = sql("SELECT {} FROM {}", joined(", ", columns), _source(plan.source))
    if plan.where != ALWAYS:
        text = sql("{} WHERE {}", text, passes(plan.where, plan.source))
    if plan.keys:
        # By position: a key may carry bound values, and repeating them would make it another expression.
        text = sql("{} GROUP BY {}", text, Sql(", ".join(map(str, _telling(plan.keys)))))
    if plan.keeping != ALWAYS:
        text = sql("SELECT * FROM ({}) WHERE {}", text, passes(plan.keeping, plan.source))
    if plan.order:
        text = sql("{} ORDER BY {}", text, in_order(plan.order))
    return sql("{} LIMIT {}", text, value(plan.limit)) if plan.limit is not None else text


def _telling(keys: Sequence[tuple[str, Key]]) -> list[int]:
    """The positions of the keys that tell rows apart: constants do not, but cost as much as others."""
    telling = [number for number, (_, key) in enumerate(keys, start=1) if not isinstance(key, Always)]
    return telling or list(range(1, len(keys) + 1))


def listed(plan: Listed) -> Sql:
    """Print the rows of a source one by one."""
    cells = joined(
        ", ", (sql("{} AS {}", _cell(cell, plan.source), name(alias)) for alias, cell in plan.cells)
    )
    text = sql("SELECT {} FROM {}", cells, _source(plan.source))
    return sql("{} ORDER BY {}", text, in_order(plan.order)) if plan.order else text


def every_row(files: Files) -> Sql:
    """Print the rows of files as they are."""
    return sql("SELECT * FROM {}", _files(files.files))


def passes(condition: Condition, source: Source) -> Sql:
    """Print a condition where a row must pass to be kept: unknown fails by itself."""
    match condition:
        case HasTag(tag):
            tags = _tag_sets(source)
            return sql('"tag_set_id" IN (SELECT "id" FROM {} WHERE {})', tags, passes(tag, source))
        case Not(inner):
            return sql("NOT {}", known(inner, source))
        case Every(parts):
            return _connected(" AND ", "true", [passes(part, source) for part in parts])
        case Either(parts):
            return _connected(" OR ", "false", [passes(part, source) for part in parts])
        case Missing(column):
            return sql("{} IS NULL", name(column))
        case OneOf() | Like() | Resembles() | Compared():
            return _test(condition, source)
        case _:
            assert_never(condition)


def known(condition: Condition, source: Source) -> Sql:
    """Print a condition that is true or false for every row, so that NOT keeps rows lacking the field."""
    match condition:
        case Every(parts):
            return _connected(" AND ", "true", [known(part, source) for part in parts])
        case Either(parts):
            return _connected(" OR ", "false", [known(part, source) for part in parts])
        case OneOf() | Like() | Resembles() | Compared():
            return sql("coalesce({}, false)", _test(condition, source))
        case HasTag() | Missing() | Not():
            return sql("({})", passes(condition, source))
        case _:
            assert_never(condition)


def _test(test: OneOf | Like | Resembles | Compared, source: Source) -> Sql:
    """One test of one field; unknown if the field is."""
    match test:
        case OneOf(column, values, ignoring_case):
            if not values:
                return Sql("false")
            bare = Sql("lower({})") if ignoring_case else Sql("{}")
            listed = joined(", ", (sql(bare.text, value(wanted)) for wanted in values))
            if len(values) == 1:
                return sql("{} = {}", sql(bare.text, name(column)), listed)
            if isinstance(source, Sums):  # each IN would be planned as a join; of hundreds that takes seconds
                return sql("list_position([{}], {}) > 0", listed, sql(bare.text, name(column)))
            return sql("{} IN ({})", sql(bare.text, name(column)), listed)
        case Like(column, pattern, ignoring_case):
            word = Sql("ILIKE" if ignoring_case else "LIKE")
            return sql("{} {} {} ESCAPE '\\'", name(column), word, value(_closed(pattern)))
        case Resembles(column, text):
            return sql("{} = {}", sql(_FOLDED, name(column)), sql(_FOLDED, value(text)))
        case Compared(column, comparison, wanted):
            field = name(column)
            if isinstance(wanted, int | Decimal) and not isinstance(wanted, bool):
                field = sql(f"try_cast({{}} AS {WIDE})", field)
            return sql("{} {} {}", field, Sql(comparison.value), value(wanted))
        case _:
            assert_never(test)


def _closed(pattern: str) -> str:
    r"""A `\` at the very end has nothing to escape and stands for itself; DuckDB would refuse it."""
    trailing = len(pattern) - len(pattern.rstrip("\\"))
    return pattern + "\\" if trailing % 2 else pattern


def _connected(word: str, empty: str, parts: list[Sql]) -> Sql:
    if not parts:
        return Sql(empty)
    return parts[0] if len(parts) == 1 else sql("({})", joined(word, parts))


def _key(key: Key, source: Source) -> Sql:
    match key:
        case Always(text):
            return sql("CAST({} AS VARCHAR)", value(text))
        case Field(column, when):
            if when == ALWAYS:
                return name(column)
            return sql("CASE WHEN {} THEN {} END", passes(when, source), name(column))
        case DateBin(column, Bin.DAY | Bin.HOUR):
            return name(column)
        case DateBin(column, width):
            return sql("CAST(date_trunc({}, {}) AS DATE)", Sql(f"'{width.value}'"), name(column))
        case HourBin(moment, day, hourly):
            return sql(
                "CASE WHEN {} THEN date_trunc('hour', {}) ELSE CAST({} AS TIMESTAMP) END",
                passes(hourly, source),
                name(moment),
                name(day),
            )
        case Holds(condition):
            return known(condition, source)
        case FirstOf(conditions):
            tried = [
                sql("WHEN {} THEN {}", known(condition, source), value(position))
                for position, condition in enumerate(conditions)
            ]
            return sql("CASE {} END", joined(" ", tried))
        case Named(choices):
            tried = [
                sql("WHEN {} THEN CAST({} AS VARCHAR)", passes(condition, source), value(text))
                for condition, text in choices
            ]
            return sql("CASE {} END", joined(" ", tried))
        case _:
            assert_never(key)


def _cell(cell: Cell, source: Source) -> Sql:
    match cell:
        case BinEdge(column, _, period, ends=False):
            return sql("greatest({}, {})", name(column), value(period.start))
        case BinEdge(column, width, period):
            after = sql("{} + INTERVAL 1 {}", name(column), Sql(width.value))
            return sql("least({}, {})", after, value(period.end))
        case Pairs(columns):
            pairs = [
                sql("to_json({}) || ':' || to_json({})", value(key), name(column)) for key, column in columns
            ]
            return sql("'{{' || concat_ws(',', {}) || '}}'", joined(", ", pairs))
        case _:
            return _key(cell, source)


def _measure(measure: Measure) -> Sql:
    match measure:
        case Sum(column):
            return sql("sum({})", name(column))
        case Magnitude(column):
            return sql("sum(abs({}))", name(column))
        case Rows():
            return Sql("count(*)")
        case Smallest(column):
            return sql("min({})", name(column))
        case Largest(column):
            return sql("max({})", name(column))
        case Product(column):
            return duckdb_products.product(column)
        case SplitProduct(column):
            return duckdb_products.split_product(column)
        case SplitProductRest(column):
            return duckdb_products.split_rest(column)
        case _:
            assert_never(measure)


def in_order(order: Sequence[By]) -> Sql:
    """Print the steps of an order."""
    return joined(", ", (_by(step) for step in order))


def _by(step: By) -> Sql:
    return sql("{} {} NULLS LAST", name(step.column), Sql("DESC" if step.descending else "ASC"))


def _source(source: Source) -> Sql:
    match source:
        case Files(files):
            return _files(files)
        case FewTags(rows):
            replaced = sql(
                'SELECT "r".* REPLACE (coalesce("s"."id", 0) AS "tag_set_id") FROM {} AS "r"',
                _files(rows.files),
            )
            return sql(
                '({} LEFT JOIN {} AS "s" ON "s"."old" = "r"."tag_set_id")', replaced, _sets_left(source)
            )
        case TagsLeft(of):
            pairs = sql("{} WHERE {}", _tag_sets(of), passes(OneOf("key", of.keys), of))
            left = sql('SELECT "s"."id", "s"."check", "t"."key", "t"."value" FROM {} AS "s"', _sets_left(of))
            return sql('({} JOIN (SELECT * FROM {}) AS "t" ON "t"."id" = "s"."old")', left, pairs)
        case Kept(table):
            return name(table)
        case Tagged(rows, tags):
            return _tagged(rows, tags, _tag_sets(source))
        case Sums(rows):
            return sql('(WITH "sums" AS MATERIALIZED ({}) SELECT * FROM "sums")', printed(rows))
        case EachTag(rows):
            pairs = sql('SELECT DISTINCT "id", "key", "value" FROM {}', _tag_sets(source))
            joined_up = 'SELECT "r".*, "t"."key", "t"."value" FROM ({}) AS "r" JOIN ({}) AS "t"'
            return sql("(" + joined_up + ' ON "t"."id" = "r"."tag_set_id")', printed(rows), pairs)
        case Factored(rows):
            return duckdb_products.factored(source, printed(rows))
        case _:
            assert_never(source)


def _files(files: tuple[File, ...]) -> Sql:
    """All plain files in one reading; a file with masked rows in a reading of its own."""
    plain = tuple(file.path for file in files if not file.masked)
    readings = [_reading(plain)] if plain else []
    for file in files:
        if file.masked:
            gone = joined(", ", (value(member) for member in file.masked))
            readings.append(sql('{} WHERE "member" NOT IN ({})', _reading((file.path,)), gone))
    if len(readings) == 1 and plain:
        return readings[0]
    return sql("({})", joined(" UNION ALL BY NAME ", (sql("SELECT * FROM {}", each) for each in readings)))


def _reading(paths: tuple[str, ...]) -> Sql:
    return sql("read_parquet({}, union_by_name=true)", value(list(paths)))


def _tag_sets(source: Source) -> Sql:
    """The tags of all files as (id, key, value): a set that several files use stands there several times."""
    match source:
        case Files(_, tag_files) | Tagged(_, _, tag_files) | Sums(_, tag_files) | EachTag(_, tag_files):
            return _reading(tag_files) if tag_files else _NO_TAGS
        case FewTags(rows):
            return _tag_sets(rows)
        case TagsLeft() | Kept() | Factored():
            return _NO_TAGS
        case _:
            assert_never(source)


def _sets_left(few: FewTags) -> Sql:
    """Each tag set with one of the keys: its id as `old`, and the id and check of what is left of it.

    MD5 is the same in every version; 63 of its bits always fit the signed column, and 0 is for the untagged.
    """
    pairs = sql("{} WHERE {}", _tag_sets(few), passes(OneOf("key", few.keys), few))
    contents = sql(
        'SELECT "id" AS "old", CAST(to_json(list([key, "value"] ORDER BY "key")) AS VARCHAR) AS "content" '
        "FROM {} GROUP BY 1",
        pairs,
    )
    number = sql('greatest(1, CAST(md5_number_lower("content" || {}) >> 1 AS BIGINT))', value(str(few.salt)))
    check = Sql('CAST(md5_number_upper("content") >> 1 AS BIGINT)')
    return sql('(SELECT "old", {} AS "id", {} AS "check" FROM ({}))', number, check, contents)


def _tagged(rows: Totals, tags: tuple[tuple[str, str], ...], tag_sets: Sql) -> Sql:
    """Each row once, whatever the side files say: a tag set has at most one value for a key."""
    shown, joins = [Sql('"r".*')], []
    for number, (column, key) in enumerate(tags):
        side = name(f"t{number}")
        shown.append(sql('{}."value" AS {}', side, name(column)))
        pairs = sql("{} WHERE {} = {}", tag_sets, name("key"), value(key))
        values = sql('SELECT "id", min("value") AS "value" FROM {} GROUP BY 1', pairs)
        joins.append(sql('LEFT JOIN ({}) AS {} ON {}."id" = "r"."tag_set_id"', values, side, side))
    return sql('(SELECT {} FROM ({}) AS "r" {})', joined(", ", shown), printed(rows), joined(" ", joins))

"""Golden pairs: a plan and the SQL that it is printed as, every value bound."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlglot

from eyrie.basics.period import Bin
from eyrie.engine.duckdb_dialect import known, passes, printed
from eyrie.engine.plan import (
    ALWAYS,
    NEVER,
    By,
    Compared,
    Comparison,
    DateBin,
    EachTag,
    Either,
    Every,
    Field,
    File,
    Files,
    HasTag,
    Holds,
    HourBin,
    Kept,
    Largest,
    Like,
    Missing,
    Named,
    Not,
    OneOf,
    Rows,
    Smallest,
    Sum,
    Sums,
    Tagged,
    Totals,
    tag_is,
)

FILES = Files((File("a.parquet"), File("b.parquet")), ("a.tags.parquet",))
READ = "read_parquet(?, union_by_name=true)"
PATHS = ["a.parquet", "b.parquet"]
DAY = dt.date(2025, 1, 1)

CONDITIONS = [
    (ALWAYS, "true", ()),
    (NEVER, "false", ()),
    (OneOf("region", ()), "false", ()),
    (OneOf("region", ("eu",)), '"region" = ?', ("eu",)),
    (OneOf("region", ("eu", "us")), '"region" IN (?, ?)', ("eu", "us")),
    (OneOf("region", ("EU",), ignoring_case=True), 'lower("region") = lower(?)', ("EU",)),
    (OneOf("marketplace", (True,)), '"marketplace" = ?', (True,)),
    (Like("service", "a%"), "\"service\" LIKE ? ESCAPE '\\'", ("a%",)),
    (Like("service", "a\\", ignoring_case=True), "\"service\" ILIKE ? ESCAPE '\\'", ("a\\\\",)),
    (Missing("region"), '"region" IS NULL', ()),
    (Compared("accrued_on", Comparison.LESS, DAY), '"accrued_on" < ?', (DAY,)),
    (
        Compared("extra", Comparison.AT_LEAST, Decimal("1.5")),
        'try_cast("extra" AS DECIMAL(38,18)) >= ?',
        (Decimal("1.5"),),
    ),
    (Not(OneOf("region", ("eu",))), 'NOT coalesce("region" = ?, false)', ("eu",)),
    (Not(Missing("region")), 'NOT ("region" IS NULL)', ()),
    (
        Not(Either((OneOf("a", ("1",)), Every((OneOf("b", ("2",)), Not(Missing("c"))))))),
        'NOT (coalesce("a" = ?, false) OR (coalesce("b" = ?, false) AND (NOT ("c" IS NULL))))',
        ("1", "2"),
    ),
    (
        Every((OneOf("a", ("1",)), Either((OneOf("b", ("2",)), OneOf("c", ("3",)))))),
        '("a" = ? AND ("b" = ? OR "c" = ?))',
        ("1", "2", "3"),
    ),
    (
        tag_is("team", "core"),
        f'"tag_set_id" IN (SELECT "id" FROM {READ} WHERE ("key" = ? AND "value" = ?))',
        (["a.tags.parquet"], "team", "core"),
    ),
    (
        Not(HasTag(Like("value", "x%"))),
        f'NOT ("tag_set_id" IN (SELECT "id" FROM {READ} WHERE "value" LIKE ? ESCAPE \'\\\'))',
        (["a.tags.parquet"], "x%"),
    ),
    (OneOf('od"d {}', ("x",)), '"od""d {}" = ?', ("x",)),
]

PLANS = [
    (
        Totals(FILES, measures=(("amount", Sum("billed_cost")),)),
        f'SELECT sum("billed_cost") AS "amount" FROM {READ}',
        (PATHS,),
    ),
    (
        Totals(
            FILES,
            keys=(("month", DateBin("accrued_on", Bin.MONTH)), ("service", Field("service"))),
            measures=(("rows", Rows()), ("first", Smallest("x")), ("last", Largest("x"))),
            where=OneOf("region", ("eu",)),
            keeping=Not(OneOf("rows", (1,))),
            order=(By("month", descending=True), By("service")),
            limit=10,
        ),
        (
            'SELECT * FROM (SELECT CAST(date_trunc(\'month\', "accrued_on") AS DATE) AS "month", '
            '"service" AS "service", count(*) AS "rows", min("x") AS "first", max("x") AS "last" '
            f'FROM {READ} WHERE "region" = ? GROUP BY 1, 2) WHERE NOT coalesce("rows" = ?, false) '
            'ORDER BY "month" DESC NULLS LAST, "service" ASC NULLS LAST LIMIT ?'
        ),
        (PATHS, "eu", 1, 10),
    ),
    (
        Totals(
            FILES,
            keys=(
                ("hour", HourBin("starts", "accrued_on", OneOf("granularity", ("hour",)))),
                ("instance", Field("integration", OneOf("provider", ("custom_provider",)))),
                ("eu", Holds(OneOf("region", ("eu",)))),
                ("day", DateBin("accrued_on", Bin.DAY)),
            ),
        ),
        (
            'SELECT CASE WHEN "granularity" = ? THEN date_trunc(\'hour\', "starts") '
            'ELSE CAST("accrued_on" AS TIMESTAMP) END AS "hour", '
            'CASE WHEN "provider" = ? THEN "integration" END AS "instance", '
            'coalesce("region" = ?, false) AS "eu", "accrued_on" AS "day" '
            f"FROM {READ} GROUP BY 1, 2, 3, 4"
        ),
        ("hour", "custom_provider", "eu", PATHS),
    ),
    (
        Totals(Files((File("a.parquet"), File("b.parquet", masked=(1, 2)))), keys=(("x", Field("x")),)),
        (
            f'SELECT "x" AS "x" FROM (SELECT * FROM {READ} UNION ALL BY NAME '
            f'SELECT * FROM {READ} WHERE "member" NOT IN (?, ?)) GROUP BY 1'
        ),
        (["a.parquet"], ["b.parquet"], 1, 2),
    ),
    (
        Totals(Kept("answer_1"), measures=(("rows", Rows()),)),
        'SELECT count(*) AS "rows" FROM "answer_1"',
        (),
    ),
    (
        Totals(
            Tagged(
                Totals(FILES, keys=(("tag_set_id", Field("tag_set_id")),)),
                (("tag_0", "team"),),
                ("a.tags.parquet",),
            ),
            keys=(("tag_0", Field("tag_0")),),
        ),
        (
            f'SELECT "tag_0" AS "tag_0" FROM (SELECT "r".*, "t0"."value" AS "tag_0" '
            f'FROM (SELECT "tag_set_id" AS "tag_set_id" FROM {READ} GROUP BY 1) AS "r" '
            f'LEFT JOIN (SELECT "id", min("value") AS "value" FROM {READ} WHERE "key" = ? GROUP BY 1) '
            'AS "t0" ON "t0"."id" = "r"."tag_set_id") GROUP BY 1'
        ),
        (PATHS, ["a.tags.parquet"], "team"),
    ),
    (
        Totals(
            EachTag(Totals(FILES, keys=(("tag_set_id", Field("tag_set_id")),)), ("a.tags.parquet",)),
            keys=(("key", Field("key")),),
        ),
        (
            'SELECT "key" AS "key" FROM (SELECT "r".*, "t"."key", "t"."value" '
            f'FROM (SELECT "tag_set_id" AS "tag_set_id" FROM {READ} GROUP BY 1) AS "r" '
            f'JOIN (SELECT DISTINCT "id", "key", "value" FROM {READ}) AS "t" '
            'ON "t"."id" = "r"."tag_set_id") GROUP BY 1'
        ),
        (PATHS, ["a.tags.parquet"]),
    ),
    (
        Totals(
            Sums(Totals(FILES, (("region", Field("region")),), (("amount", Sum("billed_cost")),)), ()),
            keys=(
                ("name", Named(((OneOf("region", ("eu", "us")), "Ours"), (OneOf("region", ("ap",)), None)))),
            ),
            measures=(("amount", Sum("amount")),),
        ),
        (
            'SELECT CASE WHEN list_position([?, ?], "region") > 0 THEN CAST(? AS VARCHAR) '
            'WHEN "region" = ? THEN CAST(? AS VARCHAR) END AS "name", sum("amount") AS "amount" '
            'FROM (WITH "sums" AS MATERIALIZED (SELECT "region" AS "region", sum("billed_cost") AS "amount" '
            f'FROM {READ} GROUP BY 1) SELECT * FROM "sums") GROUP BY 1'
        ),
        ("eu", "us", "Ours", "ap", None, PATHS),
    ),
]


@pytest.mark.parametrize(("condition", "text", "values"), CONDITIONS)
def test_conditions_where_a_row_must_pass(condition, text, values):
    fragment = passes(condition, FILES)
    assert (fragment.text, fragment.values) == (text, values)
    sqlglot.parse_one(f"SELECT 1 WHERE {text}", dialect="duckdb")


def test_a_truth_that_is_shown_is_never_unknown():
    assert known(OneOf("region", ("eu",)), FILES).text == 'coalesce("region" = ?, false)'
    assert known(Missing("region"), FILES).text == '("region" IS NULL)'


@pytest.mark.parametrize(("plan", "text", "values"), PLANS)
def test_plans(plan, text, values):
    fragment = printed(plan)
    assert (fragment.text, fragment.values) == (text, values)
    sqlglot.parse_one(text, dialect="duckdb")


@pytest.mark.parametrize(("plan", "text", "values"), PLANS)
def test_each_mark_has_its_value(plan, text, values):
    assert text.count("?") == len(values)

"""A draft held against the rules: all of them in one look over its columns, with the first rows of each."""

from collections.abc import Sequence

from eyrie.basics.errors import Refused
from eyrie.basics.words import CURRENCIES
from eyrie.costs.sources.focus.categories import check_categories
from eyrie.costs.sources.focus.columns import COLUMNS, Holds
from eyrie.costs.sources.focus.findings import Finding, Weight
from eyrie.costs.sources.focus.read import ROW, Draft, narrow_columns
from eyrie.costs.sources.focus.rules import Rule, rules_for
from eyrie.costs.sources.focus.settings import PROBLEMS_TOLD, ROWS_TOLD
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, joined, name, sql, value

_RULES_AT_ONCE = 50
_NEAR_ROWS = 100_000
_NUL_IN_JSON = r"(^|[^\\])(\\\\)*\\u0000"
_LARGEST_SUM = 5e19  # a sure way below where sums overflow, since it is told by binary floats


def check(engine: BulkEngine, draft: Draft) -> list[Finding]:
    """Give what rows break, errors first."""
    rules = [*_currencies(engine, draft), *rules_for(draft)]
    rows = _rows(engine, draft)
    findings = []
    for start in range(0, len(rules), _RULES_AT_ONCE):
        some = rules[start : start + _RULES_AT_ONCE]
        counts = joined(", ", (sql("count(*) FILTER ({})", Sql(rule.broken)) for rule in some))
        found = engine.carry_out(sql("SELECT {} FROM {}", counts, rows))[0]
        findings += [
            Finding(rule.weight, rule.column, rule.says, count, _first_rows(engine, rows, rule, ROWS_TOLD))
            for rule, count in zip(some, found, strict=True)
            if count
        ]
    findings += [*_too_much(engine, draft, rows), *check_categories(engine, draft)]
    return sorted(findings, key=lambda finding: finding.weight is not Weight.ERROR)


def problems(engine: BulkEngine, draft: Draft, errors: Sequence[Finding]) -> list[tuple[int, str]]:
    """Give the rows with errors one by one, as many of each rule as are told at all."""
    by_text = {(rule.column, rule.says): rule for rule in [*_currencies(engine, draft), *rules_for(draft)]}
    rows = _rows(engine, draft)
    return [
        (row, f"{error.column} {error.says}")
        for error in errors
        if error.count
        for row in _first_rows(engine, rows, by_text[error.column, error.says], PROBLEMS_TOLD)
    ]


def check_texts(engine: BulkEngine, draft: Draft) -> None:
    """Refuse NULs, which no CSV can hold: packed text and Parquet were not looked through for them before."""
    texts = [
        name(each) for each in draft.header.places if COLUMNS[each].holds not in (Holds.NUMBER, Holds.TIME)
    ]
    has_nul = [sql("contains({}, chr(0))", text) for text in texts]
    has_nul += [
        sql("regexp_matches({}, {})", name(cells), value(_NUL_IN_JSON)) for cells in ("unread", "unknown")
    ]
    first = sql("SELECT {} FROM {} WHERE {} ORDER BY 1 LIMIT 1", ROW, draft.file, joined(" OR ", has_nul))
    for (row,) in engine.carry_out(first):
        raise Refused(f"Row {row}: holds a NUL character; save the file as UTF-8 text")


def _rows(engine: BulkEngine, draft: Draft) -> Sql:
    narrow = narrow_columns(engine, draft, Sql("true"))
    return sql(
        "(SELECT *, CAST({} AS VARCHAR) AS class_told FROM ({}))",
        draft.column("ChargeClass"),
        draft.resolved(narrow),
    )


def _first_rows(engine: BulkEngine, rows: Sql, rule: Rule, most: int) -> tuple[int, ...]:
    """Mostly they are near the beginning, so only if there are too few of them is the rest looked at."""
    found: list[tuple[int]] = []
    for among in (f"file_row_number < {_NEAR_ROWS}", "true"):
        first = sql(
            "SELECT {} FROM {} WHERE {} AND ({}) ORDER BY 1 LIMIT {}",
            *(ROW, rows, Sql(among), Sql(rule.broken), value(most)),
        )
        found = engine.carry_out(first)
        if len(found) == most:
            break
    return tuple(row for (row,) in found)


def _too_much(engine: BulkEngine, draft: Draft, rows: Sql) -> list[Finding]:
    """Costs that add up to more digits than a sum can have would break every question that meets them."""
    costs = [each for each in ("BilledCost", "EffectiveCost") if draft.has(each)]
    sums = joined(", ", (sql("sum(abs(CAST({} AS DOUBLE)))", name(each)) for each in costs))
    found = engine.carry_out(sql("SELECT {} FROM {}", sums, rows))[0]
    return [
        Finding(Weight.ERROR, each, "adds up to more than can be kept, which has 20 digits before the point")
        for each, total in zip(costs, found, strict=True)
        if (total or 0) > _LARGEST_SUM
    ]


def _currencies(engine: BulkEngine, draft: Draft) -> list[Rule]:
    """Currencies are few, so they are looked up here."""
    if not draft.has("BillingCurrency"):
        return []
    found = engine.carry_out(sql('SELECT DISTINCT "BillingCurrency" FROM {}', draft.file))
    unknown = [code for (code,) in found if code is not None and code.strip().upper() not in CURRENCIES]
    if not unknown:
        return []
    good = ", ".join(f"'{code}'" for code in sorted(CURRENCIES))
    return [
        Rule(
            "BillingCurrency",
            "must be a currency code of ISO 4217, such as USD",
            f'NOT list_contains([{good}], upper(trim("BillingCurrency")))',
            ("BillingCurrency",),
            Weight.ERROR,
        )
    ]

"""A draft held against the rules: all of them in one look over its columns, with the first rows of each."""

from collections.abc import Sequence

from eyrie.basics.words import CURRENCIES
from eyrie.costs.sources.focus.findings import Finding, Weight
from eyrie.costs.sources.focus.read import ROW, Draft
from eyrie.costs.sources.focus.rules import Rule, rules_for
from eyrie.costs.sources.focus.settings import PROBLEMS_TOLD, ROWS_TOLD
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, joined, sql, value

_RULES_AT_ONCE = 25
_SERVICES_TOLD = 3


def check(engine: BulkEngine, draft: Draft) -> list[Finding]:
    """Give what rows break, errors first."""
    rules = [*_currencies(engine, draft), *rules_for(draft)]
    findings = [
        finding
        for start in range(0, len(rules), _RULES_AT_ONCE)
        for finding in _broken(engine, draft, rules[start : start + _RULES_AT_ONCE])
    ]
    findings += _one_category_each(engine, draft, "ServiceName")
    return sorted(findings, key=lambda finding: finding.weight is not Weight.ERROR)


def problems(engine: BulkEngine, draft: Draft, errors: Sequence[Finding]) -> list[tuple[int, str]]:
    """Give the rows with errors, one by one: the first of each rule, and as many more as there are."""
    told: list[tuple[int, str]] = []
    by_text = {(rule.column, rule.says): rule for rule in [*_currencies(engine, draft), *rules_for(draft)]}
    for error in errors:
        rule = by_text[error.column, error.says]
        rows = engine.carry_out(
            sql(
                "SELECT {} FROM {} WHERE {} ORDER BY 1 LIMIT {}",
                *(ROW, _rows(draft), Sql(rule.broken), value(PROBLEMS_TOLD)),
            )
        )
        told += [(row, f"{error.column} {error.says}") for (row,) in rows]
    return told


def _rows(draft: Draft) -> Sql:
    return sql(
        "(SELECT *, CAST({} AS VARCHAR) AS class_told FROM {})", draft.column("ChargeClass"), draft.source
    )


def _broken(engine: BulkEngine, draft: Draft, rules: Sequence[Rule]) -> list[Finding]:
    counts = [
        sql(
            f"count(*) FILTER ({{}}), min({{}}, {ROWS_TOLD}) FILTER ({{}})",
            *(Sql(rule.broken), ROW, Sql(rule.broken)),
        )
        for rule in rules
    ]
    found = engine.carry_out(sql("SELECT {} FROM {}", joined(", ", counts), _rows(draft)))[0]
    return [
        Finding(rule.weight, rule.column, rule.says, count, tuple(rows))
        for rule, count, rows in zip(rules, found[::2], found[1::2], strict=True)
        if count
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


def _one_category_each(engine: BulkEngine, draft: Draft, column: str) -> list[Finding]:
    """FOCUS wants each service in one category."""
    if not draft.has(column, "ServiceCategory"):
        return []
    several = engine.carry_out(
        sql(
            'SELECT {} FROM {} WHERE {} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT "ServiceCategory") > 1 '
            "ORDER BY 1 LIMIT {}",
            *(draft.column(column), draft.file, draft.column(column), value(_SERVICES_TOLD + 1)),
        )
    )
    if not several:
        return []
    names = ", ".join(name for (name,) in several[:_SERVICES_TOLD]) + (
        ", …" if len(several) > _SERVICES_TOLD else ""
    )
    return [Finding(Weight.WARNING, column, f"must have one ServiceCategory each; several have: {names}")]

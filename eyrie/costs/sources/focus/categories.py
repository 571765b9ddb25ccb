"""One ServiceCategory each: FOCUS wants it of a service, and so of a SKU, which belongs to one service.

The draft is grouped once for both, by the few texts there are. Only if a name has several categories are rows
looked at, and then each seller's apart: two sellers may well use one name.
"""

from collections.abc import Iterator, Sequence

from eyrie.costs.sources.focus.findings import Finding, Weight
from eyrie.costs.sources.focus.read import ROW, Draft
from eyrie.costs.sources.focus.sellers import seller_of
from eyrie.costs.sources.focus.settings import ROWS_TOLD
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, joined, name, sql, value

_NAMES_TOLD = 3


def check_categories(engine: BulkEngine, draft: Draft) -> Iterator[Finding]:
    """Tell which services and SKUs have several categories, and in which rows."""
    columns = [each for each in ("ServiceName", "SkuId") if draft.has(each, "ServiceCategory")]
    if columns:
        doubtful = engine.carry_out(_doubtful(draft, columns))[0]
        for column, is_doubtful in zip(columns, doubtful, strict=True):
            if is_doubtful:
                yield from _several(engine, draft, column)


def _doubtful(draft: Draft, columns: Sequence[str]) -> Sql:
    """Ask of each column whether any of its names has several categories."""
    several = (
        sql(
            "EXISTS (SELECT {} FROM named WHERE {} IS NOT NULL GROUP BY 1 "
            'HAVING count(DISTINCT "ServiceCategory") > 1)',
            *[name(each)] * 2,
        )
        for each in columns
    )
    return sql(
        'WITH named AS MATERIALIZED (SELECT DISTINCT {}, "ServiceCategory" FROM {}) SELECT {}',
        *(joined(", ", map(name, columns)), draft.file, joined(", ", several)),
    )


def _several(engine: BulkEngine, draft: Draft, column: str) -> Iterator[Finding]:
    """Look at the rows, each seller's apart."""
    named = sql(
        "SELECT {} AS named, count(*) AS often, min({}, {}) AS first FROM {} "
        'WHERE {} IS NOT NULL AND "ServiceCategory" IS NOT NULL GROUP BY 1, {} '
        'HAVING count(DISTINCT "ServiceCategory") > 1',
        *(name(column), ROW, value(ROWS_TOLD), draft.file, name(column), seller_of(draft)),
    )
    together = sql(
        "SELECT sum(often), min(named, {}), list_sort(flatten(list(first)))[:{}] FROM ({})",
        *(value(_NAMES_TOLD + 1), value(ROWS_TOLD), named),
    )
    count, names, rows = engine.carry_out(together)[0]
    if count:
        listed = ", ".join([*names[:_NAMES_TOLD], *(["…"] if len(names) > _NAMES_TOLD else [])])
        says = f"must have one ServiceCategory each; several have: {listed}"
        yield Finding(Weight.WARNING, column, says, int(count), tuple(rows))

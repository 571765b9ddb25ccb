"""Prints products for DuckDB so that they lose no digit, though it keeps only 38 of them.

An amount has 18 decimals and a factor 20, so their product has 38 and no room before the point. Both are cut
in two, the amount after 8 decimals and the factor after 10. Each product of halves fits, and so do the sums
of equally fine ones:

    wholes           18 decimals
    whole and rest   28 decimals, both ways
    two rests        38 decimals

Put together, all that is finer than 18 decimals is carried over, rounded down. So equal products are equal in
both of their columns, and compare by the first and then the second. Were it not rounded down but to the
nearest, a half would have two forms.
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from eyrie.basics.money import WIDE
from eyrie.engine.columns import Kind
from eyrie.engine.plan import Factored
from eyrie.engine.sql import Sql, joined, name, sql, value

_FACTOR_QUANTUM = Decimal(1).scaleb(-10)
_TYPES = {Kind.TEXT: "VARCHAR", Kind.DAY: "DATE", Kind.NUMBER: "INTEGER"}

_WHOLE = "CAST({0} AS DECIMAL(28,8))"  # to the nearest: the rest may be less than nothing
_REST = f"CAST(CAST({{0}} AS DECIMAL(38,18)) - CAST({_WHOLE} AS DECIMAL(38,18)) AS DECIMAL(18,18))"
_WHOLES = f'sum({_WHOLE} * "factor")'
_CROSSED = f'sum({_REST} * "factor" + {_WHOLE} * "factor_rest")'
_RESTS = f'sum({_REST} * "factor_rest")'
_CROSSED_WHOLE = f"CAST({_CROSSED} AS DECIMAL(38,18))"
_FINE = f"(CAST({_CROSSED} - {_CROSSED_WHOLE} AS DECIMAL(38,38)) + {_RESTS})"  # finer than 18 decimals
_NEAREST = f"CAST({_FINE} AS DECIMAL(38,18))"
_CARRIED = f"({_NEAREST} - CASE WHEN {_NEAREST} > {_FINE} THEN 0.000000000000000001 ELSE 0 END)"
_PRODUCT = f"coalesce(CAST({_WHOLES} + {_CROSSED_WHOLE} + {_CARRIED} AS DECIMAL(38,18)), 0)"
_LEFT = f"coalesce(CAST({_FINE} - CAST({_CARRIED} AS DECIMAL(38,38)) AS DECIMAL(38,38)), 0)"


def product(column: str) -> Sql:
    """Print the sum of products, down to 18 decimals."""
    return Sql(_PRODUCT.format(name(column).text))


def rest(column: str) -> Sql:
    """Print what is left of it."""
    return Sql(_LEFT.format(name(column).text))


def factored(source: Factored, rows: Sql) -> Sql:
    """Print rows beside their factors, both halves of them."""
    cells = zip(*(factor.cells for factor in source.factors), strict=True)
    columns = [
        (column, _listed(texts, _TYPES[kind]))
        for (column, kind), texts in zip(source.told_by, cells, strict=True)
    ]
    wholes = [each.factor.quantize(_FACTOR_QUANTUM, ROUND_DOWN, WIDE) for each in source.factors]
    rests = [WIDE.subtract(each.factor, whole) for each, whole in zip(source.factors, wholes, strict=True)]
    columns += [
        ("factor", _listed(map(_text, wholes), "DECIMAL(28,10)")),
        ("factor_rest", _listed(map(_text, rests), "DECIMAL(20,20)")),
    ]
    factors = joined(", ", (sql("{} AS {}", listed, name(column)) for column, listed in columns))
    agree = joined(" AND ", (sql('"f".{} = "r".{}', name(c), name(c)) for c, _ in source.told_by))
    return sql(
        '(SELECT "r".*, "f"."factor", "f"."factor_rest" FROM ({}) AS "r" JOIN (SELECT {}) AS "f" ON {})',
        *(rows, factors, agree),
    )


def _listed(texts: Iterable[str], kind: str) -> Sql:
    return sql(f"unnest(CAST({{}} AS {kind}[]))", value(list(texts)))


def _text(number: Decimal) -> str:
    return format(number, "f")

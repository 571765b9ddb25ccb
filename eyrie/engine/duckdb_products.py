"""Prints products for DuckDB, which keeps 38 digits and raises an error where it would need more.

Amounts of most bills have 10 decimals and most factors no more, so 18 digits are left before the point, and a
plain product is exact. But an amount may have 18 decimals and a factor 20: 38, and nothing left. For that,
both are cut in two: the factor after 10 decimals, the amount at what a binary float makes of it, in 8
decimals. Where it is cut does not matter, for what is left is the exact difference, and always small; and to
ask a float takes a tenth of the time of rounding 38 digits. Each product of halves fits, and so do sums of
equally fine ones:

    whole and whole    18 decimals
    whole and rest     28 decimals, both ways
    rest and rest      38 decimals

Then all that is finer than 18 decimals is put together, and carried over as far as it makes whole units of
the last of these decimals, rounded down. So equal products are equal in both of their columns, and compare by
the first and then the second.
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from eyrie.basics.money import WIDE
from eyrie.engine.columns import Kind
from eyrie.engine.plan import Factored
from eyrie.engine.sql import Sql, joined, name, sql, value

_FACTOR_QUANTUM = Decimal(1).scaleb(-10)
_TYPES = {Kind.TEXT: "VARCHAR", Kind.DAY: "DATE", Kind.NUMBER: "INTEGER"}

_WHOLE = "CAST(CAST({0} AS DOUBLE) AS DECIMAL(30,8))"
_REST = f"({{0}} - {_WHOLE})"
_WHOLES = f'sum({_WHOLE} * "factor_whole")'
_CROSSED = f'sum({_REST} * "factor_whole" + {_WHOLE} * "factor_rest")'
_RESTS = f'sum({_REST} * "factor_rest")'
_CROSSED_WHOLE = f"CAST(CAST({_CROSSED} AS DOUBLE) AS DECIMAL(38,18))"
_FINE = f"(CAST({_CROSSED} - {_CROSSED_WHOLE} AS DECIMAL(38,38)) + {_RESTS})"
_NEAR = f"CAST(CAST({_FINE} AS DOUBLE) AS DECIMAL(38,18))"  # one off at most
_UNIT = "0.000000000000000001"
_CARRIED = (
    f"({_NEAR} + CASE WHEN {_NEAR} > {_FINE} THEN -{_UNIT} "
    f"WHEN {_FINE} - {_NEAR} >= {_UNIT} THEN {_UNIT} ELSE 0 END)"
)
_PRODUCT = f"coalesce(CAST({_WHOLES} + {_CROSSED_WHOLE} + {_CARRIED} AS DECIMAL(38,18)), 0)"
_LEFT = f"coalesce(CAST({_FINE} - {_CARRIED} AS DECIMAL(38,38)), 0)"


def product(column: str) -> Sql:
    """Print the sum of products, for as long as there is room."""
    return sql('coalesce(sum({} * "factor"), 0)', name(column))


def split_product(column: str) -> Sql:
    """Print the sum of products, down to 18 decimals."""
    return Sql(_PRODUCT.format(name(column).text))


def split_rest(column: str) -> Sql:
    """Print what is left of it."""
    return Sql(_LEFT.format(name(column).text))


def factored(source: Factored, rows: Sql) -> Sql:
    """Print rows beside their factors, whole and cut in two; the engine leaves out what is not asked for."""
    columns = [
        (column, _listed((each.cells[place] for each in source.factors), _TYPES[kind]))
        for place, (column, kind) in enumerate(source.told_by)
    ]
    factors = [each.factor.normalize(WIDE) for each in source.factors]
    wholes = [factor.quantize(_FACTOR_QUANTUM, ROUND_DOWN, WIDE) for factor in factors]
    rests = [WIDE.subtract(factor, whole) for factor, whole in zip(factors, wholes, strict=True)]
    columns += [
        ("factor", _listed(map(_text, factors), f"DECIMAL(38,{max(map(_decimals, factors), default=0)})")),
        ("factor_whole", _listed(map(_text, wholes), "DECIMAL(28,10)")),
        ("factor_rest", _listed(map(_text, rests), "DECIMAL(20,20)")),
    ]
    listed = joined(", ", (sql("{} AS {}", each, name(column)) for column, each in columns))
    shown = joined(", ", (sql('"f".{}', name(column)) for column, _ in columns[len(source.told_by) :]))
    agree = joined(" AND ", (sql('"f".{} = "r".{}', name(c), name(c)) for c, _ in source.told_by))
    return sql(
        '(SELECT "r".*, {} FROM ({}) AS "r" JOIN (SELECT {}) AS "f" ON {})', shown, rows, listed, agree
    )


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _listed(texts: Iterable[str], kind: str) -> Sql:
    return sql(f"unnest(CAST({{}} AS {kind}[]))", value(list(texts)))


def _text(number: Decimal) -> str:
    return format(number, "f")

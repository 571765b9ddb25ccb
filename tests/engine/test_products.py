"""Products that lose no digit: the engine's are those of Decimal with 120 digits, and have one form each."""

import datetime as dt
from decimal import Context, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import TooWide
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import (
    Factor,
    Factored,
    Field,
    File,
    Files,
    Product,
    SplitProduct,
    SplitProductRest,
    Sum,
    Totals,
)
from eyrie.engine.port import Handed, Writing

EXACT = Context(prec=120)
UNIT = Decimal(1).scaleb(-18)
COLUMNS = (Column("day", Kind.DAY), Column("currency", Kind.TEXT), Column("amount", Kind.AMOUNT))
DAY = dt.date(2025, 1, 1)

amounts = st.one_of(
    st.integers(-(10**30), 10**30).map(lambda units: Decimal(units).scaleb(-18)),
    st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents).scaleb(-2)),
    st.sampled_from((Decimal(0), UNIT, -UNIT, Decimal("5e-9"), Decimal("-1.000000000000000005"))),
)
factors = st.one_of(
    st.integers(1, 10**26).map(lambda units: Decimal(units).scaleb(-20)),
    st.integers(1, 10**14).map(lambda units: Decimal(units).scaleb(-10)),
    st.sampled_from((Decimal(1), Decimal("0.5"), Decimal("1e-20"), Decimal("0.05"))),
)


SPLIT = (("amount", SplitProduct("amount")), ("rest", SplitProductRest("amount")))


def multiplied(engine, folder, pairs, measures=SPLIT):
    """Add up amounts of a day, each in a currency of its own and times its factor."""
    rows = [(DAY, f"C{place}", amount) for place, (amount, _) in enumerate(pairs)]
    path = folder / f"{hash(tuple(pairs))}.parquet"
    engine.write(Writing(path, COLUMNS, Handed(rows)))
    keys = (("day", Field("day")), ("currency", Field("currency")))
    sums = Totals(Files((File(str(path)),)), keys, (("amount", Sum("amount")),))
    told_by = (("currency", Kind.TEXT), ("day", Kind.DAY))
    listed = tuple(Factor((f"C{place}", str(DAY)), factor) for place, (_, factor) in enumerate(pairs))
    return engine.run(Totals(Factored(sums, told_by, listed), measures=measures)).rows


@settings(max_examples=150)
@given(pairs=st.lists(st.tuples(amounts, factors), min_size=1, max_size=8))
@example(pairs=[(Decimal("0.05"), Decimal("1e-20")), (Decimal("-0.05"), Decimal("1e-20"))])
@example(pairs=[(UNIT, Decimal("0.5")), (UNIT, Decimal("0.5"))])
@example(pairs=[(-UNIT, Decimal("0.5"))])
@example(pairs=[(Decimal("99999999999999999999"), Decimal("0.9999999999"))])
def test_a_sum_of_products_is_exact_and_its_rest_is_less_than_a_unit(engine, folder, pairs):
    ((whole, rest),) = multiplied(engine, folder, pairs)
    assert EXACT.add(whole, rest) == plainly(pairs)
    assert 0 <= rest < UNIT


@given(pairs=st.lists(st.tuples(amounts, factors), min_size=1, max_size=8))
def test_a_plain_product_is_exact_or_too_wide(engine, folder, pairs):
    try:
        ((product,),) = multiplied(engine, folder, pairs, (("amount", Product("amount")),))
    except TooWide:
        return
    assert product == plainly(pairs)


def test_amounts_and_factors_of_ten_decimals_have_room(engine, folder):
    pairs = [
        (Decimal("99999999.9999999999"), Decimal("9999.9999999999")),
        (Decimal("-0.0000000001"), Decimal("0.0000000003")),
    ]
    ((product,),) = multiplied(engine, folder, pairs, (("amount", Product("amount")),))
    assert product == plainly(pairs)


def test_what_is_too_wide_is_said_to_be(engine, folder):
    with pytest.raises(TooWide):
        multiplied(
            engine, folder, [(Decimal(10**12) + UNIT, 1 + Decimal("1e-20"))], (("amount", Product("amount")),)
        )


def plainly(pairs):
    """The same by Decimal."""
    found = Decimal(0)
    for amount, factor in pairs:
        found = EXACT.add(found, EXACT.multiply(amount, factor))
    return found


@given(amount=amounts, factor=factors)
def test_equal_products_are_equal_in_both_columns(engine, folder, amount, factor):
    """However they came about: at once, or of two halves with other rests."""
    third = Decimal("0.333333333333333333") if abs(amount) > 1 else Decimal(0)
    (at_once,) = multiplied(engine, folder, [(amount, factor)])
    (of_parts,) = multiplied(engine, folder, [(EXACT.subtract(amount, third), factor), (third, factor)])
    assert at_once == of_parts


def test_rows_without_a_factor_are_gone_and_nothing_known_is_nothing(engine, folder):
    path = folder / "rows.parquet"
    engine.write(Writing(path, COLUMNS, Handed([(DAY, "A", Decimal(3)), (DAY, "B", None)])))
    keys = (("day", Field("day")), ("currency", Field("currency")))
    sums = Totals(Files((File(str(path)),)), keys, (("amount", Sum("amount")),))
    factored = Factored(sums, (("currency", Kind.TEXT),), (Factor(("B",), Decimal(2)),))
    assert engine.run(Totals(factored, keys[1:], SPLIT)).rows == [("B", 0, 0)]
    assert engine.run(Totals(factored, keys[1:], (("amount", Product("amount")),))).rows == [("B", 0)]

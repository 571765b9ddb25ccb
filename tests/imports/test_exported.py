"""Rows that are exported as FOCUS keep to FOCUS, whoever uploaded them, and cost the same when they are imported."""

import csv

import pytest

from eyrie.costs.sources.focus.columns import COLUMNS
from tests.exporting import export
from tests.imports.deliveries import deliver, total

# The least that a custom provider may say, every kind of charge, and a fee for ten days.
LITTLE = """\
ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName
Usage,2025-01-01,,100,Seats
Discount,2025-01-01,,-10,Seats
Refund,2025-01-03,,-2.50,Seats
Tax,2025-01-02,,8,Seats
Credit,2025-01-02,,-5,Seats
Fee,2025-01-01,2025-01-10,50,Support
"""
MORE = """\
ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,RegionId,ConsumedQuantity,ConsumedUnit,\
SubAccountId,ResourceId,Tags,ServiceCategory
Usage,2025-01-01,2025-01-04,100,Seats,eu-1,3,Hours,a-1,r-1,"{""team"": ""core""}",Compute
Usage,2025-01-02,,1,Seats,,,,,,,Compute
Tax,2025-01-05,,8,Seats,eu-1,,,a-1,,,Compute
"""
EVERY_CLASS = {"include_credits": True, "include_refunds": True}


@pytest.fixture
def exported(world, tmp_path):
    """Upload a bill, export its stored rows, and give the file."""

    def write(bill):
        world.imported(world.custom_provider(), bill)
        rows = export(world, schema="focus", settings=EVERY_CLASS)
        path = tmp_path / "out" / "exported.csv"
        path.parent.mkdir()
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.mark.parametrize("bill", [LITTLE, MORE], ids=["little", "more"])
def test_it_breaks_no_rule_of_focus(world, exported, bill):
    told = deliver(world, exported(bill), provider="aws", strict=True)
    (file,) = told.files
    assert (file.version, file.warnings) == ("1.2", ())


def test_it_has_every_column_that_focus_demands(exported):
    header = next(csv.reader(exported(LITTLE).open(newline="")))
    demanded = {name for name, column in COLUMNS.items() if column.level == "M" and column.is_in("1.2")}
    assert demanded <= set(header)
    assert not [name for name in header if name in COLUMNS and not COLUMNS[name].is_in("1.2")]


@pytest.mark.parametrize("amortize", ["true", "false"])
def test_it_costs_the_same_where_it_is_imported(world, exported, amortize):
    deliver(world, exported(LITTLE), provider="aws")
    every = {f"settings[{name}]": "true" for name in EVERY_CLASS} | {"settings[amortize]": amortize}
    assert total(world, "aws", **every) == total(world, **every) == "140.5"


def test_what_was_used_counts_once(world, exported):
    """The three hours of a charge that was spread over four days."""
    with exported(MORE).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["ConsumedQuantity"] for row in rows if row["ConsumedQuantity"]] == ["3"]
    assert sorted(row["ListCost"] for row in rows) == ["0", "0", "0", "0", "1", "100", "8"]

"""Random bills: the engine reads what the slow reading reads, and what is written out comes back."""

import csv
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.costs.ledger.compacting import Standing
from eyrie.costs.sources.focus.export import NUMBER, export_of, write_export
from eyrie.engine.port import Sheet, SheetFormat
from tests.costs.sources.focus import slow_reading

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
NAMES = st.one_of(st.sampled_from(["EC2", "S3", "", "NULL", " ", "a,b", 'q"q', "zwei\nZeilen", "x;y"]), WORDS)
DIGITS = st.text("0123456789", min_size=1, max_size=19)
NUMBERS = st.builds(
    lambda sign, whole, decimals, exponent: sign + whole + ("." + decimals if decimals else "") + exponent,
    st.sampled_from(["", "-"]),
    st.text("0123456789", min_size=1, max_size=8),
    st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=26)),
    st.sampled_from(["", "", "", "e3", "E-5", "e-10"]),
)
MAYBE_NUMBERS = st.one_of(st.just(""), st.just("n/a"), NUMBERS)
TIMES = st.builds(
    lambda day, form: form.format(day),
    st.dates(
        min_value=__import__("datetime").date(2024, 11, 1), max_value=__import__("datetime").date(2025, 2, 27)
    ),
    st.sampled_from(["{}", "{}T00:00:00Z", "{} 10:00:00", "{}T23:30:00-02:00", "{}T00:30:00.25+05:30"]),
)
TAGS = st.one_of(
    st.sampled_from(["", "{}", "NULL", "broken"]),
    st.dictionaries(WORDS, st.one_of(WORDS, st.none()), max_size=3).map(json.dumps),
)
CATEGORIES = st.sampled_from(
    ["Usage", "Usage", "Purchase", "Tax", "Credit", "Adjustment", "usage ", "Rebate"]
)
COLUMNS = {
    "ChargeCategory": CATEGORIES,
    "ChargePeriodStart": TIMES,
    "BilledCost": NUMBERS,
    "EffectiveCost": st.one_of(st.just(""), NUMBERS),
    "ListCost": MAYBE_NUMBERS,
    "ContractedCost": MAYBE_NUMBERS,
    "ListUnitPrice": MAYBE_NUMBERS,
    "PricingQuantity": MAYBE_NUMBERS,
    "ConsumedQuantity": MAYBE_NUMBERS,
    "ConsumedUnit": st.sampled_from(["", "hrs", "Hours", "gb", "Widgets"]),
    "BillingCurrency": st.sampled_from(["USD", "EUR", "usd", ""]),
    "BillingPeriodStart": st.sampled_from(["", "2025-01-01", "2024-12-01T00:00:00Z"]),
    "ChargeClass": st.sampled_from(["", "Correction", "correction"]),
    "ChargeDescription": st.sampled_from(["", "Volume DISCOUNT", "hours"]),
    "CommitmentDiscountStatus": st.sampled_from(["", "Used", "Unused"]),
    "ChargeFrequency": st.sampled_from(["", "Usage-based", "Recurring"]),
    "PricingCategory": st.sampled_from(["", "Standard"]),
    "BillingAccountId": NAMES,
    "BillingAccountName": NAMES,
    "SubAccountId": NAMES,
    "SubAccountName": NAMES,
    "ServiceName": NAMES,
    "ServiceCategory": st.sampled_from(["", "Compute", "Storage"]),
    "ServiceSubcategory": NAMES,
    "RegionId": NAMES,
    "RegionName": NAMES,
    "ResourceId": NAMES,
    "ResourceType": NAMES,
    "PublisherName": NAMES,
    "ProviderName": NAMES,
    "SkuId": NAMES,
    "InvoiceId": NAMES,
    "Tags": TAGS,
    "x_Team": NAMES,
    "Own/Column~1": NAMES,
    "CommitmentDiscountType": NAMES,
    "SkuPriceDetails": st.sampled_from(["", '{"CoreCount": 4}', "broken"]),
    "PricingCurrencyEffectiveCost": MAYBE_NUMBERS,
}
BILLS = st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=25)


def written(rows, delimiter=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@settings(max_examples=20)
@given(BILLS, st.sampled_from(",;\t|"))
def test_the_engine_reads_what_the_slow_reading_reads(desk, rows, delimiter):
    items = desk.rows(written(rows, delimiter))
    assert len(items) == len(rows)
    for number, (row, item) in enumerate(zip(rows, items, strict=True), 1):
        expected = slow_reading.read(row)
        assert {field: item[field] for field in expected} == expected
        assert item["source_row"] == number


def write_out(desk, bill, path):
    """Write a bill out again; give how many rows there were."""
    export = export_of(desk.engine, desk.ledger, [Standing(part, (part.as_member(),)) for part in bill.parts])
    lines = desk.folder / "lines"
    rows = write_export(desk.engine, export, lines)
    columns = tuple(f"c{place}" for place in range(len(export.columns)))
    desk.engine.print(Sheet(path, SheetFormat.CSV, export.columns, columns, lines, NUMBER))
    return rows


@settings(max_examples=10)
@given(BILLS)
def test_what_is_written_out_comes_back_the_same(desk, rows):
    bill = desk.bill(written(rows))
    before = desk.rows_of(bill)
    path = desk.folder / "exported.csv"
    path.unlink(missing_ok=True)
    assert write_out(desk, bill, path) == len(rows)
    assert desk.rows(path.read_bytes()) == before


@settings(max_examples=10)
@given(BILLS)
def test_every_cell_survives(desk, rows):
    """What a file said comes out as it was, but for the spelling of numbers, times, tags and known words."""
    bill = desk.bill(written(rows))
    path = desk.folder / "survived.csv"
    path.unlink(missing_ok=True)
    write_out(desk, bill, path)
    with path.open(newline="") as file:
        out = list(csv.DictReader(file))
    for row, told in zip(rows, out, strict=True):
        for column, cell in row.items():
            assert meant(column, told.get(column, "")) == meant(column, cell), column


def meant(column, cell):
    """What a cell says, whatever its spelling."""
    said = slow_reading.text(cell)
    if said is None:
        return None
    if column.endswith(("Cost", "Quantity", "Price")):
        amount = slow_reading.number(said)
        return said if amount is None else amount
    if column.endswith(("Start", "End")):
        return slow_reading.time(said)
    if column == "BillingCurrency":
        return said.upper()
    if column == "Tags":
        pairs = slow_reading.tags(said)
        return pairs or None if said != "broken" else said
    words = slow_reading.WORDS.get(column)
    return (slow_reading.word(said, words) or said) if words else said


def test_columns_may_be_called_like_ours_and_like_each_other(desk):
    own = ["row", "Delivery", "source_row", "extra", "kept", "team", "Team", "BILLEDCOST", "column0", "tags2"]
    rows = [
        {
            "ChargeCategory": "Usage",
            "ChargePeriodStart": f"2025-01-{20 - n}",
            "BilledCost": str(n),
            **{name: f"{name} {n % 3}" for name in own},
        }
        for n in range(1, 6)
    ]
    bill = desk.bill(written(rows))
    path = desk.folder / "own.csv"
    write_out(desk, bill, path)
    with path.open(newline="") as file:
        out = list(csv.DictReader(file))
    assert [{name: row[name] for name in ["BilledCost", *own]} for row in out] == [
        {name: row[name] for name in ["BilledCost", *own]} for row in rows
    ]
    assert desk.rows(path.read_bytes()) == desk.rows(written(rows))

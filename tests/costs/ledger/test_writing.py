"""Parts: what goes in comes out, and the manifest's figures are those of the file."""

import dataclasses
import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest

from eyrie.basics.period import Period
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.columns import LINE_ITEM_COLUMNS, PART_COLUMNS, SORTED_BY
from eyrie.costs.ledger.line_items import Granularity, LineItem
from eyrie.costs.ledger.parts import Delivery, Part, PartKind, Snapshot, Sums, files_of, pruned
from eyrie.costs.ledger.tag_sets import TAG_SET_COLUMNS, tag_set_id
from eyrie.costs.ledger.writing import read_facts, write_part, write_part_selected
from eyrie.engine.columns import Kind
from eyrie.engine.plan import File, Files
from eyrie.engine.port import Selected
from eyrie.engine.sql import Sql

DELIVERY = Delivery("accss_crdntl_1", "default", "costs.csv", "usr_csts_upld_1")
JANUARY = dt.date(2025, 1, 1)


def line(day=1, cost="1", **known):
    start = dt.datetime.combine(dt.date(2025, 1, day), dt.time())
    given = {
        "provider": Provider.CUSTOM_PROVIDER,
        "accrued_on": start.date(),
        "charge_period_start": start,
        "charge_period_end": start + dt.timedelta(days=1),
        "billed_cost": Decimal(cost),
        "effective_cost": Decimal(cost),
        "billing_currency": "USD",
        "charge_type": "Usage",
        "charge_category": "Usage",
    }
    return LineItem(**given | known)


def read(engine, path, columns="*"):
    return engine._database.execute(f"SELECT {columns} FROM read_parquet('{path}')").fetchall()


def full_line():
    """A line item in which every field is given, each with a value of its own."""
    samples = {
        Kind.AMOUNT: lambda n: Decimal(n) + Decimal("0.000000000000000001"),
        Kind.TEXT: lambda n: f"text {n}",
        Kind.DAY: lambda n: dt.date(2025, 1, n),
        Kind.MOMENT: lambda n: dt.datetime.combine(dt.date(2025, 1, 9), dt.time(n % 24, 5, 7)),
        Kind.NUMBER: lambda n: n,
        Kind.FLAG: bool,
    }
    listed = {
        "provider": Provider.AWS,
        "granularity": Granularity.HOUR,
        "basis": Basis.BILLED,
        "adjustment_class": AdjustmentClass.TAX,
        "tags": {"team": "core", "": ""},
        "extra": {"x_Foo": 'say "é"', "x_Bar": ""},
    }
    fields = zip(dataclasses.fields(LineItem), LINE_ITEM_COLUMNS, strict=True)
    sampled = {
        field.name: samples[column.kind](n)
        for n, (field, column) in enumerate(fields, start=1)
        if field.name not in listed
    }
    return LineItem(**listed, **sampled)


def test_every_field_comes_out_as_it_went_in(engine, tmp_path):
    item = full_line()
    part = write_part(engine, tmp_path, [item], DELIVERY, JANUARY)
    (row,) = read(engine, tmp_path / part.file)
    names = ["row", *(column.name for column in PART_COLUMNS)]
    found = dict(zip(names, row, strict=True))
    assert (found.pop("row"), found.pop("member"), found.pop("integration")) == (0, 0, "accss_crdntl_1")
    assert found.pop("extra") == '{"x_Foo":"say \\"é\\"","x_Bar":""}'
    assert found.pop("tag_set_id") == tag_set_id((("", ""), ("team", "core")))[0]
    kept = {name: getattr(item, name) for name in found}
    assert found == kept
    assert sorted(row[2:] for row in read(engine, tmp_path / part.tag_sets)) == [("", ""), ("team", "core")]


def test_what_is_unknown_stays_unknown(engine, tmp_path):
    part = write_part(engine, tmp_path, [line()], DELIVERY, JANUARY)
    assert read(engine, tmp_path / part.file, "usage_amount, region, extra, tag_set_id") == [
        (None, None, None, 0)
    ]
    assert part.tag_sets is None


def test_a_part_knows_what_is_in_it(engine, tmp_path):
    items = [
        line(3, "10.5", provider=Provider.AWS, effective_cost=Decimal(4)),
        line(1, "0.000000000000000001"),
        line(2, "99999999999", billing_currency="EUR"),
    ]
    part = write_part(engine, tmp_path, iter(items), DELIVERY, JANUARY, token="part_0000000000000001")
    assert part == Part(
        token="part_0000000000000001",
        kind=PartKind.RAW,
        delivery=DELIVERY,
        billing_month=JANUARY,
        accrued=Period(dt.date(2025, 1, 1), dt.date(2025, 1, 4)),
        rows=3,
        sums=(
            Sums("EUR", 1, Decimal(99999999999), Decimal(99999999999)),
            Sums("USD", 2, Decimal("10.500000000000000001"), Decimal("4.000000000000000001")),
        ),
        providers=("aws", "custom_provider"),
        file="parts/2025-01/part_0000000000000001.parquet",
        tag_sets=None,
        bytes=(tmp_path / part.file).stat().st_size,
    )
    facts = read_facts(engine, tmp_path / part.file)
    assert (facts.rows, facts.sums, facts.accrued, facts.providers) == (
        part.rows,
        part.sums,
        part.accrued,
        part.providers,
    )


def test_rows_stand_by_day_account_and_service_and_then_as_delivered(engine, tmp_path):
    items = [
        line(2, "1", account_id="a", service="x"),
        line(1, "2", account_id="b", service="x"),
        line(1, "3", account_id="a", service="y"),
        line(1, "4", account_id="a", service="x"),
        line(1, "5", account_id="a", service="x"),
    ]
    part = write_part(engine, tmp_path, items, DELIVERY, JANUARY)
    assert SORTED_BY == ("accrued_on", "account_id", "service")
    assert read(engine, tmp_path / part.file, "row, billed_cost::INTEGER") == [
        (0, 4),
        (1, 5),
        (2, 3),
        (3, 2),
        (4, 1),
    ]


def test_decimal_columns_are_as_narrow_as_their_values_allow(engine, tmp_path):
    part = write_part(
        engine, tmp_path, [line(1, "0.00000000001", effective_cost=Decimal("0.1"))], DELIVERY, JANUARY
    )
    described = engine._database.execute(f"DESCRIBE FROM read_parquet('{tmp_path / part.file}')").fetchall()
    kept = {row[0]: row[1] for row in described}
    assert (kept["billed_cost"], kept["effective_cost"]) == ("DECIMAL(38,18)", "DECIMAL(18,10)")


def test_of_nothing_there_is_no_part(engine, tmp_path):
    assert write_part(engine, tmp_path, [], DELIVERY, JANUARY) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_selected_delivery_becomes_the_same_part(engine, tmp_path):
    items = [line(2, "1.25", tags={"team": "core"}), line(1, "2.5")]
    by_hand = write_part(engine, tmp_path, items, DELIVERY, JANUARY)
    rows = Sql("SELECT * EXCLUDE row FROM read_parquet(?)", (str(tmp_path / by_hand.file),))
    tags = Sql("SELECT * FROM read_parquet(?)", (str(tmp_path / by_hand.tag_sets),))
    part = write_part_selected(engine, tmp_path, Selected(rows), lambda _: Selected(tags), DELIVERY, JANUARY)
    assert read(engine, tmp_path / part.file) == read(engine, tmp_path / by_hand.file)
    assert read(engine, tmp_path / part.tag_sets) == read(engine, tmp_path / by_hand.tag_sets)
    assert (part.rows, part.sums, part.accrued) == (by_hand.rows, by_hand.sums, by_hand.accrued)
    assert [column.name for column in TAG_SET_COLUMNS] == ["id", "check", "key", "value"]


PROGRAM = """
import datetime as dt, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_writing import DELIVERY, JANUARY, line
from eyrie.costs.ledger.writing import write_part
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
folder = Path({folder!r})
engine = DuckDb(Budget(200_000_000, 1, folder / "spill"), [folder])
write_part(engine, folder, [line(tags={{"team": "core"}})], DELIVERY, JANUARY, token="part_0000000000000001")
"""
MOMENTS = [
    f"part: {when} {what}"
    for what in ("write", "fsync", "rename", "folder fsync")
    for when in ("before", "after")
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_whenever_the_process_dies_a_file_with_its_final_name_is_whole(engine, tmp_path, moment):
    program = PROGRAM.format(tests=str(__file__).rsplit("/", 1)[0], folder=str(tmp_path))
    died = subprocess.run(
        [sys.executable, "-c", program], env={"EYRIE_DIE_AT": moment, "PYTHONPATH": ":".join(sys.path)}
    )
    assert died.returncode == -9
    files = list((tmp_path / "parts").rglob("*.parquet"))
    for path in files:
        assert len(read(engine, path)) == 1
    assert bool(files) == (
        moment in ("part: after rename", "part: before folder fsync", "part: after folder fsync")
    )
    again = write_part(engine, tmp_path, [line()], DELIVERY, JANUARY, token="part_0000000000000001")
    assert again.rows == 1, "what a crash left behind is in nobody's way"


def test_parts_are_pruned_by_accrual_days(engine, tmp_path):
    parts = [write_part(engine, tmp_path, [line(day), line(day + 1)], DELIVERY, JANUARY) for day in (1, 3, 5)]
    snapshot = Snapshot(1, tmp_path, tuple(parts), {parts[1].token: frozenset({2, 1})})

    def found(first, last):
        return list(pruned(snapshot, Period.through(dt.date(2025, 1, first), dt.date(2025, 1, last))))

    assert found(1, 31) == parts
    assert found(2, 3) == parts[:2]
    assert found(4, 4) == parts[1:2]
    assert found(7, 31) == []
    assert files_of(snapshot, found(2, 3)) == Files(
        (File(str(tmp_path / parts[0].file)), File(str(tmp_path / parts[1].file), (1, 2)))
    )

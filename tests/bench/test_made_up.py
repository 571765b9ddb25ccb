"""The made-up bill: the same for a seed, true to FOCUS, and with all that bills have."""

import datetime as dt

import duckdb
import pytest

from bench.made_up import write_csv
from bench.made_up_columns import COLUMNS, MIX, Kind
from tests.servers import eyrie

ROWS = 20_000
JANUARY = dt.date(2025, 1, 1)


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    """A bill of a quarter."""
    path = tmp_path_factory.mktemp("bill") / "bill.csv"
    write_csv(path, JANUARY, 3, ROWS)
    return path


@pytest.fixture(scope="module")
def ask(bill):
    """Ask for one row of figures about the bill."""
    with duckdb.connect() as connection:
        types = {column.name: "VARCHAR" if column.type == "JSON" else column.type for column in COLUMNS}
        connection.execute(f"CREATE TABLE bill AS FROM read_csv('{bill}', header = true, columns = {types})")
        yield lambda what, where="true": connection.execute(
            f"SELECT {what} FROM bill WHERE {where}"
        ).fetchone()


def test_a_seed_makes_the_same_bytes_and_another_seed_does_not(bill, tmp_path):
    again, other = tmp_path / "again.csv", tmp_path / "other.csv"
    write_csv(again, JANUARY, 3, ROWS)
    write_csv(other, JANUARY, 3, ROWS, seed=8)
    assert again.read_bytes() == bill.read_bytes() != other.read_bytes()


def test_it_has_so_many_rows_spread_over_the_months(ask):
    assert ask("count(*), min(ChargePeriodStart)::DATE, max(ChargePeriodStart)::DATE") == (
        ROWS,
        JANUARY,
        dt.date(2025, 3, 31),
    )
    assert ask("count(DISTINCT ChargePeriodStart::DATE)") == (90,)


def test_it_has_the_variety_of_bills(ask):
    counted = ask(
        "count(DISTINCT ProviderName), count(DISTINCT BillingCurrency), count(DISTINCT SubAccountId) > 150, "
        "count(DISTINCT ServiceName) > 250, count(DISTINCT RegionId) > 50, count(DISTINCT ResourceId) > 4000"
    )
    assert counted == (5, 1, True, True, True, True)
    for category, status, correction in (
        ("Usage", None, None),
        ("Usage", "Used", None),
        ("Usage", "Unused", None),
        ("Purchase", None, None),
        ("Credit", None, None),
        ("Tax", None, None),
        ("Usage", None, "Correction"),
    ):
        where = f"""ChargeCategory = '{category}'
            AND CommitmentDiscountStatus IS NOT DISTINCT FROM {f"'{status}'" if status else "NULL"}
            AND ChargeClass IS NOT DISTINCT FROM {f"'{correction}'" if correction else "NULL"}"""
        assert ask("count(*) > 50", where) == (True,)
    assert ask("count(*) > 0", "ListCost = 0 AND ChargeCategory = 'Usage' AND ConsumedQuantity > 0") == (
        True,
    )
    assert sum(MIX[kind] for kind in Kind) == 1000


def test_some_names_are_of_one_resource_and_some_tags_of_many(ask):
    names = "json_extract_string(Tags, '$.Name')"
    assert ask(f"count(DISTINCT {names}) = count(DISTINCT ResourceId)", f"{names} IS NOT NULL") == (True,)
    assert ask("count(*) > 5000", "json_extract_string(Tags, '$.team') IS NOT NULL") == (True,)


def test_an_import_finds_nothing_to_say_against_it(bill, tmp_path):
    told = eyrie("import", str(bill), "--integration", "Bench", "--split", "--home", str(tmp_path / "home"))
    assert "bill.csv: imported, FOCUS 1." in told
    assert f"{ROWS:,} rows" in told
    assert "not as FOCUS has it" not in told

"""`eyrie rates`: exchange rates from a file or a pipe, all or none, and what there is."""

import io

import pytest

from eyrie.basics.errors import UserFault
from eyrie.start.asking import costs_of
from eyrie.start.explaining import explanation_of
from eyrie.start.rates import imported, listed
from eyrie.surfaces.cli.exits import Exit
from eyrie.surfaces.cli.reports import shown
from eyrie.surfaces.cli.work import CostsWish
from tests.start.test_command_line import eyrie, house  # noqa: F401  fixtures
from tests.stories.test_currencies import POUNDS, see

RATES = b"base_currency_code,currency_code,rate,date\nUSD,GBP,0.8,2025-01-01\nUSD,EUR,0.9,2025-01-01\n"


def test_what_is_read_and_what_of_it_is_new_are_told(world):
    told = imported(world.house, RATES)
    assert (told.read, told.new) == (2, 2)
    told = imported(world.house, RATES.replace(b"0.9", b"0.95"))
    assert (told.read, told.new) == (2, 1)
    assert [(line.day, line.base, line.currency, line.rate) for line in listed(world.house)] == [
        ("2025-01-01", "USD", "EUR", "0.95"),
        ("2025-01-01", "USD", "GBP", "0.8"),
    ]
    assert {entry.source for entry in world.audit() if entry.object_type == "exchange_rate"} == {"api"}


def test_a_wrong_file_changes_nothing(world):
    with pytest.raises(UserFault, match="Row 2: rate must be a number more than 0"):
        imported(world.house, RATES.replace(b"0.9", b"nine"))
    assert listed(world.house) == []


def test_more_rows_are_taken_than_an_upload_may_have(world):
    days = (
        f"USD,EUR,0.9,{year}-{month:02d}-{day:02d}"
        for year in range(1990, 2025)
        for month in range(1, 13)
        for day in range(1, 29)
    )
    text = "\n".join(["base_currency_code,currency_code,rate,date", *days])
    assert imported(world.house, text.encode()).new == 35 * 12 * 28


def test_costs_and_their_explanation_are_converted_at_the_terminal_too(world):
    world.imported(world.custom_provider(), POUNDS)
    imported(world.house, RATES)
    see(world, currency="EUR")
    wish = CostsWish(workspace="Main", first="2025-01-01", last="2025-01-31", group="service", bin="month")
    told = costs_of(world.house, wish)
    assert (str(told.total), told.currency) == ("33.75", "EUR")
    part = explanation_of(world.house, wish, None).parts[0].part
    lines = shown(explanation_of(world.house, wish, part)).splitlines()
    assert lines[-5].split()[-4:] == ["VIEW", "COST", "RATE", "AMOUNT"]
    assert lines[-4].split()[-4:] == ["10.0", "GBP", "1.125", "11.25"]


def test_the_command_reads_a_file_or_a_pipe(eyrie, house, tmp_path, monkeypatch):  # noqa: F811  fixtures
    file = tmp_path / "rates.csv"
    file.write_bytes(RATES)
    assert eyrie("rates", "import", str(file)) == (Exit.DONE, "2 rates read, 1 of them new.\n", "")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(RATES)))
    assert eyrie("rates", "import", "-", "--home", "x")[0] == Exit.DONE
    assert house.asked == [("import_rates", {}, RATES), ("import_rates", {"home": "x"}, RATES)]
    code, _, told = eyrie("rates", "import", str(tmp_path / "none.csv"))
    assert (code, told) == (
        Exit.MISTAKEN,
        f"eyrie: {tmp_path / 'none.csv'} cannot be read: No such file or directory\n",
    )


def test_the_list_is_a_table(eyrie):  # noqa: F811  fixture
    assert eyrie("rates", "list")[1] == "DATE        1 OF  IN   IS\n2025-01-01  USD   EUR  0.9\n"

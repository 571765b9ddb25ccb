"""`eyrie export` and `eyrie exports`: what the API writes out, written at the terminal."""

import csv
import io

import pytest

from eyrie.basics.errors import Malformed, Refused
from eyrie.start.exporting import exported_costs, exports_of
from eyrie.surfaces.cli.exits import Exit
from eyrie.surfaces.cli.work import CostsWish, SheetWish
from tests.exporting import asked, export
from tests.imports.test_commands import typed  # noqa: F401  a fixture
from tests.stories.test_first_bill import SEATS_AND_SUPPORT

JANUARY = CostsWish(
    filter="costs.provider = 'custom_provider'", first="2025-01-01", last="2025-01-31", workspace="Main"
)


@pytest.fixture
def written(world, tmp_path):
    """Write what a question gives, and read the rows back."""
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)

    def write(schema, **asked):
        out = tmp_path / "out.csv"
        told = exported_costs(
            world.house, SheetWish(CostsWish(**{**vars(JANUARY), **asked}), schema, out, "csv")
        )
        rows = list(csv.reader(io.StringIO(out.read_text())))
        assert (told.rows, told.bytes, told.place) == (len(rows) - 1, out.stat().st_size, str(out))
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.csv"]
        assert list((world.home / "staging").glob("export*")) == []
        return rows

    return write


@pytest.mark.parametrize("schema", ["vntg", "comparison", "focus"])
def test_it_is_the_export_of_the_api(world, written, schema):
    assert written(schema, group="service", bin="month") == export(
        world, schema=schema, groupings="service", date_bin="month"
    )
    assert written(schema) == export(world, schema=schema)


def test_settings_and_no_groupings_are_given_as_for_costs(written):
    rows = written("vntg", group="", bin="month", settings=("include_credits=true",))
    assert rows == [["Date", "Amount", "Currency"], ["2025-01-01", "143.0", "USD"]]


def test_what_is_wrong_is_said_in_the_words_of_the_options(world, tmp_path):
    def write(schema="vntg", file_format="csv", **asked):
        question = CostsWish(**{**vars(JANUARY), **asked})
        exported_costs(world.house, SheetWish(question, schema, tmp_path / "out", file_format))

    with pytest.raises(Malformed, match="--from must not be after --to"):
        write(first="2025-02-01")
    with pytest.raises(Refused, match="--schema must be one of vntg, focus, comparison"):
        write(schema="pdf")
    with pytest.raises(Malformed, match="--group"):
        write(group="colour")
    with pytest.raises(Refused, match="--format must be one of csv, parquet"):
        write(file_format="xlsx")
    assert not (tmp_path / "out").exists()


def test_options_of_the_other_layout_are_refused(typed):  # noqa: F811  the fixture
    for words, told in (
        (("--focus", "--group", "service"), "--focus writes what was imported"),
        (("--schema", "vntg", "--month", "2025-01"), "--integration and --month go with --focus"),
        (("--schema", "vntg", "--focus"), "Say either --focus"),
    ):
        code, out, err = typed("export", *words, "--out", "-")
        assert (code, out) == (Exit.MISTAKEN, "")
        assert told in err


def test_to_standard_output_and_as_a_list(typed):  # noqa: F811  the fixture
    code, out, err = typed("export", "--schema", "vntg", "--group", "service", "--out", "-")
    assert (code, out) == (Exit.DONE, "Date,Service,Amount,Currency\n")
    assert err.startswith("Wrote 0 rows, ")
    code, out, _ = typed("exports")
    assert (code, out.split()[:3]) == (Exit.DONE, ["TOKEN", "KIND", "STATUS"])


def test_a_failed_export_tells_why(world):
    kept = {"title": "All", "workspace_token": world.main, "filter": "costs.provider = 'aws'"}
    report = world.owner.post("/v2/cost_reports", json=kept).json()["token"]
    token = asked(world, cost_report_token=report, filter=None)
    world.owner.delete(f"/v2/cost_reports/{report}")
    world.work()
    (line,) = exports_of(world.house)
    assert (line.token, line.status, line.error) == (token, "failed", "Cost report not found")

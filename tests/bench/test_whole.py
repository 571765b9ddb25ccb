"""The benchmark itself: it measures all that it says, compares answers digit for digit, and stops where they differ."""

import re
from dataclasses import replace

import duckdb
import pytest

from bench import __main__ as bench
from bench import exports, growth, imports, over_http, publishing, questions, unit_costs
from bench.figures import Wrong
from bench.place import Place
from bench.shapes import SHAPES

ROWS = 3_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder whose bill and homes are used by all of these tests."""
    return tmp_path_factory.mktemp("bench") / "kept"


@pytest.fixture
def measured(folder, tmp_path):
    """Measure some parts, or all, and give what was written down."""

    def measure(*parts):
        results = tmp_path / "RESULTS.md"
        bench.main([*parts, "--rows", str(ROWS), "--keep", str(folder), "--results", str(results)])
        return results.read_text()

    return measure


def figures(told, part):
    """The lines of a section: what was done, and what of its bar."""
    section = re.search(rf"^## {part}, 3,000 rows$.*?(?=^## |\Z)", told, re.MULTILINE | re.DOTALL).group()
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return {cells[0]: cells for cells in lines[2:]}


def test_all_parts_are_measured_and_written_down(measured, capsys, monkeypatch):
    monkeypatch.setattr(over_http, "PAGES", 40)
    monkeypatch.setattr(over_http, "REQUESTS", 10)
    for module in (imports, publishing, growth):
        monkeypatch.setattr(module, "RUNS", 1)
    told = measured()
    assert told.replace("# Results\n", "").strip() == capsys.readouterr().out.strip()
    assert re.findall(r"^## (.*), 3,000 rows$", told, re.MULTILINE) == [
        "Import",
        "Questions",
        "Forecasts",
        "Unit costs",
        "Conversion",
        "HTTP",
        "Publishing",
        "Exports",
        "Growth of history",
        "Growth of uploads",
    ]
    asked = figures(told, "Questions")
    assert [name.rsplit(" (")[0] for name in asked][:-1] == [shape.name for shape in SHAPES]
    assert all(
        re.match(r"[\d,.]+ ms$", cells[1]) and re.match(r"[\d,.]+ ms$", cells[2]) for cells in asked.values()
    )
    assert figures(told, "HTTP")["16 clients: requests that failed"][1] == "0.00"
    assert told.count("duckdb 2") == 10  # each section says what it was measured with


def test_files_that_do_not_add_up_stop_it(measured, monkeypatch):
    wrong = replace(exports.EXPORTS[1], body={**exports.EXPORTS[1].body, "settings": {"include_tax": False}})
    monkeypatch.setattr(exports, "EXPORTS", (wrong,))
    with pytest.raises(SystemExit, match="groups by day and resource: the files add up to"):
        measured("exports")


def test_bars_that_need_more_rows_claim_nothing(measured):
    for cells in figures(measured("questions"), "Questions").values():
        assert cells[-1] == "needs 20,000,000 rows"


def test_a_wrong_answer_stops_it_and_nothing_is_written(measured, monkeypatch, tmp_path):
    for by_hand in ("sum(effective_cost) + 0.0000000001", "sum(billed_cost)"):
        total = SHAPES[0]
        wrong = replace(total, by_hand=total.by_hand.replace("sum(effective_cost) AS", f"{by_hand} AS"))
        monkeypatch.setattr(questions, "SHAPES", (wrong,))
        with pytest.raises(SystemExit, match="month total: the answers differ"):
            measured("questions")
    assert not (tmp_path / "RESULTS.md").exists()


def test_wrong_unit_costs_stop_it_too(measured, monkeypatch, tmp_path):
    wrong = unit_costs.COSTS.replace("sum(effective_cost)", "sum(effective_cost) + 0.001")
    monkeypatch.setattr(unit_costs, "COSTS", wrong)
    with pytest.raises(SystemExit, match="unit costs by day: the figures differ, first in "):
        measured("unit-costs")
    assert not (tmp_path / "RESULTS.md").exists()


def test_rows_in_another_order_are_another_answer(measured, monkeypatch):
    monkeypatch.setattr("bench.asking.PAGE", "{} ORDER BY bin, amount LIMIT {} OFFSET {}")
    with pytest.raises(SystemExit, match="the answers differ, first in their order"):
        measured("questions")


def test_an_import_that_lost_a_row_stops_it(measured, folder):
    measured("import")
    copy = folder / "by-hand.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows AS FROM '{copy}' LIMIT {ROWS - 1}")
        connection.execute(f"COPY rows TO '{copy}'")
    with pytest.raises(Wrong, match=r"^import: rows, billed and effective are \(3000, "):
        imports.compare_sums(Place(folder, ROWS))


def test_a_folder_with_another_bill_is_refused(measured, folder):
    measured("questions")
    with pytest.raises(SystemExit, match="holds a bill of 3,000 rows, seed 7"):
        bench.main(["--rows", "4000", "--keep", str(folder)])


def test_an_unknown_part_is_refused(capsys):
    with pytest.raises(SystemExit):
        bench.main(["imports"])
    told = capsys.readouterr().err
    assert "'imports' is no part; the parts are import, questions, forecasts, unit-costs, converting" in told

"""`eyrie import` and `eyrie export` as they are typed: options, report, progress, exit codes."""

import io

import pytest

from eyrie.start.command_line import WORK
from eyrie.surfaces.cli import import_progress
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import Exit, run
from tests.imports.deliveries import bill, written


@pytest.fixture
def typed(tmp_path, capsys):
    """Type a command; give its exit code, what it printed, and what it printed beside that."""

    def type_(*words):
        app = make_app(WORK, "test")
        code = run(lambda: app([*(str(word) for word in words), "--home", str(tmp_path / "home")]))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return type_


JANUARY = bill(("2025-01-05", "10", "EC2"), ("2025-01-06", "-2.5", "S3"))


def test_in_and_back_out(typed, tmp_path):
    folder = written(tmp_path / "bills", jan=JANUARY)
    code, out, err = typed("import", folder, "--integration", "AWS", "--provider", "aws")
    assert code == Exit.DONE
    assert out.startswith("jan.csv: imported, FOCUS 0.5, 2 rows, 2025-01\n  USD  billed 7.5, effective 7.5\n")
    assert "which is new): 1 imported. Ledger version 1." in out
    assert "jan.csv: 2 rows read" in err
    code, out, _ = typed("import", folder, "--integration", "AWS", "--provider", "aws")
    assert out.startswith("jan.csv: unchanged, it is there already, as it is\n")
    code, out, err = typed("export", "--focus", "--integration", "AWS", "--month", "2025-01", "--out", "-")
    assert out.splitlines()[0].startswith("AvailabilityZone,BilledCost,BillingAccountId,")
    assert len(out.splitlines()) == 3
    assert err.startswith("Wrote 2 rows, ")
    code, out, _ = typed("export", "--focus", "--out", tmp_path / "out.parquet", "--format", "parquet")
    assert (code, out.startswith("Wrote 2 rows, ")) == (Exit.DONE, True)
    assert [path.name for path in tmp_path.glob("*.p*")] == ["out.parquet"]


def test_what_is_wrong_is_said_and_ends_with_2(typed, tmp_path):
    folder = written(tmp_path / "bills", jan=JANUARY.replace("-2.5", "free"))
    code, out, err = typed("import", folder, "--integration", "AWS")
    assert (code, out) == (Exit.MISTAKEN, "")
    assert err.endswith("eyrie: jan.csv: Row 2: BilledCost must be a number\n")
    code, _, err = typed("export", "--out", "-")
    assert code == Exit.MISTAKEN
    assert err.startswith("eyrie: Say either --focus, for what was imported, or --schema, ")


def test_what_the_default_settings_hide_is_told(typed, tmp_path):
    content = JANUARY.replace("Usage,2025-01-06", "Credit,2025-01-06")
    _, out, _ = typed("import", written(tmp_path / "a", jan=content), "--integration", "AWS")
    assert "  USD  billed 7.5, effective 7.5, of it credits -2.5, hidden by default\n" in out


def test_long_reports_are_cut(typed, tmp_path):
    names = ",".join(f"Own{n}" for n in range(40))
    content = f"ChargeCategory,ChargePeriodStart,BilledCost,{names}\nUsage,2025-01-01,1,{'1,' * 39}1\n"
    _, out, _ = typed("import", written(tmp_path / "a", jan=content), "--integration", "AWS")
    assert "… and 15 more" in out


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_has_a_bar_with_rows_per_second(monkeypatch):
    out = Terminal()
    with import_progress.shown_on(out) as shown:
        shown.begins("jan.csv", 100)
        shown.reads("jan.csv")
        shown.writes("jan.csv", 10)
        shown.wrote(4)
        shown.wrote(6)
        shown.ends("jan.csv")
    assert "jan.csv" in out.getvalue()
    assert "100 %" in out.getvalue()
    assert "rows/s" in out.getvalue()


def test_progress_does_without_the_systems_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(import_progress, "_COUNTS", tmp_path / "gone")
    monkeypatch.setattr(import_progress, "_STEP_SECONDS", 0.001)
    with import_progress.shown_on(Terminal()) as shown:
        shown.begins("jan.csv", 100)
        shown.reads("jan.csv")
        shown.ends("jan.csv")

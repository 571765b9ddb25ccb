"""The job that writes an export: files of a million rows, and going on after a death, exactly."""

import json
import shutil

import pytest
import sqlalchemy as sa

from eyrie.jobs import export as job
from eyrie.records.exports import EXPORT
from eyrie.store.outbox import JobRow
from tests.exporting import asked, links, rows_of

HEAD = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\n"
BILL = HEAD + "".join(f"Usage,2025-01-{day:02},{day},Seats\n" for day in range(1, 8))
DIES = "export: file, before rename"


class Died(BaseException):
    """A process that is killed runs nothing more, not even handlers of errors."""


@pytest.fixture
def world(world, monkeypatch):
    """Seven days of costs, and files of three rows."""
    monkeypatch.setattr(job, "ROWS_A_FILE", 3)
    world.imported(world.custom_provider(), BILL)
    return world


@pytest.fixture
def dies(monkeypatch):
    """Have the process die when a moment is passed for the n-th time."""

    def die(name, time=1):
        passed = []

        def moment(said):
            passed.append(said)
            if passed.count(name) == time and said == name:
                raise Died

        monkeypatch.setattr("eyrie.archive.durable.moment", moment)
        return lambda: monkeypatch.setattr("eyrie.archive.durable.moment", lambda _: None)

    return die


def killed(world):
    """Work until death; then the lease runs out."""
    with pytest.raises(Died):
        world.work()
    world.pass_time(minutes=5)


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_every_file_has_so_many_rows_and_a_header_of_its_own(world, file_format):
    token = asked(world, groupings="service", file_format=file_format)
    world.work()
    told = world.owner.get(f"/api/data_exports/{token}").json()
    assert [file["rows"] for file in told["files"]] == [3, 3, 1]
    assert [file["name"].split("-")[-1] for file in told["files"]] == [
        f"{n}.{file_format}" for n in (1, 2, 3)
    ]
    if file_format == "csv":
        rows = rows_of(world, links(world, token))
        assert [row[0][-1] for row in rows[1:]] == list("1234567")


def test_as_many_rows_as_fit_make_no_empty_file(world):
    token = asked(world, groupings="service", end_date="2025-01-06")
    world.work()
    assert len(links(world, token)) == 2


def test_the_folder_has_nothing_but_the_files(world):
    token = asked(world, groupings="service")
    world.work()
    names = [file.split("/")[-1] for file in links(world, token)]
    assert sorted(path.name for path in (world.home / "exports" / token).iterdir()) == names
    assert list((world.home / "staging").glob("*line*")) == []


def test_a_killed_export_goes_on_with_the_next_file_of_the_same_facts(world, dies):
    """Bills that come while it is dead are not in it: its lines were there."""
    token = asked(world, groupings="service")
    lives = dies(DIES, time=3)
    killed(world)
    lives()
    first, second = sorted((world.home / "exports" / token).glob("cost-report-*"))
    before = [(path.name, path.stat().st_mtime_ns) for path in (first, second)]
    world.imported(world.custom_provider("Late"), BILL)
    rows = rows_of(world, links(world, token))
    assert [row[0][-1] for row in rows[1:]] == list("1234567")
    assert [(path.name, path.stat().st_mtime_ns) for path in (first, second)] == before
    assert world.owner.get(f"/api/data_exports/{token}").json()["ledger_version"] == 2


def test_an_export_that_died_over_its_lines_begins_anew(world, dies):
    token = asked(world, groupings="service")
    lives = dies("export: lines, before rename")
    killed(world)
    lives()
    world.work()
    assert len(rows_of(world, links(world, token))) == 8
    left = [path.name for path in (world.home / "exports" / token).iterdir() if "lines" in path.name]
    assert left != []  # of the one that died
    world.pass_time(hours=1)
    world.work()
    assert all(path.name.startswith("cost-report-") for path in (world.home / "exports" / token).iterdir())


def test_a_file_that_was_lost_after_it_was_written_is_written_again(world, dies):
    token = asked(world, groupings="service")
    lives = dies(DIES, time=2)
    killed(world)
    lives()
    (first,) = (world.home / "exports" / token).glob("cost-report-*")
    first.unlink()
    world.work()
    assert [row[0][-1] for row in rows_of(world, links(world, token))[1:]] == list("1234567")


def test_an_export_whose_lines_were_lost_fails_with_what_to_do(world, dies):
    """As after a restore: the job is there, the folder of exports is not."""
    token = asked(world, groupings="service")
    lives = dies(DIES, time=2)
    killed(world)
    lives()
    shutil.rmtree(world.home / "exports" / token)
    world.work()
    told = world.owner.get(f"/api/data_exports/{token}").json()
    assert told["status"] == "failed"
    assert told["error"].endswith("ask for another export")


def test_exports_wait_for_each_other_in_the_order_in_which_they_were_asked_for(world):
    tokens = [asked(world, groupings="service") for _ in range(3)]
    with world.house.database.reading() as session:
        jobs = list(session.scalars(sa.select(JobRow).where(JobRow.kind == EXPORT).order_by(JobRow.number)))
    assert [json.loads(row.payload)["export"] for row in jobs] == tokens
    assert {row.lane for row in jobs} == {"exports"}


def test_nothing_is_written_of_an_export_that_is_gone(world):
    asked(world, workspace_token=world.other)
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    world.work()
    assert list((world.home / "exports").iterdir()) == []

"""The sweep removes what nobody can ask for any more, and nothing else."""

import datetime as dt
import os
from pathlib import Path

import pytest

from eyrie.archive.change import Delivered
from eyrie.archive.sweep import erase, sweep
from eyrie.basics.errors import LedgerBroken, Malformed
from eyrie.store.outbox import JobRow, JobState, enqueue
from tests.archive.books import INTEGRATION, RETENTION_DAYS, Books, day


def leave(path: Path, at: dt.datetime) -> Path:
    """Leave a file that was last written at a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("bytes")
    seconds = at.replace(tzinfo=dt.UTC).timestamp()
    os.utime(path, (seconds, seconds))
    return path


def swept(books: Books, now: dt.datetime) -> tuple[int, int, int]:
    done = sweep(books.database, books.folder, books.staging, now, RETENTION_DAYS)
    return done.parts, done.orphans, done.staged


def test_retired_parts_stay_for_the_retention(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("january.csv", "7.00", day(4))
    old = books.folder / books.seen(day(5), as_of=1).parts[0].file
    assert swept(books, day(4 + RETENTION_DAYS)) == (0, 0, 0)
    assert old.exists()
    assert books.total(day(4 + RETENTION_DAYS), as_of=1) == "10.00"
    assert swept(books, day(5 + RETENTION_DAYS)) == (1, 0, 0)
    assert not old.exists()
    assert books.total(day(5 + RETENTION_DAYS)) == "7.00"


def test_live_parts_stay_however_old(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    assert swept(books, day(3000)) == (0, 0, 0)
    assert (books.folder / books.seen(day(3000)).parts[0].file).exists()


def test_erased_versions_are_refused_even_with_a_longer_retention(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("january.csv", "7.00", day(4))
    books.deliver("other.csv", "1.00", day(5))
    assert erase(books.database, books.folder, day(6)) == 1
    with pytest.raises(Malformed, match="was erased; the oldest is 2"):
        books.seen(day(7), as_of=1)
    with pytest.raises(Malformed, match="was erased"):
        books.seen(day(7), as_of=day(3))
    assert [books.total(day(7), as_of=version) for version in (2, 3)] == ["7.00", "8.00"]


def test_a_side_file_stays_while_one_part_names_it(books: Books) -> None:
    tags = leave(books.folder / "shared.tags", day(2))
    raw = books.part("10.00", source="one")
    assert books.publish(day(2), add=(raw,)) == 1
    with books.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE ledger_parts SET tag_sets = 'shared.tags'")
    books.publish(day(3), add=(books.part("5.00", name="other.csv"),))
    with books.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE ledger_parts SET tag_sets = 'shared.tags'")
    books.publish(day(4), replace=(Delivered(INTEGRATION, source_name="january.csv"),))
    assert swept(books, day(200)) == (1, 0, 0)
    assert tags.exists()
    books.publish(day(201), replace=(Delivered(INTEGRATION),))
    assert swept(books, day(400)) == (1, 0, 0)
    assert not tags.exists()


def test_files_that_were_never_named_go_after_a_day(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    orphan = leave(books.folder / "2025-01" / "half.part.tmp", day(2))
    assert swept(books, day(3)) == (0, 0, 0)
    assert swept(books, day(3) + dt.timedelta(seconds=1)) == (0, 1, 0)
    assert not orphan.exists()


def test_a_writer_that_comes_after_the_sweep_is_told(books: Books) -> None:
    part = books.part("10.00")
    leave(books.folder / part.file, day(2))
    assert swept(books, day(9)) == (0, 1, 0)
    with pytest.raises(LedgerBroken, match="write it again"):
        books.publish(day(9), add=(part,))


def test_staged_files_stay_while_a_job_needs_them(books: Books) -> None:
    waiting, failed, done, never = (
        leave(books.staging / name, day(2)) for name in ("waiting.csv", "failed.csv", "done.csv", "never.csv")
    )
    with books.database.writing() as session:
        for path in (waiting, failed, done):
            enqueue(session, "upload", {}, run_at=day(2), staged=path.name)
        session.query(JobRow).filter(JobRow.staged == "failed.csv").update({"state": JobState.FAILED})
        session.query(JobRow).filter(JobRow.staged == "done.csv").update({"state": JobState.DONE})
    young = leave(books.staging / "young.csv", day(9))
    assert swept(books, day(9)) == (0, 0, 2)
    assert [path.exists() for path in (waiting, failed, done, never, young)] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_a_question_that_runs_keeps_its_files_for_an_hour(books: Books) -> None:
    """With no retention at all, what was retired a moment ago may still be being read."""
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("january.csv", "7.00", day(4))
    at_once = sweep(books.database, books.folder, books.staging, day(4) + dt.timedelta(minutes=59), 0)
    later = sweep(books.database, books.folder, books.staging, day(4) + dt.timedelta(minutes=61), 0)
    assert (at_once.parts, later.parts) == (0, 1)

"""Several processes on one home at once: jobs, uploads, deletions, compactions; no write is lost or doubled."""

import multiprocessing
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Change, Delivered
from eyrie.archive.doctor import Severity, examine
from eyrie.archive.publish import publish
from eyrie.basics.errors import LedgerMoved
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.worker import Worker
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, enqueue
from tests.archive.books import (
    ACCOUNT,
    INTEGRATION,
    Books,
    day,
    read_members,
    read_sums,
    total,
    write_part,
)

PROCESSES = 4
ROUNDS = 12
NOW = day(2)


def live(url: str, home: str, number: int) -> None:
    """The life of one process: each round asks for a job and does what is there, whoever asked for it."""
    database = Database(url)
    books = Books(database, Path(home) / "ledger", Path(home) / "staging")

    def deliver(job: Job, _: None) -> None:
        part = write_part(books.folder, job.token, "1.00", name=job.payload["name"])
        with database.writing() as session:
            publish(session, books.folder, Change(account=ACCOUNT, what=job.token, add=(part,)), NOW)
            job.done(session)

    worker = Worker(database, {"deliver": Kind("deliver", deliver, tries=1)}, None, clock=lambda: NOW)
    for turn in range(ROUNDS):
        with database.writing() as session:
            ask(session, f"{number}-{turn}.csv")
        worker.run_until_idle()
        seen = books.seen(NOW)
        # Each version added one part of 1.00: anything else is a torn read.
        assert (len(seen.parts), total(seen)) == (seen.version, seen.version)
    database.close()


def ask(session: Session, name: str) -> None:
    enqueue(session, "deliver", {"name": name}, run_at=NOW)
    enqueue(session, "never taken", {}, run_at=NOW, key="one for all")


def test_four_processes_lose_nothing(books: Books, database_url: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    alive = [spawn.Process(target=live, args=(database_url, str(tmp_path), n)) for n in range(PROCESSES)]
    for process in alive:
        process.start()
    for process in alive:
        process.join()
    assert [process.exitcode for process in alive] == [0] * PROCESSES
    seen = books.seen(NOW)
    names = {f"{number}-{turn}.csv" for number in range(PROCESSES) for turn in range(ROUNDS)}
    assert {part.delivery.source_name for part in seen.parts} == names
    assert (seen.version, total(seen)) == (len(names), len(names))
    with books.database.reading() as session:
        states = Counter(session.execute(sa.select(JobRow.kind, JobRow.state)).all())
    assert states == {("deliver", "done"): len(names), ("never taken", "queued"): 1}


KEPT = 20


def opened(url: str, home: str, number: int) -> Books:
    """The ledger in a process of its own, which names its parts apart from those of others."""
    return Books(Database(url), Path(home) / "ledger", Path(home) / "staging", written=number * 1000)


def deliver_and_delete(url: str, home: str, number: int) -> None:
    """Deliver a file for good and two that do not stay: one is replaced, one deleted."""
    books = opened(url, home, number)
    for turn in range(KEPT):
        books.deliver(f"{turn}.csv", "1.00", NOW)
        for name, amount in ((f"{turn}.csv", "7.00"), ("passing.csv", "500.00")):
            books.deliver(name, amount, NOW)
        books.publish(NOW, replace=(Delivered(INTEGRATION, source_name="passing.csv"),))
    books.database.close()


def compact_on(url: str, home: str, number: int) -> None:
    """Compact whatever is there until all files are, and then to the end."""
    books, moved, done = opened(url, home, number), 0, 0
    while True:
        all_there = (Path(home) / "all there").exists()
        try:
            if books.compact(NOW) is not None:
                done += 1
            elif all_there:
                break
        except LedgerMoved:
            moved += 1
        seen = books.seen(NOW)
        assert len(seen.parts) <= sum(part.rows for part in seen.parts) <= KEPT + 1
    books.database.close()
    (Path(home) / f"compacted {number}").write_text(f"{done} {moved}")


def test_two_compact_while_others_deliver_and_delete(books: Books, database_url: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    given = (database_url, str(tmp_path))
    compacting = [spawn.Process(target=compact_on, args=(*given, number)) for number in (1, 2)]
    delivering = spawn.Process(target=deliver_and_delete, args=(*given, 3))
    for process in (*compacting, delivering):
        process.start()
    delivering.join()
    (tmp_path / "all there").touch()
    for process in compacting:
        process.join()
    assert [process.exitcode for process in (*compacting, delivering)] == [0] * 3
    seen = books.seen(NOW)
    assert (sum(part.rows for part in seen.parts), total(seen)) == (KEPT, 7 * KEPT)
    done = [int((tmp_path / f"compacted {number}").read_text().split()[0]) for number in (1, 2)]
    assert sum(done) >= 1
    findings = examine(
        books.database,
        books.folder,
        NOW,
        lambda part: read_sums(books.folder, part),
        lambda part: read_members(books.folder, part),
    )
    assert [each for each in findings if each.severity is not Severity.INFORMATION] == []

"""Four processes on one home at once: they ask for jobs, take them, publish and read; no write is lost."""

import multiprocessing
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Change
from eyrie.archive.publish import publish
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.worker import Worker
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, enqueue
from tests.archive.books import ACCOUNT, Books, day, total, write_part

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

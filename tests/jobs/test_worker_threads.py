"""Workers in threads of their own: waking, stopping, keeping leases, and what happens when they die."""

import datetime as dt
import multiprocessing
import os
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from eyrie.basics.errors import LeaseLost
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind, Watch
from eyrie.jobs.presence import is_certainly_dead, new_owner
from eyrie.jobs.queue import claim
from eyrie.jobs.worker import Worker
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, JobState, enqueue
from tests.jobs.works import NOON, ask, jobs_of_kind, row, worker

SECONDS_PATIENCE = 20


def real_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@pytest.fixture
def running(database: Database):
    """Start workers with real threads and a real clock, and stop them at the end."""
    started: list[Worker[None]] = []

    def start(run: Callable[[Job, None], None], **words: object) -> Worker[None]:
        made = worker(database, run, real_now, **words)
        made.start()
        started.append(made)
        return made

    yield start
    for made in started:
        made.stop(0)


def test_a_worker_wakes_at_the_commit_of_its_own_process(database: Database, running) -> None:
    """The poll is set to an hour: only the commit can have woken it."""
    done = threading.Event()
    running(lambda _job, _: done.set(), poll_seconds=3600)
    ask(database, "k", run_at=real_now())
    assert done.wait(SECONDS_PATIENCE)


def test_as_many_jobs_as_threads_run_at_once(database: Database, running) -> None:
    together = threading.Barrier(3)
    for _ in range(3):
        ask(database, "k")
    running(lambda _job, _: together.wait(SECONDS_PATIENCE) and None, threads=3)
    assert_soon(database, {JobState.DONE: 3})


def assert_soon(database: Database, expected: dict[str, int]) -> None:
    """Wait until the jobs are in these states."""
    waited = threading.Event()
    for _ in range(SECONDS_PATIENCE * 20):
        with database.reading() as session:
            rows = session.execute(sa.select(JobRow.state, sa.func.count()).group_by(JobRow.state))
            found = dict(rows.all())
        if found == expected:
            return
        waited.wait(0.05)
    assert found == expected


def test_a_job_that_finds_no_thread_is_put_back(database: Database, running, monkeypatch) -> None:
    token, start = ask(database, "k"), threading.Thread.start
    full = threading.Event()

    def start_unless_full(thread: threading.Thread) -> None:
        if thread.name == f"job {token}":
            full.set()
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_unless_full)
    made = running(lambda _job, _: None, beat_seconds=0.05)
    assert full.wait(SECONDS_PATIENCE)
    assert_soon(database, {JobState.QUEUED: 1})
    assert row(database, token).tries == 0
    assert made.stop(0) == 0


def test_stopping_waits_for_what_runs(database: Database, running) -> None:
    begun, go_on = threading.Event(), threading.Event()
    token = ask(database, "k")

    def run(job: Job, _: None) -> None:
        begun.set()
        go_on.wait(SECONDS_PATIENCE)

    made = running(run)
    assert begun.wait(SECONDS_PATIENCE)
    threading.Timer(0.2, go_on.set).start()
    assert made.stop(SECONDS_PATIENCE) == 0
    assert row(database, token).state == JobState.DONE


def test_what_does_not_end_in_time_is_put_back_and_cannot_commit(database: Database, running) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    token = ask(database, "k")

    def run(job: Job, _: None) -> None:
        begun.set()
        go_on.wait(SECONDS_PATIENCE)
        try:
            with database.writing() as session:
                enqueue(session, "follow-up", {}, run_at=NOON)
                job.done(session)
        finally:
            ended.set()

    made = running(run)
    assert begun.wait(SECONDS_PATIENCE)
    assert made.stop(0) == 1
    assert (row(database, token).state, row(database, token).tries) == (JobState.QUEUED, 0)
    go_on.set()
    assert ended.wait(SECONDS_PATIENCE)
    assert (row(database, token).state, jobs_of_kind(database, "follow-up")) == (JobState.QUEUED, 0)


def test_the_heart_keeps_a_long_job_and_tells_one_that_is_lost(database: Database, running) -> None:
    begun, heard = threading.Event(), threading.Event()
    token = ask(database, "k")

    def run(job: Job, _: None) -> None:
        begun.set()
        while True:
            try:
                job.check()
            except LeaseLost:
                heard.set()
                raise
            threading.Event().wait(0.05)

    running(run, lease_seconds=60, beat_seconds=0.05)
    assert begun.wait(SECONDS_PATIENCE)
    first = row(database, token).lease_until
    waited = threading.Event()
    while row(database, token).lease_until == first:
        waited.wait(0.02)
    with database.writing() as session:
        session.execute(sa.update(JobRow).values(lease_owner="another"))
    assert heard.wait(SECONDS_PATIENCE)


def test_a_watch_asks_while_its_condition_holds(database: Database) -> None:
    done = threading.Event()
    kind = Kind("tidy", lambda _job, _: done.set())
    watching = Worker(
        database, {"tidy": kind}, None, clock=real_now, watches=[Watch("tidy", lambda _: not done.is_set())]
    )
    watching.start()
    assert done.wait(SECONDS_PATIENCE)
    watching.stop()


def claim_and_die(url: str) -> None:
    """In a process of its own: take the job under a long lease and die."""
    database = Database(url)
    with database.writing() as session:
        claim(session, ["k"], new_owner(), real_now(), dt.timedelta(days=1))
    os._exit(9)


def test_the_job_of_a_process_that_died_here_is_taken_over_at_once(
    database: Database, database_url: str, running
) -> None:
    token = ask(database, "k")
    dying = multiprocessing.get_context("spawn").Process(target=claim_and_die, args=(database_url,))
    dying.start()
    dying.join()
    assert row(database, token).state == JobState.RUNNING
    running(lambda _job, _: None)
    assert_soon(database, {JobState.DONE: 1})
    assert row(database, token).tries == 2


def test_only_a_process_of_this_machine_is_declared_dead() -> None:
    ours = new_owner()
    boot, namespace, pid, started, lease = ours.split("/")
    told = {
        ours: False,
        "/".join((boot, namespace, pid, str(int(started) + 1), lease)): True,  # its number was given anew
        "/".join((boot, namespace, "4194305", started, lease)): True,  # beyond the largest number
        "/".join(("other boot", namespace, "4194305", started, lease)): False,
        "/".join((boot, "other namespace", "4194305", started, lease)): False,
        "no owner of ours": False,
    }
    assert {owner: is_certainly_dead(owner) for owner in told} == told

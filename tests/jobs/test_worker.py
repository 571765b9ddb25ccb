"""Workers: every job is done once, whatever dies on the way."""

import datetime as dt
import io
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.errors import LeaseLost, Malformed
from eyrie.basics.trace import job_id
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind, Watch
from eyrie.jobs.presence import is_certainly_dead, new_owner
from eyrie.jobs.queue import claim
from eyrie.jobs.worker import Worker
from eyrie.start.logs import Redaction, TextLines
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, JobState, enqueue
from tests.jobs.works import LEASE, NOON, Clock, ask, later, row, worker

SECONDS_PATIENCE = 20


def real_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def test_work_is_done_with_its_payload_and_marked(database: Database) -> None:
    seen = []
    token = ask(database, "k", {"n": 1})

    def run(job: Job, _: None) -> None:
        seen.append((job.token, job.kind, job.payload, job.tries, job_id.get()))

    assert worker(database, run, Clock()).run_until_idle() == 1
    assert seen == [(token, "k", {"n": 1}, 1, token)]
    assert (row(database, token).state, row(database, token).finished_at) == (JobState.DONE, NOON)
    assert job_id.get() is None


def test_whatever_is_logged_meanwhile_names_the_job(database: Database) -> None:
    token, written, log = ask(database, "k"), io.StringIO(), logging.getLogger("eyrie.archive")
    handler = logging.StreamHandler(written)
    handler.setFormatter(TextLines(Redaction()))
    log.addHandler(handler)
    try:
        worker(database, lambda _job, _: log.warning("slow"), Clock()).run_until_idle()
    finally:
        log.removeHandler(handler)
    assert written.getvalue().endswith(f"archive: slow job={token}\n")


def test_the_work_and_its_end_are_one_fact(database: Database) -> None:
    """A job that fails in the transaction that also ends it is not done, and neither is its work."""
    token = ask(database, "k")

    def run(job: Job, _: None) -> None:
        with database.writing() as session:
            enqueue(session, "follow-up", {}, run_at=NOON)
            job.done(session)
            if job.tries == 1:
                raise RuntimeError

    clock = Clock()
    worker(database, run, clock).run_until_idle()
    assert (row(database, token).state, jobs_of_kind(database, "follow-up")) == (JobState.QUEUED, 0)
    clock.now = later(5)
    worker(database, run, clock).run_until_idle()
    assert (row(database, token).state, jobs_of_kind(database, "follow-up")) == (JobState.DONE, 1)


def jobs_of_kind(database: Database, kind: str) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(JobRow.kind == kind)) or 0


def test_who_lost_the_lease_cannot_commit(database: Database) -> None:
    token = ask(database, "k")

    def run(job: Job, _: None) -> None:
        with database.writing() as session:  # another worker takes the job over meanwhile
            session.execute(sa.update(JobRow).values(lease_owner="another"))
        with database.writing() as session:
            enqueue(session, "follow-up", {}, run_at=NOON)
            job.done(session)

    worker(database, run, Clock()).run_until_idle()
    assert jobs_of_kind(database, "follow-up") == 0
    assert (row(database, token).state, row(database, token).lease_owner) == (JobState.RUNNING, "another")


def test_a_failed_try_is_repeated_after_a_growing_pause(database: Database) -> None:
    token, clock, tries = ask(database, "k"), Clock(), []

    def run(job: Job, _: None) -> None:
        tries.append(clock.now)
        raise OSError("disk full")

    for seconds in range(200):
        clock.now = later(seconds)
        worker(database, run, clock, tries=5).run_until_idle()
    assert tries == [later(seconds) for seconds in (0, 5, 15, 35, 75)]
    assert row(database, token).last_error == "OSError: disk full"
    assert (row(database, token).state, row(database, token).finished_at) == (JobState.FAILED, later(75))


def test_a_failure_for_good_is_told_in_the_same_transaction(database: Database) -> None:
    ask(database, "k")

    def run(job: Job, _: None) -> None:
        raise Malformed("Row 4: BilledCost must be a valid number")

    def on_failed(session: Session, job: Job) -> None:
        enqueue(session, "mark", {"failed": job.token}, run_at=NOON)

    worker(database, run, Clock(), on_failed=on_failed).run_until_idle()
    assert jobs_of_kind(database, "mark") == 1


def test_a_fault_of_the_users_is_not_tried_again(database: Database) -> None:
    token = ask(database, "k")

    def run(job: Job, _: None) -> None:
        raise Malformed("Row 4: BilledCost must be a valid number")

    assert worker(database, run, Clock()).run_until_idle() == 1
    assert row(database, token).state == JobState.FAILED
    assert row(database, token).last_error == "Row 4: BilledCost must be a valid number"


def test_a_job_that_kills_its_workers_is_given_up(database: Database) -> None:
    token, clock = ask(database, "k"), Clock()
    for _ in range(2):
        with database.writing() as session:
            assert claim(session, ["k"], "a worker that dies", clock.now, LEASE)
        clock.now += 2 * LEASE
    ran: list[str] = []
    worker(database, lambda job, _: ran.append(job.token), clock, tries=2).run_until_idle()
    assert (ran, row(database, token).state) == ([], JobState.FAILED)
    assert row(database, token).last_error == "The worker died in each of 2 tries"


def test_a_finished_step_is_not_repeated(database: Database) -> None:
    ask(database, "k")
    clock, done = Clock(), []

    def run(job: Job, _: None) -> None:
        def count() -> dict[str, int]:
            done.append("count")
            return {"rows": 3}

        assert job.step("count", count) == {"rows": 3}
        if job.tries == 1:
            raise RuntimeError
        assert job.step("write", lambda: done.append("write")) is None

    for seconds in (0, 5):
        clock.now = later(seconds)
        worker(database, run, clock).run_until_idle()
    assert done == ["count", "write"]


def test_a_step_of_a_lost_job_is_not_kept(database: Database) -> None:
    token = ask(database, "k")
    told = []

    def run(job: Job, _: None) -> None:
        def lose_it() -> int:
            with database.writing() as session:
                session.execute(sa.update(JobRow).values(lease_owner="another"))
            return 1

        try:
            job.step("first", lose_it)
        except LeaseLost as lost:
            told.append(str(lost))
            raise

    worker(database, run, Clock()).run_until_idle()
    assert told == [f"Job {token} was taken over by another worker"]


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

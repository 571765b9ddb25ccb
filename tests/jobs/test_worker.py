"""Workers: every job is done once, whatever dies on the way."""

import io
import logging

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.errors import LeaseLost, Malformed
from eyrie.basics.trace import job_id
from eyrie.jobs.job import Job
from eyrie.jobs.queue import claim
from eyrie.start.logs import Redaction, TextLines
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, JobState, enqueue
from tests.jobs.works import LEASE, NOON, Clock, ask, jobs_of_kind, later, row, worker


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

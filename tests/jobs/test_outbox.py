"""Asking for jobs: in the caller's transaction, once per key, in order per lane."""

import datetime as dt

import pytest
import sqlalchemy as sa

from eyrie.basics.errors import LeaseLost
from eyrie.jobs.queue import claim, extend, fail, finish, put_back
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, JobState, enqueue
from tests.jobs.works import LEASE, NOON, ask, later, row


def claim_one(database: Database, owner: str, now: dt.datetime = NOON) -> str | None:
    with database.writing() as session:
        claimed = claim(session, ["k"], owner, now, LEASE)
        return claimed.token if claimed else None


def test_a_job_is_there_only_if_its_transaction_commits(database: Database) -> None:
    def ask_and_die() -> None:
        with database.writing() as session:
            enqueue(session, "k", {}, run_at=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_die()
    assert claim_one(database, "me") is None


def test_the_payload_comes_back(database: Database) -> None:
    ask(database, "k", {"rows": [1, "zwei", None], "deep": {"a": 1.5}})
    with database.writing() as session:
        claimed = claim(session, ["k"], "me", NOON, LEASE)
    assert claimed is not None
    assert claimed.payload == {"rows": [1, "zwei", None], "deep": {"a": 1.5}}


def test_at_most_one_open_job_has_a_key(database: Database) -> None:
    first = ask(database, "k", key="budget 1")
    assert ask(database, "k", key="budget 1") == first
    assert ask(database, "k", key="budget 2") != first
    with database.writing() as session:
        running = claim(session, ["k"], "me", NOON, LEASE)
        assert running is not None
        assert enqueue(session, "k", {}, run_at=NOON, key="budget 1") == first
        finish(session, running, NOON)
    assert ask(database, "k", key="budget 1") != first


def test_jobs_run_in_the_order_of_their_time_then_of_asking(database: Database) -> None:
    third = ask(database, "k", run_at=later(1))
    first, second = ask(database, "k"), ask(database, "k")
    ask(database, "other kind")
    assert [claim_one(database, f"owner {n}", later(2)) for n in range(4)] == [first, second, third, None]


def test_a_job_waits_for_its_time(database: Database) -> None:
    token = ask(database, "k", run_at=later(60))
    assert claim_one(database, "me", later(59)) is None
    assert claim_one(database, "me", later(60)) == token


def test_a_lane_runs_one_after_another_in_the_order_of_asking(database: Database) -> None:
    """Two uploads of one file name: the later one must win, so it waits, also for a retry of the first."""
    first, second = ask(database, "k", lane="costs.csv"), ask(database, "k", lane="costs.csv")
    aside = ask(database, "k", lane="other.csv")
    with database.writing() as session:
        running = claim(session, ["k"], "me", NOON, LEASE)
        assert running is not None
        assert running.token == first
    assert [claim_one(database, "you") for _ in range(2)] == [aside, None]
    with database.writing() as session:
        put_back(session, running, later(10), "an error")
    assert claim_one(database, "you", later(1)) is None
    with database.writing() as session:
        again = claim(session, ["k"], "me", later(10), LEASE)
        assert again is not None
        fail(session, again, later(10), "for good")
    assert claim_one(database, "you", later(11)) == second


def test_a_lease_that_ran_out_is_taken_over_and_the_first_owner_can_change_nothing(
    database: Database,
) -> None:
    ask(database, "k")
    with database.writing() as session:
        first = claim(session, ["k"], "first", NOON, LEASE)
    assert first is not None
    assert claim_one(database, "second", NOON + LEASE) is None
    assert claim_one(database, "second", NOON + LEASE + dt.timedelta(seconds=1)) == first.token
    for change in (
        finish,
        lambda s, j, n: put_back(s, j, n, "error"),
        lambda s, j, n: fail(s, j, n, "error"),
    ):
        with pytest.raises(LeaseLost), database.writing() as session:
            change(session, first, NOON)
    assert (row(database, first.token).state, row(database, first.token).tries) == (JobState.RUNNING, 2)


def test_a_heartbeat_keeps_only_what_is_still_held(database: Database) -> None:
    kept, taken = ask(database, "k"), ask(database, "k")
    assert [claim_one(database, "one"), claim_one(database, "two")] == [kept, taken]
    with database.writing() as session:
        session.execute(sa.update(JobRow).where(JobRow.token == taken).values(lease_owner="three"))
        assert extend(session, ["one", "two"], later(500)) == {"one"}
    assert claim_one(database, "four", later(499)) == taken
    assert claim_one(database, "four", later(499)) is None

"""Schedules: each tick happens once, whoever sees it; housekeeping keeps a home in order."""

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Scope
from eyrie.access.first import ensure_first
from eyrie.access.tokens import create_token
from eyrie.jobs import housekeeping
from eyrie.jobs.kinds import Kind
from eyrie.jobs.schedules import Daily, Every, Schedule
from eyrie.jobs.worker import Worker
from eyrie.store.database import Database
from eyrie.store.ledger import begin_ledger
from eyrie.store.outbox import JobRow, JobState, JobStepRow
from eyrie.store.people import ApiTokenRow, UserRow
from eyrie.store.traces import REPEATABLE_FOR, RepeatableRow
from tests.jobs.works import NOON, Clock, ask, later, row
from tests.store.chains import chain, entry, open_account, write


@pytest.mark.parametrize(
    ("timing", "now", "tick"),
    [
        (Every(60), "12:00:00", "31 12:01"),
        (Every(60), "12:00:59", "31 12:01"),
        (Every(7 * 3600), "20:59:59", "31 21:00"),
        (Every(7 * 3600), "21:00:00", "01 00:00"),  # begins anew at midnight
        (Daily(0), "00:00:00", "01 00:00"),
        (Daily(23, 59), "23:58:00", "31 23:59"),
        (Daily(3, 15), "03:15:00", "01 03:15"),
    ],
)
def test_the_next_tick(timing: Every | Daily, now: str, tick: str) -> None:
    moment = dt.datetime.combine(NOON.date(), dt.time.fromisoformat(now))
    assert f"{Schedule('s', 'k', timing).after(moment):%d %H:%M}" == tick


EVERY_MINUTE = Every(60)


@dataclass
class Ticks:
    """Several workers of one schedule that see the same clock."""

    database: Database
    timing: Every | Daily = EVERY_MINUTE
    clock: Clock = field(default_factory=Clock)
    ran: list[dt.datetime] = field(default_factory=list)

    def look(self, seconds: float, workers: int = 3) -> int:
        """Let each worker look at a moment; count the jobs that ran so far."""
        self.clock.now = later(seconds)
        kind = Kind("k", lambda _job, _: self.ran.append(self.clock.now))
        for _ in range(workers):
            schedules = [Schedule("s", "k", self.timing)]
            Worker(self.database, {"k": kind}, None, clock=self.clock, schedules=schedules).run_until_idle()
        return len(self.ran)


def test_each_tick_happens_once_among_many(database: Database) -> None:
    ticks = Ticks(database)
    assert [ticks.look(seconds) for seconds in (0, 59, 60, 61, 119, 120, 121)] == [0, 0, 1, 1, 1, 2, 2]


def test_missed_ticks_are_not_made_up_for(database: Database) -> None:
    ticks = Ticks(database)
    assert [ticks.look(seconds) for seconds in (0, 3601, 3602, 3660)] == [0, 1, 1, 2]


def test_a_new_timing_counts_at_once(database: Database) -> None:
    ticks = Ticks(database, Daily(3))
    ticks.look(0)
    ticks.timing = Every(60)
    assert [ticks.look(seconds) for seconds in (1, 59, 60)] == [0, 0, 1]


@dataclass
class Home:
    """What housekeeping is handed."""

    database: Database
    folder: Path
    clock: Clock
    retention_days: int = 90
    audit_retention_months: int = 24

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    def now(self) -> dt.datetime:
        return self.clock.now


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Home:
    with database.writing() as session:
        begin_ledger(session, NOON)
    made = Home(database, tmp_path, Clock())
    made.ledger.mkdir()
    made.staging.mkdir()
    return made


def keep_house(home: Home, until: dt.datetime) -> int:
    """Let the clock go on to a moment, with housekeeping's own schedules."""
    kinds = {kind.name: kind for kind in housekeeping.KINDS}
    made = Worker(home.database, kinds, home, clock=home.clock, schedules=housekeeping.SCHEDULES)
    made.run_until_idle()
    home.clock.now = until
    return made.run_until_idle()


def test_jobs_that_ended_long_ago_are_forgotten(home: Home) -> None:
    tokens = {name: ask(home.database, "other") for name in ("done", "failed", "long failed", "open")}
    ends = {
        "done": (JobState.DONE, later(0)),
        "failed": (JobState.FAILED, later(0)),
        "long failed": (JobState.FAILED, NOON - dt.timedelta(days=30)),
        "open": (JobState.QUEUED, None),
    }
    with home.database.writing() as session:
        session.add(JobStepRow(job=tokens["done"], name="s", result="1"))
        for name, (state, end) in ends.items():
            job = sa.update(JobRow).where(JobRow.token == tokens[name])
            session.execute(job.values(state=state, finished_at=end))
    keep_house(home, NOON + dt.timedelta(days=7))
    with home.database.reading() as session:
        left = set(session.scalars(sa.select(JobRow.token).where(JobRow.kind == "other")))
        steps = session.scalars(sa.select(JobStepRow.job)).all()
    assert left == {tokens["open"], tokens["failed"], tokens["done"]}  # seven days are not over seven days
    assert steps == [tokens["done"]]
    keep_house(home, NOON + dt.timedelta(days=8))
    with home.database.reading() as session:
        left = set(session.scalars(sa.select(JobRow.token).where(JobRow.kind == "other")))
        assert session.scalars(sa.select(JobStepRow.job)).all() == []
    assert left == {tokens["open"], tokens["failed"]}


def test_answers_for_repeated_requests_and_what_oauth_granted_are_forgotten(home: Home) -> None:
    over = NOON + dt.timedelta(days=2)
    answer = {"caller": "tkn_1", "request_hash": "", "status": 201, "headers": {}, "body": b""}
    with home.database.writing() as session:
        ensure_first(session, NOON)
        user = session.scalars(sa.select(UserRow)).one()
        hour = {"now": NOON, "expires_at": later(3600)}
        own, _ = create_token(session, user, [Scope.READ], description="one's own", **hour)
        create_token(session, user, [Scope.READ], description="granted", client=own.token, **hour)
        for key, seconds in (("over", 0), ("good for a second more", 1)):
            given = over - REPEATABLE_FOR + dt.timedelta(seconds=seconds)
            session.add(RepeatableRow(key=key, created_at=given, **answer))
    keep_house(home, over)
    with home.database.reading() as session:
        assert session.scalars(sa.select(ApiTokenRow.description)).all() == ["one's own"]
        assert session.scalars(sa.select(RepeatableRow.key)).all() == ["good for a second more"]


def test_audit_entries_are_forgotten_after_their_months(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "FORGOTTEN_AT_ONCE", 2)  # entries in a transaction
    open_account(home.database)
    for number in range(1, 8):
        write(home.database, entry(number, made_at=NOON + dt.timedelta(days=number)))
    keep_house(home, dt.datetime(2027, 2, 6, 5))  # the day of the sixth, two years later
    assert (chain(home.database).entries, chain(home.database).broken) == (2, None)


def test_the_sweep_runs_by_itself(home: Home) -> None:
    orphan = home.ledger / "half.tmp"
    orphan.write_text("bytes")
    os.utime(orphan, (0, 0))
    keep_house(home, NOON + dt.timedelta(days=1))
    assert not orphan.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL keeps its own log
def test_sqlites_log_goes_into_the_database_when_it_grows(home: Home) -> None:
    log = Path(f"{home.database.url.database}-wal")
    assert not housekeeping.log_is_long(home)
    token = ask(home.database, "other")
    with home.database.writing() as session:
        session.add(JobStepRow(job=token, name="s", result="x" * (housekeeping.LONG_LOG_BYTES + 1)))
    assert housekeeping.log_is_long(home)
    keep_house(home, later(300))
    assert log.stat().st_size < 100_000
    assert not housekeeping.log_is_long(home)


def test_failed_housekeeping_is_kept_to_be_looked_into(home: Home) -> None:
    token = ask(home.database, "checkpoint")
    kinds = {kind.name: kind for kind in housekeeping.KINDS}
    home.database.checkpoint = lambda: 1 / 0  # type: ignore[assignment, method-assign, return-value]
    Worker(home.database, kinds, home, clock=home.clock).run_until_idle()
    assert row(home.database, token).last_error == "ZeroDivisionError: division by zero"

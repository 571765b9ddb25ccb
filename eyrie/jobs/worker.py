"""Workers: threads that claim jobs and run them, and a heart that keeps their leases.

One thread dispatches: it wakes when a session of this process commits an enqueued job, when a job ends, and
every half second for jobs of other processes and for the clock; it looks without a lock before it takes
one. Each job runs in a thread of its own, a fixed number at once. The heart extends the leases of running
jobs, ends those of processes that died here, and looks at the watches.

`stop` claims nothing more, waits for running jobs, and puts back what does not end in time: another worker
can take that at once, and the attempt that is still running here can no longer commit.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

from eyrie.basics.errors import LeaseLost
from eyrie.basics.faults import moment
from eyrie.jobs.attempt import attempt
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind, Watch
from eyrie.jobs.presence import new_owner
from eyrie.jobs.queue import anything_due, claim, dead_owners, extend, put_back, release
from eyrie.jobs.schedules import Schedule, tick, to_move
from eyrie.store.database import Database
from eyrie.store.outbox import ENQUEUED, enqueue

C = TypeVar("C")
PAUSE_AFTER_FAULT_SECONDS = 5
_log = logging.getLogger(__name__)


class Worker(Generic[C]):
    """Runs the jobs of some kinds from one database."""

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Kind[C]],
        context: C,
        *,
        clock: Callable[[], dt.datetime],
        threads: int = 2,
        schedules: Sequence[Schedule] = (),
        watches: Sequence[Watch[C]] = (),
        poll_seconds: float = 0.5,
        lease_seconds: float = 30,
        beat_seconds: float = 10,
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._context = context
        self._clock = clock
        self._threads = threads
        self._schedules = schedules
        self._watches = watches
        self._poll_seconds = poll_seconds
        self._lease = dt.timedelta(seconds=lease_seconds)
        self._beat_seconds = beat_seconds
        self._running: dict[str, Job] = {}  # by the owner's name of the lease
        self._changed = threading.Condition()  # guards `_running`, told when a job ends
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._heart_stops = threading.Event()
        self._own_threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work, in threads of its own."""
        event.listen(self._database.writers, "after_commit", self._hear)
        for name, loop in (("jobs: dispatcher", self._dispatch), ("jobs: heart", self._keep_alive)):
            thread = threading.Thread(target=loop, name=name, daemon=True)
            thread.start()
            self._own_threads.append(thread)

    def stop(self, grace_seconds: float = 30) -> int:
        """End gracefully, for good; give the number of jobs that did not end in time and were put back."""
        if not self._own_threads:
            return 0
        self._stopping.set()
        self._wake.set()
        dispatcher, heart = self._own_threads
        self._own_threads = []
        dispatcher.join()
        with self._changed:
            self._changed.wait_for(lambda: not self._running, grace_seconds)
            unfinished = list(self._running.values())
        self._heart_stops.set()
        heart.join()
        event.remove(self._database.writers, "after_commit", self._hear)
        return sum(self._put_back(job) for job in unfinished)

    def run_until_idle(self) -> int:
        """Run what is due in this thread, one after another; give the number of jobs. For tests, mostly."""
        count = 0
        while (job := self._next()) is not None:
            attempt(self._database, self._kinds[job.kind], self._context, job, self._clock)
            count += 1
        return count

    def _hear(self, session: Session) -> None:
        """Hear of a commit in this process."""
        if ENQUEUED in session.info:
            self._wake.set()

    def _dispatch(self) -> None:
        """Claim and launch until told to stop."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._fill()
            except Exception:  # noqa: BLE001  a database that is away comes back
                _log.exception("the dispatcher of jobs failed; it tries again")
                self._stopping.wait(PAUSE_AFTER_FAULT_SECONDS)
            self._wake.wait(self._poll_seconds)

    def _fill(self) -> None:
        """Launch jobs while there are free places."""
        while not self._stopping.is_set() and len(self._running) < self._threads:
            job = self._next()
            if job is None:
                return
            with self._changed:
                self._running[job.claimed.owner] = job
            thread = threading.Thread(target=self._run, args=(job,), name=f"job {job.token}", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the machine has no thread left; the heart must not keep a job that rests
                self._over(job)
                self._put_back(job)
                raise

    def _next(self) -> Job | None:
        """Claim a job, after asking for what the clock wants."""
        now = self._clock()
        with self._database.reading() as session:
            schedules = to_move(session, self._schedules, now)
            if not schedules and not anything_due(session, self._kinds, now):
                return None
        with self._database.writing() as session:
            for schedule in schedules:
                tick(session, schedule, now)
            claimed = claim(session, self._kinds, new_owner(), now, self._lease)
        if claimed is None:
            return None
        moment("job: claimed")
        return Job(claimed, self._database, self._clock)

    def _run(self, job: Job) -> None:
        """Attempt a job in its thread; if the end cannot even be recorded, the lease will run out."""
        try:
            attempt(self._database, self._kinds[job.kind], self._context, job, self._clock)
        except Exception:  # noqa: BLE001  a thread has nobody to raise to
            _log.exception(
                "the end of a job was not recorded; its lease will run out", extra={"job": job.token}
            )
        finally:
            self._over(job)
            self._wake.set()

    def _over(self, job: Job) -> None:
        """Have no more to do with a job."""
        with self._changed:
            self._running.pop(job.claimed.owner, None)
            self._changed.notify_all()

    def _keep_alive(self) -> None:
        """Beat until told to stop, also while the last jobs end."""
        while True:
            try:
                self._beat()
            except Exception:  # noqa: BLE001  a database that is away comes back
                _log.exception("the heartbeat of jobs failed; it tries again")
            if self._heart_stops.wait(self._beat_seconds):
                return

    def _beat(self) -> None:
        """Extend our leases, end those of the dead, look at the watches."""
        with self._changed:
            running = dict(self._running)
        now = self._clock()
        if running:
            with self._database.writing() as session:
                held = extend(session, running, now + self._lease)
            self._lose(running, held)
        with self._database.reading() as session:
            dead = dead_owners(session)
        if dead:
            with self._database.writing() as session:
                release(session, dead, now)
            self._wake.set()
        for watch in self._watches:
            if watch.holds(self._context):
                with self._database.writing() as session:
                    enqueue(session, watch.kind, {}, run_at=now, key=f"watch {watch.kind}")

    def _lose(self, running: Mapping[str, Job], held: set[str]) -> None:
        """Tell jobs that lost their lease; those that have just ended have none to lose."""
        with self._changed:
            lost = [job for owner, job in running.items() if owner not in held and owner in self._running]
        for job in lost:
            job.lose()

    def _put_back(self, job: Job) -> bool:
        """Let another worker have a job that does not end in time, or could not begin."""
        job.lose()
        try:
            with self._database.writing() as session:
                put_back(session, job.claimed, self._clock(), None)
        except LeaseLost:
            return False  # it has just ended
        _log.warning("job put back for another worker: %s", job.kind, extra={"job": job.token})
        return True

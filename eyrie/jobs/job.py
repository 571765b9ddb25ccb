"""A job as its work sees it: what to do, what was done before, and the one fact at the end."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from eyrie.basics.errors import LeaseLost
from eyrie.basics.faults import moment
from eyrie.jobs.queue import Claimed, finish, hold, keep_step, result_of_step
from eyrie.store.database import Database


class Job:
    """One attempt at a job."""

    def __init__(self, claimed: Claimed, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self.claimed = claimed
        self._database = database
        self._clock = clock
        self._lost = threading.Event()

    @property
    def token(self) -> str:
        """The job's name, the same in every attempt."""
        return self.claimed.token

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.claimed.kind

    @property
    def payload(self) -> Mapping[str, Any]:  # Any: whatever JSON can say
        """What was said when the job was asked for."""
        return self.claimed.payload

    @property
    def tries(self) -> int:
        """The number of this attempt, from 1."""
        return self.claimed.tries

    def step(self, name: str, work: Callable[[], Any]) -> Any:  # Any: whatever JSON can say
        """Do a step once in the life of the job and give its result, which must be JSON, ever after.

        The work runs outside any transaction and may take long. If the process dies before the result is
        kept, the step is done again: it must be repeatable.
        """
        with self._database.reading() as session:
            kept = result_of_step(session, self.claimed, name)
        if kept is not None:
            return json.loads(kept)
        self.check()
        moment(f"job: before step {name}")
        result = json.dumps(work())
        moment(f"job: after step {name}")
        with self._database.writing() as session:
            keep_step(session, self.claimed, name, result)
        return json.loads(result)

    def done(self, session: Session) -> None:
        """Mark the job done in the transaction of its work; raise `LeaseLost` if it is another's by now."""
        finish(session, self.claimed, self._clock())

    def hold(self, session: Session) -> None:
        """Let a transaction before the last one commit only if the job is still ours."""
        hold(session, self.claimed)

    def check(self) -> None:
        """Raise `LeaseLost` if the heartbeat found the lease lost; long work calls this now and then."""
        if self._lost.is_set():
            raise LeaseLost(f"Job {self.token} was taken over by another worker")

    def lose(self) -> None:
        """Hear that the lease is lost."""
        self._lost.set()

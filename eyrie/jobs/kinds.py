"""How a kind of job is declared.

A kind is generic over the context C that its work needs (database, folders, clock, engine): whoever starts a
worker hands the context in, so the queue knows none of it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from eyrie.jobs.job import Job

C = TypeVar("C", contravariant=True)

LONGEST_PAUSE = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Kind(Generic[C]):
    """A kind of job: its work, how often it is tried, and what is to be said when it fails for good.

    An error of the user's (`UserFault`) is final at once: trying again would not mend a bill.
    """

    name: str
    run: Callable[[Job, C], None]
    tries: int = 5
    first_pause_seconds: int = 5
    # Called in the transaction that marks the job failed: the place to mark what the job was for.
    on_failed: Callable[[Session, Job], None] | None = None

    def pause_after(self, tries: int) -> dt.timedelta:
        """How long to wait after a failed try: twice as long each time, up to a quarter of an hour.

        >>> [str(Kind("k", print).pause_after(tries)) for tries in (1, 2, 3, 20)]
        ['0:00:05', '0:00:10', '0:00:20', '0:15:00']
        """
        return min(LONGEST_PAUSE, dt.timedelta(seconds=self.first_pause_seconds * 2 ** min(tries - 1, 20)))


@dataclass(frozen=True)
class Watch(Generic[C]):
    """A condition that each worker looks at with its heartbeat; while it holds, the kind is asked for."""

    kind: str
    holds: Callable[[C], bool]

"""The house as operations and jobs see it: what is at hand, put together once at the start."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eyrie.access.ways import Ways
from eyrie.archive.rates import KnownRates
from eyrie.archive.snapshot import Snapshots
from eyrie.costs.ledger.tag_sets import clashing
from eyrie.costs.query.answer import Answer
from eyrie.costs.sources.custom.settings import UploadLimits
from eyrie.engine.port import BulkEngine
from eyrie.operations.mail import Post
from eyrie.operations.memory import Memory
from eyrie.operations.questions import Questions
from eyrie.store.database import Database
from eyrie.store.secret_box import SecretBox


@dataclass(frozen=True)
class Limits:
    """How much a door takes at once: as an upload, and as any other body."""

    upload: UploadLimits
    body_bytes: int


def utc_now() -> dt.datetime:
    """The one clock; everything else is told the time."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class House:
    """What operations and jobs work with."""

    database: Database
    engine: BulkEngine
    home: Path
    secrets: SecretBox
    questions: Questions
    answers: Memory[Answer]  # their rows stay with the engine
    pages: Memory[bytes]  # of answers, as they were sent
    insights: Memory[Any]  # Any: what answers were found to mean, which is said in a room above
    filters: Memory[Any]  # Any: what texts of filters mean, which is said in a room above
    limits: Limits
    ways: Ways  # to sign in
    post: Post
    retention_days: int
    audit_retention_months: int
    slow_question_seconds: float
    clock: Callable[[], dt.datetime]

    def now(self) -> dt.datetime:
        """The time, UTC without zone."""
        return self.clock()

    @cached_property
    def snapshots(self) -> Snapshots:
        """What questions see of the ledger."""
        return Snapshots(self.ledger, self.retention_days)

    @cached_property
    def rates(self) -> KnownRates:
        """The exchange rates at versions of the ledger."""
        return KnownRates()

    def clashing_tag_sets(self, new: Sequence[Path], live: Sequence[Path]) -> Sequence[int]:
        """The ids that stand for two different tag sets in these files of tag sets, new and live ones."""
        return clashing(self.engine, new, live)

    @property
    def ledger(self) -> Path:
        """Where the ledger's files are."""
        return self.home / "ledger"

    @property
    def staging(self) -> Path:
        """Where uploads wait to be read."""
        return self.home / "staging"

    @property
    def exports(self) -> Path:
        """Where exports are written, a folder for each."""
        return self.home / "exports"

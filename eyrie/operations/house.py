"""The house as operations and jobs see it: what is at hand, put together once at the start."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from eyrie.archive.snapshot import Snapshots
from eyrie.costs.query.answer import Answer
from eyrie.engine.port import Engine
from eyrie.operations.memory import Memory
from eyrie.operations.questions import Questions
from eyrie.store.database import Database
from eyrie.store.secret_box import SecretBox


@dataclass(frozen=True)
class Limits:
    """How much a door takes at once."""

    body_bytes: int = 8 * 1024 * 1024
    upload_bytes: int = 2 * 1024 * 1024
    upload_rows: int = 10_000


def utc_now() -> dt.datetime:
    """The one clock; everything else is told the time."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class House:
    """What operations and jobs work with."""

    database: Database
    engine: Engine
    home: Path
    secrets: SecretBox
    questions: Questions
    answers: Memory[Answer]  # their rows stay with the engine
    pages: Memory[bytes]  # of answers, as they were sent
    filters: Memory[Any]  # Any: what texts of filters mean, which is said in a room above
    limits: Limits = field(default_factory=Limits)
    retention_days: int = 90
    clock: Callable[[], dt.datetime] = utc_now

    slow_question_seconds: float = 1.0

    def now(self) -> dt.datetime:
        """The time, UTC without zone."""
        return self.clock()

    @cached_property
    def snapshots(self) -> Snapshots:
        """What questions see of the ledger."""
        return Snapshots(self.ledger, self.retention_days)

    @property
    def ledger(self) -> Path:
        """Where the ledger's files are."""
        return self.home / "ledger"

    @property
    def staging(self) -> Path:
        """Where uploads wait to be read."""
        return self.home / "staging"

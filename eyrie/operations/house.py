"""The house as operations and jobs see it: what is at hand, put together once at the start."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from eyrie.engine.port import Engine
from eyrie.store.database import Database


class SecretBox(Protocol):
    """Seals texts that must be kept but never shown."""

    def seal(self, text: str) -> str:
        """Encrypt; the key's id travels with the result."""

    def open(self, sealed: str) -> str:
        """Decrypt what `seal` gave."""


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
    limits: Limits = field(default_factory=Limits)
    retention_days: int = 90
    public_url: str | None = None
    clock: Callable[[], dt.datetime] = utc_now
    # Called after a commit that left work for the jobs, so that a worker of this process wakes at once.
    wake: Callable[[], None] = lambda: None

    @property
    def ledger(self) -> Path:
        """Where the ledger's files are."""
        return self.home / "ledger"

    @property
    def staging(self) -> Path:
        """Where uploads wait to be read."""
        return self.home / "staging"

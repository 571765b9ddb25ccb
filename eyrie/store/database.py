"""Sessions on the metadata database: SQLite by default, PostgreSQL by a URL.

Each request or job is one transaction: `reading()` or `writing()`. On SQLite a writer begins IMMEDIATE (a
DEFERRED one that turns into a writer fails at once when another came first) and the write-ahead log lets
readers go on. SQLite before 3.51.3 can damage a log that is reset while another connection writes, so
nobody checkpoints in passing: `checkpoint()` does it in one place, under a file lock.
"""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from eyrie.basics.faults import moment
from eyrie.store.rows import Row

BUSY_TIMEOUT_SECONDS = 30
CHECKPOINT_WAIT_MILLISECONDS = 200
_AT_THE_END = "what is done at the end"  # in `session.info`


class Database:
    """One metadata database and its sessions."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._engine = sa.create_engine(self.url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            self._engine = sa.create_engine(self.url, pool_pre_ping=True, isolation_level="REPEATABLE READ")
        self._writers = self._engine.execution_options(eyrie_begin="BEGIN IMMEDIATE")
        if not self.is_sqlite:
            self._writers = self._engine.execution_options(isolation_level="READ COMMITTED")
        self._reading = sessionmaker(self._engine, expire_on_commit=False)
        self._writing = sessionmaker(self._writers, expire_on_commit=False)

    @property
    def engine(self) -> sa.Engine:
        """The engine below, for migrations and the doctor."""
        return self._engine

    @property
    def writers(self) -> sessionmaker[Session]:
        """The maker of writing sessions, for those who listen to what they commit."""
        return self._writing

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view; whatever is changed in it is forgotten."""
        with self._reading() as session:
            yield session  # closing lets go of the rows as they are; a rollback would empty them first

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it happens, or none."""
        with self._writing() as session:
            if self.is_sqlite:
                session.connection()  # take the write lock now, not at the first change
            yield session
            session.flush()
            for work in session.info.pop(_AT_THE_END, ()):
                work(session)
            session.flush()
            moment("store: before commit")
            session.commit()
            moment("store: after commit")

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file, one process at a time."""
        if not self.is_sqlite or not self.url.database:
            return
        moment("store: before checkpoint")
        with Path(self.url.database + ".checkpoint").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self._engine.connect() as connection:
                # It holds the write lock while it waits for readers, so it does not wait long.
                connection.connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAIT_MILLISECONDS}")
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def at_the_end(session: Session, work: Callable[[Session], None]) -> None:
    """Have something done when all else of a writing transaction is: what it locks is soon free again."""
    session.info.setdefault(_AT_THE_END, {})[work] = None


def inserting(session: Session, row: type[Row]) -> Any:  # Any: each dialect has a type of its own
    """An INSERT that knows `on_conflict_do_nothing`, which each dialect words in its own way."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(row)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # Any: SQLAlchemy's pool record
    """Set what SQLite needs to be safe and shared, once for each connection."""
    connection.isolation_level = None  # SQLAlchemy's begin event speaks, not the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        "wal_autocheckpoint=0",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin as a reader or, for a writing session, as the one writer."""
    connection.exec_driver_sql(connection.get_execution_options().get("eyrie_begin", "BEGIN"))

"""The metadata database for tests: each test that asks for `database` runs on SQLite and on PostgreSQL.

A private PostgreSQL is started once per session in a temporary folder, by another user when the tests run as
root, which initdb refuses. Where its programs are missing, those tests are skipped and say so; with
`EYRIE_TEST_ALL=1` they fail instead.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

import eyrie.store.ledger
import eyrie.store.outbox  # noqa: F401  both modules put their tables into the metadata
from eyrie.store.database import Database
from eyrie.store.rows import Row

UNPRIVILEGED = ("postgres", "nobody")
_numbers = count(1)


@dataclass(frozen=True)
class PostgreSQL:
    """A running server, and how to get an empty database in it."""

    port: int

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://eyrie@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        name = f"test_{next(_numbers)}"
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A private PostgreSQL, started when the first test asks for it."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL's programs (initdb, pg_ctl) are not installed"
        if os.environ.get("EYRIE_TEST_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="eyrie-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    _run(
        user, folder, programs / "initdb", "-D", data, "-U", "eyrie", "-A", "trust", "-E", "UTF8", "--no-sync"
    )
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=60"
    _run(user, folder, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield PostgreSQL(port)
    finally:
        _run(user, folder, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with Eyrie's tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/eyrie.db"
    else:
        url = request.getfixturevalue("postgresql").new_database()
    made = Database(url)
    Row.metadata.create_all(made.engine)
    made.close()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty metadata database."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _programs() -> Path | None:
    """Find the folder of PostgreSQL's programs, on the path or where Debian puts them, the newest first."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True)
    return found[0].parent if found else None


def _user() -> str | None:
    """Name who runs the server: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    known = Path("/etc/passwd").read_text()
    return next(name for name in UNPRIVILEGED if f"\n{name}:" in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(user: str | None, folder: Path, *command: object) -> None:
    # Output goes to a file: the server would keep a pipe open for ever.
    extra = (
        {"user": user, "group": user if user == "postgres" else "nogroup", "extra_groups": []} if user else {}
    )
    with (folder / "output").open("ab") as output:
        done = subprocess.run(
            [str(word) for word in command], stdout=output, stderr=output, cwd=folder, check=False, **extra
        )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(folder / 'output').read_text()[-2000:]}")

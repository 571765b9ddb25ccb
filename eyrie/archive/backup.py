"""Backup and restore of a home, while the server runs.

A backup is a folder:

    backup.json     what is in it: the ledger's version, every file with its size and SHA-256, notes
    eyrie.db        a consistent copy of the metadata, made by SQLite in one read transaction
    ledger/…        every file that this copy's manifest names
    staging/…       every staged file that a job in this copy still needs
    home.json       what kind of home it was

The copy of the metadata comes first and says which files belong to it; parts never change, so copying them
beside writers is safe. A file may be swept in between: then a new copy of the metadata is taken, which no
longer names it. One that is missing even so was lost before, and is listed: a home with one lost file still
needs its backup.

The key that seals secrets is left out: whoever finds a backup must not find the key with it. With PostgreSQL
the metadata is pg_dump's business; here only the files are copied.
"""

import datetime as dt
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.durable import checksum as checksum_of
from eyrie.archive.durable import copy_durably, flush_file, flush_folder, flush_folders, write_durably
from eyrie.archive.sweep import named_files
from eyrie.basics.errors import LedgerBroken, Malformed, Refused
from eyrie.basics.faults import moment
from eyrie.basics.period import iso_seconds
from eyrie.store.database import Database
from eyrie.store.ledger import current_version
from eyrie.store.outbox import staged_files_needed

METADATA = "eyrie.db"
LEDGER = "ledger"
STAGING = "staging"
HOME_FILE = "home.json"
CONTENTS = "backup.json"
FORMAT = 1
COPIES_OF_METADATA = 3

KEY_NOTE = (
    "The secret key (secret.key, or EYRIE_SECRET_KEY) is not in this backup. Keep it in another safe place: "
    "without it the stored secrets of integrations cannot be read."
)
POSTGRESQL_NOTE = (
    "The metadata is in PostgreSQL and not in this backup. Run pg_dump before each backup of the files, keep "
    "both together, and restore that dump beside these files."
)


@dataclass(frozen=True)
class Entry:
    """One file of a backup."""

    name: str  # relative to the backup, and to the home
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Backup:
    """What a backup holds."""

    made_at: str
    version: int
    files: tuple[Entry, ...]
    missing: tuple[str, ...]  # named by the manifest, but lost before the backup
    notes: tuple[str, ...]
    format: int = FORMAT


def backup(home: Path, database: Database, target: Path, now: dt.datetime) -> Backup:
    """Copy a home into a new folder; it appears under its name only when it is whole and on the disk."""
    if target.exists():
        raise Refused(f"{target} exists already; name a new folder for the backup")
    if target.resolve().is_relative_to(home.resolve()):
        raise Refused("A backup inside the home would be lost with it; name a folder elsewhere")
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    moment("backup: before folder")
    work.mkdir(mode=0o700)
    try:
        made = _filled(home, database, work, now)
        write_durably(work / CONTENTS, json.dumps(asdict(made), indent=1), "backup: contents")
        flush_folders(work)
        moment("backup: before rename")
        work.rename(target)
        moment("backup: after rename")
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    flush_folder(target.parent)
    moment("backup: after flush of the folder")
    return made


def restore(source: Path, home: Path) -> Backup:
    """Bring a backup back into an empty home, checking every file against its checksum.

    The file that makes a folder an Eyrie home comes last: until then nothing will take it for one.
    """
    made = contents(source)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(home.iterdir()):
        raise Refused(
            f"{home} is not empty; restore into an empty folder, then put it in the old one's place"
        )
    work = home / ".restoring"
    work.mkdir()
    try:
        for entry in made.files:
            if copy_durably(_inside(source, entry.name), work / entry.name, "restore: file") != entry.sha256:
                raise Malformed(
                    f"{entry.name} does not match its checksum; this backup is damaged, use another"
                )
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    flush_folders(work)
    for path in sorted(work.iterdir(), key=lambda path: (path.name == HOME_FILE, path.name)):
        moment("restore: before rename")
        path.rename(home / path.name)
        moment("restore: after rename")
    work.rmdir()
    flush_folder(home)
    return made


def verify(source: Path) -> list[str]:
    """Check every file of a backup; give a sentence for each that is missing or damaged."""
    problems = []
    for entry in contents(source).files:
        path = _inside(source, entry.name)
        if not path.is_file():
            problems.append(f"{entry.name} is missing")
        elif path.stat().st_size != entry.bytes or checksum_of(path) != entry.sha256:
            problems.append(f"{entry.name} does not match its checksum")
    return problems


def contents(source: Path) -> Backup:
    """Read what a backup says of itself."""
    try:
        told = json.loads((source / CONTENTS).read_text())
    except FileNotFoundError:
        raise Malformed(f"{source} is not a backup: it has no {CONTENTS}") from None
    except ValueError:
        raise Malformed(
            f"{CONTENTS} in {source} cannot be read; this backup is damaged, use another"
        ) from None
    if told["format"] != FORMAT:
        raise Malformed(
            f"{source} was made by another Eyrie (format {told['format']}); restore it with that one"
        )
    return Backup(
        made_at=told["made_at"],
        version=told["version"],
        files=tuple(Entry(**entry) for entry in told["files"]),
        missing=tuple(told["missing"]),
        notes=tuple(told["notes"]),
    )


def _inside(folder: Path, name: str) -> Path:
    """Give the path of a name that must stay inside the folder."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Malformed(f"{CONTENTS} names {name}, outside the backup; do not trust this backup")
    return path


def _filled(home: Path, database: Database, work: Path, now: dt.datetime) -> Backup:
    """Copy metadata and files into the work folder."""
    notes = (KEY_NOTE,) if database.is_sqlite else (KEY_NOTE, POSTGRESQL_NOTE)
    copied: dict[str, Entry] = {}
    for _ in range(COPIES_OF_METADATA):
        if database.is_sqlite:
            copied[METADATA] = _copy_metadata(database, work / METADATA)
        with _metadata(database, work / METADATA) as session:
            version = current_version(session)
            wanted = {f"{LEDGER}/{name}" for name in named_files(session)}
            wanted |= {f"{STAGING}/{name}" for name in staged_files_needed(session)}
        wanted |= {name for name in (HOME_FILE,) if (home / name).is_file()}
        missing = sorted(name for name in wanted - copied.keys() if not _copy(home, work, name, copied))
        if not missing:
            break
    unwanted = copied.keys() - wanted - {METADATA}
    for name in unwanted:
        (work / name).unlink()
        del copied[name]
    files = tuple(copied[name] for name in sorted(copied))
    return Backup(iso_seconds(now), version, files, tuple(missing), notes)


def _copy(home: Path, work: Path, name: str, copied: dict[str, Entry]) -> bool:
    """Copy one file of the home, unless it is gone."""
    try:
        digest = copy_durably(home / name, work / name, "backup: file")
    except FileNotFoundError:
        return False
    copied[name] = Entry(name, (work / name).stat().st_size, digest)
    return True


def _copy_metadata(database: Database, path: Path) -> Entry:
    """Let SQLite write a consistent copy of itself beside its writers, and check it."""
    path.unlink(missing_ok=True)
    moment("backup: metadata, before copy")
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM INTO ?", (str(path),))
        cursor.close()
    finally:
        connection.close()
    moment("backup: metadata, before fsync")
    flush_file(path)
    moment("backup: metadata, after fsync")
    with _metadata(database, path) as session:
        answer = session.scalar(sa.text("PRAGMA integrity_check"))
    if answer != "ok":
        raise LedgerBroken(f"The metadata database is damaged and was not backed up: {answer}")
    return Entry(METADATA, path.stat().st_size, checksum_of(path))


@contextmanager
def _metadata(database: Database, copy: Path) -> Iterator[Session]:
    """Read the copy of the metadata, or where there is none the database itself."""
    if not database.is_sqlite:
        with database.reading() as session:
            yield session
        return
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(copy)))
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()

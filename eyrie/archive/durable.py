"""Files that are there after a power cut: written whole, flushed to the disk, their names flushed too.

Renaming is what makes a file appear; flushing it first and its folder afterwards is what makes it stay.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from eyrie.basics.faults import moment

CHUNK_BYTES = 1 << 20
DRAFT = ".new"  # ends the name of a file that is not whole yet


def copy_durably(source: Path, target: Path, name: str) -> str:
    """Copy a file and flush it; give the SHA-256 of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reading:
        moment(f"{name}, before write")
        with target.open("wb") as writing:
            while chunk := reading.read(CHUNK_BYTES):
                digest.update(chunk)
                writing.write(chunk)
            moment(f"{name}, before fsync")
            writing.flush()
            os.fsync(writing.fileno())
    moment(f"{name}, after fsync")
    return digest.hexdigest()


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as reading:
        return hashlib.file_digest(reading, "sha256").hexdigest()


def write_durably(path: Path, text: str, name: str) -> None:
    """Write a small text file and flush it."""
    moment(f"{name}, before write")
    with path.open("w") as writing:
        writing.write(text)
        moment(f"{name}, before fsync")
        writing.flush()
        os.fsync(writing.fileno())
    moment(f"{name}, after fsync")


def place_durably(path: Path, content: bytes, name: str, mode: int = 0o600) -> None:
    """Write a small file that appears under its name only when it is whole, and then stays."""
    draft = path.with_name(f"{path.name}{DRAFT}")
    draft.unlink(missing_ok=True)
    moment(f"{name}, before write")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as writing:
        writing.write(content)
        moment(f"{name}, before fsync")
        writing.flush()
        os.fsync(writing.fileno())
    moment(f"{name}, before rename")
    draft.replace(path)
    moment(f"{name}, after rename")
    flush_folder(path.parent)
    moment(f"{name}, after fsync of the folder")


def place_written(draft: Path, final: Path, name: str) -> None:
    """Give a file that someone else wrote its name, so that the name means a whole file that stays."""
    moment(f"{name}, before fsync")
    flush_file(draft)
    moment(f"{name}, before rename")
    draft.replace(final)
    moment(f"{name}, after rename")
    flush_folder(final.parent)
    moment(f"{name}, after fsync of the folder")


def flush_file(path: Path) -> None:
    """Flush a file that someone else wrote."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folders(folder: Path) -> None:
    """Flush the names in a folder and in the folders below it, the lowest first."""
    for below in sorted(_folders(folder), reverse=True):
        flush_folder(below)


def _folders(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (path for path in folder.rglob("*") if path.is_dir())

"""From the files of a delivery to files that the engine reads: text, zstd or Parquet, hashed and measured.

Gzip and zip are unpacked into the staging folder, because the engine reads plain text with all its threads
and cannot read zip at all; they are measured while they unpack, so a bomb is stopped early. Zstandard it
reads itself. Plain files are read where they are. Each byte passes here once: for the hash that says whether
a file is new, and to find NULs, which no text has.
"""

import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, BinaryIO

from eyrie.basics.errors import Refused
from eyrie.basics.faults import moment
from eyrie.basics.token import new_token
from eyrie.costs.sources.focus.gather import Found, checked_name
from eyrie.costs.sources.focus.magic import MAGIC_BYTES, Kind, is_json, kind_of
from eyrie.costs.sources.focus.settings import MIB, ImportLimits
from eyrie.costs.sources.focus.zstd_size import unpacked_at_most

Told = Callable[[int], None]  # hears how many more bytes were read


@dataclass(frozen=True)
class Readable:
    """A file as the engine reads it."""

    name: str
    path: Path
    kind: Kind  # TEXT, ZSTD or PARQUET
    sha256: str  # of what lies at `path`: the same bill packed another way is the same bill
    bytes: int  # as it lies at `path`
    stamp: tuple[int, int]  # size and time, to see that it stays the same while it is read
    temporary: bool
    version: str | None = None  # of FOCUS, if metadata told
    rows: int | None = None  # likewise


@dataclass
class Allowance:
    """What may still be unpacked in this import."""

    left: int


def unpacked(
    found: Found, staging: Path, limits: ImportLimits, allowance: Allowance, told: Told
) -> Iterator[Readable]:
    """Give the files to read of one file of a delivery: of a zip each member, else itself."""
    with _named(found.name):
        kind = _kind(found.path)
        if kind is Kind.ZIP:
            yield from _members(found, staging, limits, allowance, told)
        else:
            yield _readable(found, kind, staging, limits, allowance, told)


def spooled(source: BinaryIO, staging: Path, name: str, limits: ImportLimits) -> Found:
    """Put standard input into the staging folder."""
    path = staging / new_token("spooled")
    moment("import: before spooling")
    _write(iter(lambda: source.read(MIB), b""), path, limits.max_unpacked_bytes)
    moment("import: after spooling")
    return Found(checked_name(name), path)


def discard(file: Readable | Found) -> None:
    """Remove a file that was made for this import."""
    if file.temporary:
        file.path.unlink(missing_ok=True)


def check_unchanged(file: Readable) -> None:
    """Refuse a file that somebody wrote to while it was read."""
    if stamp_of(file.path) != file.stamp:
        raise Refused(f"{file.name}: the file changed while it was read; import it again when it is finished")


def stamp_of(path: Path) -> tuple[int, int]:
    """Give what changes when a file is written to."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _readable(
    found: Found, kind: Kind, staging: Path, limits: ImportLimits, allowance: Allowance, told: Told
) -> Readable:
    if kind is Kind.GZIP:
        path = staging / new_token("unpacked")
        moment("import: before unpacking")
        with gzip.open(found.path) as packed:
            _unpack(packed, path, found.path.stat().st_size, limits, allowance)
        moment("import: after unpacking")
        discard(found)
        found, kind = replace(found, path=path, temporary=True), _kind(path)
    if kind in (Kind.GZIP, Kind.ZIP):
        raise Refused("is packed twice; unpack it once")
    if kind is Kind.ZSTD:
        _allow(unpacked_at_most(found.path), found.path.stat().st_size, limits, allowance)
    stamp = stamp_of(found.path)
    digest = _hashed(found.path, told, text=kind is Kind.TEXT)
    return Readable(
        *(found.name, found.path, kind, digest, stamp[0], stamp, found.temporary, found.version, found.rows)
    )


def _members(
    found: Found, staging: Path, limits: ImportLimits, allowance: Allowance, told: Told
) -> Iterator[Readable]:
    """Unpack member after member; each is called by the zip's name and its own."""
    with zipfile.ZipFile(found.path) as archive:
        members = [info for info in archive.infolist() if _may_be_bill(info)]
        if any(info.filename == "[Content_Types].xml" for info in archive.infolist()):
            raise Refused("is an Excel workbook; save the sheet as CSV")
        if len(members) > limits.max_files:
            raise Refused(f"has more than {limits.max_files:,} files in it")
        bills = 0
        for info in members:
            with archive.open(info) as packed:
                if is_json(packed.read(MAGIC_BYTES)):
                    continue
            path = staging / new_token("unpacked")
            with archive.open(info) as packed:
                _unpack(packed, path, info.compress_size, limits, allowance)
            bills += 1
            name = checked_name(f"{found.name}/{info.filename}")
            member = replace(found, name=name, path=path, temporary=True, rows=None)
            yield _readable(member, _kind(path), staging, limits, allowance, told)
    if not bills:
        raise Refused("has no bill in it")
    discard(found)


def _may_be_bill(info: zipfile.ZipInfo) -> bool:
    if info.flag_bits & 1:
        raise Refused(f"has {info.filename} in it, which is locked with a password")
    return not info.is_dir() and not any(part.startswith((".", "_")) for part in info.filename.split("/"))


def _unpack(
    packed: "IO[bytes] | gzip.GzipFile",
    path: Path,
    packed_bytes: int,
    limits: ImportLimits,
    allowance: Allowance,
) -> None:
    """Unpack into a file, as far as ratio and allowance let it."""
    most = max(packed_bytes * limits.max_ratio, limits.ratio_from_bytes)
    try:
        written = _write(iter(lambda: packed.read(MIB), b""), path, min(most, allowance.left))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _allow(written, packed_bytes, limits, allowance)


def _allow(size: int, packed: int, limits: ImportLimits, allowance: Allowance) -> None:
    if size > max(packed * limits.max_ratio, limits.ratio_from_bytes):
        raise Refused(f"unpacks to more than {limits.max_ratio} times its size, which no bill does")
    if size > allowance.left:
        raise Refused(f"unpacks to more than {limits.max_unpacked_bytes:,} bytes, with what came before it")
    allowance.left -= size


def _write(chunks: Iterator[bytes], path: Path, most: int) -> int:
    written = 0
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        for chunk in chunks:
            written += len(chunk)
            if written > most:
                raise Refused("unpacks to far more than its size, or than is allowed at once; it was stopped")
            file.write(chunk)
    return written


def _hashed(path: Path, told: Told, *, text: bool) -> str:
    digest, line = hashlib.sha256(), 1
    with path.open("rb") as file:
        while chunk := file.read(MIB):
            digest.update(chunk)
            if text and b"\0" in chunk:
                line += chunk.count(b"\n", 0, chunk.index(b"\0"))
                raise Refused(f"holds a NUL character on line {line:,}; save it as UTF-8 text")
            if text:
                line += chunk.count(b"\n")
            told(len(chunk))
    return digest.hexdigest()


def _kind(path: Path) -> Kind:
    with path.open("rb") as file:
        return kind_of(file.read(MAGIC_BYTES))


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of which file a refusal speaks, and in our words what the unpackers say in theirs."""
    try:
        yield
    except Refused as refused:
        raise type(refused)(*(f"{name} {problem}" for problem in refused.problems)) from None
    except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, EOFError) as damaged:
        raise Refused(f"{name} is damaged or cut off; fetch it again") from damaged
    except NotImplementedError as unknown:
        raise Refused(
            f"{name} is packed in a way that is not read here; pack it as other zips are"
        ) from unknown
    except RuntimeError as locked:  # what zipfile raises for encrypted members
        raise Refused(f"{name} cannot be unpacked: {locked}") from locked

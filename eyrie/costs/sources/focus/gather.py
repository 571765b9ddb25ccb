"""From what was named to the files of a delivery, each with the name that it keeps.

A file is called as it is called; one in a folder by its path inside; one that a pattern found by its path
below the part of the pattern without wildcards. In folders, hidden files, what begins with `_` and JSON
(manifests of exports) are no bills; but where JSON tells a `FocusVersion`, the bills in and below its folder
are of that version, and where it tells of files with their rows, those must be beside it.
"""

import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eyrie.basics.errors import Refused
from eyrie.costs.sources.focus.magic import MAGIC_BYTES, is_json
from eyrie.costs.sources.focus.metadata import read_metadata
from eyrie.costs.sources.focus.settings import ImportLimits

STANDARD_INPUT = "-"
LONGEST_NAME = 1000


@dataclass(frozen=True)
class Found:
    """A file of a delivery."""

    name: str  # its identity within the dataset
    path: Path
    temporary: bool = False  # made for this import
    version: str | None = None  # of FOCUS, if metadata beside it tells
    rows: int | None = None  # likewise


def gather(paths: Sequence[str], limits: ImportLimits) -> list[Found]:
    """Find the files that paths, folders and patterns mean, without unpacking; standard input is not one."""
    found: dict[str, Found] = {}
    for file in (file for path in paths for file in _files(path)):
        known = found.setdefault(file.name, file)
        if known.path != file.path:
            raise Refused(
                f"Two files would both be called {file.name}: {known.path} and {file.path}. "
                "Name the folder above them, or import them one after the other with --as"
            )
        if len(found) > limits.max_files:
            raise Refused(f"These are more than {limits.max_files:,} files; import them in portions")
    return list(found.values())


def checked_name(name: str) -> str:
    """Hold a name to what can be kept and shown."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(
            f"{name!r} cannot be the name of a file here: it must be printable and have at most "
            f"{LONGEST_NAME:,} characters"
        )
    return name


def _files(given: str) -> Iterable[Found]:
    path = Path(given)
    if path.is_dir():
        files = list(_in_folder(path, path))
        if not files:
            raise Refused(f"{given} is a folder without bills")
        return files
    if path.is_file():
        return [Found(checked_name(path.name), path.resolve())]
    if path.exists():
        # A pipe can be read once, and a bill is read more often than that.
        raise Refused(f"{given} is no regular file; send it to standard input, with --as NAME")
    if glob.has_magic(given):
        return _matching(given)
    raise Refused(f"{given} is not there")


def _matching(pattern: str) -> list[Found]:
    plain = Path(*_without_magic(Path(pattern)))
    matches = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207  `**`
    files = [
        file
        for match in matches
        for file in (_in_folder(match, plain) if match.is_dir() else [_named_below(match, plain)])
    ]
    if not files:
        raise Refused(f"No file matches {pattern}")
    return files


def _without_magic(pattern: Path) -> Iterator[str]:
    for part in pattern.parent.parts:
        if glob.has_magic(part):
            return
        yield part


def _named_below(path: Path, folder: Path) -> Found:
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    return Found(checked_name(name), path.resolve())


def _in_folder(folder: Path, root: Path) -> Iterator[Found]:
    bills, versions, rows = [], dict[Path, str](), dict[Path, int]()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith((".", "_")) for part in inside.parts) or not path.is_file():
            continue
        with path.open("rb") as file:
            head = file.read(MAGIC_BYTES)
        if not is_json(head):
            bills.append(path)
            continue
        told = read_metadata(path)
        if told.version:
            versions[path.parent] = told.version
        for name, count in told.rows.items():
            if not (path.parent / name).is_file():
                raise Refused(
                    f"{path} tells of {name!r}, which is not there; fetch it too, or name the files to import"
                )
            rows[path.parent / name] = count
    for path in bills:
        version = next((versions[above] for above in path.parents if above in versions), None)
        yield replace(_named_below(path, root), version=version, rows=rows.get(path))

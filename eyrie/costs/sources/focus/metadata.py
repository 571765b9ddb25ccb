"""What JSON beside the bills of an export tells of them: their version of FOCUS, and how many rows each has.

Microsoft's manifests tell rows: `{"blobs": [{"blobName": "exports/part_0.csv", "dataRowCount": 9}]}`. None
that we know of tells sums of costs, or they would be held against the bills as well.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

LARGEST_METADATA = 1 << 20


@dataclass(frozen=True)
class Metadata:
    """What one file tells."""

    version: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)  # by the names of files beside it


def read_metadata(path: Path) -> Metadata:
    """Read a file that may be metadata; what is none tells nothing."""
    if path.stat().st_size > LARGEST_METADATA:
        return Metadata()
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return Metadata()
    version, rows = None, dict[str, int]()
    for members in _objects(told):
        match members:
            case {"FocusVersion": str(text)} if version is None:
                version = text.strip().removeprefix("v")
            case {"blobName": str(name), "dataRowCount": int(count)}:
                rows[PurePosixPath(name).name] = count
    return Metadata(version, rows)


def _objects(told: object) -> Iterator[dict[str, object]]:
    """Walk all objects, whatever they are in."""
    waiting = [told]
    while waiting:
        match waiting.pop():
            case dict() as members:
                yield members
                waiting += members.values()
            case list() as listed:
                waiting += listed

"""Files of the ledger: where they lie, and how one comes to be, so that its final name means a whole file.

A file is written under a draft name, fsynced, renamed, and its folder fsynced; only then does anybody hear of
it. A crash leaves drafts or files that no manifest names, which the sweep finds by age.
"""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from eyrie.basics.faults import moment
from eyrie.engine.port import Engine, Writing


@dataclass(frozen=True)
class Place:
    """Where the files of a part go."""

    folder: Path
    billing_month: dt.date
    token: str

    def file(self, ending: str) -> str:
        """Name one of its files, relative to the folder."""
        return f"parts/{self.billing_month:%Y-%m}/{self.token}.{ending}"


def write_file(engine: Engine, writing: Writing, final: Path) -> bool:
    """Write one file so that its final name always means a whole file; tell whether there was a row."""
    moment("part: before write")
    rows = engine.write(writing)
    moment("part: after write")
    if not rows:
        return False
    moment("part: before fsync")
    _fsync(writing.path)
    moment("part: after fsync")
    moment("part: before rename")
    writing.path.rename(final)
    moment("part: after rename")
    moment("part: before folder fsync")
    _fsync(final.parent)
    moment("part: after folder fsync")
    return True


def draft_of(final: Path) -> Path:
    """Name the draft of a file."""
    return final.with_name(final.name + ".draft")


def make_folder(folder: Path) -> None:
    """Make a folder that is still there after a power cut: its name is an entry of the folder above."""
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        moment("part: before new folder")
        missing.mkdir(exist_ok=True)
        _fsync(missing.parent)
        moment("part: after new folder")


def _fsync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

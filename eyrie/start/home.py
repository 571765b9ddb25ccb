"""The data folder: everything that one installation keeps.

    home/
    ├── home.json     says that the folder is Eyrie's, and the format of what lies in it
    ├── secret.key    0600, made at the first start unless EYRIE_SECRET_KEY is given
    ├── eyrie.db      the metadata database, unless it is elsewhere
    ├── ledger/       immutable files of costs, named by the manifest in the database
    ├── staging/      what is being written or received; nothing in it is kept
    ├── spill/        what does not fit into memory, a folder for each process; nothing in it is kept
    └── exports/      finished exports, until they expire

Opening makes what is missing. Two processes may open the same folder at once, the first time too: the
opening itself happens under a lock on the folder. A folder with other people's files in it is refused, so a
slip of the keyboard does not scatter ours among them.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eyrie.archive.durable import DRAFT, place_durably
from eyrie.basics.errors import Refused
from eyrie.store.secret_box import SecretBox, new_key, read_key

FORMAT = 1
SPILL_KEPT_SECONDS = 7 * 24 * 3600
_MARK = "home.json"
_KEY_FILE = "secret.key"
# A fresh disk has the first of its own; the second is left by a first start that was cut off.
_IGNORED = frozenset({"lost+found", f"{_MARK}{DRAFT}"})


@dataclass(frozen=True)
class Home:
    """An opened data folder."""

    folder: Path

    @property
    def ledger(self) -> Path:
        """Immutable files of costs."""
        return self.folder / "ledger"

    @property
    def staging(self) -> Path:
        """What is being written or received."""
        return self.folder / "staging"

    @property
    def spill(self) -> Path:
        """What does not fit into memory: of this process, apart from what others spill."""
        return self.folder / "spill" / str(os.getpid())

    @property
    def exports(self) -> Path:
        """Finished exports."""
        return self.folder / "exports"

    @property
    def key_file(self) -> Path:
        """The key for secrets, one a line, the newest first."""
        return self.folder / _KEY_FILE


def open_home(folder: Path) -> Home:
    """Open a data folder, making it if it is new."""
    home = Home(folder.expanduser().absolute())
    try:
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(home.folder):
            _check_or_claim(home.folder)
            for inner in (home.ledger, home.staging, home.spill.parent, home.exports):
                inner.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refused(f"The data folder {home.folder} cannot be used: {error.strerror}") from error
    return home


def clear_spill(home: Home) -> None:
    """Remove what this process spilled, and what others left behind that were killed days ago."""
    for folder in home.spill.parent.iterdir():
        if folder == home.spill or time.time() - folder.stat().st_mtime > SPILL_KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def open_secrets(home: Home, secret_key: str) -> SecretBox:
    """Open the box for secrets with the given keys (newest first, commas between) or with the key file's."""
    if secret_key:
        keys = [read_key(one) for one in secret_key.split(",")]
        if None in keys:
            raise Refused("EYRIE_SECRET_KEY must be 32 random bytes in base64url, as in a secret.key file")
        return SecretBox([key for key in keys if key])
    with locked(home.folder):
        if not home.key_file.exists():
            place_durably(home.key_file, f"{new_key()}\n".encode(), "home: secret key")
    keys = [read_key(line) for line in home.key_file.read_text().splitlines() if line.strip()]
    if not keys or None in keys:
        raise Refused(f"{home.key_file} holds no usable key; put the saved one back or set EYRIE_SECRET_KEY")
    return SecretBox([key for key in keys if key])


def _check_or_claim(folder: Path) -> None:
    """Hold the folder to be ours and of a format we know, or make it ours if it is empty."""
    mark = folder / _MARK
    if mark.exists():
        found = _format_of(mark)
        if found is None:
            raise Refused(f"{mark} cannot be read, so it is unclear what {folder} holds")
        if found > FORMAT:
            raise Refused(f"{folder} was written by a newer Eyrie (format {found}, this one knows {FORMAT})")
        return
    if any(entry.name not in _IGNORED for entry in folder.iterdir()):
        raise Refused(f"{folder} has other files in it; name an empty or a new folder with --home")
    told = json.dumps({"kind": "eyrie home", "format": FORMAT})
    place_durably(mark, f"{told}\n".encode(), "home: mark", mode=0o644)


def _format_of(mark: Path) -> int | None:
    try:
        written = json.loads(mark.read_text())
    except ValueError:
        return None
    found = written.get("format") if isinstance(written, dict) else None
    return found if isinstance(found, int) else None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; the lock goes with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)

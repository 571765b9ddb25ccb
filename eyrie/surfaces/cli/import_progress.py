"""How an import is shown while it runs: a bar on a terminal, a line for each step elsewhere.

While the engine reads a file it says nothing, so the bytes that this process has read tell how far it is;
where the system does not count them, the bar waits.
"""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_READ_SHARE = 0.6  # of the time, about
_STEP_SECONDS = 0.2
_COUNTS = Path("/proc/self/io")


class Lines:
    """Tells each step in a line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._began = 0.0

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is left to be done."""

    def begins(self, name: str, size: int) -> None:
        """A file of so many bytes is looked at."""
        self._began = time.monotonic()
        self._say(f"{name}: {size:,} bytes")

    def reads(self, name: str) -> None:
        """Say nothing: the next line comes soon enough."""

    def writes(self, name: str, rows: int) -> None:
        """All its rows were read."""
        self._say(f"{name}: {rows:,} rows read, {_rate(rows, self._began):,} rows per second")

    def wrote(self, rows: int) -> None:
        """Say nothing for each part."""

    def ends(self, name: str) -> None:
        """The file is done with."""
        self._say(f"{name}: done in {time.monotonic() - self._began:.1f} s")

    def _say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


class Bar:
    """Shows a bar for each file, with rows per second and the time left."""

    def __init__(self, out: TextIO) -> None:
        self._shown = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(file=out),
        )
        self._task: TaskID | None = None
        self._size = self._rows = self._written = 0
        self._began = 0.0
        self._read_before: int | None = None
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Bar":
        self._shown.start()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._shown.stop()

    def begins(self, name: str, size: int) -> None:
        """A file of so many bytes is looked at."""
        self._size, self._rows, self._written, self._began = size, 0, 0, time.monotonic()
        self._task = self._shown.add_task(name, total=1.0, rate="")

    def reads(self, _name: str) -> None:
        """Its rows are read: from now on, what this process reads is this file."""
        self._read_before = _bytes_read()

    def writes(self, _name: str, rows: int) -> None:
        """All its rows were read; now they are sorted and written."""
        self._read_before, self._rows = None, rows
        self._update(_READ_SHARE, rows)

    def wrote(self, rows: int) -> None:
        """So many more of them are written."""
        self._written += rows
        self._update(_READ_SHARE + (1 - _READ_SHARE) * self._written / max(self._rows, 1), self._rows)

    def ends(self, _name: str) -> None:
        """The file is done with."""
        self._update(1.0, self._rows)

    def _update(self, completed: float, rows: int) -> None:
        if self._task is not None:
            rate = _rate(rows, self._began)
            self._shown.update(self._task, completed=completed, rate=f"{rate:,} rows/s" if rate else "")

    def _watch(self) -> None:
        while not self._stop.wait(_STEP_SECONDS):
            before, now = self._read_before, _bytes_read()
            if before is not None and now is not None:
                self._update(_READ_SHARE * min((now - before) / max(self._size, 1), 1.0), 0)


def shown_on(out: TextIO) -> Bar | Lines:
    """Choose what suits where it goes."""
    return Bar(out) if out.isatty() else Lines(out)


def _rate(rows: int, began: float) -> int:
    """The rows of a second since something began."""
    return int(rows / max(time.monotonic() - began, 0.001))


def _bytes_read() -> int | None:
    try:
        return int(_COUNTS.read_text().split()[1])
    except (OSError, ValueError, IndexError):  # not Linux, or not allowed
        return None

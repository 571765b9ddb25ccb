"""Processes of their own, how long they run and how much memory they take at most.

Linux keeps the peak of each process (`VmHWM`), but drops it with the process, so it is read while it runs.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers import EYRIE, environment

_STEP_SECONDS = 0.02
PYTHON = (sys.executable, "-m")


@dataclass(frozen=True)
class Ran:
    """A process that ended well."""

    seconds: float
    peak_bytes: int


def run(command: Sequence[str]) -> Ran:
    """Run a command to its end; `CalledProcessError`, with what it said, if it fails."""
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  the commands are our own
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment()
    ) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(_STEP_SECONDS)
        seconds = time.perf_counter() - begun
        said = process.communicate()[0]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return Ran(seconds, peak)


def run_eyrie(*arguments: str) -> Ran:
    """Run one of our commands as people do."""
    return run([*EYRIE, *arguments])


def peak_of(process: int) -> int:
    """The most memory that a process has had so far; 0 if it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    lines = (line.split() for line in status.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == "VmHWM:"), 0)

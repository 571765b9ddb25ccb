"""How much of the machine one process may use: memory and threads, from the machine or its container.

Every process (server, worker, command line) has one budget. DuckDB alone would take 80 % of the machine in
each of them, so the engine is told its part instead (`engine_part`). What a control group allows counts, not
what the machine has.
"""

import os
import re
from pathlib import Path

MB = 1_000_000
SMALLEST_DEFAULT = 512 * MB
LARGEST_DEFAULT = 8_000 * MB
# The engine takes a little more than it is told; the rest is Python's, answers and uploads in flight.
ENGINE_PERCENT = 70
# Answers that are kept: their rows are in the engine's part, and pages of them, as sent, in the rest.
ANSWERS_PERCENT, PAGES_PERCENT = 20, 20

_UNITS = {
    "": 1,
    "K": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "KI": 2**10,
    "MI": 2**20,
    "GI": 2**30,
    "TI": 2**40,
}
_SIZE = re.compile(r"(\d+(?:\.\d{1,3})?)\s*([KMGT]?I?)B?", re.ASCII)
_CGROUP_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")


def read_size(text: str) -> int | None:
    """Read a size as people write it, or None.

    >>> [read_size(text) for text in ("2GB", "1.5 GB", "512 MiB", "1000000", "much")]
    [2000000000, 1500000000, 536870912, 1000000, None]
    """
    found = _SIZE.fullmatch(text.strip().upper())
    if not found or found.group(2) == "I":
        return None
    whole, _, fraction = found.group(1).partition(".")
    return int(whole + fraction.ljust(3, "0")) * _UNITS[found.group(2)] // 1000


def shown_size(size: int) -> str:
    """Write a size so that `read_size` gives it back, as short as it is exact.

    >>> [shown_size(size) for size in (2_000_000_000, 512_000_000, 2_097_152, 1_048_577)]
    ['2GB', '512MB', '2MiB', '1048577']
    """
    for unit in ("G", "M", "GI", "MI"):
        if size and size % _UNITS[unit] == 0:
            return f"{size // _UNITS[unit]}{unit.replace('I', 'i')}B"
    return str(size)


def default_memory(machine_bytes: int) -> int:
    """A quarter of what there is, in whole megabytes, neither tiny nor greedy."""
    return min(max(machine_bytes // 4 // MB * MB, SMALLEST_DEFAULT), LARGEST_DEFAULT)


def engine_part(memory_bytes: int) -> int:
    """The engine's part of a process's memory."""
    return memory_bytes * ENGINE_PERCENT // 100


def answers_default(memory_bytes: int) -> int:
    """The part of a process's memory for answers that are kept, if nobody chose another."""
    return memory_bytes * ANSWERS_PERCENT // 100


def answers_parts(answers_bytes: int) -> tuple[int, int]:
    """What of that is for rows, and what for pages.

    >>> answers_parts(100_000_000)
    (80000000, 20000000)
    """
    pages = answers_bytes * PAGES_PERCENT // 100
    return answers_bytes - pages, pages


def machine_memory(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """The bytes of memory that this process can have: the machine's, or its control group's if fewer."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [limit for name in _CGROUP_LIMITS if (limit := _number_in(cgroup / name)) is not None]
    return min([machine, *limits])


def machine_threads(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """The processors that this process can use, at least one."""
    processors = len(os.sched_getaffinity(0))
    try:
        quota, _, period = (cgroup / "cpu.max").read_text().partition(" ")
        allowed = -(-int(quota) // int(period))
    except (OSError, ValueError):  # no control group, or `max`: no limit
        return processors
    return max(1, min(processors, allowed))


def _number_in(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):  # no control group, or `max`: no limit
        return None

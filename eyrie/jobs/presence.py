"""Who holds a lease, and whether that process is certainly dead.

A lease runs out by itself, but after a crash nobody wants to wait for it. An owner's name tells the boot,
the process namespace, the process and when it started; a process of the same boot and namespace can look
whether it is still there. An owner anywhere else is left alone until its lease runs out. Where there is no
/proc, always.
"""

import os
import secrets
from pathlib import Path

_PROC = Path("/proc")


def new_owner() -> str:
    """Make the name of a new lease of this process."""
    return "/".join((_place(), str(os.getpid()), _started(os.getpid()) or "", secrets.token_hex(8)))


def is_certainly_dead(owner: str) -> bool:
    """Tell whether the process that took a lease was here and is no more."""
    try:
        boot, namespace, pid, started, _ = owner.split("/")
    except ValueError:
        return False
    if not started or f"{boot}/{namespace}" != _place():
        return False
    return _started(int(pid)) != started


def _place() -> str:
    """Name the running machine and the namespace in which process numbers mean something."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (_PROC / "self/ns/pid").readlink().as_posix()
    except OSError:
        return "somewhere/unknown"
    return f"{boot}/{namespace}"


def _started(pid: int) -> str | None:
    """Tell when a process started, in the kernel's ticks; None if there is no such process, or a dead one."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields[19]

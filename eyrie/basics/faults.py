"""Named moments at which the process can be made to die, so that crash safety is tested, not assumed.

Code that changes what is kept calls `moment("publish: before commit")` before and after each write, fsync,
rename and commit. Normally this does nothing. With `EYRIE_DIE_AT` set to a name, the process kills itself
there, as abruptly as a power cut; `name#3` means the third time. With `EYRIE_MOMENTS` set to a file, the
names passed are appended to it, which is how the tests learn them all.
"""

import os
import signal
from itertools import count
from pathlib import Path

_die_at, _, _time = os.environ.get("EYRIE_DIE_AT", "").partition("#")
_times = count(1)
_log = os.environ.get("EYRIE_MOMENTS")


def moment(name: str) -> None:
    """Pass a named moment; die there if the environment says so."""
    if _log:
        with Path(_log).open("a") as log:
            log.write(name + "\n")
    if name == _die_at and next(_times) == int(_time or 1):
        os.kill(os.getpid(), signal.SIGKILL)

"""The exit codes, in one table, and the door at which every error becomes one of them.

| Code | Meaning |
| --- | --- |
| 0 | done |
| 1 | Eyrie failed; the traceback says where |
| 2 | the command cannot be carried out as it was given; the message says what to change |
| 3 | `eyrie doctor`, `explain` or `audit verify` found something |
| 130 | interrupted at the keyboard |
"""

import sys
import traceback
from collections.abc import Callable
from enum import IntEnum

from eyrie.basics.errors import Fault, UserFault


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    MISTAKEN = 2
    UNWELL = 3
    INTERRUPTED = 130


def run(command: Callable[[], object], hide: Callable[[str], str] = str) -> int:
    """Run a command line and give its exit code; `hide` takes secrets out of what is printed."""
    try:
        command()
    except UserFault as fault:
        for problem in fault.problems:
            print(hide(f"eyrie: {problem}"), file=sys.stderr)
        return Exit.MISTAKEN
    except SystemExit as exit_:
        return _code(exit_)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has seen enough. Nothing more must be written, not at exit either.
        sys.stdout = None
        return Exit.DONE
    except Exception as error:  # noqa: BLE001  the last door: nothing may pass without an exit code
        print(hide(traceback.format_exc()), file=sys.stderr)
        kind = str(error) if isinstance(error, Fault) else f"Eyrie failed: {error!r}"
        print(hide(f"eyrie: {kind}"), file=sys.stderr)
        return Exit.FAILED
    return Exit.DONE


def _code(exit_: SystemExit) -> int:
    if exit_.code is None:
        return Exit.DONE
    return exit_.code if isinstance(exit_.code, int) else Exit.FAILED

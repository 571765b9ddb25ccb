"""Someone at the machine, in a process of their own: makes and lists tokens until a file tells them to stop.

    python -m tests.processes.people HOME STOP

Prints each token that was made, as the command line does, and `token list` must show it at once.
"""

import sys
from pathlib import Path

from eyrie.start.commands import create_token, doctor, list_tokens
from eyrie.surfaces.cli.work import TokenWish


def main(home: str, stop: Path) -> None:
    """Live until told to stop."""
    flags = {"home": home, "memory": "256MB", "threads": "1"}
    number = 0
    while not stop.exists():
        number += 1
        wish = TokenWish(("read",), None, f"by hand {number}", None)
        secret = create_token(flags, wish)
        listed = [row.description for row in list_tokens(flags)]
        assert [each for each in listed if each.startswith("by hand")] == [
            f"by hand {made}" for made in range(1, number + 1)
        ]
        assert doctor(flags) == []
        sys.stdout.write(f"{secret}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

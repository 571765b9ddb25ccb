"""`make bench`: ours against the same work written by hand, on the same data in the same run.

    python -m bench --rows 2000000
    python -m bench questions http --rows 20000000 --keep /var/tmp/bench

Every answer is compared digit for digit, and the program stops if one differs. What needs more rows than were
run is not claimed. `bench/README.md` tells how to read the results.
"""

import argparse
import datetime as dt
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import (
    converting,
    exports,
    forecasts,
    growth,
    imports,
    over_http,
    publishing,
    questions,
    unit_costs,
)
from bench.figures import Section, Wrong
from bench.made_up import SEED
from bench.place import Place
from bench.results import RESULTS, write_section
from eyrie.basics.errors import Refused

PARTS: dict[str, Sequence[Callable[[Place], Section]]] = {
    "import": (imports.measure,),
    "questions": (questions.measure,),
    "forecasts": (forecasts.measure,),
    "unit-costs": (unit_costs.measure,),
    "converting": (converting.measure,),
    "http": (over_http.measure,),
    "publishing": (publishing.measure,),
    "exports": (exports.measure,),
    "growth": (growth.history, growth.uploads),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, compare, tell, write down."""
    asked = _asked(arguments)
    logging.getLogger("eyrie").addHandler(logging.NullHandler())  # what is slow is told by figures
    try:
        with _place(asked) as place:
            for name in asked.parts or PARTS:
                for measure in PARTS[name]:
                    section = measure(place)
                    text = section.text(dt.datetime.now(dt.UTC).date())
                    write_section(asked.results, section.title, text)
                    sys.stdout.write(f"## {section.title}\n\n{text}\n\n")
                    sys.stdout.flush()
    except (Refused, Wrong) as wrong:
        sys.exit(f"bench: {wrong}")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"bench: {' '.join(failed.cmd[-8:])} failed:\n{failed.output}")


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure Eyrie against the same work by hand."
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all, if none is named")
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows to make up")
    parser.add_argument("--seed", type=int, default=SEED, help="make up another bill")
    parser.add_argument("--keep", type=Path, help="a folder for bill and homes, which later runs use again")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the Markdown file to write to")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.parts if name not in PARTS]
    if unknown:
        parser.error(f"{unknown[0]!r} is no part; the parts are {', '.join(PARTS)}")
    return asked


@contextmanager
def _place(asked: argparse.Namespace) -> Iterator[Place]:
    """The folder to keep, or one that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="eyrie-bench-") as passing:
        place = Place(asked.keep or Path(passing), asked.rows, asked.seed)
        place.claim()
        yield place


if __name__ == "__main__":
    main()

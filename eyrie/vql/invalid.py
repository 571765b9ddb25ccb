"""What is wrong with a filter, and where: every problem knows its places in the text.

>>> problem = Problem("Unknown field: costs.regoin.", (Span(0, 12),))
>>> print(InvalidFilter("costs.regoin = 'eu'", [problem]).underlined())
Unknown field: costs.regoin.
  costs.regoin = 'eu'
  ^^^^^^^^^^^^
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eyrie.basics.errors import Malformed
from eyrie.vql.tree import Span

WIDTH = 100  # characters of a long line that are shown around a problem
_BEFORE = 40  # of them, how many stand before it


@dataclass(frozen=True)
class Problem:
    """A sentence for the writer of the filter, and the places it speaks of."""

    message: str
    spans: tuple[Span, ...] = ()


class InvalidFilter(Malformed):
    """Invalid VQL."""

    def __init__(self, text: str, problems: Sequence[Problem]) -> None:
        self.text = text
        self.found = tuple(problems)
        super().__init__(*(problem.message for problem in problems))

    def underlined(self) -> str:
        """Print each problem with the lines it is about, the spans underlined."""
        return "\n".join(
            line for problem in self.found for line in (problem.message, *_shown(self.text, problem.spans))
        )


def joined(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Say each thing once, with all its places, in the order in which they stand in the text."""
    places: dict[str, list[Span]] = {}
    for problem in problems:
        places.setdefault(problem.message, []).extend(problem.spans)
    listed = (Problem(message, tuple(sorted(set(spans)))) for message, spans in places.items())
    return tuple(sorted(listed, key=lambda problem: problem.spans[:1]))


def _shown(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """Each line that a span touches, once, cut to a window if it is long."""
    start = 0
    for line in text.split("\n"):
        inside = [
            (max(span.start - start, 0), min(span.end - start, len(line)))
            for span in spans
            if span.start <= start + len(line) and (span.end > start or span.start == start)
        ]
        start += len(line) + 1
        if not inside:
            continue
        left = max(0, inside[0][0] - _BEFORE) if len(line) > WIDTH else 0
        right = min(len(line), left + WIDTH)
        marks = [" "] * (right - left + 1)
        for first, end in inside:
            for position in range(max(first, left), min(max(end, first + 1), right + 1)):
                marks[position - left] = "^"
        # Every character takes one place, whatever it is, so that the marks stand below what they mean.
        shown = "".join(character if character.isprintable() else " " for character in line[left:right])
        yield f"  {shown}"
        yield f"  {''.join(marks).rstrip()}"

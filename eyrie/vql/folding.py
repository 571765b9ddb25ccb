"""Texts the way tolerant comparisons see them.

>>> folded("Core-Team"), canonical("cross-AZ"), snake_case("ebsOptimized")
('coreteam', 'cross_az', 'ebs_optimized')
"""

import re
import unicodedata

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def folded(text: str) -> str:
    """Leave letters and digits only, whatever their case: what `~*` compares."""
    return "".join(letter for letter in text.casefold() if unicodedata.category(letter)[0] in "LN")


def canonical(text: str) -> str:
    """Write a word of a closed list the way it is kept."""
    return text.lower().replace("-", "_")


def snake_case(key: str) -> str:
    """Write a key in snake_case that may be in camelCase."""
    return _HUMP.sub("_", key).lower()


def matches(pattern: str, text: str) -> bool:
    r"""Tell whether a whole text matches a LIKE pattern: `%` any run, `_` one character, `\` to mean them.

    It remembers which places of the pattern can be reached, so no pattern makes it slow.

    >>> matches("%Fee", "Recurring Fee"), matches(r"100\%", "1000"), matches("_", "")
    (True, False, False)
    """
    steps = _steps(pattern)
    reached = _past_runs(steps, {0})
    for letter in text:
        moved = {
            place if steps[place] == "%" else place + 1
            for place in reached
            if place < len(steps) and steps[place] in ("%", "_", "=" + letter)
        }
        reached = _past_runs(steps, moved)
    return len(steps) in reached


def _steps(pattern: str) -> list[str]:
    """`%`, `_`, or `=` with the one character that fits. A `\\` at the very end stands for itself."""
    steps: list[str] = []
    position = 0
    while position < len(pattern):
        letter = pattern[position]
        if letter == "\\" and position + 1 < len(pattern):
            position += 1
            steps.append("=" + pattern[position])
        elif letter == "_":
            steps.append(letter)
        elif letter != "%":
            steps.append("=" + letter)
        elif steps[-1:] != ["%"]:
            steps.append(letter)
        position += 1
    return steps


def _past_runs(steps: list[str], reached: set[int]) -> set[int]:
    """A run may be empty, so what is behind it is reached with it; two runs never stand side by side."""
    return reached | {place + 1 for place in reached if place < len(steps) and steps[place] == "%"}

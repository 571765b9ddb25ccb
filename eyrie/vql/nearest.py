"""Finds the word that somebody probably meant.

The distance counts letters left out, put in, exchanged or swapped with their neighbour. A word is near when
at most a third of its letters differ; of equally near words the first in the alphabet is meant.
"""

from collections.abc import Iterable

LONGEST = 64  # characters of a word that is worth a guess


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the nearest of the known words, or None if none is near.

    >>> nearest("aws_rds_instance", ["aws_instance", "aws_db_instance", "aws_lb"]), nearest("x", ["aws_lb"])
    ('aws_db_instance', None)
    """
    if len(word) > LONGEST:
        return None
    best, least = None, max(len(word) // 3, 1) + 1
    for candidate in sorted(known):
        if abs(len(candidate) - len(word)) < least:
            found = distance(word, candidate)
            if found < least:
                best, least = candidate, found
    return best


def distance(source: str, target: str) -> int:
    """Count the letters to change, with a swap of two neighbours as one.

    >>> distance("regoin", "region"), distance("rds", "db")
    (1, 2)
    """
    before: list[int] = []
    above = list(range(len(target) + 1))
    for row, letter in enumerate(source, 1):
        here = [row]
        for column, other in enumerate(target, 1):
            least = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == target[column - 2] and source[row - 2] == other
            here.append(min(least, before[column - 2] + 1) if swapped else least)
        before, above = above, here
    return above[-1]

"""What is worth compacting, and how much of it at once."""

import datetime as dt

import pytest

from eyrie.archive.compact import Bounds, Candidate, choose
from eyrie.costs.sources.focus.settings import ImportLimits
from tests.archive.books import JANUARY, day

FEBRUARY = dt.date(2025, 2, 1)
LATER = day(9)


def candidate(part: str, rows: int = 100, **known: object) -> Candidate:
    given = {"account": "a", "month": ("i", JANUARY), "delivery": ("default", part), "members": 1}
    return Candidate(part=part, rows=rows, **{**given, **known})  # type: ignore[arg-type]


def chosen(*candidates: Candidate, **bounds: object) -> list[str]:
    """The groups that are chosen, each as the names of its parts."""
    wanted = Bounds(**{"least_parts": 3, **bounds})  # type: ignore[arg-type]
    return ["".join(each.part for each in group) for group in choose(candidates, wanted, LATER)]


def test_few_parts_are_let_be() -> None:
    assert chosen(*map(candidate, "ab")) == []
    assert chosen(*map(candidate, "cab")) == ["abc"]
    assert (
        chosen(
            *(
                candidate(part, month=("i", month))
                for part, month in zip("abc", (JANUARY, JANUARY, FEBRUARY), strict=True)
            )
        )
        == []
    )


def test_large_parts_are_let_be() -> None:
    assert chosen(*map(candidate, "abc"), candidate("d", 300_000)) == ["abc"]
    assert chosen(candidate("a"), candidate("b"), candidate("c", 300_000)) == []


def test_a_part_is_not_written_again_for_a_few_rows_more() -> None:
    assert chosen(*map(candidate, "abc"), candidate("d", 1200)) == ["abcd"]
    assert chosen(*map(candidate, "abc"), candidate("d", 1201)) == ["abc"]
    assert chosen(*map(candidate, "ab"), candidate("c", 1200)) == []


def test_what_is_done_at_once_is_bounded() -> None:
    assert chosen(*map(candidate, "abcdefg"), most_parts=3) == ["abc", "def"]
    assert chosen(*map(candidate, "abcdefg"), most_rows=399) == ["abc", "def"]
    many = [candidate(part, members=10) for part in "abcdefg"]
    assert chosen(*many, most_members=30) == ["abc", "def"]


def test_the_bounds_are_those_of_the_house() -> None:
    assert Bounds().most_rows <= ImportLimits().rows_in_a_part
    assert Bounds().most_members <= 1 << 15


def test_a_delivery_of_several_parts_stays_as_it_is() -> None:
    one, two = (candidate(part, delivery=("default", "large.csv")) for part in "ab")
    assert chosen(one, two, *map(candidate, "cd")) == []
    assert chosen(one, two, *map(candidate, "cde")) == ["cde"]


@pytest.mark.parametrize(
    ("rows", "masked", "since", "is_chosen"),
    [
        (76, 24, day(9), False),
        (75, 25, day(9), True),  # a quarter of the file
        (99, 1, day(2) + dt.timedelta(seconds=1), False),
        (99, 1, day(2), True),  # a week
        (900_000, 1, day(2), True),  # however large
    ],
)
def test_masks_do_not_stay_for_ever(rows: int, masked: int, since: dt.datetime, is_chosen: bool) -> None:
    assert chosen(candidate("a", rows, masked_rows=masked, masked_since=since)) == ["a"] * is_chosen


def test_a_part_with_masks_goes_with_the_small_ones_if_it_can() -> None:
    masked = candidate("a", masked_rows=50, masked_since=day(2))
    assert chosen(masked, *map(candidate, "bc")) == ["abc"]

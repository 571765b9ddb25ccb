"""Figures are held against their bars, and only where there were rows enough to say."""

import datetime as dt

import pytest

from bench.figures import Figure, Section, above, at_least, at_most, near_hand, no_more_than, share_of_hand


@pytest.mark.parametrize(
    ("bar", "ours", "by_hand", "held"),
    [
        (at_most(20, "ms"), 20, None, True),
        (at_most(20, "ms"), 20.1, 1, False),
        (at_least(300, "pages/s"), 300, None, True),
        (at_least(300, "pages/s"), 299, None, False),
        (share_of_hand(0.5), 50, 100, True),
        (share_of_hand(0.5), 49, 100, False),
        (near_hand(1.3, 5), 18, 10, True),
        (near_hand(1.3, 5), 18.1, 10, False),
        (above(10, "in process"), 15, 5, True),
        (above(10, "in process"), 15.1, 5, False),
        (no_more_than(1.2), 12, 10, True),
        (no_more_than(1.2), 12.1, 10, False),
    ],
)
def test_a_bar_is_held_or_not(bar, ours, by_hand, held):
    assert bar.verdict(ours, by_hand, 1) == ("held" if held else "not held")


def test_a_figure_without_the_other_side_holds_no_bar_between_the_two():
    for bar in (share_of_hand(0.5), near_hand(1.3, 5), above(10, "in process"), no_more_than(1.2)):
        assert bar.verdict(1, None, 1) == "not held"


def test_a_bar_for_more_rows_says_how_many_it_needs():
    bar = at_most(20, "ms", 20_000_000)
    assert bar.verdict(1, None, 19_999_999) == "needs 20,000,000 rows"
    assert bar.verdict(21, None, 20_000_000) == "not held"


def test_a_section_is_a_table_for_its_size():
    figures = [
        Figure("month total", 2.5, "ms", 10, near_hand(1.3, 5)),
        Figure("speed", 1234.5, "rows/s"),
    ]
    section = Section("Questions", 3_000, "Medians.", figures)
    assert section.title == "Questions, 3,000 rows"
    assert section.text(dt.date(2026, 1, 31)).splitlines()[:6] == [
        "2026-01-31. Medians.",
        "",
        "| Work | ours | by hand | ratio | bar | |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        "| month total | 2.50 ms | 10.0 ms | 0.25 | ≤ 1.3 times by hand + 5 ms | held |",
        "| speed | 1,234 rows/s |  |  |  |  |",
    ]

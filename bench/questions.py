"""Questions in process, each asked for the first time, and further pages of a large answer."""

from bench import by_hand
from bench.asking import PAGE, Asker, compare, first_pages
from bench.figures import Figure, Section, at_most
from bench.place import Clock, Place, open_house
from bench.shapes import AT_SIZE, DEFAULT, SHAPES
from bench.timing import RUNS, in_turn
from eyrie.answers.costs import DEFAULT_LIMIT

FURTHER = at_most(5, "ms", AT_SIZE)


def measure(place: Place) -> Section:
    """Compare every answer with that by hand, and time both."""
    place.need_home()
    clock = Clock()
    with open_house(place.home, clock) as house, by_hand.connected(place.spill) as connection:
        asker = Asker(house, clock)
        figures = []
        for shape in SHAPES:
            rows = compare(asker, connection, shape)
            ours, theirs = in_turn(*first_pages(asker, connection, shape))
            figures.append(Figure(f"{shape.name} ({rows:,} rows)", ours, "ms", theirs, shape.bar))
        text = by_hand.over(DEFAULT.by_hand, asker.snapshot(), DEFAULT.period)
        ours, theirs = in_turn(
            lambda: asker.page(DEFAULT.asked, 2),
            lambda: connection.execute(PAGE.format(text, DEFAULT_LIMIT, DEFAULT_LIMIT)).fetchall(),
        )
        figures.append(Figure(f"a further page of {DEFAULT.name}", ours, "ms", theirs, FURTHER))
    return Section(
        "Questions",
        place.rows,
        f"In process: totals and the first {DEFAULT_LIMIT:,} rows of a question that was not asked before. "
        f"Medians of {RUNS} runs, in turn with those by hand. All rows of every answer were the same as by "
        "hand, digit for digit.",
        figures,
    )

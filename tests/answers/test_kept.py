"""What is kept of answers: within bounds, page by page, and the same again when it was forgotten."""

import pytest

from tests.world import World

HEAD = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\n"
BILL = HEAD + "".join(f"Usage,2025-01-{day:02},{day}.5,service {day:>200}\n" for day in range(1, 31))


@pytest.fixture
def small(tmp_path):
    """A home that keeps hardly anything."""
    with World(tmp_path / "home", answers_memory="1MB") as world:
        world.imported(world.custom_provider(), BILL)
        yield world


def page(world, number, limit=7):
    return world.costs(groupings="service", order="asc", page=number, limit=limit)["costs"]


def tables(world):
    asked = "SELECT count(*) FROM duckdb_tables()"
    return world.house.engine._database.execute(asked).fetchall()[0][0]


def test_answers_that_are_kept_stay_within_their_bounds(small):
    for day in range(1, 21):
        small.costs(groupings="service", end_date=f"2025-01-{day:02}")
        assert small.house.answers.bytes <= 800_000
        assert small.house.pages.bytes <= 200_000
    assert 1 <= tables(small) <= 5


def test_a_page_is_printed_when_it_is_asked_for(world):
    world.imported(world.custom_provider(), BILL)
    page(world, 2)
    kept = list(world.house.pages._kept)
    assert [key[-2:] for key in kept] == [(7, 7)]
    page(world, 2)
    page(world, 3)
    assert [key[-2:] for key in world.house.pages._kept] == [(7, 7), (14, 7)]


def test_pages_are_the_same_before_and_after_they_are_forgotten(small):
    before = [page(small, number) for number in range(1, 6)]
    assert [row["amount"] for rows in before for row in rows] == [f"{day}.5" for day in range(1, 31)]
    for day in range(1, 21):
        small.costs(groupings="service", end_date=f"2025-01-{day:02}")
    assert [page(small, number) for number in range(1, 6)] == before
    assert [row for number in (1, 2) for row in page(small, number, limit=15)] == [
        row for rows in before for row in rows
    ]


def test_pages_of_costs_that_came_later_are_others(world):
    provider = world.custom_provider()
    world.imported(provider, BILL)
    first = page(world, 1)
    world.imported(provider, HEAD + "Usage,2025-01-01,1,first\n", "more.csv")
    assert page(world, 1)[1:] != first[1:]
    assert {row["service"] for row in page(world, 1)} > {"first"}

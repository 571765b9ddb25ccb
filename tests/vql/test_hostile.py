"""Texts made to hurt: each ends as a filter or an `InvalidFilter`, within limits that are counted."""

import pytest

from eyrie.engine.duckdb_dialect import passes
from eyrie.engine.plan import Files
from eyrie.vql.folding import matches
from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.lower import lower
from eyrie.vql.names import Names
from eyrie.vql.nearest import nearest
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS, KUBERNETES, RESOURCES
from tests.vql.rows import cost_rows, selected

AWS = "costs.provider = 'aws' AND "
LIMIT = 65_536


@pytest.fixture(scope="module")
def source(engine, home):
    row = {"label": "row", "provider": "aws", "integration": "a", "charge_type": "a" * 99, "tags": {"k": "v"}}
    return cost_rows(engine, home / "hostile", [row])


def repeated(piece, separator, size=LIMIT):
    return separator.join([piece] * ((size - len(piece)) // (len(piece) + len(separator))))


def nested(opening, inner, closing, levels):
    return AWS + opening * levels + inner + closing * levels


@pytest.mark.parametrize(
    "text",
    [
        "(" * LIMIT,
        "NOT " * (LIMIT // 4),
        "'" * LIMIT,
        "->>" * (LIMIT // 3),
        repeated("(a.b = 1 AND NOT ", "", 40_000),
        AWS + repeated("costs.account_ids = 'x'", " AND ", 60_000),
        AWS + repeated("tags.value = ''", " OR ", 60_000),
        " OR ".join(f"costs.provider = 'p{n}'" for n in range(2_000)),
        "resources.provider = 'aws' AND resources.type = '" + "a" * 60_000 + "'",
    ],
)
def test_nonsense_is_refused(text):
    for scope in (COSTS, RESOURCES):
        with pytest.raises(InvalidFilter) as refused:
            read_filter(text[:LIMIT], scope)
        assert len(refused.value.problems) <= 100
        assert len(refused.value.underlined()) < 600_000


@pytest.mark.parametrize(
    "text",
    [
        AWS + "(" + repeated("costs.region = 'x'", " OR ", 60_000) + ")",
        AWS + " AND ".join([f"tags.name='k{n}' AND tags.value != 'v'" for n in range(200)]),
        AWS + "(" + repeated("tags.name='k' AND tags.value='v'", " OR ", 60_000) + ")",
        AWS + repeated("costs.region != 'x'", " AND ", 60_000),
        AWS + "tags.name = 'k' AND (" + repeated("tags.value='v'", " OR ", 60_000) + ")",
        nested("NOT (", "costs.region = 'x'", ")", 49),
        nested("(costs.region = 'x' OR NOT (costs.account_id = 'y' AND ", "tags.name = 'k'", "))", 33),
        nested(
            "tags.name = 'k' AND (tags.value = 'v' OR costs.region = 'x' AND ", "costs.region = 'y'", ")", 99
        ),
        AWS + "costs.service = 's' AND costs.resource_id LIKE '" + "%a" * 30_000 + "'",
        AWS + "costs.charge_type LIKE '" + "%a_" * 20_000 + "%'",
    ],
)
def test_large_filters_run(engine, source, text):
    names = Names({f"code {n}": f"name {n}" for n in range(1_000)})
    assert selected(engine, source, lower(read_filter(text, COSTS), names)).keys() <= {"row"}


@pytest.mark.parametrize(
    "text",
    [
        AWS + " AND ".join([f"tags.name = 'k{n}'" for n in range(600)]),
        # Two to the twentieth branches.
        AWS + " AND ".join(["(costs.region = 'x' AND costs.allocation = 0.5 OR costs.region = 'y')"] * 20),
        # Few branches, each with thousands of tests.
        AWS
        + "(" + repeated("costs.region = 'x'", " OR ", 50_000) + ") AND "
        + " AND ".join(["(costs.region = 'x' AND costs.allocation = 0.5 OR costs.region = 'y')"] * 9),
        # Several tags can pass, so alternatives of the tag and of the row have to be multiplied out.
        AWS + "tags.name LIKE 'k%' AND "
        + " AND ".join(["(tags.value = 'a' OR costs.region = 'x' OR tags.value LIKE 'b%')"] * 12),
    ],
)  # fmt: skip
def test_filters_that_would_explode_are_refused(text):
    with pytest.raises(InvalidFilter, match="too many combinations"):
        read_filter(text, COSTS)


def test_keys_of_maps_are_limited_like_tags():
    text = " AND ".join([f"kubernetes.labels->>'k{n}' = 'v'" for n in range(600)])
    with pytest.raises(InvalidFilter, match="too many combinations"):
        read_filter(text, KUBERNETES)


def test_many_alternatives_of_a_single_tag_do_not_explode():
    parts = " AND ".join([f"(tags.value != '{n}' OR costs.region = 'x')" for n in range(200)])
    (branch,) = lower(read_filter(AWS + f"tags.name = 'k' AND {parts}", COSTS)).branches
    assert passes(branch.condition, Files(())).text.count('"tag_set_id" IN') == 400


def test_patterns_of_many_runs_stay_cheap():
    assert not matches("%a" * 10_000 + "%b", "a" * 50)
    assert matches("%" * 10_000 + "a", "ba")


def test_no_guess_is_made_at_endless_words():
    assert nearest("a" * 65, ["a" * 64]) is None

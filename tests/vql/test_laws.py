"""Laws that hold for every filter, tried on random ones."""

import random

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from eyrie.engine.duckdb_dialect import passes
from eyrie.engine.plan import Files
from eyrie.vql.binding import binding_problems, flattened
from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.lower import lower
from eyrie.vql.merge import merge
from eyrie.vql.names import Names
from eyrie.vql.parse import parse
from eyrie.vql.print import printed
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS, KUBERNETES, RESOURCES, SCOPES
from eyrie.vql.tree import Predicate, leaves
from tests.vql.evaluator import KUBERNETES_FAMILY, weight
from tests.vql.rows import cost_rows, plain_rows, selected
from tests.vql.strategies import (
    FILTERS,
    LABEL_FILTERS,
    RESOURCE_FILTERS,
    SERVICES,
    WEIGHTED_FILTERS,
    random_resources,
    random_rows,
)

RANDOMLY = settings(deadline=None, max_examples=50)


@pytest.fixture(scope="module")
def costs(engine, home):
    rows = list(random_rows(random.Random(7), 150))
    return rows, cost_rows(engine, home / "random", rows)


@pytest.fixture(scope="module")
def maps(engine, home):
    (home / "maps").mkdir()
    rows = list(random_resources(random.Random(7), 60))
    return rows, plain_rows(engine, home / "maps", rows, tags="labels")


def read(tree):
    """Read what a tree prints; a tree whose values find no name is not a filter."""
    text = printed(tree)
    note(text)
    assume(not any(binding_problems(flattened(tree))))
    return read_filter(text, COSTS)


def read_slowly(tree, rows):
    found = {row["label"]: weight(tree, row, SERVICES) for row in rows}
    return {label: share for label, share in found.items() if share is not None}


@RANDOMLY
@given(tree=FILTERS | WEIGHTED_FILTERS)
def test_what_is_printed_reads_as_the_same_tree(tree):
    assert parse(printed(tree)) == tree


@RANDOMLY
@given(tree=FILTERS)
def test_the_engine_selects_the_rows_that_a_plain_reading_selects(engine, costs, tree):
    rows, source = costs
    lowered = lower(read(tree), Names(SERVICES))
    assert len(lowered.branches) == 1
    assert selected(engine, source, lowered) == read_slowly(tree, rows)


@RANDOMLY
@given(tree=WEIGHTED_FILTERS)
def test_rows_get_the_weight_of_the_first_branch_they_match(engine, costs, tree):
    rows, source = costs
    assert selected(engine, source, lower(read(tree), Names(SERVICES))) == read_slowly(tree, rows)


@RANDOMLY
@given(trees=st.lists(FILTERS | WEIGHTED_FILTERS, min_size=2, max_size=3))
def test_merged_filters_narrow_where_they_mention_a_provider_and_add_where_others_do_not(
    engine, costs, trees
):
    rows, source = costs
    merged = merge([None, *map(read, trees)], Names(SERVICES))
    assert selected(engine, source, merged) == merged_slowly(trees, rows)


@RANDOMLY
@given(resources=RESOURCE_FILTERS, pods=LABEL_FILTERS)
def test_keys_of_maps_are_columns_or_tags_and_read_alike(engine, maps, resources, pods):
    rows, source = maps
    for tree, scope in ((resources, RESOURCES), (pods, KUBERNETES)):
        found = {row["row"]: weight(tree, row | {"tags": {}}) for row in rows}
        expected = {row: share for row, share in found.items() if share is not None}
        assert selected(engine, source, lower(read_filter(printed(tree), scope)), "row") == expected


def merged_slowly(trees, rows):
    found = {}
    for row in rows:
        asked = [tree for tree in trees if mentions(tree, row)]
        shares = [weight(tree, row, SERVICES) for tree in asked]
        if shares and None not in shares:
            counted = 1
            for share in shares:
                counted *= share
            found[row["label"]] = counted
    return found


def mentions(tree, row):
    """Whether a filter names the provider of a row."""
    named = {
        leaf.literals[0].text
        for leaf in leaves(tree)
        if isinstance(leaf, Predicate) and leaf.path == "costs.provider"
    }
    own = {row["provider"], f"{row['provider']}:{row['integration']}"}
    return bool(named & own) or (row["provider"] in KUBERNETES_FAMILY and "kubernetes" in named)


WORDS = st.sampled_from(
    """( ) , . ' '' " AND OR NOT IN LIKE IS NULL TRUE = != <> < ->> ~* !~* - 1 0.5 ` ((
    costs.provider 'aws' tags.name tags.value costs x 'a' \x00 resources.type kubernetes.labels
    (tags.name,tags.value)""".split()
)


@settings(deadline=None, max_examples=200)
@given(text=st.text() | st.lists(WORDS, max_size=15).map(" ".join), scope=st.sampled_from(SCOPES))
def test_a_text_is_a_filter_or_an_invalid_one_and_nothing_else_ever_happens(text, scope):
    try:
        found = read_filter(text, scope)
    except InvalidFilter as refused:
        told = refused.underlined()
    else:
        told = found is None or passes(lower(found).branches[0].condition, Files(())).text
    assert told

"""Tag sets: the same tags have the same number everywhere, different tags never share one unseen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.costs.ledger import tag_sets
from eyrie.costs.ledger.tag_sets import (
    FEW_IDS,
    TAG_SET_COLUMNS,
    TAG_SETS_SORTED_BY,
    TagSets,
    canonical,
    clashing,
    tag_set_id,
)
from eyrie.engine.port import Handed, Writing

tags = st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3)


@settings(max_examples=50, deadline=None)
@given(tags, tags)
def test_ids_are_equal_exactly_when_the_tags_are(one, other):
    sets = TagSets()
    assert (sets.id_of(one) == sets.id_of(other)) == (one == other)
    assert sets.id_of(one) == TagSets().id_of(dict(reversed(one.items())))
    assert -(2**63) <= sets.id_of(one) < 2**63
    assert (sets.id_of(one) == 0) == (not one)


def test_pairs_that_read_alike_are_told_apart():
    assert (
        len({tag_set_id(canonical(tags))[0] for tags in ({"a": "b,c"}, {"a,b": "c"}, {"a": "b", "c": ""})})
        == 3
    )


def test_ids_stay_what_they_are_because_files_hold_them():
    assert tag_set_id((("env", "prod"), ("team", "core")))[0] == -2585487190969203002


def test_a_clash_inside_a_part_takes_another_salt(monkeypatch):
    def narrow(pairs, salt=0):
        return (5 + salt if pairs else 0), hash(pairs)

    monkeypatch.setattr(tag_sets, "tag_set_id", narrow)
    sets = TagSets()
    assert [sets.id_of({"a": value}) for value in ("1", "2", "1")] == [5, 6, 5]
    assert {(row[0], row[3]) for row in sets.rows()} == {(5, "1"), (6, "2")}


@pytest.fixture
def side_file(engine, tmp_path):
    """Write a side file."""

    def write(name, rows):
        path = tmp_path / name
        engine.write(Writing(path, TAG_SET_COLUMNS, Handed(rows), TAG_SETS_SORTED_BY))
        return path

    return write


def test_clashes_between_parts_are_seen_and_equal_contents_are_none(engine, side_file):
    one = side_file("one", [(7, 1, "team", "core"), (7, 1, "env", "prod"), (8, 2, "team", "web")])
    same = side_file("same", [(7, 1, "team", "core"), (7, 1, "env", "prod")])
    other = side_file("other", [(7, 3, "team", "other"), (9, 2, "team", "web")])
    assert clashing(engine, [], [one, other]) == ()
    assert clashing(engine, [one, same], []) == clashing(engine, [one], [same]) == ()
    assert clashing(engine, [one, same, other], []) == (7,)
    assert clashing(engine, [other], [one, same]) == (7,)
    assert clashing(engine, [other], [same]) == (7,)


def test_many_new_ids_are_held_against_all_live_ones(engine, side_file):
    new = side_file("new", [(number, number, "n", str(number)) for number in range(1, FEW_IDS + 2)])
    live = side_file("live", [(FEW_IDS, 1, "n", "other"), (-1, 1, "n", "a"), (-1, 2, "n", "b")])
    assert clashing(engine, [new], [live]) == (FEW_IDS,)

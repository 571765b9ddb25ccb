"""Tags: the keys and values that costs carry, and the marks that people put on keys."""

import pytest

from tests.operations.table_of_tests import is_refusal

HEAD = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags\n"


def bill(*tags):
    lines = (f'Usage,2025-01-01,1,Seats,"{text.replace(chr(34), chr(34) * 2)}"\n' for text in tags)
    return HEAD + "".join(lines)


def tagged(world, *tags, workspace=None, name="P"):
    """Import rows with these tags; the key of the provider that they came from."""
    provider = world.custom_provider(name, workspace or world.main)
    world.imported(provider, bill(*tags))
    return f"custom_provider:{provider}"


def keys(client, **asked):
    return [tag["tag_key"] for tag in client.get("/v2/tags", params=asked).json()["tags"]]


def values(client, key, **asked):
    answer = client.get(f"/v2/tags/{key}/values", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["tag_value"] for one in answer.json()["tag_values"]]


def mark(world, **body):
    return world.owner.put("/v2/tags", json=body)


def test_a_key_is_shown_with_who_carries_it(world):
    first = tagged(world, '{"team": "red"}', '{"team": "blue", "env": "prod"}')
    second = tagged(world, '{"team": ""}', name="Q")
    assert world.owner.get("/v2/tags").json()["tags"] == [
        {"tag_key": "env", "hidden": False, "preferred": False, "providers": [first]},
        {"tag_key": "team", "hidden": False, "preferred": False, "providers": sorted([first, second])},
    ]
    assert world.owner.get("/v2/tags/team/values").json()["tag_values"] == [
        {"tag_value": "", "providers": [second]},
        {"tag_value": "blue", "providers": [first]},
        {"tag_value": "red", "providers": [first]},
    ]


def test_keys_are_exact_texts_sorted_either_way(world):
    tagged(world, '{"b": "1", "B": "1", "a/b c": "1", "ä": "1", "a:b": "1"}')
    assert keys(world.owner) == ["B", "a/b c", "a:b", "b", "ä"]
    assert keys(world.owner, sort_direction="desc") == ["ä", "b", "a:b", "a/b c", "B"]
    assert is_refusal(world.owner.get("/v2/tags", params={"sort_direction": "up"}), 400)


def test_searching_ignores_case(world):
    tagged(world, '{"Team": "Red", "env": "blue"}')
    assert keys(world.owner, search_query="TEA") == ["Team"]
    assert keys(world.owner, search_query="e") == ["Team", "env"]
    assert keys(world.owner, search_query="") == ["Team", "env"]
    assert values(world.owner, "Team", search_query="rE") == ["Red"]
    assert values(world.owner, "Team", search_query="blue") == []


def test_by_provider(world):
    mine, theirs = tagged(world, '{"a": "1"}'), tagged(world, '{"b": "1"}', name="Q")
    for asked, found in (
        ({"providers": mine}, ["a"]),
        ({"providers": f"{mine},{theirs}"}, ["a", "b"]),
        ({"providers[]": [mine, theirs]}, ["a", "b"]),
        ({"providers": "custom_provider"}, ["a", "b"]),
        ({"providers": "aws"}, []),
        ({"providers": f"aws,{theirs}"}, ["b"]),
    ):
        assert keys(world.owner, **asked) == found
    assert is_refusal(world.owner.get("/v2/tags", params={"providers": "cloud"}), 400)


def test_only_tags_of_workspaces_that_one_sees(world):
    tagged(world, '{"here": "1"}')
    tagged(world, '{"there": "1"}', workspace=world.other, name="Q")
    assert [keys(client) for client in (world.owner, world.viewer, world.stranger)] == [
        ["here", "there"],
        ["here"],
        ["there"],
    ]
    assert is_refusal(world.viewer.get("/v2/tags/there/values"), 404)


def test_an_unknown_key_has_no_values(world):
    answer = world.owner.get("/v2/tags/team/values")
    assert is_refusal(answer, 404)
    assert answer.json()["errors"] == ["Tag not found"]


def test_tags_go_with_the_costs_that_carried_them(world):
    provider = world.custom_provider()
    upload = world.imported(provider, bill('{"gone": "1"}'))
    mark(world, tag_key="gone", hidden=True)
    world.owner.delete(f"/v2/integrations/{provider}/costs/{upload}")
    assert keys(world.owner) == []
    assert is_refusal(mark(world, tag_key="gone", hidden=False), 404)


def test_marks_are_two_flags_that_know_nothing_of_each_other(world):
    tagged(world, '{"team": "red"}')
    for sent, hidden, preferred in (
        ({"hidden": True}, True, False),
        ({"preferred": True}, True, True),
        ({"hidden": False, "preferred": None}, False, True),
        ({"hidden": "1", "preferred": 0}, True, False),
    ):
        (tag,) = mark(world, tag_key="team", **sent).json()["tags"]
        assert (tag["tag_key"], tag["hidden"], tag["preferred"]) == ("team", hidden, preferred)
        assert world.owner.get("/v2/tags").json()["tags"] == [tag]


def test_a_hidden_tag_is_listed_and_works(world):
    tagged(world, '{"team": "red"}')
    mark(world, tag_key="team", hidden=True)
    assert keys(world.viewer) == ["team"]
    assert values(world.viewer, "team") == ["red"]
    assert [row["tags"] for row in world.costs(groupings="tag:team")["costs"]] == [["team:red"]]


def test_several_keys_at_once(world):
    tagged(world, '{"a": "1", "b": "1", "c": "1"}')
    told = mark(world, tag_key="c", tag_keys=["a", "c", "b"], preferred=True)
    assert list(told.json()) == ["tags"]
    assert [(tag["tag_key"], tag["preferred"]) for tag in told.json()["tags"]] == [
        ("c", True),
        ("a", True),
        ("b", True),
    ]
    assert len([entry for entry in world.audit() if entry.object_type == "tag"]) == 3


def test_all_keys_or_none(world):
    tagged(world, '{"a": "1"}')
    answer = mark(world, tag_keys=["a", "x", "y"], hidden=True)
    assert is_refusal(answer, 404)
    assert answer.json()["errors"] == ["Tag not found: x", "Tag not found: y"]
    assert [tag["hidden"] for tag in world.owner.get("/v2/tags").json()["tags"]] == [False]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"hidden": True}, "tag_key is missing"),
        ({"hidden": True, "tag_keys": None}, "tag_key is missing"),
        ({"hidden": True, "tag_keys": []}, "tag_key is missing"),
        ({"tag_key": "a"}, "hidden or preferred is missing"),
        ({"tag_key": "a", "hidden": None}, "hidden or preferred is missing"),
        ({"tag_key": "a", "hidden": "perhaps"}, "hidden is invalid"),
        ({"tag_keys": "a", "hidden": True}, "tag_keys is invalid"),
    ],
)
def test_a_mark_needs_a_key_and_a_flag(shared, body, problem):
    answer = mark(shared, **body)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [problem]


def test_a_long_key_can_be_marked_alone_and_with_others(world):
    long = "k" * 300
    tagged(world, f'{{"{long}": "1", "short": "1"}}')
    assert keys(world.owner) == [long, "short"]
    for body in ({"tag_key": long}, {"tag_keys": [long, "short"]}):
        assert mark(world, **body, preferred=True).status_code == 200


def test_an_endless_key_works_but_cannot_be_marked(world):
    endless, longest = "ä" * 1001, "ä" * 1000
    tagged(world, f'{{"{endless}": "1", "{longest}": "1"}}')
    assert values(world.owner, endless) == ["1"]
    assert is_refusal(mark(world, tag_key=endless, hidden=True), 422)
    assert mark(world, tag_key=longest, hidden=True).status_code == 200


def test_pages_keep_direction_and_search(world):
    tagged(world, '{"a1": "1", "a2": "1", "a3": "1", "b": "1"}')
    first = world.owner.get(
        "/v2/tags", params={"limit": 2, "sort_direction": "desc", "search_query": "A"}
    ).json()
    second = world.owner.get(first["links"]["next"]).json()
    assert [[tag["tag_key"] for tag in page["tags"]] for page in (first, second)] == [["a3", "a2"], ["a1"]]
    assert (first["links"]["last"], second["links"]["next"]) == (None, None)

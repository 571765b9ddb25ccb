"""What conditions and keys look at: columns, and the tags of which one must be there."""

import pytest

from eyrie.basics.period import Bin
from eyrie.engine.plan import (
    ALWAYS,
    Always,
    Compared,
    Comparison,
    DateBin,
    Either,
    Every,
    Field,
    FirstOf,
    HasTag,
    Holds,
    HourBin,
    Like,
    Missing,
    Named,
    Not,
    OneOf,
    Resembles,
    tag_is,
)
from eyrie.engine.reach import Reach, of_condition, of_key

KEY_TEAM = OneOf("key", ("team",))
VALUE = OneOf("value", ("core",))


def reach(*columns, tags=()):
    return Reach(frozenset(columns), None if tags is None else frozenset(tags))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ALWAYS, reach()),
        (OneOf("region", ()), reach("region")),
        (Like("region", "%"), reach("region")),
        (Resembles("region", "x"), reach("region")),
        (Missing("region"), reach("region")),
        (Not(Compared("accrued_on", Comparison.LESS, 1)), reach("accrued_on")),
        (Every((OneOf("a", ("1",)), Either((Missing("b"), tag_is("team"))))), reach("a", "b", tags=["team"])),
        (tag_is("team", "core"), reach(tags=["team"])),
        (HasTag(OneOf("key", ("team", "env"))), reach(tags=["team", "env"])),
        (HasTag(Every((VALUE, KEY_TEAM))), reach(tags=["team"])),
        (HasTag(Every((HasTag(KEY_TEAM), KEY_TEAM))), reach(tags=["team"])),
        (HasTag(Either((KEY_TEAM, OneOf("key", ("env",))))), reach(tags=["team", "env"])),
        (HasTag(Either((KEY_TEAM, VALUE))), reach(tags=None)),
        (HasTag(VALUE), reach(tags=None)),
        (HasTag(ALWAYS), reach(tags=None)),
        (HasTag(Not(KEY_TEAM)), reach(tags=None)),
        (HasTag(OneOf("key", ("team",), ignoring_case=True)), reach(tags=None)),
        (HasTag(Like("key", "te%")), reach(tags=None)),
        (Either((tag_is("team"), HasTag(VALUE))), reach(tags=None)),
    ],
)
def test_conditions(condition, expected):
    assert of_condition(condition) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Always("aws"), reach()),
        (Field("region"), reach("region")),
        (Field("integration", OneOf("provider", ("aws",))), reach("integration", "provider")),
        (DateBin("accrued_on", Bin.MONTH), reach("accrued_on")),
        (HourBin("start", "day", OneOf("granularity", ("hour",))), reach("start", "day", "granularity")),
        (Holds(Missing("region")), reach("region")),
        (FirstOf((Missing("a"), tag_is("team"))), reach("a", tags=["team"])),
        (Named(((Missing("a"), "x"), (tag_is("team"), None))), reach("a", tags=["team"])),
    ],
)
def test_keys(key, expected):
    assert of_key(key) == expected

"""How groupings are read from the one text in which they arrive."""

import pytest

from eyrie.basics.errors import Malformed
from eyrie.costs.query.ask import Dimension, TagKey, read_groupings


@pytest.mark.parametrize(
    ("text", "groupings"),
    [
        ("", ()),
        ("  ", ()),
        ("provider", (Dimension.PROVIDER,)),
        (" service , region,", (Dimension.SERVICE, Dimension.REGION)),
        ("service,tag:team,service,tag:team", (Dimension.SERVICE, TagKey("team"))),
        ('"tag:cost,center",tagged', (TagKey("cost,center"), Dimension.TAGGED)),
        ('tag:a:b,"tag:say ""x"""', (TagKey("a:b"), TagKey('say "x"'))),
        ("segment,tag:segment", (Dimension.SEGMENT, TagKey("segment"))),
        ("usage_unit,charge_type", (Dimension.USAGE_UNIT, Dimension.CHARGE_TYPE)),
    ],
)
def test_groupings_are_one_line_of_csv(text, groupings):
    assert read_groupings(text) == groupings


@pytest.mark.parametrize("text", ["servic", "service,tag:", "Service", "segments", 'service,"tag:x'])
def test_unknown_groupings_are_refused_by_name(text):
    with pytest.raises(Malformed) as refused:
        read_groupings(text)
    assert text.split(",")[-1].strip('"') in refused.value.problems[0]

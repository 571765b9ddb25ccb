"""Examples of segments."""

from collections.abc import Mapping

from tests.operations.examples.example import Entry, Example, Maker, Names, made, new_name
from tests.world import World


def make_segment(world: World, _names: Names, workspace: str) -> str:
    """A root with a filter."""
    body = {"title": new_name("Segment"), "filter": "costs.provider = 'aws'", "workspace_token": workspace}
    return made(world.owner.post("/v2/segments", json=body))


MAKERS: Mapping[str, Maker] = {"segment_token": make_segment}

EXAMPLES: Mapping[str, Example] = {
    "createSegment": Example(
        lambda world: {
            "json": {
                "title": new_name("Segment"),
                "filter": "costs.provider\n= 'aws'",
                "workspace_token": world.main,
                "report_settings": {"include_credits": True},
            }
        },
        Entry("segment", "record_created", "report_settings"),
    ),
    "updateSegment": Example(
        lambda _: {"json": {"priority": 0, "filter": "costs.provider = 'gcp'"}},
        Entry("segment", "record_updated", "priority"),
    ),
    "deleteSegment": Example(leaves=Entry("segment", "record_destroyed", "filter")),
}

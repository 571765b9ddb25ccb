"""Examples of what is noted: annotations, feedback, and the audit entries of others' changes."""

from collections.abc import Mapping

from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, made, new_name
from tests.operations.examples.reports import make_cost_report, make_folder
from tests.world import World


def make_annotation(world: World, names: Names, workspace: str) -> str:
    """A note on a day of two reports."""
    reports = [make_cost_report(world, names, workspace) for _ in range(2)]
    body = {"report_tokens": reports, "date": "2025-02-01", "message": new_name("Moved to Frankfurt")}
    return made(world.owner.post("/v2/annotations", json=body))


def make_audit_log(world: World, names: Names, workspace: str) -> str:
    """The entry of a change in the workspace."""
    make_folder(world, names, workspace)
    return world.audit()[-1].token


def make_feedback(world: World, _names: Names, _workspace: str) -> str:
    """What somebody said."""
    return made(world.owner.post("/v2/user_feedback", json={"message": new_name("Thanks")}))


def _on_a_report(world: World) -> Sent:
    asked = {"q": "All Resources", "workspace_token": world.main}
    [report] = world.owner.get("/v2/cost_reports", params=asked).json()["cost_reports"]
    body = {"report_tokens": [report["token"]], "date": "2025-01-31", "message": "Reserved for a year"}
    return {"json": body}


MAKERS: Mapping[str, Maker] = {
    "annotation_token": make_annotation,
    "audit_log_token": make_audit_log,
}

EXAMPLES: Mapping[str, Example] = {
    "createAnnotation": Example(_on_a_report, Entry("annotation", "record_created", "message")),
    "updateAnnotation": Example(
        lambda _: {"json": {"message": "Rescheduled", "date": "2025-02-03"}},
        Entry("annotation", "record_updated", "date"),
    ),
    "deleteAnnotation": Example(leaves=Entry("annotation", "record_destroyed", "report_tokens")),
    "createUserFeedback": Example(lambda _: {"json": {"message": new_name("Thanks")}}),
}

"""Examples of what stands beside reports: dashboards, canvases and notifications."""

from collections.abc import Mapping

import sqlalchemy as sa

from eyrie.store.messages import MessageRow, post
from eyrie.store.people import UserRow
from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, made, new_name
from tests.operations.examples.reports import make_cost_report, make_saved_filter
from tests.world import World


def make_dashboard(world: World, names: Names, workspace: str) -> str:
    """A dashboard of a report, with days and a filter of its own."""
    body = {
        "title": new_name("Dashboard"),
        "workspace_token": workspace,
        "widgets": [{"widgetable_token": make_cost_report(world, names, workspace)}],
        "saved_filter_tokens": [make_saved_filter(world, names, workspace)],
        "date_bin": "week",
        "date_interval": "last_month",
    }
    return made(world.owner.post("/v2/dashboards", json=body))


def make_canvas(world: World, _names: Names, workspace: str) -> str:
    """A canvas whose table is not worked out yet."""
    body = {"title": new_name("Canvas"), "prompt": "cost by service", "workspace_token": workspace}
    return made(world.owner.post("/v2/canvases", json=body))


def make_report_notification(world: World, names: Names, workspace: str) -> str:
    """A notification that goes to an editor."""
    body = {
        "title": new_name("Told"),
        "workspace_token": workspace,
        "cost_report_token": make_cost_report(world, names, workspace),
        "user_tokens": [world.user("editor")],
        "frequency": "weekly",
        "change": "dollars",
    }
    return made(world.owner.post("/v2/report_notifications", json=body))


def make_message(world: World) -> str:
    """A message that waits."""
    user, key = world.user("editor"), new_name("key")
    with world.house.database.writing() as session:
        account = session.get_one(UserRow, user).account_token
        about = {"account": account, "kind": "test", "subject_token": "x", "recipient": user}
        assert post(session, **about, subject="S", text="T", key=key, now=world.now)
        return session.scalars(sa.select(MessageRow.token).where(MessageRow.idempotency_key == key)).one()


def _new_notification(world: World) -> Sent:
    there = {"workspace_token": world.main, "q": "All Resources"}
    report = world.owner.get("/v2/cost_reports", params=there).json()["cost_reports"][0]["token"]
    return {
        "json": {
            "title": new_name("Told"),
            "workspace_token": world.main,
            "cost_report_token": report,
            "frequency": "daily",
            "change": "percentage",
        }
    }


MAKERS: Mapping[str, Maker] = {
    "report_notification_token": make_report_notification,
    "canvas_token": make_canvas,
    "dashboard_token": make_dashboard,
}

EXAMPLES: Mapping[str, Example] = {
    "createDashboard": Example(
        lambda world: {"json": {"title": new_name("Dashboard"), "workspace_token": world.main}},
        Entry("dashboard", "record_created", "widgets"),
    ),
    "updateDashboard": Example(
        lambda _: {"json": {"date_bin": "month", "widgets": []}},
        Entry("dashboard", "record_updated", "widgets"),
    ),
    "getMessages": Example(first=lambda world, _: make_message(world)),
    "createReportNotification": Example(
        _new_notification, Entry("report_notification", "record_created", "frequency")
    ),
    "updateReportNotification": Example(
        lambda _: {"json": {"frequency": "monthly", "user_tokens": []}},
        Entry("report_notification", "record_updated", "user_tokens"),
    ),
    "deleteReportNotification": Example(leaves=Entry("report_notification", "record_destroyed", "change")),
    "createCanvas": Example(
        lambda world: {
            "json": {"title": new_name("Canvas"), "prompt": "daily cost", "workspace_token": world.main}
        },
        Entry("canvas", "record_created", "prompt"),
    ),
    "updateCanvas": Example(
        lambda _: {"json": {"prompt": new_name("top")}}, Entry("canvas", "record_updated", "prompt")
    ),
    "deleteCanvas": Example(leaves=Entry("canvas", "record_destroyed", "prompt")),
    "deleteDashboard": Example(leaves=Entry("dashboard", "record_destroyed", "saved_filter_tokens")),
}

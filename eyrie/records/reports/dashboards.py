"""Dashboards: reports side by side; its days, bin and saved filters act on every cost report shown."""

from eyrie.basics.errors import Malformed
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Refers, Values, Verbs
from eyrie.operations.shapes import Json
from eyrie.operations.workspace import the_workspace
from eyrie.records.people.first_seen import forget_dashboards
from eyrie.records.reports.dashboard_dates import agreed, period_of
from eyrie.records.reports.dashboard_rows import DashboardRow
from eyrie.records.reports.dashboard_shapes import (
    CreateDashboard,
    Dashboard,
    ListDashboards,
    UpdateDashboard,
)
from eyrie.records.reports.rows import SavedFilterRow
from eyrie.records.reports.widgets import filled

dashboards = Record(
    name="dashboard",
    thing="Dashboard",
    tag="Dashboards",
    path="/dashboards",
    token_prefix="dshbrd",
    row=DashboardRow,
    view=Dashboard,
    create=CreateDashboard,
    update=UpdateDashboard,
    listed_by=ListDashboards,
    lists={"saved_filter_tokens": Refers(SavedFilterRow, "Saved filter")},
    refuses={Verbs.CREATE: frozenset({400}), Verbs.UPDATE: frozenset({400, 404})},
)


@dashboards.shows
def widgets(call: Call, row: DashboardRow) -> list[Json]:
    """Those that still have something to show: whatever is deleted lets go of its links."""
    there = set(call.rows.links(row.token, "widgets"))
    return [widget for widget in row.widgets if widget["widgetable_token"] in there]


@dashboards.shows
def start_date(call: Call, row: DashboardRow) -> str | None:
    """As the interval resolves now."""
    period = period_of(row, call.today)
    return period.start.isoformat() if period else None


@dashboards.shows
def end_date(call: Call, row: DashboardRow) -> str | None:
    """As the interval resolves now."""
    period = period_of(row, call.today)
    return period.last.isoformat() if period else None


def _written(call: Call, values: Values, row: DashboardRow | None) -> Values:
    """Fill the widgets in and agree on the dates; what is wrong with either is told at once."""
    problems: list[str] = []
    if row is None:
        workspace = the_workspace(call, values["workspace_token"], creating=True)
    else:
        workspace = row.workspace_token
        if values.pop("workspace_token", workspace) != workspace:
            problems.append("workspace_token: a Dashboard cannot move to another Workspace")
    try:
        values |= agreed(values, row, call.today)
    except Malformed as wrong:
        problems += wrong.problems
    if values.get("widgets") is None:
        values.pop("widgets", None)
    else:
        try:
            values["widgets"] = filled(call, workspace, values["widgets"])
        except Malformed as wrong:
            problems += wrong.problems
    if problems:
        raise Malformed(*problems)
    if row is not None and "widgets" in values:
        call.rows.lock(row)
        _link(call, row.token, values["widgets"])
    return values


def _made(call: Call, row: DashboardRow) -> None:
    _link(call, row.token, row.widgets)


def _link(call: Call, token: str, kept: list[Json]) -> None:
    call.rows.set_links(token, "widgets", dict.fromkeys(widget["widgetable_token"] for widget in kept))


def _gone(call: Call, row: DashboardRow) -> None:
    """Nobody sees first what is not there."""
    forget_dashboards(call.session, [row.token])


dashboards.before_write = _written
dashboards.after_create = _made
dashboards.before_delete = _gone


def operations() -> list[Operation]:
    """The operations of dashboards."""
    return operations_of(dashboards)

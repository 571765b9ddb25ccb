"""The table of all operations, filled by the explicit imports of this one file."""

from functools import cache

from eyrie.answers import (
    catalogue,
    costs,
    explain,
    forecasts,
    tags,
    unit_costs,
)
from eyrie.answers.exports import costs as cost_exports
from eyrie.answers.exports import kubernetes as kubernetes_exports
from eyrie.answers.exports import unit_costs as unit_cost_exports
from eyrie.operations.table import Table
from eyrie.records import exports
from eyrie.records.alerts import (
    messages,
    report_notifications,
)
from eyrie.records.bills import (
    exchange_rates,
    integrations,
    uploads,
)
from eyrie.records.metrics import (
    connections,
    metrics,
    status,
    value_operations,
)
from eyrie.records.people import (
    access_grants,
    api_tokens,
    audit_logs,
    feedback,
    me,
    oauth,
    openid,
    sign_in,
    team_members,
    team_workspaces,
    teams,
    users,
    workspaces,
)
from eyrie.records.reports import (
    annotations,
    canvases,
    cost_reports,
    dashboards,
    folders,
    report_forecasts,
    saved_filters,
    scenario_models,
    segments,
)
from eyrie.surfaces.api import (
    documents,
)


@cache
def table() -> Table:
    """Everything the house can do."""
    return Table.of(
        documents.operations(),
        me.operations(),
        users.operations(),
        workspaces.operations(),
        teams.operations(),
        team_members.operations(),
        team_workspaces.operations(),
        access_grants.operations(),
        api_tokens.operations(),
        oauth.operations(),
        sign_in.operations(),
        openid.operations(),
        audit_logs.operations(),
        feedback.operations(),
        folders.operations(),
        saved_filters.operations(),
        cost_reports.operations(),
        annotations.operations(),
        dashboards.operations(),
        canvases.operations(),
        report_notifications.operations(),
        messages.operations(),
        scenario_models.operations(),
        report_forecasts.operations(),
        metrics.operations(),
        value_operations.operations(),
        status.operations(),
        connections.operations(),
        segments.operations(),
        integrations.operations(),
        uploads.operations(),
        exchange_rates.operations(),
        catalogue.operations(),
        tags.operations(),
        costs.operations(),
        explain.operations(),
        forecasts.operations(),
        unit_costs.operations(),
        cost_exports.operations(),
        unit_cost_exports.operations(),
        kubernetes_exports.operations(),
        exports.operations(),
    )

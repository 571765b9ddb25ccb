"""vantage-python, unchanged: dashboards of reports, and notifications about them."""

import pytest
from vantage import (
    CreateCostReport,
    CreateDashboard,
    CreateReportNotification,
    DashboardWidget,
    DashboardWidgetSettings,
    UpdateDashboard,
    UpdateReportNotification,
    VantageAPIError,
)


@pytest.fixture
def report(client, workspace):
    """A report to show."""
    fields = {"end_date": "", "previous_period_end_date": ""}  # what this client always sends
    made = client.cost_reports.create(CreateCostReport(title="Shown", workspace_token=workspace, **fields))
    return made.token


def test_a_dashboard_lives(client, workspace, report):
    widget = DashboardWidget(
        widgetable_token=report, title="Mine", settings=DashboardWidgetSettings(display_type="table")
    )
    made = client.dashboards.create(
        CreateDashboard(title="Board", workspace_token=workspace, widgets=[widget])
    )
    assert made.token.startswith("dshbrd_")
    assert made.widgets == [widget]
    assert (made.date_bin, made.date_interval, made.start_date, made.end_date) == (None, None, None, None)
    assert client.dashboards.get(made.token) == made
    assert made in client.dashboards.list(limit=1000).dashboards
    dated = client.dashboards.update(
        made.token, UpdateDashboard(start_date="2025-01-01", end_date="2025-01-31", date_bin="week")
    )
    assert (dated.date_interval, dated.start_date, dated.date_bin) == ("custom", "2025-01-01", "week")
    assert dated.widgets == [widget]
    cleared = client.dashboards.update(made.token, UpdateDashboard(date_interval=""))
    assert (cleared.date_interval, cleared.start_date, cleared.date_bin) == (None, None, "week")
    client.cost_reports.delete(report)
    assert client.dashboards.get(made.token).widgets == []
    client.dashboards.delete(made.token)
    with pytest.raises(VantageAPIError) as refused:
        client.dashboards.get(made.token)
    assert (refused.value.status, refused.value.errors) == (404, ["Dashboard not found"])


def test_a_widget_that_shows_nothing_is_refused_in_a_sentence(client, workspace):
    unknown = DashboardWidget(
        widgetable_token="rprt_0123456789abcdef",
        title="",
        settings=DashboardWidgetSettings(display_type="chart"),
    )
    with pytest.raises(VantageAPIError) as refused:
        client.dashboards.create(CreateDashboard(title="B", workspace_token=workspace, widgets=[unknown]))
    assert refused.value.status == 400
    assert refused.value.errors == ["Cost report not found: rprt_0123456789abcdef"]


def test_a_notification_lives(client, workspace, report):
    user = client.users.list().users[0].token
    made = client.report_notifications.create(
        CreateReportNotification(
            title="Told",
            cost_report_token=report,
            workspace_token=workspace,
            user_tokens=[user],
            frequency="weekly",
            change="percentage",
        )
    )
    assert made.token.startswith("rprt_ntfctn_")
    assert (made.user_tokens, made.recipient_channels, made.frequency) == ([user], [], "weekly")
    assert client.report_notifications.get(made.token) == made
    assert made in client.report_notifications.list(limit=1000).report_notifications
    changed = client.report_notifications.update(made.token, UpdateReportNotification(change="dollars"))
    assert (changed.change, changed.user_tokens, changed.title) == ("dollars", [user], "Told")
    with pytest.raises(VantageAPIError) as refused:
        client.report_notifications.update(made.token, UpdateReportNotification(frequency="hourly"))
    assert (refused.value.status, refused.value.errors) == (400, ["frequency does not have a valid value"])
    client.report_notifications.delete(made.token)
    with pytest.raises(VantageAPIError) as refused:
        client.report_notifications.get(made.token)
    assert (refused.value.status, refused.value.errors) == (404, ["Report notification not found"])

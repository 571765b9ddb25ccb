"""`eyrie dashboard`: what there is, and what each widget comes to as the dashboard shows it."""

from decimal import Decimal

import pytest

from eyrie.basics.errors import NotFound
from eyrie.start.asking import costs_of
from eyrie.start.dashboards import dashboard_of, dashboards_of
from eyrie.surfaces.cli.company_shapes import DashboardLine, Figures, WidgetLine
from eyrie.surfaces.cli.work import CostsWish


def make(world, path, **fields):
    body = {"title": "Made", "workspace_token": world.main, **fields}
    answer = world.owner.post(f"/v2/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def test_dashboards_are_listed_by_workspace_and_title(billed):
    report = make(billed, "cost_reports")
    shown = [{"widgetable_token": report}] * 2
    second = make(billed, "dashboards", title="B", widgets=shown, date_interval="last_month", date_bin="week")
    elsewhere = make(billed, "dashboards", title="A", workspace_token=billed.other)
    first = make(billed, "dashboards", title="A")
    assert dashboards_of(billed.house) == [
        DashboardLine("A", first, 0, "", "", "Main"),
        DashboardLine("B", second, 2, "2025-01-01 to 2025-01-31", "week", "Main"),
        DashboardLine("A", elsewhere, 0, "", "", "Other"),
    ]


def test_each_widget_has_its_figures_and_those_of_the_days_before(billed):
    report = make(billed, "cost_reports", title="Everything", date_interval="this_month")
    done = make(billed, "cost_reports", title="Done", date_bin="month", settings={"complete_period": True})
    shown = [{"widgetable_token": report, "title": "Mine"}, {"widgetable_token": done}]
    board = make(billed, "dashboards", title="Board", widgets=shown)
    told = dashboard_of(billed.house, board)
    assert told.about == "Board, Main, each report over its own days"
    # January comes to 1200.005 + 300 + 40 - 10, February to 1800 + 150 + 0.004; credits do not count.
    assert told.widgets == [
        WidgetLine(
            "Mine",
            report,
            "2025-02-01 to 2025-02-28",
            Figures(Decimal("1950.0"), Decimal("1530.01"), "USD"),
        ),
        WidgetLine("Done", done, "", Figures(Decimal("0.0"), Decimal("0.0"), "USD")),
    ]
    billed.owner.put(f"/v2/dashboards/{board}", json={"date_interval": "last_month"})
    told = dashboard_of(billed.house, board)
    assert told.about == "Board, Main, 2025-01-01 to 2025-01-31"
    assert [line.figures for line in told.widgets] == [
        Figures(Decimal("1530.01"), Decimal("0.0"), "USD"),
        Figures(Decimal("1530.01"), Decimal("0.0"), "USD"),
    ]
    asked = costs_of(billed.house, CostsWish(report=report, dashboard=board, group=""))
    assert asked.total == Decimal("1530.01")


def test_a_dashboard_that_is_not_there_is_told(billed):
    with pytest.raises(NotFound, match="`eyrie dashboard list`"):
        dashboard_of(billed.house, "dshbrd_0123456789abcdef")

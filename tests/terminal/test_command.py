"""`eyrie costs`, `integrations`, `tags`: what is asked for, what is printed, and how it ends."""

import datetime as dt
import io
import sys
from dataclasses import fields
from decimal import Decimal

import pytest

from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.company_shapes import CanvasTold, DashboardTold, Figures, WidgetLine
from eyrie.surfaces.cli.exits import Exit, run
from eyrie.surfaces.cli.work import CostLine, CostsTold, CostsWish, IntegrationLine, TagLine, Work

MARCH, FEBRUARY = dt.datetime(2026, 3, 1), dt.datetime(2026, 2, 1)
TOLD = CostsTold(
    about="Main",
    bin="month",
    since=FEBRUARY,
    heads=("service",),
    lines=[
        CostLine(MARCH, ("Seats",), ("Seats",), Decimal("30.123"), None),
        CostLine(MARCH, (None,), ("-",), Decimal("10"), None),
        CostLine(FEBRUARY, ("Seats",), ("Seats",), Decimal("60"), None),
    ],
    currency="USD",
    total=Decimal("100.12"),
    with_usage=False,
    notes=(),
    body={"total_cost": {"amount": "100.12"}, "costs": [{"n": 1}, {"n": 2}, {"n": 3}]},
)


CANVAS = CanvasTold("Main: top 5 services", ["Service", "Cost (USD)"], [["Seats", "1.5"]], "Not understood")
BOARD = DashboardTold(
    "Board, Main, 2026-02-01 to 2026-02-28",
    [
        WidgetLine("AWS", "rprt_1", "2026-02-01 to 2026-02-28", Figures(Decimal(1240), Decimal(1000), "USD")),
        WidgetLine("Idle", "kbnts_eff_rprt_1", "", None),
    ],
)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def eyrie(asked, capsys):
    """Run a command line whose work gives fixed answers; give its exit code and what it printed."""

    def answer(name, value):
        return lambda *given: asked.append((name, *given)) or value

    work = {field.name: answer(field.name, None) for field in fields(Work)} | {
        "costs": answer("costs", TOLD),
        "integrations": answer(
            "integrations",
            [
                IntegrationLine(
                    "CRM", "custom_provider", "imported", "yesterday", 1200, "2026-01-01", "", ("Main",)
                )
            ],
        ),
        "tags": answer("tags", [TagLine("team", 2, ("aws", "gcp"))]),
        "dashboard": answer("dashboard", BOARD),
        "try_prompt": answer("try_prompt", CANVAS),
    }

    def command(*arguments):
        app = make_app(Work(**work), "1.2.3")
        code = run(lambda: app(list(arguments), prog_name="eyrie"))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_options_become_a_question_in_the_words_of_the_api(eyrie, asked):
    eyrie("costs", "--home", "/h", "--vql", "costs.provider = 'aws'", "--group", "", "--bin", "day")
    eyrie("costs", "--report", "rprt_1", "--setting", "a=1", "--setting", "b=2", "--from", "x", "--to", "y")
    assert asked == [
        ("costs", {"home": "/h"}, CostsWish(filter="costs.provider = 'aws'", group="", bin="day")),
        (
            "costs",
            {},
            CostsWish(
                report="rprt_1", group="provider,service", first="x", last="y", settings=("a=1", "b=2")
            ),
        ),
    ]


def test_without_a_report_bins_are_months(eyrie, asked):
    eyrie("costs", "--filter", "f", "--workspace", "Main")
    assert asked[0][2] == CostsWish(filter="f", workspace="Main", group="provider,service", bin="month")


def test_rows_are_exact_in_csv_and_json(eyrie):
    assert eyrie("costs", "--csv")[1] == (
        "accrued_at,service,amount,currency\n"
        "2026-03-01,Seats,30.123,USD\n"
        "2026-03-01,,10.0,USD\n"
        "2026-02-01,Seats,60.0,USD\n"
    )
    limited = eyrie("costs", "--json", "--limit", "1")[1]
    assert '"n": 1' in limited
    assert '"n": 2' not in limited
    assert '"n": 3' in limited
    assert eyrie("costs", "--csv", "--json")[0] == Exit.MISTAKEN


def test_a_terminal_that_knows_only_ascii_loses_no_direction(eyrie, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("COLUMNS", "80")
    assert eyrie("costs", "--limit", "1")[0] == Exit.DONE
    out.seek(0)
    printed = out.read()
    assert "- 49.8%" in printed
    assert "~ 1 more" in printed
    assert "####" in printed


def test_integrations_and_tags_are_tables(eyrie, asked):
    assert eyrie("integrations")[1].splitlines() == [
        "NAME  PROVIDER         STATUS    ROWS   FIRST       LAST  AGE        WORKSPACES",
        "CRM   custom_provider  imported  1,200  2026-01-01  -     yesterday  Main",
    ]
    assert eyrie("tags")[1].splitlines() == ["KEY   VALUES  PROVIDERS", "team  2       aws, gcp"]
    assert eyrie("tags", "team")[1].splitlines() == ["VALUE  PROVIDERS", "team   aws, gcp"]
    assert [each[1:] for each in asked if each[0] == "tags"] == [({}, None), ({}, "team")]


def test_a_dashboard_is_a_table_of_its_widgets(eyrie, asked):
    assert eyrie("dashboard", "show", "dshbrd_1", "--home", "/h")[1].splitlines() == [
        "Board, Main, 2026-02-01 to 2026-02-28",
        "",
        "WIDGET  SHOWS             DAYS                      TOTAL         BEFORE    CHANGE",
        "AWS     rprt_1            2026-02-01 to 2026-02-28  1,240.00 USD  1,000.00  ▲ 24.0%",
        "Idle    kbnts_eff_rprt_1  -                         -             -         -",
    ]
    assert asked == [("dashboard", {"home": "/h"}, "dshbrd_1")]


def test_a_prompt_is_answered_with_a_table_and_what_was_left_out(eyrie, asked):
    assert eyrie("canvas", "try", "top 5 services", "--workspace", "Main")[1].splitlines() == [
        "Main: top 5 services",
        "",
        "SERVICE  COST (USD)",
        "Seats    1.5",
        "",
        "Not understood",
    ]
    assert asked == [("try_prompt", {}, "top 5 services", "Main")]

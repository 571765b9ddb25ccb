"""Segments: each cost lands in at most one bucket of a tree, and the figures are those of the specification."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from eyrie.records.reports.forecast_rows import ReportForecastRow
from tests.exporting import export

JANUARY = {"start_date": "2025-01-01", "end_date": "2025-01-31", "date_bin": "month"}
# aws/core 40, aws/web 25, gcp 20, fastly 15: the service stands for the provider, all are one custom provider.
ORGANISATION = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags
Usage,2025-01-01,40,aws,"{""team"": ""core""}"
Usage,2025-01-01,25,aws,"{""team"": ""web""}"
Usage,2025-01-02,20,gcp,
Usage,2025-01-03,15,fastly,
"""
LETTERS = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ConsumedQuantity,ConsumedUnit
Usage,2025-01-01,10,X,1,Hours
Usage,2025-01-01,20,Y,2,Hours
Usage,2025-01-01,30,Z,3,Hours
Usage,2025-01-01,40,W,4,Hours
"""


def ours(condition):
    return f"costs.provider = 'custom_provider' AND {condition}"


def of_services(*names):
    listed = ", ".join(f"'{name}'" for name in names)
    return ours(f"costs.service IN ({listed})")


def of_team(name):
    return ours(f"tags.name = 'team' AND tags.value = '{name}'")


class Tree:
    """Makes the segments of one tree and asks for their costs."""

    def __init__(self, world):
        self.world = world

    def segment(self, title, parent=None, **fields):
        """Make a segment and give its token."""
        place = {"parent_segment_token": parent} if parent else {"workspace_token": self.world.main}
        body = {"title": title, **place, **fields}
        answer = self.world.owner.post("/v2/segments", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

    def change(self, token, **fields):
        """Change a segment."""
        assert self.world.owner.put(f"/v2/segments/{token}", json=fields).status_code == 200

    def ask(self, token, **parameters):
        """Ask the report of a segment about January, by month."""
        asked = {"cost_report_token": token, **JANUARY, **parameters}
        answer = self.world.owner.get("/v2/costs", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def series(self, token, **parameters):
        """What each series comes to."""
        return {row["segment"]: row["amount"] for row in self.ask(token, **parameters)["costs"]}

    def total(self, token, **parameters):
        """What a segment comes to."""
        return self.ask(token, **parameters)["total_cost"]["amount"]


@pytest.fixture
def tree(world):
    return Tree(world)


@pytest.fixture
def organisation(world, tree):
    """Org, tracked, holds R&D with Core and Web, and Cloud: aws and gcp."""
    world.imported(world.custom_provider(), ORGANISATION)
    org = tree.segment("Org", track_unallocated=True)
    research = tree.segment("R&D", org)
    return {
        "Org": org,
        "R&D": research,
        "Core": tree.segment("Core", research, filter=of_team("core"), priority=10),
        "Web": tree.segment("Web", research, filter=of_team("web"), priority=20),
        "Cloud": tree.segment("Cloud", org, filter=of_services("aws", "gcp"), priority=50),
    }


def test_the_lowest_priority_takes_a_cost(tree, organisation):
    assert {title: tree.total(token) for title, token in organisation.items()} == {
        "Core": "40.0",
        "Web": "25.0",
        "R&D": "65.0",
        "Cloud": "20.0",
        "Org": "100.0",
    }
    assert tree.series(organisation["Org"]) == {"R&D": "65.0", "Cloud": "20.0", "Unallocated": "15.0"}
    tree.change(organisation["Cloud"], priority=5)
    assert {title: tree.total(token) for title, token in organisation.items()} == {
        "Core": "0.0",
        "Web": "0.0",
        "R&D": "0.0",
        "Cloud": "85.0",
        "Org": "100.0",
    }
    assert tree.series(organisation["Org"]) == {"Cloud": "85.0", "Unallocated": "15.0"}


def test_what_nobody_claims_counts_where_it_is_tracked_or_asked_for(tree, organisation):
    org = organisation["Org"]
    tree.change(org, track_unallocated=False)
    assert tree.series(org) == {"R&D": "65.0", "Cloud": "20.0"}
    assert tree.total(org) == "85.0"
    shown = {"settings[unallocated]": "true"}
    assert tree.series(org, **shown) == {"R&D": "65.0", "Cloud": "20.0", "Unallocated": "15.0"}
    assert tree.total(org, **shown) == "100.0"


def test_a_container_without_segments_has_no_costs(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root")
    tree.segment("Empty", root)
    assert (tree.series(root), tree.total(root)) == ({}, "0.0")
    shown = {"settings[unallocated]": "true"}
    assert (tree.series(root, **shown), tree.total(root, **shown)) == ({"Unallocated": "100.0"}, "100.0")


def test_overlapping_filters(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root", track_unallocated=True)
    a = tree.segment("A", root, filter=of_services("X", "Y"), priority=1)
    b = tree.segment("B", root, filter=of_services("Y", "Z"), priority=5)
    assert tree.series(root) == {"A": "30.0", "B": "30.0", "Unallocated": "40.0"}
    assert tree.total(root) == "100.0"
    tree.change(a, priority=5)
    tree.change(b, priority=1)
    assert tree.series(root) == {"A": "10.0", "B": "50.0", "Unallocated": "40.0"}


def test_ancestors_take_what_their_descendants_leave(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root", filter=of_services("W", "X", "Y"), priority=0)
    child = tree.segment("Child", root, filter=of_services("Y", "Z"), priority=1)
    tree.segment("Grandchild", child, filter=of_services("Z"), priority=2)
    # The root's filter comes first, and still does not take what is the child's; nor does it narrow the child.
    assert tree.series(root) == {"Root": "50.0", "Child": "50.0"}
    assert tree.series(child) == {"Child": "20.0", "Grandchild": "30.0"}
    shown = {"settings[unallocated]": "true"}
    assert tree.series(root, **shown) == {"Unallocated": "50.0", "Child": "50.0"}
    assert tree.series(child, **shown) == {"Unallocated": "20.0", "Grandchild": "30.0"}


def test_fractions_go_on_to_the_next_and_the_rest_to_nobody(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root", track_unallocated=True)
    half = f"{of_services('X', 'Y')} AND costs.allocation = 0.5"
    parent = tree.segment("Parent", root, filter=of_services("X"), priority=1)
    tree.segment("Half", parent, filter=half, priority=9)
    tree.segment("Third", root, filter=f"{of_services('X')} AND costs.allocation = 0.333", priority=8)
    # X: Third 3.33, Half 3.335, and what is left, 3.335, is the parent's. Y: Half 10, and nobody's 10.
    assert tree.series(root) == {"Third": "3.33", "Parent": "16.67", "Unallocated": "80.0"}
    assert tree.series(parent) == {"Half": "13.335", "Parent": "3.335"}
    assert tree.total(root) == "100.0"


def test_other_groupings_stand_beside_segments_or_alone(tree, organisation):
    org = organisation["Org"]
    both = tree.ask(org, groupings="segment,service,tag:team")["costs"]
    assert {(row["segment"], row["service"], row["tag"], row["amount"]) for row in both} == {
        ("R&D", "aws", "core", "40.0"),
        ("R&D", "aws", "web", "25.0"),
        ("Cloud", "gcp", None, "20.0"),
        ("Unallocated", "fastly", None, "15.0"),
    }
    alone = tree.ask(organisation["R&D"], groupings="service")["costs"]
    assert [(row.get("segment"), row["service"], row["amount"]) for row in alone] == [(None, "aws", "65.0")]
    [whole] = tree.ask(organisation["Cloud"], groupings="")["costs"]
    assert (whole["amount"], "segment" in whole) == ("20.0", False)


def test_usage_is_divided_like_costs(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root")
    tree.segment("A", root, filter=f"{of_services('X', 'Y')} AND costs.allocation = 0.5")
    found = tree.ask(root, **{"settings[aggregate_by]": "usage"})
    assert found["total_usage"] == [{"amount": "1.5", "unit": "Hours"}]
    assert [(row["segment"], row["amount"], row["usage"]["amount"]) for row in found["costs"]] == [
        ("A", "15.0", "1.5")
    ]


def test_settings_are_the_roots_unless_the_question_has_others(world, tree):
    bill = ORGANISATION + "Credit,2025-01-05,-5,aws,\nTax,2025-01-05,8,aws,\n"
    world.imported(world.custom_provider(), bill)
    settings = {"include_credits": True, "include_tax": False}
    root = tree.segment("Root", report_settings=settings)
    child = tree.segment("AWS", root, filter=of_services("aws"), report_settings={"include_tax": True})
    assert (tree.total(root), tree.total(child)) == ("60.0", "60.0")
    assert tree.total(child, **{"settings[include_credits]": "false"}) == "65.0"
    assert tree.total(child, **{"settings[include_tax]": "true"}) == "68.0"


def test_children_of_one_title_stay_apart(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root", track_unallocated=True)
    for service in "XY":
        tree.segment("Same", root, filter=of_services(service))
    rows = [(row["segment"], row["amount"]) for row in tree.ask(root)["costs"]]
    assert rows == [("Unallocated", "70.0"), ("Same", "20.0"), ("Same", "10.0")]


def test_the_report_of_a_segment_is_asked_by_either_token(world, tree, organisation):
    world.work()
    token = organisation["Org"]
    report = world.owner.get(f"/v2/segments/{token}").json()["report_token"]
    assert tree.ask(report)["costs"] == tree.ask(token)["costs"]
    shown = world.owner.get(f"/v2/cost_reports/{report}").json()
    assert world.owner.get(f"/v2/cost_reports/{token}").json() == shown
    assert (shown["token"], shown["title"], shown["groupings"]) == (report, "Org", "segment")
    listed = world.owner.get("/v2/cost_reports?limit=1000").json()["cost_reports"]
    assert report not in [each["token"] for each in listed]
    assert world.owner.put(f"/v2/cost_reports/{report}", json={"title": "Mine"}).status_code == 404
    assert world.stranger.get(f"/v2/cost_reports/{report}").status_code == 404
    assert world.stranger.get("/v2/costs", params={"cost_report_token": token}).status_code == 404


def test_a_filter_of_the_question_chooses_the_costs_that_are_divided(tree, organisation):
    halves = f"{of_services('aws', 'fastly')} AND costs.allocation = 0.5"
    assert tree.series(organisation["Org"], filter=of_services("aws", "fastly")) == {
        "R&D": "65.0",
        "Unallocated": "15.0",
    }
    assert tree.series(organisation["Org"], filter=halves) == {"R&D": "32.5", "Unallocated": "7.5"}


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"settings[aggregate_by]": "count"}, "settings[aggregate_by]=count does not work on segments"),
        ({"groupings": "segments"}, "'segments' is unknown"),
    ],
)
def test_what_segments_cannot_be_asked_is_refused(world, organisation, parameters, problem):
    asked = {"cost_report_token": organisation["Org"], **parameters}
    refused = world.owner.get("/v2/costs", params=asked)
    assert refused.status_code == 400
    assert problem in refused.json()["errors"][0]


def test_grouping_by_segment_needs_the_report_of_one(world):
    asked = {"workspace_token": world.main, "filter": ours("costs.region = 'eu'"), "groupings": "segment"}
    refused = world.owner.get("/v2/costs", params=asked)
    assert refused.status_code == 400
    assert "groupings: segment works on the reports of segments only" in refused.json()["errors"][0]
    report = {"title": "R", "workspace_token": world.main, "groupings": "provider,segment"}
    assert world.owner.post("/v2/cost_reports", json=report).status_code == 400


def test_it_is_explained_who_took_what(world, tree, organisation):
    told = world.explained(cost_report_token=organisation["Org"], filter=None)
    assert [
        (claim["title"], claim["segment_token"], claim["rows"], claim["amount"]) for claim in told["claims"]
    ] == [
        ("Core", organisation["Core"], 1, "40.0"),
        ("Web", organisation["Web"], 1, "25.0"),
        ("Cloud", organisation["Cloud"], 1, "20.0"),
        ("Unallocated", None, 1, "15.0"),
    ]
    assert (told["total"], told["adds_up"]) == ("100.0", True)
    rows = world.explained(
        cost_report_token=organisation["R&D"], filter=None, part=told["parts"][0]["part"], limit=2
    )["rows"]
    assert [
        [(claim["title"], claim["weight"], claim["amount"]) for claim in row["claims"]] for row in rows
    ] == [
        [("Core", "1.0", "40.0")],
        [("Web", "1.0", "25.0")],
    ]


def test_fractions_are_explained_row_by_row(world, tree):
    world.imported(world.custom_provider(), LETTERS)
    root = tree.segment("Root", filter=of_services("X"))
    tree.segment("Third", root, filter=f"{of_services('X')} AND costs.allocation = 0.3")
    told = world.explained(cost_report_token=root, filter=None)
    [row] = world.explained(cost_report_token=root, filter=None, part=told["parts"][0]["part"])["rows"]
    assert [(claim["title"], claim["weight"], claim["amount"]) for claim in row["claims"]] == [
        ("Third", "0.3", "3.0"),
        ("Root", "0.7", "7.0"),
    ]
    assert sum(Decimal(claim["amount"]) for claim in told["claims"]) == Decimal(told["total"]) == 10


IN_THREE = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency
Usage,2025-01-10,10.00,Seats,GBP
Usage,2025-01-20,20.00,Support,GBP
Usage,2025-01-20,9.00,Seats,EUR
Usage,2025-01-21,3.00,Phones,USD
"""


@pytest.fixture
def abroad(world, tree):
    """Org, tracked, in dollars, holds Sales, which takes a quarter of the seats, and Help: all support."""
    world.imported(world.custom_provider(), IN_THREE)
    rates = "base_currency_code,currency_code,rate,date\nGBP,USD,1.25,2025-01-01\nGBP,USD,1.50,2025-01-15\n"
    rates += "EUR,USD,1.1,2025-01-01\n"
    sent = world.owner.post("/v2/exchange_rates/csv", files={"csv": ("r.csv", rates.encode())})
    assert sent.status_code == 201
    org = tree.segment("Org", track_unallocated=True)
    return {
        "Org": org,
        "Sales": tree.segment("Sales", org, filter=of_services("Seats")),
        "Help": tree.segment("Help", org, filter=of_services("Support")),
    }


def test_what_is_divided_is_converted(tree, abroad):
    assert tree.series(abroad["Org"]) == {"Sales": "22.4", "Help": "30.0", "Unallocated": "3.0"}
    found = tree.ask(abroad["Org"])
    assert found["total_cost"] == {"amount": "55.4", "currency": "USD"}
    quarter = f"({of_services('Seats')} AND costs.allocation = 0.25)"
    tree.change(abroad["Sales"], filter=quarter)
    assert tree.series(abroad["Org"]) == {"Help": "30.0", "Unallocated": "19.8", "Sales": "5.6"}
    assert tree.total(abroad["Sales"]) == "5.6"


def test_rates_and_claims_are_explained_together(world, tree, abroad):
    tree.change(abroad["Sales"], filter=f"({of_services('Seats')} AND costs.allocation = 0.25)")
    asked = {"cost_report_token": abroad["Org"], **JANUARY}
    found = world.owner.get("/api/costs/explain", params=asked).json()
    assert (found["adds_up"], found["total_shown"], found["currency"]) == (True, "55.4", "USD")
    assert {each["title"]: each["amount"] for each in found["claims"]} == {
        "Sales": "5.6",
        "Help": "30.0",
        "Unallocated": "19.8",
    }
    part = found["parts"][0]["part"]
    opened = world.owner.get("/api/costs/explain", params={**asked, "part": part}).json()
    rows = [
        (row["exchange_rate"], row["amount"], [(each["title"], each["weight"]) for each in row["claims"]])
        for row in opened["rows"]
    ]
    assert sorted(rows) == [
        ("1.0", "3.0", [("Unallocated", "1.0")]),
        ("1.1", "9.9", [("Sales", "0.25"), ("Unallocated", "0.75")]),
        ("1.25", "12.5", [("Sales", "0.25"), ("Unallocated", "0.75")]),
        ("1.5", "30.0", [("Help", "1.0")]),
    ]


def test_its_costs_go_out_as_files(world, tree, abroad):
    days = {"cost_report_token": abroad["Org"], "start_date": "2025-01-01", "end_date": "2025-01-31"}
    rows = export(world, **days, date_bin="month")
    assert rows == [
        ["Date", "Segment", "Amount", "Currency"],
        ["2025-01-01", "Help", "30.0", "USD"],
        ["2025-01-01", "Sales", "22.4", "USD"],
        ["2025-01-01", "Unallocated", "3.0", "USD"],
    ]
    days["cost_report_token"] = abroad["Sales"]
    header, *lines = export(world, **days, schema="focus")
    assert [line[header.index("BilledCost")] for line in lines] == ["10", "9"]
    tree.change(abroad["Sales"], filter=f"({of_services('Seats')} AND costs.allocation = 0.25)")
    refused = world.owner.post("/v2/costs/data_exports", json={**days, "schema": "focus"})
    assert refused.status_code == 400
    assert "by a fraction" in refused.json()["errors"][0]


def test_whatever_stands_on_a_report_stands_on_that_of_a_segment_and_goes_with_it(world, tree, abroad):
    """Kept by either token: notes, widgets, notifications, metrics, forecasts, grants."""
    owner, sales = world.owner, abroad["Sales"]
    report = owner.get(f"/v2/cost_reports/{sales}").json()["token"]

    def kept(path, **body):
        answer = owner.post(f"/v2/{path}", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

    here = {"workspace_token": world.main}
    board = kept(
        "dashboards", title="B", **here, widgets=[{"widgetable_token": each} for each in (sales, report)]
    )
    metric = kept(
        "business_metrics",
        title="Seats",
        values=[{"date": "2025-01-20", "amount": 2}],
        cost_report_tokens_with_metadata=[{"cost_report_token": sales}],
    )
    january = {"start_date": "2025-01-01", "end_date": "2025-01-31"}
    found = owner.get("/v2/unit_costs", params={"cost_report_token": report, **january})
    assert found.status_code == 200, found.text
    assert [row["unit_cost_amount"] for row in found.json()["unit_costs"]] == ["4.95"]
    for token in (sales, report):
        kept("annotations", report_tokens=[token], date="2025-01-02", message="New people")
        kept(
            "report_notifications",
            title="Told",
            **here,
            cost_report_token=token,
            user_tokens=[world.user("editor")],
            frequency="weekly",
            change="dollars",
        )
    plan = kept(
        "scenario_models",
        title="More",
        **here,
        periods=[{"start_at": "2025-03-01", "amount_type": "dollar", "amount": 5}],
    )
    kept(
        "report_forecasts",
        title="F",
        cost_report_token=sales,
        scenario_model_tokens=[plan],
        set_as_default=True,
    )
    assert owner.get(f"/v2/cost_reports/{report}/forecasted_costs").status_code == 200
    assert (
        len(
            owner.get("/v2/report_forecasts", params={"cost_report_token": report}).json()["report_forecasts"]
        )
        == 1
    )
    assert owner.delete(f"/v2/segments/{abroad['Org']}").status_code == 204
    for path in ("annotations", "report_notifications"):
        assert owner.get(f"/v2/{path}").json()[path] == []
    shown = owner.get(f"/v2/business_metrics/{metric}").json()
    assert shown["cost_report_tokens_with_metadata"] == []
    assert owner.get(f"/v2/dashboards/{board}").status_code == 200
    with world.house.database.reading() as session:
        assert session.scalars(sa.select(ReportForecastRow)).all() == []

"""Costs go out as files: what stands in them, figure by figure, in each schema."""

import duckdb
import pytest

from tests.exporting import as_dicts, asked, export, links
from tests.stories.test_first_bill import SEATS_AND_SUPPORT
from tests.stories.test_weights import BILL as WEIGHED

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags,ConsumedQuantity,ConsumedUnit,RegionId,x_Note
Usage,2025-01-01,100,Seats,"{""team"": ""core"", ""a,b"": ""x""}",4,Hours,eu-1,
Usage,2025-01-31,20.50,Seats,"{""team"": ""web""}",,,eu-1,"a ""note"", and
another line"
Tax,2025-01-31,8,Support,,,,,
Usage,2025-02-03,60,Seats,,,,eu-1,
"""


@pytest.fixture
def billed(world):
    world.imported(world.custom_provider(), BILL)
    return world


def test_vntg_has_the_rows_of_costs_the_oldest_first(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    rows = export(world, groupings=["service"], end_date="2025-01-02")
    assert rows == [
        ["Date", "Service", "Amount", "Currency"],
        ["2025-01-01", "Seats", "90.0", "USD"],
        ["2025-01-01", "Support", "5.0", "USD"],
        ["2025-01-02", "Seats", "8.0", "USD"],
        ["2025-01-02", "Support", "5.0", "USD"],
    ]


def test_groupings_have_titles_of_their_own(billed):
    every = (
        "provider,service,account_id,billing_account_id,region,cost_category,cost_subcategory,charge_type,"
        "resource_id,tagged,usage_unit,tag:team"
    )
    header, *_ = export(billed, groupings=every)
    assert header == [
        *("Date", "Provider", "Service", "Account", "Billing Account", "Region", "Category", "Subcategory"),
        *("Charge Type", "Resource ID", "Tagged", "Usage Unit", "Tag:team", "Amount", "Currency"),
    ]


def test_without_groupings_sent_they_are_those_of_costs(billed):
    assert export(billed)[0] == ["Date", "Provider", "Service", "Account", "Amount", "Currency"]
    assert export(billed, groupings=[], date_bin="month") == [
        ["Date", "Amount", "Currency"],
        ["2025-01-01", "128.5", "USD"],
    ]


@pytest.mark.parametrize(
    "sent",
    [
        {"groupings": ["service", "tag:a,b"]},
        {"groupings": 'service,"tag:a,b"'},
        {"groupings": ["service", '"tag:a,b"']},
    ],
)
def test_groupings_come_as_a_list_or_as_a_line(billed, sent):
    rows = export(billed, date_bin="month", **sent)
    assert rows == [
        ["Date", "Service", "Tag:a,b", "Amount", "Currency"],
        ["2025-01-01", "Seats", "x", "100.0", "USD"],
        ["2025-01-01", "Seats", "", "20.5", "USD"],
        ["2025-01-01", "Support", "", "8.0", "USD"],
    ]


@pytest.mark.parametrize("address", ["groupings=service&groupings=tagged", "groupings=service,tagged"])
def test_groupings_may_come_in_the_address(billed, address):
    body = {"filter": "costs.provider = 'custom_provider'", "workspace_token": billed.main}
    answer = billed.owner.post(f"/v2/costs/data_exports?{address}", json=body)
    assert answer.json()["attributes"]["groupings"] == ["service", "tagged"]


def test_usage_and_counts_have_columns(billed):
    rows = export(billed, groupings="service", date_bin="month", settings={"aggregate_by": "usage"})
    assert rows == [
        ["Date", "Service", "Amount", "Currency", "Usage", "Usage Unit"],
        ["2025-01-01", "Seats", "100.0", "USD", "4.0", "Hours"],
        ["2025-01-01", "Seats", "20.5", "USD", "", ""],
        ["2025-01-01", "Support", "8.0", "USD", "", ""],
    ]
    rows = export(billed, groupings="service", date_bin="month", settings={"aggregate_by": "count"})
    assert rows[0][-1] == "Count"
    assert [row[-1] for row in rows[1:]] == ["1", "1"]


def test_hours_are_moments(billed):
    rows = export(billed, groupings=[], end_date="2025-01-02", date_bin="hour")
    assert rows == [["Date", "Amount", "Currency"], ["2025-01-01T00:00:00Z", "100.0", "USD"]]


def test_a_comparison_tells_each_group_of_both_periods(billed):
    """February by itself is compared with all of January."""
    february = {"start_date": "2025-02-01", "end_date": "2025-02-28", "schema": "comparison"}
    rows = export(billed, groupings="service", **february)
    assert rows == [
        ["Service", "Amount", "Previous Amount", "Change", "Change %", "Currency"],
        ["Seats", "60.0", "120.5", "-60.5", "-50.21", "USD"],
        ["Support", "0.0", "8.0", "-8.0", "-100.0", "USD"],
    ]
    assert export(billed, groupings=[], **february)[1:] == [["60.0", "128.5", "-68.5", "-53.31", "USD"]]


def test_what_was_nothing_before_changes_by_no_percentage(billed):
    rows = export(billed, groupings="service", schema="comparison")
    assert rows[1:] == [
        ["Seats", "120.5", "0.0", "120.5", "", "USD"],
        ["Support", "8.0", "0.0", "8.0", "", "USD"],
    ]


def test_a_comparison_without_the_period_before_leaves_its_columns_blank(billed):
    rows = export(billed, groupings="service", schema="comparison", settings={"show_previous_period": False})
    assert rows[1:] == [["Seats", "120.5", "", "", "", "USD"], ["Support", "8.0", "", "", "", "USD"]]


def test_a_report_has_the_days_to_compare_with(billed):
    kept = {
        "title": "Seats",
        "workspace_token": billed.main,
        "filter": "costs.provider = 'custom_provider' AND costs.service = 'Seats'",
        "start_date": "2025-02-01",
        "end_date": "2025-02-28",
        "previous_period_start_date": "2025-01-31",
        "previous_period_end_date": "2025-01-31",
    }
    report = billed.owner.post("/v2/cost_reports", json=kept).json()["token"]
    sent = {"cost_report_token": report, "filter": None, "schema": "comparison", "groupings": []}
    own = export(billed, **sent, start_date=None, end_date=None)
    assert own[1] == ["60.0", "20.5", "39.5", "192.68", "USD"]
    others = export(billed, **sent, start_date="2025-02-03", end_date="2025-02-03")
    assert others[1] == ["60.0", "0.0", "60.0", "", "USD"]


def test_two_providers_of_one_kind_stay_two_lines(world):
    for name in ("a", "b"):
        world.imported(world.custom_provider(name), BILL)
    rows = export(world, groupings="provider", schema="comparison")
    assert rows[1:] == [["custom_provider", "128.5", "0.0", "128.5", "", "USD"]] * 2


def test_focus_in_groups_fills_the_columns_that_are_grouped_by(billed):
    rows = export(
        billed,
        schema="focus",
        groupings="service,charge_type,tag:team",
        date_bin="month",
        end_date="2025-01-30",
        settings={"aggregate_by": "usage"},
    )
    assert rows[0] == [
        *("ChargePeriodStart", "ChargePeriodEnd", "BilledCost", "BillingCurrency", "ChargeCategory"),
        *("ProviderName", "ServiceName", "ServiceCategory", "ResourceType", "RegionId", "ResourceId"),
        *("SubAccountId", "BillingAccountId", "ConsumedQuantity", "ConsumedUnit", "Tags"),
    ]
    told = {title: cell for title, cell in zip(*rows, strict=True) if cell}
    assert told == {
        "ChargePeriodStart": "2025-01-01T00:00:00Z",
        "ChargePeriodEnd": "2025-01-31T00:00:00Z",  # the bin ends with the question
        "BilledCost": "100.0",
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ServiceName": "Seats",
        "ConsumedQuantity": "4.0",
        "ConsumedUnit": "Hours",
        "Tags": '{"team":"core"}',
    }


def test_focus_without_groupings_is_every_stored_row(billed):
    rows = as_dicts(export(billed, schema="focus"))
    assert [(row["ChargeCategory"], row["BilledCost"], row["EffectiveCost"]) for row in rows] == [
        ("Usage", "100", "100"),
        ("Usage", "20.5", "20.5"),
        ("Tax", "8", "8"),
    ]
    first, second, _ = rows
    assert first["Tags"] == '{"a,b":"x","team":"core"}'
    assert second["x_Note"] == 'a "note", and\nanother line'
    assert (first["ChargePeriodStart"], first["BillingPeriodEnd"]) == (
        "2025-01-01T00:00:00Z",
        "2025-02-01T00:00:00Z",
    )
    assert (first["ServiceCategory"], first["ListCost"], first["ProviderName"]) == (
        "Other",
        "100",
        "Custom Provider",
    )


def test_a_spread_charge_is_billed_once_and_worth_its_share_each_day(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    filter_ = "costs.provider = 'custom_provider' AND costs.service = 'Support'"
    rows = as_dicts(export(world, schema="focus", filter=filter_))
    told = sorted((row["ChargePeriodStart"][:10], row["BilledCost"], row["EffectiveCost"]) for row in rows)
    assert told[:2] == [("2025-01-01", "0", "5"), ("2025-01-01", "50", "0")]
    assert told[2:] == [(f"2025-01-{day:02}", "0", "5") for day in range(2, 11)]


def test_an_export_of_nothing_has_its_header(world):
    assert export(world) == [["Date", "Provider", "Service", "Account", "Amount", "Currency"]]
    (header,) = export(world, schema="focus")
    assert {"BilledCost", "EffectiveCost", "ChargePeriodStart", "ServiceCategory"} <= set(header)


def test_parquet_holds_the_same_texts(billed, tmp_path):
    token = asked(billed, groupings="service", date_bin="month", file_format="parquet")
    billed.work()
    (file,) = links(billed, token)
    answer = billed.anonymous.get(file)
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    (tmp_path / "export.parquet").write_bytes(answer.content)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM '{tmp_path}/export.parquet'")
        assert [column[0] for column in found.description] == ["Date", "Service", "Amount", "Currency"]
        assert found.fetchall() == [
            ("2025-01-01", "Seats", "120.5", "USD"),
            ("2025-01-01", "Support", "8.0", "USD"),
        ]


def test_an_export_shows_the_facts_of_its_execution(world):
    """What was deleted after it was asked for is not in it; what comes after it was written is not either."""
    provider = world.custom_provider()
    gone = world.imported(provider, BILL)
    world.imported(provider, BILL.replace(",100,", ",200,"), "more.csv")
    token = asked(world, groupings=[], date_bin="month")
    assert world.owner.delete(f"/v2/integrations/{provider}/costs/{gone}").status_code == 204
    world.work()
    (file,) = links(world, token)
    assert world.anonymous.get(file).text == "Date,Amount,Currency\n2025-01-01,228.5,USD\n"
    world.imported(provider, BILL, "again.csv")
    assert world.anonymous.get(file).text == "Date,Amount,Currency\n2025-01-01,228.5,USD\n"
    told = world.owner.get(f"/api/data_exports/{token}").json()
    assert (told["rows"], told["error"]) == (1, None)
    assert world.costs()["total_cost"]["amount"] == "357.0"


def test_the_days_are_those_of_when_it_was_asked_for(billed):
    body = {"filter": "costs.provider = 'custom_provider'", "workspace_token": billed.main, "groupings": []}
    token = billed.owner.post("/v2/costs/data_exports", json={**body, "date_bin": "month"}).json()["token"]
    billed.pass_time(days=20)
    billed.work()
    (file,) = links(billed, token)
    assert billed.anonymous.get(file).text.splitlines()[1:] == ["2025-02-01,60.0,USD"]


HALF = "costs.provider = 'custom_provider' AND costs.service = 'Seats' AND costs.allocation = 0.5"


def test_costs_that_count_by_a_fraction_are_exact_in_groups(world):
    """Seats cost 40 and 0.30, and count by a half."""
    world.imported(world.custom_provider(), WEIGHED)
    rows = export(world, filter=HALF, groupings="service,tagged")
    assert rows[1:] == [
        ["2025-01-01", "Seats", "false", "20.0", "USD"],
        ["2025-01-02", "Seats", "false", "0.15", "USD"],
    ]
    second_day = {"start_date": "2025-01-02", "end_date": "2025-01-02"}
    rows = export(world, filter=HALF, groupings="service", schema="comparison", **second_day)
    assert rows[1:] == [["Seats", "0.15", "0.0", "0.15", "", "USD"]]
    rows = as_dicts(
        export(world, filter=HALF, groupings="service", schema="focus", date_bin="hour", **second_day)
    )
    assert [(row["ChargePeriodStart"], row["ChargePeriodEnd"], row["BilledCost"]) for row in rows] == [
        ("2025-01-02T00:00:00Z", "2025-01-02T01:00:00Z", "0.15")
    ]


def test_no_single_row_counts_by_a_fraction(world):
    body = {"workspace_token": world.main, "filter": HALF, "schema": "focus"}
    answer = world.owner.post("/v2/costs/data_exports", json=body)
    assert answer.status_code == 400
    assert "counts some costs by a fraction" in answer.json()["errors"][0]

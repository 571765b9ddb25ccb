"""A company with bills in pounds and euros: what it sees, what it lacks, and what it saw before."""

from decimal import Decimal

import pytest

from tests.operations.table_of_tests import is_refusal

HEADER = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency"
POUNDS = f"{HEADER}\nUsage,2025-01-10,10.00,Seats,GBP\nUsage,2025-01-20,20.00,Support,GBP\n"
DOLLARS = f"{HEADER}\nUsage,2025-01-10,3.00,Seats,USD\n"
RATES = "USD,GBP,0.8,2025-01-01\nUSD,EUR,0.9,2025-01-01\n"


def send(world, rows):
    text = f"base_currency_code,currency_code,rate,date\n{rows}"
    assert (
        world.owner.post("/v2/exchange_rates/csv", files={"csv": ("r.csv", text.encode())}).status_code == 201
    )


def see(world, **settings):
    """Set how Main sees its costs."""
    assert world.owner.put(f"/v2/workspaces/{world.main}", json=settings).status_code == 200


def amounts(found):
    return [row["amount"] for row in found["costs"]]


@pytest.fixture
def pounds(world):
    """The bill in pounds, in a workspace that sees euros, and the rates."""
    world.imported(world.custom_provider(), POUNDS)
    send(world, RATES)
    see(world, currency="EUR")
    return world


def test_ten_pounds_are_eleven_euros_and_a_quarter(pounds):
    found = pounds.costs(groupings="", end_date="2025-01-10")
    assert found["total_cost"] == {"amount": "11.25", "currency": "EUR"}
    assert found["costs"] == [{"accrued_at": "2025-01-10", "amount": "11.25", "currency": "EUR"}]


def test_each_cost_is_converted_at_the_rate_of_its_day_though_bins_are_wider(pounds):
    send(pounds, "USD,EUR,1.0,2025-01-15\n")
    found = pounds.costs(groupings="", date_bin="month")
    assert amounts(found) == ["36.25"]  # 10 ÷ 0.8 x 0.9 and 20 ÷ 0.8 x 1.0
    assert amounts(pounds.costs(groupings="service", date_bin="quarter")) == ["25.0", "11.25"]


def test_or_at_that_of_the_last_day_of_its_month(pounds):
    send(pounds, "USD,EUR,1.0,2025-01-31\nUSD,EUR,2.0,2025-02-01\n")
    see(pounds, exchange_rate_date="end_of_billing_period_rate")
    for width in ("day", "week", "month", "quarter"):
        assert pounds.costs(groupings="", date_bin=width)["total_cost"]["amount"] == "37.5"


def test_hours_are_converted_too(pounds):
    found = pounds.costs(groupings="", date_bin="hour", end_date="2025-01-14")
    assert (found["costs"][0]["accrued_at"], amounts(found)) == ("2025-01-10T00:00:00Z", ["11.25"])


def test_a_day_before_all_rates_takes_the_first_one(pounds):
    pounds.imported(pounds.custom_provider("Old"), POUNDS.replace("2025-01-10", "2024-12-10"))
    found = pounds.costs(groupings="", start_date="2024-12-01", end_date="2024-12-31")
    assert amounts(found) == ["11.25"]


def test_a_rate_for_the_pair_goes_before_that_by_way_of_the_dollar(pounds):
    send(pounds, "EUR,GBP,0.8,2025-01-01\n")
    assert amounts(pounds.costs(groupings="", end_date="2025-01-10")) == ["12.5"]
    send(pounds, "GBP,EUR,1.2,2025-01-01\n")
    assert amounts(pounds.costs(groupings="", end_date="2025-01-10")) == ["12.0"]


def test_inverses_have_ten_decimals_and_nothing_else_is_rounded(world):
    world.imported(world.custom_provider(), POUNDS)
    send(world, "USD,GBP,0.83,2025-01-01\nUSD,EUR,0.9123456789,2025-01-01\n")
    see(world, currency="EUR")
    rate = Decimal("1.2048192771") * Decimal("0.9123456789")
    assert amounts(world.costs(groupings="", end_date="2025-01-10")) == [f"{rate * 10:f}"[:-1]]


def test_currencies_of_one_group_become_one_row(pounds):
    pounds.imported(pounds.custom_provider("Two"), DOLLARS)
    found = pounds.costs(groupings="service", end_date="2025-01-10")
    assert amounts(found) == ["13.95"]  # 11.25, and 3 x 0.9
    assert pounds.costs(groupings="service", **{"settings[aggregate_by]": "count"})["total_count"] == 2


def test_the_largest_in_euros_comes_first(world):
    text = f"{HEADER}\nUsage,2025-01-10,100,Yen,JPY\nUsage,2025-01-10,2,Pounds,GBP\nUsage,2025-01-10,2,Euros,EUR\n"
    world.imported(world.custom_provider(), text)
    send(world, "EUR,JPY,160,2025-01-01\nGBP,EUR,1.2,2025-01-01\n")
    see(world, currency="EUR")
    services = [row["service"] for row in world.costs(groupings="service")["costs"]]
    assert services == ["Pounds", "Euros", "Yen"]


def test_weights_and_rates_are_multiplied_together(pounds):
    pounds.imported(pounds.custom_provider("Two"), DOLLARS)
    half = "costs.provider = 'custom_provider' AND costs.allocation = 0.5"
    for width, expected in (("day", ["11.25", "6.975"]), ("month", ["18.225"])):
        found = pounds.costs(groupings="", filter=half, date_bin=width)
        assert (amounts(found), found["total_cost"]["amount"]) == (expected, "18.23")


def test_what_is_missing_is_named_and_nothing_is_taken_for_one(world):
    world.imported(world.custom_provider(), POUNDS + "Usage,2025-01-11,1,Yen,JPY\n")
    asked = {
        "workspace_token": world.main,
        "filter": "costs.provider = 'custom_provider'",
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
    }
    for path in ("/v2/costs", "/api/costs/explain"):
        refused = world.owner.get(path, params=asked)
        assert is_refusal(refused, 400)
        (problem,) = refused.json()["errors"]
        assert problem.startswith("There is no exchange rate for GBP to USD, JPY to USD: add one with ")
    send(world, "GBP,USD,1.25,2025-01-01\n")
    assert "for JPY to USD:" in world.owner.get("/v2/costs", params=asked).json()["errors"][0]
    asked["filter"] += " AND costs.service != 'Yen'"
    assert world.owner.get("/v2/costs", params=asked).json()["total_cost"]["amount"] == "37.5"


def test_without_conversion_numbers_stay_and_the_currency_is_a_label(pounds):
    pounds.imported(pounds.custom_provider("Two"), DOLLARS)
    see(pounds, enable_currency_conversion=False)
    found = pounds.costs(groupings="service", end_date="2025-01-10")
    assert found["total_cost"] == {"amount": "13.0", "currency": "EUR"}
    see(pounds, enable_currency_conversion=False, currency="JPY")  # a display currency, without any rate
    assert pounds.costs(end_date="2025-01-10")["total_cost"] == {"amount": "13.0", "currency": "JPY"}


def test_new_rates_and_settings_count_from_the_next_question_on(pounds):
    asked = {"groupings": "", "end_date": "2025-01-10"}
    assert amounts(pounds.costs(**asked)) == ["11.25"]
    send(pounds, "USD,EUR,1.0,2025-01-01\n")
    assert amounts(pounds.costs(**asked)) == ["12.5"]
    see(pounds, currency="USD")
    assert amounts(pounds.costs(**asked)) == ["12.5"]
    see(pounds, currency="GBP")
    assert amounts(pounds.costs(**asked)) == ["10.0"]


def test_the_past_keeps_its_rates(pounds):
    asked = {"groupings": "", "end_date": "2025-01-10"}
    version = pounds.explained(**asked)["asked"]["ledger_version"]
    moment = pounds.now
    pounds.pass_time(hours=1)
    send(pounds, "USD,EUR,1.0,2025-01-01\n")
    assert amounts(pounds.costs(**asked)) == ["12.5"]
    assert amounts(pounds.costs(**asked, as_of=version)) == ["11.25"]
    assert amounts(pounds.costs(**asked, as_of=f"{moment:%Y-%m-%dT%H:%M:%SZ}")) == ["11.25"]


def test_pages_keep_the_rates_of_the_first(pounds):
    page = pounds.costs(groupings="service", limit=1)
    send(pounds, "USD,EUR,1.0,2025-01-01\n")
    following = pounds.owner.get(page["links"]["next"]).json()
    assert [*amounts(page), *amounts(following)] == ["22.5", "11.25"]
    assert following["total_cost"]["amount"] == "33.75"


def test_an_explanation_leads_from_the_converted_total_to_the_row_that_was_billed(pounds):
    pounds.imported(pounds.custom_provider("Two"), DOLLARS, "dollars.csv")
    told = pounds.explained(end_date="2025-01-10")
    assert (told["total"], told["currency"], told["adds_up"]) == ("13.95", "EUR", True)
    assert told["asked"]["exchange_rate_date"] == "daily_rate"
    assert sorted(part["amount"] for part in told["parts"]) == ["11.25", "2.7"]
    of_pounds = next(part["part"] for part in told["parts"] if part["amount"] == "11.25")
    (row,) = pounds.explained(end_date="2025-01-10", part=of_pounds)["rows"]
    shown = {name: row[name] for name in ("billed_cost", "billing_currency", "exchange_rate", "amount")}
    assert shown == {
        "billed_cost": "10.0",
        "billing_currency": "GBP",
        "exchange_rate": "1.125",
        "amount": "11.25",
    }


def test_where_nothing_is_converted_an_explanation_says_so(world):
    world.imported(world.custom_provider(), DOLLARS)
    see(world, enable_currency_conversion=False)
    told = world.explained()
    assert told["asked"]["exchange_rate_date"] is None
    (row,) = world.explained(part=told["parts"][0]["part"])["rows"]
    assert (row["exchange_rate"], row["amount"]) == ("1.0", "3.0")

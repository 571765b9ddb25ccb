"""Forecasts over HTTP: which days, which rows, what plans change, and that figures agree with the costs.

It is noon on 15 February 2025. Unless a test says otherwise a bill reaches to the 14th, Seats at 10 and
Support at 4 a day since November.
"""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from eyrie.records.reports.forecast_rows import ForecastRunRow
from tests.operations.table_of_tests import is_refusal

SINCE, LAST = dt.date(2024, 11, 20), dt.date(2025, 2, 14)
SEATS, SUPPORT = "Seats", "Support"


def bill(rows):
    """A CSV of (day, amount, service), each perhaps with an end and a category."""
    head = "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName"
    lines = [f"{more[1] if more[1:] else 'Usage'},{day},{more[0] if more else ''},{amount},{service}"
             for day, amount, service, *more in rows]  # fmt: skip
    return "\n".join([head, *lines, ""])


def daily(amount, service, first=SINCE, last=LAST):
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [(day, amount, service) for day in days]


@pytest.fixture
def crm(world):
    """A provider whose seats and support cost the same each day."""
    made = world.custom_provider("CRM")
    world.imported(made, bill([*daily(10, SEATS), *daily(4, SUPPORT)]))
    return made


def made(world, kind, **body):
    answer = world.owner.post(f"/v2/{kind}", json={"title": kind, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def report(world, **body):
    return made(world, "cost_reports", workspace_token=world.main, **body)


def asked(world, token, **parameters):
    answer = world.owner.get(
        f"/v2/cost_reports/{token}/forecasted_costs", params={"limit": 1000, **parameters}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(world, token, **parameters):
    """The rows as (day, provider/service, amount)."""
    listed = asked(world, token, **parameters)["forecasted_costs"]
    return [(row["date"][:10], f"{row['provider']}/{row['service']}", row["amount"]) for row in listed]


def total(world, token, provider="all", **parameters):
    return sum(Decimal(amount) for *_, amount in rows(world, token, provider=provider, **parameters))


def ranged(world, token, **parameters):
    answer = world.owner.get(f"/api/cost_reports/{token}/forecast", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("crm")
class TestDaysAndRows:
    def test_each_day_has_the_overall_row_first_and_then_each_service(self, world):
        found = asked(world, report(world))
        assert found["currency"] == "USD"
        assert found["forecasted_costs"][:3] == [
            {"date": "2025-02-15T00:00:00Z", "amount": "14.0", "provider": "all", "service": "all"},
            {
                "date": "2025-02-15T00:00:00Z",
                "amount": "10.0",
                "provider": "custom_provider",
                "service": SEATS,
            },
            {
                "date": "2025-02-15T00:00:00Z",
                "amount": "4.0",
                "provider": "custom_provider",
                "service": SUPPORT,
            },
        ]
        assert found["forecasted_costs"][-1]["date"] == "2025-02-28T00:00:00Z"
        assert len(found["forecasted_costs"]) == 14 * 3

    @pytest.mark.parametrize(
        ("parameters", "series"),
        [
            ({}, ["all/all", "custom_provider/Seats", "custom_provider/Support"]),
            ({"provider": "all"}, ["all/all"]),
            ({"service": "all"}, ["all/all"]),
            ({"provider": "all", "service": "all"}, ["all/all"]),
            ({"provider": "custom_provider"}, ["custom_provider/Seats", "custom_provider/Support"]),
            ({"provider": "custom_provider", "service": "all"}, ["custom_provider/all"]),
            ({"service": SEATS}, ["custom_provider/Seats"]),
            ({"provider": "all", "service": SEATS}, ["all/Seats"]),
            ({"provider": "custom_provider", "service": SEATS}, ["custom_provider/Seats"]),
            ({"provider": "aws"}, []),
            ({"provider": "aws", "service": "all"}, []),
            ({"service": "Nobody's"}, []),
        ],
    )
    def test_provider_and_service_choose_rows(self, world, parameters, series):
        assert [
            name for _, name, _ in rows(world, report(world), end_date="2025-02-15", **parameters)
        ] == series

    def test_a_provider_together_is_the_sum_of_its_services(self, world):
        found = rows(world, report(world), provider="custom_provider", service="all", end_date="2025-02-15")
        assert found == [("2025-02-15", "custom_provider/all", "14.0")]

    @pytest.mark.parametrize(
        ("parameters", "first", "last"),
        [
            ({}, "2025-02-15", "2025-02-28"),
            ({"start_date": "2025-02-20"}, "2025-02-20", "2025-02-28"),
            ({"end_date": "2025-03-02"}, "2025-02-15", "2025-03-02"),
            ({"start_date": "2024-01-01", "end_date": "2025-02-16"}, "2025-02-15", "2025-02-16"),
            ({"start_date": "2025-04-10"}, "2025-04-10", "2025-04-30"),
            ({"start_date": "2026-02-14", "end_date": "2030-01-01"}, "2026-02-14", "2026-02-15"),
        ],
    )
    def test_days_are_those_to_come_up_to_a_year_ahead(self, world, parameters, first, last):
        found = rows(world, report(world), provider="all", **parameters)
        assert (found[0][0], found[-1][0]) == (first, last)

    @pytest.mark.parametrize(
        "parameters",
        [
            {"start_date": "2024-01-01", "end_date": "2025-02-14"},
            {"end_date": "2025-02-14"},
            {"start_date": "2026-02-16"},
        ],
    )
    def test_days_that_are_complete_or_too_far_give_nothing(self, world, parameters):
        assert rows(world, report(world), **parameters) == []

    def test_an_end_before_the_start_is_refused(self, world):
        path = f"/v2/cost_reports/{report(world)}/forecasted_costs"
        for parameters in (
            {"start_date": "2025-03-02", "end_date": "2025-03-01"},
            {"provider": "nobody"},
            {"start_date": "soon"},
        ):
            assert is_refusal(world.owner.get(path, params=parameters), 400)

    def test_pages_follow_one_another(self, world):
        token = report(world)
        page, walked = asked(world, token, limit=5), []
        while True:
            walked += page["forecasted_costs"]
            if page["links"]["next"] is None:
                break
            page = world.owner.get(page["links"]["next"]).json()
        assert walked == asked(world, token)["forecasted_costs"]
        assert asked(world, token, limit=5)["links"]["last"].endswith("page=9")


def test_a_report_without_costs_has_no_rows(world):
    assert asked(world, report(world))["forecasted_costs"] == []
    assert ranged(world, report(world))["complete_through"] is None


def test_costs_of_another_workspace_are_in_no_forecast(world):
    elsewhere = world.custom_provider("Chat", world.other)
    world.imported(elsewhere, bill(daily(7, "Chat")))
    assert rows(world, report(world)) == []


def test_a_bill_that_lags_behind_moves_the_first_day(world, crm):
    token = report(world)
    world.imported(world.custom_provider("Chat"), bill(daily(1, "Chat", last=dt.date(2025, 2, 10))))
    assert rows(world, token)[0][0] == "2025-02-11"
    assert ranged(world, token)["complete_through"] == "2025-02-10"
    only_crm = report(world, filter=f"costs.provider = 'custom_provider:{crm}'")
    assert rows(world, only_crm)[0][0] == "2025-02-15"


def test_importing_and_deleting_change_the_forecast_at_once(world, crm):
    token = report(world)
    before = total(world, token)
    upload = world.imported(crm, bill(daily(100, "Training")), "training.csv")
    assert total(world, token) == before + 14 * 100
    world.owner.delete(f"/v2/integrations/{crm}/costs/{upload}")
    assert total(world, token) == before


def test_the_saved_filter_and_settings_of_the_report_count(world, crm):
    world.imported(crm, bill([(day, -3, SEATS, "", "Credit") for day, *_ in daily(0, "")]), "credits.csv")
    token = report(world, filter=f"costs.provider = 'custom_provider:{crm}' AND costs.service = 'Seats'")
    assert total(world, token) == 14 * 10
    world.owner.put(f"/v2/cost_reports/{token}", json={"settings": {"include_credits": True}})
    assert total(world, token) == 14 * 7


def test_weights_count_what_was_forecast(world, crm):
    token = report(
        world,
        filter=f"(costs.provider = 'custom_provider:{crm}' AND costs.service = 'Seats' AND costs.allocation = 0.25)"
        f" OR (costs.provider = 'custom_provider:{crm}' AND costs.service = 'Support')",
    )
    assert rows(world, token, end_date="2025-02-15") == [
        ("2025-02-15", "all/all", "6.5"),
        ("2025-02-15", "custom_provider/Seats", "2.5"),
        ("2025-02-15", "custom_provider/Support", "4.0"),
    ]


def test_a_fee_of_a_year_goes_on_as_it_was_spread_and_is_not_forecast_besides(world, crm):
    fee = [(dt.date(2025, 2, 1), 365, "Licence", dt.date(2026, 1, 31), "Fee")]
    world.imported(crm, bill(fee), "licence.csv")
    found = rows(world, report(world), service="Licence", end_date="2026-02-02")
    assert {(day < "2026-02-01", amount) for day, _, amount in found} == {(True, "1.0"), (False, "0.0")}


def test_a_fee_that_comes_each_month_is_expected_to_come_back(world, crm):
    months = [(2024, 12, 31), (2025, 1, 31)]
    fees = [(dt.date(y, m, 1), 31, "Licence", dt.date(y, m, last), "Fee") for y, m, last in months]
    world.imported(
        crm, bill([*fees, (dt.date(2025, 2, 1), 28, "Licence", dt.date(2025, 2, 28), "Fee")]), "l.csv"
    )
    found = rows(world, report(world), service="Licence", end_date="2025-03-31")
    assert {amount for *_, amount in found} == {"1.0"}


def test_what_was_bought_once_is_not_expected_again(world, crm):
    world.imported(crm, bill([(dt.date(2025, 2, 3), 9_000, SEATS, "", "Fee")]), "setup.csv")
    assert total(world, report(world)) == 14 * 14


def test_our_own_answer_has_ranges_and_what_the_month_cost_so_far(world, crm):
    noisy = [(day, 100 + place * 7919 % 23, "API") for place, (day, *_) in enumerate(daily(0, ""))]
    world.imported(crm, bill(noisy), "api.csv")
    token = report(world)
    found = ranged(world, token)
    assert (found["currency"], found["provider"], found["complete_through"]) == ("USD", "all", "2025-02-14")
    spent = world.owner.get(
        "/v2/costs",
        params={"cost_report_token": token, "start_date": "2025-02-01", "end_date": "2025-02-14"},
    ).json()["total_cost"]["amount"]
    (month,) = found["months"]
    assert (month["month"], Decimal(month["spent"])) == ("2025-02", Decimal(spent))
    assert Decimal(month["spent"]) + Decimal(month["expected"]) == Decimal(month["together"])
    assert month["expected"] == found["total"]["median"]
    expected = rows(world, token, provider="all")
    assert [(day["date"], day["median"]) for day in found["days"]] == [
        (day, amount) for day, _, amount in expected
    ]
    for told in (found["total"], *found["days"]):
        assert Decimal(told["min"]) < Decimal(told["median"]) < Decimal(told["max"])
    seats = ranged(world, token, service=SEATS)
    assert {(day["min"], day["median"], day["max"]) for day in seats["days"]} == {("10.0", "10.0", "10.0")}
    assert (seats["provider"], seats["service"], seats["months"][0]["spent"]) == ("all", SEATS, "140.0")


@pytest.fixture
def march(world, crm):
    """A report of 100 a day, and March as the days to ask about."""
    world.imported(crm, bill(daily(86, "API")), "api.csv")
    return report(world), {"start_date": "2025-03-01", "end_date": "2025-03-31"}


def plan(world, amount, kind="dollar", **body):
    world.pass_time()
    period = {"start_at": "2025-03-01", "amount": amount, "amount_type": kind}
    return made(world, "scenario_models", periods=[period], **body)


def shown(world, token, *plans):
    """Let a report show a forecast made of plans."""
    body = {"cost_report_token": token, "scenario_model_tokens": plans, "set_as_default": True}
    return made(world, "report_forecasts", **body)


def test_the_default_forecast_is_what_is_served(world, march):
    token, days = march
    assert total(world, token, **days) == 3100
    forecast = shown(world, token, plan(world, 1250.75))
    assert total(world, token, **days) == Decimal("4350.75")
    services = total(world, token, "custom_provider", **days)
    assert services == Decimal("4350.75")
    world.owner.put(f"/v2/report_forecasts/{forecast}", json={"set_as_default": False})
    assert total(world, token, **days) == 3100
    world.owner.put(
        f"/v2/cost_reports/{token}",
        json={"default_forecast": {"kind": "report_forecast", "report_forecast_token": forecast}},
    )
    assert total(world, token, **days) == Decimal("4350.75")
    assert Decimal(ranged(world, token, **days)["days"][0]["median"]) > 100
    world.owner.delete(f"/v2/report_forecasts/{forecast}")
    assert total(world, token, **days) == 3100


def test_models_apply_by_priority_then_without_and_then_as_they_were_made(world, march):
    token, days = march
    tenth, more = plan(world, 10, "percent"), plan(world, 500)
    forecast = shown(world, token, more, tenth)
    assert total(world, token, **days) == 3100 * Decimal("1.1") + 500
    world.owner.put(f"/v2/scenario_models/{more}", json={"priority": 1})
    assert total(world, token, **days) == 3600 * Decimal("1.1")
    world.owner.put(f"/v2/scenario_models/{tenth}", json={"priority": 0})
    assert total(world, token, **days) == 3100 * Decimal("1.1") + 500
    world.owner.delete(f"/v2/scenario_models/{tenth}")
    assert total(world, token, **days) == 3600
    assert world.owner.get(f"/v2/report_forecasts/{forecast}").json()["scenario_model_tokens"] == [more]


def test_a_model_of_a_service_changes_that_service_alone(world, march):
    token, days = march
    shown(world, token, plan(world, 50, "percent", service=SEATS, workspace_token=world.main))
    first = rows(world, token, **(days | {"end_date": days["start_date"]}))
    assert [(name, Decimal(amount)) for _, name, amount in first] == [
        ("all/all", 105),
        ("custom_provider/API", 86),
        ("custom_provider/Seats", 15),
        ("custom_provider/Support", 4),
    ]


def test_costs_grow_with_a_metric_on_the_days_that_it_is_expected_for(world, march):
    """It was 50 a day and is expected to be 75 on the 1st of March: that day costs half as much again."""
    token, days = march
    was = [{"date": str(dt.date(2025, 2, day)), "amount": 50} for day in range(1, 15)]
    metric = made(world, "business_metrics", values=was)
    refused = world.owner.post(
        "/v2/report_forecasts",
        json={"title": "T", "cost_report_token": token, "business_metric_token": metric},
    )
    assert is_refusal(refused, 422)
    assert refused.json()["errors"] == [
        "business_metric_token: this BusinessMetric needs historical and forecasted values"
    ]
    expected = [{"date": "2025-03-01", "amount": 75}]
    world.owner.put(f"/v2/business_metrics/{metric}", json={"forecasted_values": expected})
    body = {"cost_report_token": token, "business_metric_token": metric, "set_as_default": True}
    forecast = made(world, "report_forecasts", **body)
    assert total(world, token, **(days | {"end_date": days["start_date"]})) == 150
    assert total(world, token, **days) == 3150
    world.owner.delete(f"/v2/business_metrics/{metric}")
    assert total(world, token, **days) == 3100
    assert world.owner.get(f"/v2/report_forecasts/{forecast}").json()["business_metric_token"] is None


def test_what_was_forecast_each_morning_is_held_against_what_came(world, crm, march):
    token, _ = march
    assert ranged(world, token)["realised"] == {"runs": 0, "days": 0, "wape": None, "coverage": None}
    world.pass_time(days=1)
    world.work()
    assert ranged(world, token)["realised"]["runs"] == 0  # none of the days has come
    later = daily(110, "API", dt.date(2025, 2, 15), dt.date(2025, 2, 16))
    world.imported(crm, bill(later), "later.csv")
    # 100 was expected on both days, surely; 110 came.
    assert ranged(world, token)["realised"] == {"runs": 1, "days": 2, "wape": "0.091", "coverage": "0.000"}
    world.pass_time(days=1)
    world.work()
    world.imported(crm, bill(daily(110, "API", dt.date(2025, 2, 17), dt.date(2025, 2, 17))), "last.csv")
    assert ranged(world, token)["realised"]["runs"] == 2
    world.pass_time(days=100)
    world.work()
    assert ranged(world, token)["realised"]["runs"] == 0


def test_a_report_that_cannot_be_answered_keeps_the_others_from_nothing(world, crm):
    euros = world.custom_provider("Euros")
    text = (
        bill([(LAST, 5, "Seats")])
        .replace("ServiceName", "ServiceName,BillingCurrency")
        .replace(",Seats", ",Seats,EUR")
    )
    world.imported(euros, text)
    mixed = report(world)
    dollars = report(world, filter=f"costs.provider = 'custom_provider:{crm}'")
    world.pass_time(days=1)
    world.work()
    with world.house.database.reading() as session:
        kept = set(session.scalars(sa.select(ForecastRunRow.report)))
    assert dollars in kept
    assert mixed not in kept
    world.owner.delete(f"/v2/cost_reports/{dollars}")
    with world.house.database.reading() as session:
        assert session.scalars(sa.select(ForecastRunRow.report)).all() == []

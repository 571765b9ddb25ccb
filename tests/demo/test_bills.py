"""The demo's bills: the same every time, complete, and true to how providers bill."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from eyrie.basics.period import next_month
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.start.demo.bills import bills
from eyrie.start.demo.company import PROVIDERS, TEAMS
from eyrie.start.demo.meter import Mark, read_meters
from eyrie.start.demo.meters import METERS
from eyrie.start.demo.story import Story
from tests.demo.conftest import STORY

NONE, CREDIT, REFUND, DISCOUNT, TAX = AdjustmentClass
ZERO = Decimal(0)


def total(items, *, billed=False):
    """What the default settings count of rows."""
    view = Basis.EFFECTIVE if billed else Basis.BILLED
    counted = [
        item.billed_cost if billed else item.effective_cost
        for item in items
        if item.basis is not view and item.adjustment_class not in (CREDIT, REFUND)
    ]
    return sum(counted, ZERO)


def of(items, provider, **cells):
    return [
        item
        for item in items
        if item.provider is provider and all(getattr(item, name) == cell for name, cell in cells.items())
    ]


def test_the_same_seed_and_day_give_the_same_bytes_and_another_seed_does_not(made):
    written = repr(made).encode()
    assert repr(tuple(bills(STORY))).encode() == written
    other = next(bills(replace(STORY, seed=8)))
    assert other.month == made[0].month
    assert repr(other) != repr(made[0])


@pytest.mark.parametrize("today", ["2024-02-29", "2026-01-01", "2026-12-31", "2025-03-01"])
def test_the_days_are_whole_months_a_year_at_least_up_to_yesterday(today):
    days = Story(7, dt.date.fromisoformat(today)).period
    assert days.start.day == 1
    assert days.end.isoformat() == today
    assert 365 <= days.days <= 396


def test_every_day_of_the_year_has_costs_and_none_beyond_it_has(items):
    assert len(items) <= 300_000
    assert {item.accrued_on for item in items} == set(STORY.period)


def test_each_provider_bills_in_months_and_no_row_is_in_the_wrong_bill(made):
    assert {bill.provider for bill in made} == set(PROVIDERS)
    for bill in made:
        assert {item.provider for item in bill.items} == {bill.provider}
        assert {item.billing_period_start.date() for item in bill.items} == {bill.month}
        assert all(bill.month <= item.accrued_on < next_month(bill.month) for item in bill.items)


def test_amounts_are_decimals_that_are_kept_as_they_are(items):
    for item in items:
        for amount in (item.billed_cost, item.effective_cost):
            assert isinstance(amount, Decimal)
            assert amount == round(amount, 12)


def test_every_class_and_both_kinds_of_prepayment_occur(items):
    found = Counter((item.adjustment_class, item.basis) for item in items)
    assert {klass for klass, _ in found} == set(AdjustmentClass)
    assert found[NONE, Basis.BILLED]
    assert found[NONE, Basis.EFFECTIVE]
    given_back = [item for item in items if item.adjustment_class in (CREDIT, REFUND, DISCOUNT)]
    assert all(item.billed_cost < 0 and item.effective_cost < 0 for item in given_back)


def test_the_savings_plan_costs_its_fee_every_day_in_both_views(items):
    plan = [item for item in items if item.commitment_name == "Compute plan"]
    covered = {"SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee"}
    assert {item.charge_type for item in plan} == covered
    by_day = defaultdict(list)
    for item in plan:
        by_day[item.accrued_on].append(item)
    assert set(by_day) == set(STORY.period)
    for of_day in by_day.values():
        assert sum(item.billed_cost for item in of_day) == Decimal("100.80")
        assert sum(item.effective_cost for item in of_day) == Decimal("100.80")
    assert {"Used", "Unused"} <= {item.commitment_status for item in plan}


def test_the_reservation_costs_over_its_year_what_was_paid_at_once(items):
    reserved = of(items, Provider.AZURE, commitment_name="wms-d8s")
    paid = [item for item in reserved if item.charge_type == "Purchase"]
    assert [(item.accrued_on, item.billed_cost, item.effective_cost) for item in paid] == [
        (STORY.period.start, Decimal(8760), ZERO)
    ]
    used_up = [item for item in reserved if item.charge_type != "Purchase"]
    assert sum(item.effective_cost for item in used_up) == Decimal(8760)
    assert sum(item.billed_cost for item in used_up) == ZERO
    assert {item.commitment_status for item in used_up} == {"Used", "Unused"}


def test_support_is_billed_on_the_first_and_spread_over_its_month(items):
    support = of(items, Provider.AWS, service="AWS Support (Business)")
    for month in {item.accrued_on.replace(day=1) for item in support}:
        mine = [item for item in support if item.accrued_on.replace(day=1) == month]
        assert total(mine, billed=True) == 900
        if next_month(month) <= STORY.today:
            assert total(mine) == 900


def test_tax_is_on_what_was_billed_in_a_month_that_is_over(made):
    for bill in made:
        taxes = [item for item in bill.items if item.adjustment_class is TAX]
        taxed = bill.provider in (Provider.AWS, Provider.AZURE, Provider.GCP)
        if not taxed or next_month(bill.month) > STORY.today:
            assert not taxes
        else:
            untaxed = [item for item in bill.items if item.adjustment_class in (NONE, DISCOUNT)]
            [tax] = taxes
            assert tax.billed_cost == round(total(untaxed, billed=True) * Decimal("0.029"), 2)


def test_weekends_cost_less_and_closing_the_month_costs_more(items):
    of_day = Counter()
    for item in items:
        if item.charge_type in ("Usage", "SavingsPlanCoveredUsage") and item.account_id != "444455556666":
            of_day[item.accrued_on] += item.effective_cost
    closing = [day for day in of_day if day.day == 1 or (next_month(day) - day).days <= 2]
    ordinary = [day for day in of_day if day not in closing]
    weekend = [of_day[day] for day in ordinary if day.weekday() >= 5]
    weekday = [of_day[day] for day in ordinary if day.weekday() < 5]
    assert sum(weekend) / len(weekend) < sum(weekday) / len(weekday) * Decimal("0.85")
    closed = [of_day[day] for day in closing]
    assert sum(closed) / len(closed) > sum(weekday) / len(weekday)


def test_what_was_forgotten_stands_out_and_half_of_it_comes_back(items):
    left_on = of(items, Provider.AWS, resource_name="finetune-tmp")
    assert {item.accrued_on for item in left_on} == set(STORY.forgotten)
    assert all(not item.tags for item in left_on)
    [refund] = of(items, Provider.AWS, adjustment_class=REFUND)
    assert refund.billed_cost * -2 == sum(item.billed_cost for item in left_on)
    of_day = Counter()
    for item in of(items, Provider.AWS, charge_type="Usage"):
        of_day[item.accrued_on] += item.billed_cost
    ordinary = sorted(of_day.values())[len(of_day) // 2]
    assert all(of_day[day] > 2 * ordinary for day in list(STORY.forgotten)[1:])


def test_the_warehouse_moves_from_azure_to_google_cloud(items):
    machines = Counter()
    for item in items:
        if item.charge_type == "Usage" and (item.resource_name or "").startswith("wms-"):
            machines[item.provider, item.accrued_on.replace(day=1)] += item.list_cost
    months = sorted({month for _, month in machines})
    azure = [machines[Provider.AZURE, month] for month in months]
    google = [machines[Provider.GCP, month] for month in months]
    assert azure[0] > 0
    assert google[0] == azure[-1] == 0
    assert google[-2] > 0
    assert any(here and there for here, there in zip(azure, google, strict=True)), "none run side by side"


def test_models_cost_more_every_month(items):
    of_month = Counter()
    for item in of(items, Provider.ANTHROPIC):
        of_month[item.accrued_on.replace(day=1)] += item.effective_cost
    whole = [of_month[month] for month in sorted(of_month) if next_month(month) <= STORY.today]
    assert whole[-1] > whole[0] * 2
    assert sum(later > earlier for earlier, later in pairwise(whole)) >= 8


def test_tags_have_gaps_and_spellings(items):
    spellings = {item.tags[key] for item in items for key in ("team", "Team") if key in item.tags}
    agreed = {team.name for team in TEAMS}
    assert agreed - {"mobile"} <= spellings
    assert {"Core-Team", "core_team"} & spellings
    assert spellings - agreed
    usage = [item for item in items if item.charge_type == "Usage" and item.resource_id]
    untagged = [item for item in usage if not item.tags]
    assert 0.05 < len(untagged) / len(usage) < 0.3
    assert all("namespace" in item.tags for item in of(items, Provider.KUBERNETES))


def test_a_meter_that_cannot_be_read_is_not_passed_over():
    with pytest.raises(ValueError, match="not a meter"):
        list(read_meters("EC2 | Instance | 24 Hrs | x | core even"))
    with pytest.raises(ValueError, match="sometimes"):
        list(read_meters("[AWS_SHOP eu]\nEC2 | Instance | 24 Hrs at 1 | x | core sometimes"))


def test_marks_are_read():
    assert {mark for meter in METERS for mark in meter.marks} == set(Mark)

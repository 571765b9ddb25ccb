"""What AWS makes of the use of a month.

savings plan   no upfront: a fee every day, whether used or not. Covered use is billed, negated at once and
               costs the plan's price; what nobody used stays with the fee. Both views agree day by day.
discount       six in a hundred of what is used on demand
support        a month paid at its beginning, spread over its days
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from eyrie.basics.money import spread
from eyrie.basics.period import Period, next_month
from eyrie.basics.words import AdjustmentClass, Basis
from eyrie.costs.ledger.line_items import LineItem
from eyrie.start.demo import company as c
from eyrie.start.demo import services
from eyrie.start.demo.cells import Cells, line, when, whose
from eyrie.start.demo.story import Story

ZERO = Decimal(0)
SAVINGS_PLAN = "arn:aws:savingsplans::100200300400:savingsplan/8d1f3c52"
COMMITTED_A_DAY = Decimal("100.80")  # 4.20 an hour
PLAN_PRICE = Decimal("0.72")  # of the price on demand
DISCOUNT = Decimal("-0.06")
SUPPORT = Decimal("900.00")  # a month
_FORGOTTEN_PRICE = Decimal("98.32")
_PLAN: Cells = {
    "commitment_id": SAVINGS_PLAN,
    "commitment_name": "Compute plan",
    "commitment_type": "Savings Plan",
    "commitment_category": "Spend",
}


def aws_charged(items: Sequence[LineItem], story: Story, days: Period) -> Iterator[LineItem]:
    used = list(_under_the_plan(items))
    yield from used
    yield from _discounts(used)
    yield from _support(days)
    for day in days:
        if day.day == 3:
            yield line(
                c.AWS_PAYER,
                day,
                Decimal("1190.00"),
                "Elastic Cloud",
                "Fee",
                "Purchase",
                marketplace=True,
                publisher_name="Elastic",
                charge_frequency="Recurring",
                charge_description="AWS Marketplace software usage",
            )
        if story.age(day) == 45:
            yield line(
                c.AWS_PAYER,
                day,
                Decimal(-2500),
                services.EC2.name,
                "Credit",
                "Credit",
                AdjustmentClass.CREDIT,
            )
        if day == story.regretted:
            yield _refund(story, day)


def _under_the_plan(items: Iterable[LineItem]) -> Iterator[LineItem]:
    """Let the plan pay, day by day and in the order of the rows, for as many rows as it can."""
    in_order = sorted(items, key=attrgetter("accrued_on"))
    for day, of_day in groupby(in_order, attrgetter("accrued_on")):
        left = COMMITTED_A_DAY
        for item in of_day:
            price = item.billed_cost * PLAN_PRICE
            if item.commitment_id is None or price > left:
                yield _uncommitted(item)
                continue
            left -= price
            yield replace(
                item,
                effective_cost=price,
                charge_type="SavingsPlanCoveredUsage",
                pricing_category="Committed",
                commitment_status="Used",
                **_PLAN,
            )
            yield replace(
                item,
                billed_cost=item.billed_cost.copy_negate(),
                effective_cost=ZERO,
                list_cost=None,
                usage_amount=None,
                usage_unit=None,
                pricing_quantity=None,
                pricing_unit=None,
                charge_type="SavingsPlanNegation",
                **_PLAN,
            )
        yield line(
            c.AWS_PAYER,
            day,
            COMMITTED_A_DAY,
            "Savings Plans for AWS Compute usage",
            "SavingsPlanRecurringFee",
            "Purchase",
            effective_cost=left,
            charge_frequency="Recurring",
            commitment_status="Unused" if left else "Used",
            **_PLAN,
        )


def _uncommitted(item: LineItem) -> LineItem:
    return item if item.commitment_id is None else replace(item, commitment_id=None)


def _discounts(used: Iterable[LineItem]) -> Iterator[LineItem]:
    """The enterprise discount on what was used on demand, by day, account, region and service."""
    sums: dict[tuple[dt.date, str | None, str | None, str | None], Decimal] = defaultdict(Decimal)
    accounts = {
        account.id: account for account in (c.AWS_SHOP, c.AWS_STAGING, c.AWS_DATA, c.AWS_LAB, c.AWS_CORE)
    }
    for item in used:
        if item.charge_type == "Usage":
            sums[item.accrued_on, item.account_id, item.region, item.service] += item.billed_cost
    for (day, account, region, service), cost in sums.items():
        yield line(
            accounts[account],
            day,
            cost * DISCOUNT,
            service or "",
            "EdpDiscount",
            "Adjustment",
            AdjustmentClass.DISCOUNT,
            region=region,
            region_name=region,
        )


def _support(days: Period) -> Iterator[LineItem]:
    month = Period(days.start, next_month(days.start))
    yield line(
        c.AWS_PAYER,
        days.start,
        SUPPORT,
        "AWS Support (Business)",
        "Fee",
        "Purchase",
        basis=Basis.BILLED,
        effective_cost=ZERO,
    )
    for day, part in zip(days, spread(SUPPORT, month.days), strict=False):
        yield line(
            c.AWS_PAYER,
            day,
            part,
            "AWS Support (Business)",
            "AmortizedFee",
            "Purchase",
            basis=Basis.EFFECTIVE,
            billed_cost=ZERO,
        )


def _refund(story: Story, day: dt.date) -> LineItem:
    """Half of what was forgotten, given back."""
    billed = sum((item.billed_cost for item in forgotten(story, story.forgotten)), ZERO)
    return line(
        c.AWS_LAB,
        day,
        billed * Decimal("-0.5"),
        services.EC2.name,
        "Refund",
        "Usage",
        AdjustmentClass.REFUND,
        charge_class="Correction",
        region="us-west-2",
        region_name="us-west-2",
        charge_description="Goodwill for finetune-tmp",
    )


def forgotten(story: Story, days: Period) -> Iterator[LineItem]:
    """The large machine that somebody started for an experiment and left running."""
    for day in days:
        if day in story.forgotten:
            hours = Decimal(9 if day == story.forgotten.start else 24)
            yield LineItem(
                **whose(c.AWS_LAB),
                **when(day),
                billed_cost=hours * _FORGOTTEN_PRICE,
                effective_cost=hours * _FORGOTTEN_PRICE,
                usage_amount=hours,
                usage_unit="Hrs",
                service=services.EC2.name,
                category="Instance",
                subcategory="Box:p5.48xlarge",
                service_category=services.EC2.focus[0],
                service_subcategory=services.EC2.focus[1],
                region="us-west-2",
                region_name="us-west-2",
                resource_id="i-0f09077e4a6b31c52",
                resource_name="finetune-tmp",
                resource_type="instance",
                charge_type="Usage",
                charge_category="Usage",
            )

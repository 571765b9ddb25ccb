"""What providers charge besides use: commitments, discounts, credits, refunds and taxes.

The reservation at Azure is a year paid at once. The purchase exists in the billed view, what each day uses up
of it in the effective one; after the move nobody uses it, and it still costs 24 a day.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from eyrie.basics.money import CENT
from eyrie.basics.period import ONE_DAY, Period, next_month
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.line_items import LineItem
from eyrie.start.demo import company as c
from eyrie.start.demo import services
from eyrie.start.demo.amazon import aws_charged
from eyrie.start.demo.cells import Cells, line
from eyrie.start.demo.story import MOVE_BEGINS, Story

Charging = Callable[[Sequence[LineItem], Story, Period], Iterator[LineItem]]

ZERO = Decimal(0)
RESERVATION = "/providers/microsoft.capacity/reservationorders/5b0c/reservations/wms-d8s"
RESERVED_MACHINES, RESERVED_PRICE = 4, Decimal("6.00")  # a machine and day
RESERVED_DAYS = 365
TAX_RATE = Decimal("0.029")
_TAXED = {Provider.AWS: c.AWS_PAYER, Provider.AZURE: c.AZURE_LIVE, Provider.GCP: c.GCP_INVOICE}
_UNTAXED = frozenset({AdjustmentClass.CREDIT, AdjustmentClass.REFUND})
_RESERVED: Cells = {
    "commitment_id": RESERVATION,
    "commitment_name": "wms-d8s",
    "commitment_type": "Reservation",
    "commitment_category": "Usage",
}


def charged(provider: Provider, items: Sequence[LineItem], story: Story, days: Period) -> Iterator[LineItem]:
    """Give a month's usage with all that its provider makes of it; tax last, once the month is over."""
    charging = _CHARGING.get(provider)
    every = list(charging(items, story, days)) if charging else items
    yield from every
    account = _TAXED.get(provider)
    if account is not None and days.end == next_month(days.start):
        billed = sum((item.billed_cost for item in every if item.adjustment_class not in _UNTAXED), ZERO)
        tax = (billed * TAX_RATE).quantize(CENT, ROUND_HALF_UP)
        yield line(account, days.last, tax, "Tax", "Tax", "Tax", AdjustmentClass.TAX)


def _azure(items: Sequence[LineItem], story: Story, days: Period) -> Iterator[LineItem]:
    machines: dict[dt.date, int] = defaultdict(int)
    for item in items:
        if item.commitment_id is None:
            yield item
            continue
        machines[item.accrued_on] += 1
        yield replace(
            item,
            billed_cost=ZERO,
            effective_cost=RESERVED_PRICE,
            pricing_category="Committed",
            commitment_status="Used",
            **_RESERVED,
        )
    for day in days:
        if story.age(day) == 0:
            paid = RESERVED_PRICE * RESERVED_MACHINES * RESERVED_DAYS
            bought: Cells = {**_RESERVED, "basis": Basis.BILLED, "effective_cost": ZERO}
            yield line(c.AZURE_LIVE, day, paid, services.VM.name, "Purchase", "Purchase", **bought)
        unused = RESERVED_PRICE * (RESERVED_MACHINES - machines[day])
        if unused and story.age(day) < RESERVED_DAYS:
            idle: Cells = {**_RESERVED, "basis": Basis.EFFECTIVE, "billed_cost": ZERO}
            yield line(
                c.AZURE_LIVE,
                day,
                unused,
                services.VM.name,
                "UnusedReservation",
                "Usage",
                commitment_status="Unused",
                **idle,
            )


def _gcp(items: Sequence[LineItem], story: Story, _days: Period) -> Iterator[LineItem]:
    """Credits stand beside the use that they are for; one kind of them helps with the move."""
    for item in items:
        yield item
        if item.service == services.GCE.name and item.usage_unit == "hour":
            yield _credit(item, Decimal("-0.12"), "SUSTAINED_USAGE_DISCOUNT", AdjustmentClass.DISCOUNT)
        if item.service == services.CLOUD_SQL.name:
            yield _credit(item, Decimal("-0.25"), "COMMITTED_USAGE_DISCOUNT", AdjustmentClass.DISCOUNT)
        if item.account_id == c.GCP_WAREHOUSE.id and story.age(item.accrued_on) < MOVE_BEGINS + 150:
            yield _credit(item, Decimal("-0.30"), "PROMOTION", AdjustmentClass.CREDIT)


def _credit(item: LineItem, part: Decimal, kind: str, adjustment_class: AdjustmentClass) -> LineItem:
    return replace(
        item,
        billed_cost=item.billed_cost * part,
        effective_cost=item.effective_cost * part,
        list_cost=None,
        list_unit_price=None,
        usage_amount=None,
        usage_unit=None,
        pricing_quantity=None,
        pricing_unit=None,
        pricing_category=None,
        charge_type=kind,
        charge_category="Credit",
        charge_frequency=None,
        adjustment_class=adjustment_class,
    )


def _datadog(items: Sequence[LineItem], story: Story, days: Period) -> Iterator[LineItem]:
    yield from items
    if story.miscounted in days:
        yield line(
            c.DATADOG,
            story.miscounted,
            Decimal("-640.00"),
            services.LOGS.name,
            "Refund",
            "Usage",
            AdjustmentClass.REFUND,
            charge_class="Correction",
            charge_description="Logs counted twice",
        )


def _open_ai(items: Sequence[LineItem], story: Story, days: Period) -> Iterator[LineItem]:
    """A grant for start-ups, used up in the first three months."""
    yield from items
    if story.age(days.start) < 90:
        grant = Decimal("-750.00")
        yield line(
            c.OPENAI_GUIDE,
            days.start + 2 * ONE_DAY,
            grant,
            services.COMPLETIONS.name,
            "Credit",
            "Credit",
            AdjustmentClass.CREDIT,
        )


_CHARGING: Mapping[Provider, Charging] = {
    Provider.AWS: aws_charged,
    Provider.AZURE: _azure,
    Provider.GCP: _gcp,
    Provider.DATADOG: _datadog,
    Provider.OPEN_AI: _open_ai,
}

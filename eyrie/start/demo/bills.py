"""Days times meters: what each provider bills, a month at a time.

Amounts come from whole numbers: the quantity of a day is counted in thousandths of its unit, and only a
price, a decimal, makes money of it. Chance has a source for each resource, so that one more of them changes
nobody else's bill.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from eyrie.basics.period import Period, next_month
from eyrie.basics.words import Provider
from eyrie.costs.ledger.line_items import LineItem
from eyrie.start.demo.amazon import SAVINGS_PLAN, forgotten
from eyrie.start.demo.cells import Cells, tags_of, what, when, whose
from eyrie.start.demo.charges import RESERVATION, charged
from eyrie.start.demo.meter import Mark, Meter, Rhythm
from eyrie.start.demo.meters import METERS
from eyrie.start.demo.story import BESIDE, MOVE_BEGINS, MOVE_LASTS, Story

THOUSAND = 1000


@dataclass(frozen=True)
class Bill:
    """What one provider bills for one month."""

    provider: Provider
    month: dt.date
    items: tuple[LineItem, ...]


def bills(story: Story) -> Iterator[Bill]:
    """Give all bills, month by month.

    A month of AWS holds its usage, what the savings plan makes of it, discounts, fees, refunds and tax.
    """
    resources = [_Resource(story, meter, number) for meter in METERS for number in range(meter.count)]
    month = story.period.start
    while month < story.today:
        days = Period(month, min(next_month(month), story.today))
        used: dict[Provider, list[LineItem]] = defaultdict(list)
        for resource in resources:
            used[resource.meter.account.provider] += resource.used(days)
        used[Provider.AWS] += forgotten(story, days)
        for provider, items in used.items():
            if every := tuple(charged(provider, items, story, days)):
                yield Bill(provider, month, every)
        month = next_month(month)


class _Resource:
    """One resource of a meter: what is the same in all its rows, and its days."""

    def __init__(self, story: Story, meter: Meter, number: int) -> None:
        self.meter = meter
        self._story, self._number = story, number
        about = (meter.account.provider, meter.account.id, meter.region, meter.name, number)
        self._constant: Cells = {
            **whose(meter.account),
            **what(meter, number),
            **_commitment(meter),
            "tags": tags_of(meter, number, story.chance("tags", *about)),
            "usage_unit": meter.unit,
            "pricing_unit": meter.unit,
            "list_unit_price": meter.price,
            "charge_type": "Usage",
            "charge_category": "Usage",
            "charge_frequency": "Usage-Based",
            "pricing_category": "Standard",
        }
        self._noise = story.chance("use", *about, meter.service.name, meter.category, meter.subcategory)

    def used(self, days: Period) -> Iterator[LineItem]:
        """The rows of these days; each day is asked for once, in order."""
        for day in days:
            age = self._story.age(day)
            thousandths = _thousandths(self.meter, day, age, self._noise)
            if not thousandths or not self._is_there(age):
                continue
            quantity = Decimal(thousandths).scaleb(-3)
            cost = quantity * self.meter.price
            yield LineItem(
                **self._constant,
                **when(day),
                billed_cost=cost,
                effective_cost=cost,
                list_cost=cost,
                usage_amount=quantity,
                pricing_quantity=quantity,
            )

    def _is_there(self, age: int) -> bool:
        """The move takes the resources of a meter one after another."""
        turn = MOVE_BEGINS + MOVE_LASTS * (self._number + 1) // self.meter.count
        if Mark.LEAVES in self.meter.marks:
            return age < turn
        return Mark.ARRIVES not in self.meter.marks or age >= turn - BESIDE


def _commitment(meter: Meter) -> Cells:
    """What is covered or reserved says so, for `charges` to act upon."""
    if Mark.COVERED in meter.marks:
        return {"commitment_id": SAVINGS_PLAN}
    return {"commitment_id": RESERVATION} if Mark.RESERVED in meter.marks else {}


def _thousandths(meter: Meter, day: dt.date, age: int, noise: random.Random) -> int:
    """How much is used on a day, in thousandths of the unit."""
    grown = THOUSAND + meter.growth * age // 30
    swing = noise.randrange(930, 1071)
    if meter.rhythm is Rhythm.STEADY:
        swing = THOUSAND
    return meter.amount * _share(meter.rhythm, day) * grown * swing // THOUSAND**2


def _share(rhythm: Rhythm, day: dt.date) -> int:
    """The share of an ordinary day, in thousandths."""
    weekend = day.weekday() >= 5
    match rhythm:
        case Rhythm.STEADY:
            return THOUSAND
        case Rhythm.EVEN:
            return 970 if weekend else THOUSAND
        case Rhythm.OFFICE:
            return 240 if weekend else THOUSAND
        case Rhythm.SHOP:
            season = {11: 1300, 12: 1450, 1: 1120, 7: 930}.get(day.month, THOUSAND)
            return season * (840 if weekend else THOUSAND) // THOUSAND
        case Rhythm.BATCH:
            closing = day.day == 1 or (next_month(day) - day).days <= 2
            return 5000 if closing else 400
        case _:
            assert_never(rhythm)

"""Bills as text tables in, answers as text tables out, so that tests read like examples in a manual."""

import dataclasses
import datetime as dt
import itertools
from decimal import Decimal

from eyrie.basics.money import plain
from eyrie.basics.period import Period
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.line_items import Granularity, LineItem
from eyrie.costs.ledger.parts import Delivery, Snapshot
from eyrie.costs.ledger.writing import write_part
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import Ask, CostSettings, Dimension, read_groupings

READERS = {
    "provider": Provider,
    "basis": Basis,
    "granularity": Granularity,
    "adjustment_class": AdjustmentClass,
    "usage_amount": Decimal,
    "tags": lambda text: dict(pair.split("=", 1) for pair in text.split(",")),
}
TODAY = dt.date(2025, 12, 31)


def item(day, cost, **known):
    """A line item of which only the interesting fields are given."""
    start = day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())
    given = {
        "provider": Provider.CUSTOM_PROVIDER,
        "accrued_on": start.date(),
        "charge_period_start": start,
        "charge_period_end": start + dt.timedelta(days=1),
        "billed_cost": Decimal(cost),
        "effective_cost": Decimal(cost),
        "billing_currency": "USD",
        "charge_type": "Usage",
        "charge_category": "Usage",
    }
    return LineItem(**given | known)


def bill(text):
    """Read a table: `day` and `cost` by name, other columns are fields; `-` is unknown."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    return [_item(dict(zip(head, cells, strict=True))) for cells in lines]


def _item(cells):
    known = {name: READERS.get(name, str)(cell) for name, cell in cells.items() if cell != "-"}
    day, cost = dt.datetime.fromisoformat(known.pop("day")), Decimal(known.pop("cost"))
    line = item(day, cost, **known)
    if line.basis is Basis.BILLED:
        return dataclasses.replace(line, effective_cost=Decimal(0))
    if line.basis is Basis.EFFECTIVE:
        return dataclasses.replace(line, billed_cost=Decimal(0))
    return line


class Books:
    """A ledger in a folder."""

    def __init__(self, engine, folder):
        self.engine, self.folder, self.parts, self.masked = engine, folder, [], {}

    def add(self, items, integration="accss_crdntl_1", month=dt.date(2025, 1, 1)):
        items = bill(items) if isinstance(items, str) else items
        delivery = Delivery(integration, "default", "costs.csv", "usr_csts_upld_1")
        part = write_part(self.engine, self.folder, items, delivery, month)
        self.parts += [part] if part else []
        return self

    @property
    def snapshot(self):
        return Snapshot(7, self.folder, tuple(self.parts), self.masked)

    def answer(self, first, last, groupings="", *, today=TODAY, settings=None, **known):
        ask = Ask(
            period=Period.through(dt.date.fromisoformat(first), dt.date.fromisoformat(last)),
            today=today,
            groupings=read_groupings(groupings),
            settings=CostSettings(**settings or {}),
            **known,
        )
        return answer(self.engine, self.snapshot, ask)

    def table(self, *args, **known):
        """Ask and write the rows as text: the bin, the groups, the amount, the usage."""
        return shown(self.answer(*args, **known))


def shown(answer):
    rows = itertools.chain(answer.page(0, 10_000))
    return "\n".join(" ".join(_cells(row, answer.ask)) for row in rows)


def _cells(row, ask):
    hour = isinstance(row.accrued_at, dt.datetime)
    yield f"{row.accrued_at:%Y-%m-%dT%H:%M}" if hour else str(row.accrued_at)
    yield from ("-" if group is None else str(group) for group in row.groups)
    if Dimension.PROVIDER in ask.groupings:
        yield row.instance or "-"
    if Dimension.RESOURCE_ID in ask.groupings:
        yield row.resource_name or "-"
    yield plain(row.amount)
    if row.usage:
        yield f"{plain(row.usage.amount)} {row.usage.unit}"


def table(text):
    """Strip the margins of an expected table."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())

"""Rows in files that an engine reads, and the question which of them a filter selects, with what weight."""

import datetime as dt
from decimal import Decimal

from eyrie.basics.words import Provider
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.ledger.parts import Delivery, Snapshot, files_of
from eyrie.costs.ledger.tag_sets import TAG_SET_COLUMNS, TagSets
from eyrie.costs.ledger.writing import write_part
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import Field, File, Files, Totals
from eyrie.engine.port import Handed, Writing

DAY = dt.date(2025, 1, 1)
START = dt.datetime.combine(DAY, dt.time())
LEDGER_NAMES = {"provider_account_id": "billing_account_id", "label": "resource_name"}


def cost_rows(engine, folder, rows):
    """Write rows as line items of real parts, one part for each integration; the label names the row."""
    parts = []
    for integration in dict.fromkeys(row["integration"] for row in rows):
        items = [_item(row) for row in rows if row["integration"] == integration]
        delivery = Delivery(integration, "default", "bill.csv", "upload")
        parts.append(write_part(engine, folder, items, delivery, DAY))
    return files_of(Snapshot(1, folder, tuple(parts)), parts)


def _item(row):
    known = {LEDGER_NAMES.get(name, name): cell for name, cell in row.items() if name != "integration"}
    known["provider"] = Provider(known["provider"])
    return LineItem(
        accrued_on=DAY,
        charge_period_start=START,
        charge_period_end=START + dt.timedelta(days=1),
        billed_cost=Decimal(1),
        effective_cost=Decimal(1),
        billing_currency="USD",
        charge_category="Usage",
        **known,
    )


def plain_rows(engine, folder, rows, tags="tags"):
    """Write rows of texts, as families of rows other than costs have them; a map is columns or the tags."""
    sets, cells = TagSets(), []
    for row in rows:
        flat = {"tag_set_id": sets.id_of(row.get(tags, {}))}
        for name, cell in row.items():
            if isinstance(cell, dict) and name != tags:
                flat |= {f"{name}.{key}": value for key, value in cell.items()}
            elif name != tags:
                flat[name] = cell
        cells.append(flat)
    names = [name for name in dict.fromkeys(name for flat in cells for name in flat) if name != "tag_set_id"]
    columns = (Column("tag_set_id", Kind.LONG), *(Column(name, Kind.TEXT) for name in names))
    handed = Handed([[flat.get(column.name) for column in columns] for flat in cells])
    engine.write(Writing(folder / "rows.parquet", columns, handed))
    engine.write(Writing(folder / "tags.parquet", TAG_SET_COLUMNS, Handed(list(sets.rows()))))
    return Files((File(str(folder / "rows.parquet")),), (str(folder / "tags.parquet"),))


def selected(engine, source, lowered, label="resource_name"):
    """Give label and weight of the rows that pass: the first branch that matches counts."""
    found = {}
    for branch in lowered.branches:
        plan = Totals(source, keys=((label, Field(label)),), where=branch.condition)
        for (name,) in engine.run(plan).rows:
            found.setdefault(name, branch.weight)
    return found

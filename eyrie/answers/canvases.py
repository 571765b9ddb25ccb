"""What a prompt comes to: one question about costs, put as `GET /costs` takes it, and its answer as a table.

Where no bin was asked for, the answer is added up over the whole period; amounts stay exact. A prompt with
words that nothing here means gets the table of what was understood, and an error that names the others.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from eyrie.answers.costs import CostsQuery, Told, told
from eyrie.answers.prompts.names import Names, gathered
from eyrie.answers.prompts.read import Reading, read_prompt
from eyrie.answers.sight import integrations_of, key_of, of_workspace
from eyrie.answers.sums import Labels, each_row, labels_of
from eyrie.basics.errors import Refused, UserFault
from eyrie.basics.money import WIDE, plain
from eyrie.basics.period import Bin, Period, iso_seconds
from eyrie.basics.words import Provider
from eyrie.costs.query import catalogue
from eyrie.costs.query.answer import CostRow
from eyrie.costs.query.ask import AggregateBy
from eyrie.operations.call import Call
from eyrie.operations.shapes import Json
from eyrie.records.reports.question import default_period

MOST_ROWS, MOST_GROUPS = 1000, 100_000
ZERO = Decimal(0)
Cells = tuple[str | None, ...]  # a bin, the labels of groups and the unit of usage: what tells a row
_HEADS = {
    "account_id": "Account",
    "billing_account_id": "Billing account",
    "resource_id": "Resource",
    "cost_category": "Category",
    "cost_subcategory": "Subcategory",
    "charge_type": "Charge type",
    "usage_unit": "Unit",
}
_HELP = (
    "The prompt says nothing that costs can be asked by. Say what (cost, usage, count), of what (providers, "
    "services), by what (provider, service, region, account, resource, tag:<key>), and for which days, "
    "as in: top 5 services by cost last month"
)


def worked_out(call: Call, workspace: str, prompt: str) -> Json:
    """What a canvas with this prompt shows now."""
    reading = read_prompt(prompt, call.today, names_of(call, workspace))
    if not reading.understood:
        return {"table": None, "error": _HELP}
    try:
        table, problems = _table(call, workspace, reading)
    except UserFault as fault:
        return {"table": None, "error": " ".join([*_left_over(reading), *fault.problems])}
    return {"table": table, "error": " ".join([*_left_over(reading), *problems]) or None}


def names_of(call: Call, workspace: str) -> Names:
    """The names that can be said in a workspace."""
    snapshot = of_workspace(call, workspace)
    known = integrations_of(call)
    custom = [
        (known[origin.integration].account_identifier, key_of(origin))
        for origin in catalogue.origins(snapshot)
        if origin.provider == Provider.CUSTOM_PROVIDER and origin.integration in known
    ]
    services = catalogue.services(call.house.engine, snapshot)
    return gathered(custom, [(key_of(service.origin), service.name) for service in services])


def _left_over(reading: Reading) -> list[str]:
    if not reading.unknown:
        return []
    named = ", ".join(f'"{word}"' for word in dict.fromkeys(reading.unknown))
    return [f"Not understood, and left out: {named}. A tag is written as tag:<key>."]


def _table(call: Call, workspace: str, reading: Reading) -> tuple[Json, list[str]]:
    period = reading.period or default_period(call.today)
    shown_bin = reading.bin or (_fitting(period) if reading.over_time else None)
    if reading.measure is AggregateBy.COUNT and not reading.groupings:
        reading.groupings.append("service")
    query = {
        "workspace_token": workspace,
        "start_date": period.start.isoformat(),
        "end_date": period.last.isoformat(),
        "groupings": ",".join(map(_csv_cell, reading.groupings)),
        "date_bin": (shown_bin or Bin.MONTH).value,
        "settings[aggregate_by]": reading.measure.value,
        **({"filter": reading.filter} if reading.filter else {}),
    }
    asked = CostsQuery.model_validate({**query, "groupings": [query["groupings"]]})
    answered = told(call, asked)
    if len(answered.found) > MOST_GROUPS:
        raise Refused(
            f"That are {len(answered.found):,} groups and bins, more than a table is for; narrow it."
        )
    columns, rows = _laid_out(
        answered, labels_of(call, answered.found.ask), reading, with_bin=bool(shown_bin)
    )
    too_many = f"Only {MOST_ROWS:,} of {len(rows):,} rows are shown; narrow the prompt, or say top 10."
    table = {
        "columns": columns,
        "rows": rows[:MOST_ROWS],
        "query": query,
        "generated_at": iso_seconds(call.now),
    }
    return table, [too_many] if len(rows) > MOST_ROWS else []


def _fitting(period: Period) -> Bin:
    """Bins of a period that nobody chose: some dozens at most."""
    return Bin.DAY if period.days <= 31 else Bin.WEEK if period.days <= 120 else Bin.MONTH


def _csv_cell(grouping: str) -> str:
    return f'"{grouping}"' if "," in grouping else grouping


def _laid_out(
    answered: Told, label: Labels, reading: Reading, *, with_bin: bool
) -> tuple[list[Json], list[list[Any]]]:  # Any: texts, counts and nulls
    """Columns and rows: oldest bin first, in it the largest first."""
    with_unit = reading.measure is AggregateBy.USAGE and "usage_unit" not in reading.groupings
    heads = [_column("accrued_at", "Date", "date")] if with_bin else []
    heads += [_column(each, _HEADS.get(each, each.capitalize()), "text") for each in reading.groupings]
    money = _column("amount", f"Cost ({answered.currency})", "money")
    amounts, usages = _added_up(answered, label, with_bin=with_bin, with_unit=with_unit)
    if reading.measure is AggregateBy.COUNT:
        counted = _counted(amounts, with_bin=with_bin)
        return [*heads[: int(with_bin)], _column("count", "Count", "number")], counted
    ranked = _ranked(
        usages if reading.measure is AggregateBy.USAGE else amounts, reading.top, with_bin=with_bin
    )
    if reading.measure is AggregateBy.COST:
        return [*heads, money], [[*cells, plain(amounts[cells])] for cells in ranked]
    units = [_column("usage_unit", "Unit", "text")] if with_unit else []
    used = _column("usage", "Usage", "number")
    rows = [[*cells, plain(usages[cells]), plain(amounts[cells])] for cells in ranked]
    return [*heads, *units, used, money], rows


def _column(key: str, label: str, kind: str) -> Json:
    return {"key": key, "label": label, "type": kind}


def _added_up(
    answered: Told, label: Labels, *, with_bin: bool, with_unit: bool
) -> tuple[dict[Cells, Decimal], dict[Cells, Decimal]]:
    """Costs and usage by what tells a row; usage of different units is never added."""
    amounts: dict[Cells, Decimal] = {}
    usages: dict[Cells, Decimal] = {}
    with localcontext(WIDE):
        for row in each_row(answered.found):
            cells = (*([_day(row)] if with_bin else []), *label(row), *([_unit(row)] if with_unit else []))
            amounts[cells] = amounts.get(cells, ZERO) + row.amount
            usages[cells] = usages.get(cells, ZERO) + (row.usage.amount if row.usage else ZERO)
    return amounts, usages


def _day(row: CostRow) -> str:
    return row.accrued_at.isoformat()


def _unit(row: CostRow) -> str | None:
    return row.usage.unit if row.usage else None


def _ranked(sums: Mapping[Cells, Decimal], top: int | None, *, with_bin: bool) -> list[Cells]:
    """The rows in order; of the groups only the largest over all bins, if so many were asked for."""
    totals: dict[Cells, Decimal] = {}
    with localcontext(WIDE):
        for cells, amount in sums.items():
            group = cells[1:] if with_bin else cells
            totals[group] = totals.get(group, ZERO) + amount
    largest = set(sorted(totals, key=lambda group: (-totals[group], _sortable(group)))[:top])
    kept = [cells for cells in sums if (cells[1:] if with_bin else cells) in largest]
    by_amount = sorted(kept, key=lambda cells: (-sums[cells], _sortable(cells)))
    return sorted(by_amount, key=lambda cells: _sortable(cells[:1])) if with_bin else by_amount


def _sortable(cells: Cells) -> tuple[str, ...]:
    return tuple(cell or "" for cell in cells)


def _counted(amounts: Mapping[Cells, Decimal], *, with_bin: bool) -> list[list[Any]]:  # Any: days and counts
    """How many groups have a cost, in each bin or at all."""
    costing = [cells for cells, amount in amounts.items() if amount]
    if not with_bin:
        return [[len(costing)]]
    bins = sorted({_sortable(cells[:1]) for cells in costing})
    return [[day, sum(1 for cells in costing if cells[0] == day)] for (day,) in bins]

"""Unit costs over everything there is: a report of a year, and a metric with labels on it in several ways.

By hand it is one query of costs by day and what was counted that day, which lies ready as a table; ours reads
the values from the metadata database. The figures of both are divided here, by Decimal, and compared.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import partial

import duckdb

from bench import by_hand
from bench.figures import Figure, Section, Wrong, at_most
from bench.place import FIRST, Clock, Place, open_house
from bench.shapes import AT_SIZE
from bench.timing import RUNS, in_turn
from eyrie.answers.unit_costs import UnitCostsQuery, asked, shown
from eyrie.basics.period import Period
from eyrie.operations.house import House
from eyrie.operations.operation import JsonBody, Operation
from eyrie.operations.outcome import Shown
from eyrie.records.metrics.metrics import operations as metric_operations
from eyrie.records.reports.cost_reports import operations as report_operations
from eyrie.records.reports.rows import CostReportRow
from eyrie.start.calling import asking, changing
from eyrie.surfaces.api.bodies import checked
from eyrie.surfaces.api.parameters import read_values

TITLE = "Unit costs of the bench"
DAYS, LABELS = 365, 20
YEAR = Period(FIRST, FIRST + dt.timedelta(days=DAYS))
COUNTED_LABELS = tuple(f"label {number}" for number in range(0, LABELS, 3))
BAR = at_most(200, "ms", AT_SIZE)
WAYS = (("unit_cost", "per_thousand"), ("gross_margin", "per_unit"), ("raw_business_metric", "per_unit"))
COSTS = (
    "SELECT date_trunc('{0}', accrued_on)::DATE AS bin, sum(effective_cost) AS amount FROM {{rows}} "
    "WHERE adjustment_class NOT IN ('credit', 'refund') GROUP BY 1"
)
COUNTED = (
    "SELECT date_trunc('{0}', day)::DATE AS bin, sum(amount) AS counted FROM counted "
    f"WHERE label IN {COUNTED_LABELS} GROUP BY 1"
)
Told = Sequence[tuple[str, str]]
Row = tuple[dt.date, Decimal, Decimal | None]


def measure(place: Place) -> Section:
    """Compare unit costs with those by hand, and time both."""
    place.need_home()
    clock = Clock()
    with open_house(place.home, clock) as house, by_hand.connected(place.spill) as connection:
        report = _report(house)
        connection.execute("CREATE TABLE counted (day DATE, label VARCHAR, amount DECIMAL(38, 18))")
        connection.executemany("INSERT INTO counted VALUES (?, ?, ?)", list(_values()))
        figures = list(_figures(house, clock, connection, report))
    return Section(
        "Unit costs",
        place.rows,
        f"In process: a report of everything in a year, and a metric of {DAYS * LABELS:,} values on it in "
        f"{len(WAYS)} ways; a question that was not asked before. Medians of {RUNS} runs, in turn with those by "
        "hand. All figures were the same as by hand, digit for digit.",
        figures,
    )


def _figures(
    house: House, clock: Clock, connection: duckdb.DuckDBPyConnection, report: str
) -> Iterator[Figure]:
    with asking(house) as call:
        snapshot = house.snapshots.at(call.session, None, None, call.now)
    for width in ("day", "month"):
        costs = by_hand.over(COSTS.format(width), snapshot, YEAR)
        text = f"SELECT bin, counted, amount FROM ({COUNTED.format(width)}) LEFT JOIN ({costs}) USING (bin) ORDER BY 1"
        by_hand_again = partial(_rows, connection, text)
        ours, theirs = _ours(house, report, width), _figured(by_hand_again())
        if ours != theirs:
            apart = next(
                (pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), "their number"
            )
            raise Wrong(f"unit costs by {width}: the figures differ, first in {apart}")
        mine, other = in_turn(partial(_afresh, house, clock, report, width), by_hand_again)
        yield Figure(f"a year by {width} ({len(ours):,} figures)", mine, "ms", other, BAR)


def _rows(connection: duckdb.DuckDBPyConnection, text: str) -> Sequence[Row]:
    return connection.execute(text).fetchall()


def _ours(house: House, report: str, width: str) -> Told:
    """The figures as the API shows them, the oldest first."""
    given = {"cost_report_token": [report], "date_bin": [width], "order": ["asc"]}
    with asking(house) as call:
        question = asked(call, read_values(UnitCostsQuery, given))
        rows = question.rows(question.answered(house), descending=False)
        return [(row.date, row.unit_cost_amount) for row in map(shown, rows)]


def _afresh(house: House, clock: Clock, report: str, width: str) -> Told:
    """The same, of a question that nobody has asked before: it is another day."""
    clock.next_day()
    return _ours(house, report, width)


def _figured(rows: Sequence[Row]) -> Told:
    """The figures by hand."""
    told = []
    with localcontext(prec=76, rounding=ROUND_HALF_UP):
        for begins, counted, amount in rows:
            cost = amount or Decimal(0)
            figures = (cost * 1000 / counted, (counted - cost) * 100 / counted, counted)
            told += [(begins.isoformat(), _shown(figure)) for figure in figures]
    return told


def _shown(figure: Decimal) -> str:
    text = format(figure.quantize(Decimal("1E-10")), "f").rstrip("0")
    return text + "0" if text.endswith(".") else text


def _values() -> Iterator[tuple[dt.date, str, Decimal]]:
    """What was counted: each day under each label something else."""
    for number in range(DAYS * LABELS):
        day, label = divmod(number, LABELS)
        yield FIRST + dt.timedelta(days=day), f"label {label}", Decimal(number * 7919 % 100_003 + 1) / 1000


def _report(house: House) -> str:
    """The report with the metric on it, made by the first run on a home that is kept."""
    with asking(house) as call:
        found = call.rows.all(call.rows.query(CostReportRow).where(CostReportRow.title == TITLE))
    if found:
        return found[0].token
    days = {"start_date": YEAR.start.isoformat(), "end_date": YEAR.last.isoformat()}
    report = _made(house, report_operations(), "createCostReport", {"title": TITLE, **days})
    ways = [
        {
            "cost_report_token": report,
            "calculation_type": calculation,
            "unit_scale": scale,
            "label_filter": list(COUNTED_LABELS),
        }
        for calculation, scale in WAYS
    ]
    values = [
        {"date": day.isoformat(), "label": label, "amount": str(amount)} for day, label, amount in _values()
    ]
    body = {"title": TITLE, "values": values, "cost_report_tokens_with_metadata": ways}
    _made(house, metric_operations(), "createBusinessMetric", body)
    return report


def _made(house: House, operations: Sequence[Operation], name: str, body: Mapping[str, object]) -> str:
    """Carry out an operation that makes something, as the API does."""
    (operation,) = (each for each in operations if each.name == name)
    assert isinstance(operation.body, JsonBody)
    with changing(house) as call:
        outcome = operation.run(replace(call, maybe_body=checked(operation.body.model, dict(body))))
        assert isinstance(outcome, Shown)
        return str(getattr(outcome.value, "token"))  # noqa: B009  views of several kinds have one

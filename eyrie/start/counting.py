"""The work behind the commands of metrics and unit costs: the API's own functions, without a server."""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import sqlalchemy as sa

from eyrie.answers.unit_costs import UnitCostsQuery, asked, shown
from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.basics.money import plain
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.paging import limit_of
from eyrie.records.metrics import attachments, values
from eyrie.records.metrics.attachment_shapes import AttachedReport
from eyrie.records.metrics.csv_points import read_points
from eyrie.records.metrics.labels import shown as shown_label
from eyrie.records.metrics.metric_shapes import ImportType
from eyrie.records.metrics.metrics import LONGEST_PAGE, attach, business_metrics
from eyrie.records.metrics.rows import BusinessMetricRow, MetricValueRow
from eyrie.records.metrics.sources import refuse_if_fetched
from eyrie.records.metrics.status import state_of
from eyrie.records.metrics.value_lists import ValueBin, page_of_values
from eyrie.records.metrics.value_operations import ListValues, note_values
from eyrie.records.metrics.values import Chosen
from eyrie.start.asking import in_options_words
from eyrie.start.calling import asking, changing
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.surfaces.api.bodies import checked
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.cli.metric_shapes import (
    AttachWish,
    Flags,
    MetricImportTold,
    MetricImportWish,
    MetricLine,
    MetricValueLine,
    MetricValuesWish,
    UnitCostLine,
    UnitCostsTold,
    UnitCostsWish,
)

ZERO = Decimal(0)


@contextmanager
def a_house(flags: Flags) -> Iterator[House]:
    """The house that the flags name."""
    with opened(read_settings(os.environ, flags)) as house:
        yield house


def listed(flags: Flags) -> Sequence[MetricLine]:
    """List the metrics."""
    with a_house(flags) as house, asking(house) as call:
        question = call.rows.query(BusinessMetricRow).order_by(
            BusinessMetricRow.title, BusinessMetricRow.token
        )
        return [_line(call, row) for row in call.rows.all(question)]


def _line(call: Call, row: BusinessMetricRow) -> MetricLine:
    value = MetricValueRow
    spans = sa.select(sa.func.count(), sa.func.min(value.at), sa.func.max(value.at)).where(
        value.metric_token == row.token, value.forecasted.is_(False)
    )
    count, first, last = call.session.execute(spans).one()
    return MetricLine(
        title=row.title,
        token=row.token,
        source=row.import_type,
        state=state_of(row).value,
        values=count,
        first=str(first.date()) if first else "",
        last=str(last.date()) if last else "",
        reports=len(attachments.of_metric(call.session, row.token)),
        error=row.fetch_error or "",
    )


def imported(flags: Flags, wish: MetricImportWish) -> MetricImportTold:
    """Import a CSV of any size: read once to see that it is right, and once more to keep it."""
    with a_house(flags) as house, _file(wish.path) as file:
        rows = sum(1 for _ in read_points(file))
        file.seek(0)
        with changing(house) as call:
            row, is_new = _found_or_made(call, wish.metric)
            if not wish.forecasted:
                refuse_if_fetched(row)
            done = values.write(call.session, row.token, read_points(file), forecasted=wish.forecasted)
            note_values(call, row, done.told(), forecasted=wish.forecasted)
            row.updated_at = call.now
            return MetricImportTold(row.title, row.token, is_new, rows, done.written, done.deleted)


@contextmanager
def _file(path: str) -> Iterator[TextIO]:
    """A file to be read twice; standard input is put aside first."""
    try:
        if path != "-":
            with Path(path).open(encoding="utf-8-sig", newline="") as file:
                yield file
            return
        with tempfile.TemporaryFile() as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.seek(0)
            yield io.TextIOWrapper(kept, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Malformed(f"{path} is not UTF-8: byte {error.start + 1} cannot be read") from None


def _found_or_made(call: Call, metric: str) -> tuple[BusinessMetricRow, bool]:
    try:
        return found_metric(call, metric), False
    except NotFound:
        if metric.startswith(f"{business_metrics.token_prefix}_"):
            raise
    row = call.rows.add(
        BusinessMetricRow,
        business_metrics.token_prefix,
        title=metric,
        created_by_token=call.caller.created_by,
        import_type=ImportType.CSV.value,
        integration_token="",
    )
    business_metrics.note(call, row, None, business_metrics.values(call, row))
    return row, True


def found_metric(call: Call, metric: str) -> BusinessMetricRow:
    """A metric by its token, or by its title if no other has the same."""
    row = BusinessMetricRow
    found = call.rows.all(call.rows.query(row).where(sa.or_(row.token == metric, row.title == metric)))
    if not found:
        raise NotFound(f"There is no metric {metric!r}; `eyrie metric list` lists those that there are")
    if len(found) > 1:
        raise Malformed(f"Several metrics are called {metric!r}; name one by its token")
    return found[0]


def shown_values(flags: Flags, wish: MetricValuesWish) -> Sequence[MetricValueLine]:
    """All values that are wished for, the newest first."""
    with a_house(flags) as house, asking(house) as call, in_options_words():
        row = found_metric(call, wish.metric)
        query = read_values(ListValues, _given(date_bin=wish.bin, start_date=wish.first))
        lines: list[MetricValueLine] = []
        while True:
            page = page_of_values(
                call.session,
                row.token,
                query,
                limit_of(query, LONGEST_PAGE, LONGEST_PAGE),
                forecasted=wish.forecasted,
                since=query.start_date,
                chosen=Chosen(any_key=[wish.label] if wish.label else ()),
                width=ValueBin(query.date_bin) if query.date_bin else None,
            )
            lines += [
                MetricValueLine(
                    f"{point.at:%Y-%m-%dT%H:%M:%SZ}",
                    plain(point.amount or ZERO),
                    shown_label(point.labels) or "",
                )
                for point in page.rows
            ]
            if page.next_after is None:
                return lines
            query = query.model_copy(update={"after": page.next_after})


def attached(flags: Flags, wish: AttachWish) -> str:
    """Put a metric on a report, after the reports that it is on already."""
    with a_house(flags) as house, changing(house) as call:
        row = found_metric(call, wish.metric)
        before = business_metrics.values(call, row)
        kept = before["cost_report_tokens_with_metadata"]
        new = {
            "cost_report_token": wish.report,
            "unit_scale": wish.scale,
            "calculation_type": wish.calculation,
            "label": wish.label,
            "label_filter": list(wish.only),
        }
        attach(call, row, [checked(AttachedReport, each) for each in (*kept, new)])
        row.updated_at = call.now
        call.session.flush()
        after = business_metrics.values(call, row)
        business_metrics.note(call, row, before, after)
        count = len(after["cost_report_tokens_with_metadata"])
        return f"{row.title} is on {count} {'report' if count == 1 else 'reports'}."


def unit_costs(flags: Flags, wish: UnitCostsWish) -> UnitCostsTold:
    """Ask what one of something costs, as `GET /unit_costs` does."""
    with a_house(flags) as house, asking(house) as call, in_options_words():
        given = _given(
            cost_report_token=wish.report, date_bin=wish.bin, start_date=wish.first, end_date=wish.last
        )
        question = asked(call, read_values(UnitCostsQuery, given))
        rows = [shown(row) for row in question.rows(question.answered(house), descending=True)]
    lines = [
        UnitCostLine(
            row.date,
            row.business_metric_title,
            str(row.calculation_type),
            f"{row.scale:,.0f}",
            row.business_metric_amount,
            row.unit_cost_amount,
        )
        for row in rows
    ]
    return UnitCostsTold(lines, {"unit_costs": [row.model_dump(mode="json") for row in rows]})


def _given(**texts: str | None) -> dict[str, list[str]]:
    return {name: [text] for name, text in texts.items() if text is not None}

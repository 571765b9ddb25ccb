"""Business metrics: what a company counts, and on which reports it stands.

Creating and updating are written out, because a write has three parts: the metric itself, its values, its
reports. All of it is one transaction and one audit entry.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from eyrie.access.rights import Action
from eyrie.basics.errors import NotFound
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.outcome import Page, Shown
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.record import Record, Verbs
from eyrie.records.metrics import attachments, values
from eyrie.records.metrics.attachment_shapes import AttachedReport, ReportOfMetric
from eyrie.records.metrics.metric_shapes import (
    BusinessMetric,
    CloudwatchFields,
    CreateBusinessMetric,
    DatadogFields,
    ImportType,
    ListBusinessMetrics,
    PointSent,
    SnowflakeFields,
    UpdateBusinessMetric,
)
from eyrie.records.metrics.rows import AttachmentRow, BusinessMetricRow
from eyrie.records.metrics.sources import settle_source
from eyrie.records.reports.question import find_report

LONGEST_PAGE = 5000

business_metrics = Record(
    name="business_metric",
    thing="Business metric",
    tag="BusinessMetrics",
    path="/business_metrics",
    token_prefix="bsnss_mtrc",
    row=BusinessMetricRow,
    view=BusinessMetric,
    create=CreateBusinessMetric,
    update=UpdateBusinessMetric,
    listed_by=ListBusinessMetrics,
    needs=Action.EDIT_METRICS,
    refuses={
        Verbs.CREATE: frozenset({400, 403, 404, 422}),
        Verbs.UPDATE: frozenset({400, 403, 404, 422}),
        Verbs.DELETE: frozenset({403, 404}),
    },
)


@business_metrics.shows
def cost_report_tokens_with_metadata(call: Call, row: BusinessMetricRow) -> list[ReportOfMetric]:
    """The reports that the caller sees."""
    return [
        ReportOfMetric(cost_report_token=each.report_token, **attachments.ways(each))
        for each in _seen(call, row)
    ]


@business_metrics.shows
def datadog_metric_fields(_call: Call, row: BusinessMetricRow) -> DatadogFields | None:
    """Of a metric from Datadog only."""
    return DatadogFields.model_validate(row.source) if row.import_type == ImportType.DATADOG else None


@business_metrics.shows
def cloudwatch_fields(_call: Call, row: BusinessMetricRow) -> CloudwatchFields | None:
    """Of a metric from CloudWatch only."""
    return CloudwatchFields.model_validate(row.source) if row.import_type == ImportType.CLOUDWATCH else None


@business_metrics.shows
def snowflake_metric_fields(_call: Call, row: BusinessMetricRow) -> SnowflakeFields | None:
    """Of a metric from Snowflake only."""
    return SnowflakeFields.model_validate(row.source) if row.import_type == ImportType.SNOWFLAKE else None


def _created(call: Call) -> Shown:
    body: CreateBusinessMetric = call.body
    row = call.rows.add(
        BusinessMetricRow,
        business_metrics.token_prefix,
        title=body.title,
        created_by_token=call.caller.created_by,
        import_type=ImportType.CSV.value,
        integration_token="",
    )
    told = _written(call, row, body)
    business_metrics.note(call, row, None, business_metrics.values(call, row) | told)
    return Shown(business_metrics.show(call, row))


def _updated(call: Call) -> Shown:
    body: UpdateBusinessMetric = call.body
    row = business_metrics.found(call)
    before = business_metrics.values(call, row)
    call.rows.lock(row)
    row.title = body.title or row.title
    told = _written(call, row, body)
    row.updated_at = call.now
    call.session.flush()
    business_metrics.note(call, row, before, business_metrics.values(call, row) | told)
    return Shown(business_metrics.show(call, row))


def _written(
    call: Call, row: BusinessMetricRow, body: CreateBusinessMetric | UpdateBusinessMetric
) -> dict[str, Any]:  # Any: JSON values
    """Keep source, values and reports; give what an audit entry says of the values."""
    settle_source(call, row, body)
    attach(call, row, body.cost_report_tokens_with_metadata)
    told = {
        "values": _write(call, row, body.values, forecasted=False),
        "forecasted_values": _write(call, row, body.forecasted_values, forecasted=True),
    }
    return {name: changed for name, changed in told.items() if changed}


def _write(
    call: Call, row: BusinessMetricRow, sent: list[PointSent] | None, *, forecasted: bool
) -> dict[str, Any] | None:  # Any: JSON values
    points = (each.point() for each in sent or ())
    return values.write(call.session, row.token, points, forecasted=forecasted).told()


def attach(call: Call, row: BusinessMetricRow, asked: list[AttachedReport] | None) -> None:
    """Replace the reports; those that the caller does not see stay as they are."""
    if asked is None:
        return
    listed, problems = [], []
    for each in asked:
        try:
            listed.append((find_report(call, each.cost_report_token).token, each))
        except NotFound as unknown:
            problems += [f"{problem}: {each.cost_report_token}" for problem in unknown.problems]
    if problems:
        raise NotFound(*dict.fromkeys(problems))
    attachments.put_on_metric(call.session, row.token, _seen(call, row), listed)


def _seen(call: Call, row: BusinessMetricRow) -> list[AttachmentRow]:
    return [
        each for each in attachments.of_metric(call.session, row.token) if _is_seen(call, each.report_token)
    ]


def _is_seen(call: Call, report: str) -> bool:
    try:
        find_report(call, report)
    except NotFound:
        return False
    return True


def _listed(call: Call) -> Page:
    """As any list, but longer pages can be asked for."""
    query = call.query
    assert isinstance(query, ListBusinessMetrics)
    question = call.rows.query(BusinessMetricRow)
    if query.q:
        question = question.where(BusinessMetricRow.title.icontains(query.q, autoescape=True))
    found = one_page(call.session, question, BusinessMetricRow, query, maximum=LONGEST_PAGE)
    return page_of(business_metrics.plural, found, [business_metrics.show(call, row) for row in found.rows])


def operations() -> list[Operation]:
    """The operations of business metrics themselves."""
    own: dict[str, Callable[[Call], Page | Shown]] = {
        "getBusinessMetrics": _listed,
        "createBusinessMetric": _created,
        "updateBusinessMetric": _updated,
    }
    return [
        replace(operation, run=own.get(operation.name, operation.run))
        for operation in operations_of(business_metrics)
    ]

"""The values of a business metric over the API: listed, added up, uploaded as a CSV, deleted by range."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.basics.errors import Malformed, Refused
from eyrie.basics.period import ONE_DAY, is_date_only, read_moment
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import (
    Answer,
    Operation,
    QueryOrJsonBody,
    UploadBody,
    Work,
)
from eyrie.operations.outcome import Page, Shown
from eyrie.operations.paging import limit_of, one_slice, page_of
from eyrie.operations.shapes import Day, Draft, Json, PagedQuery, Truth, View
from eyrie.records.metrics import values
from eyrie.records.metrics.csv_points import decoded, read_points
from eyrie.records.metrics.labels import shown, text_of_label
from eyrie.records.metrics.metric_shapes import (
    BusinessMetric,
    BusinessMetricLabel,
    BusinessMetricValue,
    LargeLimit,
)
from eyrie.records.metrics.metrics import LONGEST_PAGE, business_metrics
from eyrie.records.metrics.rows import BusinessMetricRow
from eyrie.records.metrics.sources import refuse_if_fetched
from eyrie.records.metrics.value_lists import ValueBin, page_of_values
from eyrie.records.metrics.values import EVERYTHING, Chosen

DEFAULT_LIMIT = 1000


class ListValues(PagedQuery):
    """Which values to list."""

    limit: LargeLimit = None
    start_date: Day | None = Field(None, description="Only those of this day and later ones.")
    label_values: list[str] | None = Field(None, description="Only those with one of these labels.")
    date_bin: ValueBin | None = Field(None, description="Add up by UTC day or month, each label by itself.")


class ListForecastedValues(PagedQuery):
    """Which expected values to list."""

    limit: LargeLimit = None
    start_date: Day | None = Field(None, description="Only those of this day and later ones.")


class UploadValues(Draft):
    """What comes with a file of values."""

    forecasted: Truth = Field(default=False, description="The values are expected ones.")


def _bound(sent: Any) -> Any:  # Any: whatever a client sent
    if not isinstance(sent, str) or read_moment(sent) is None:
        raise PydanticCustomError("date_invalid", "not a date")
    return sent


Bound = Annotated[str, BeforeValidator(_bound), WithJsonSchema({"type": "string"})]


class DeleteValues(Draft):
    """Which values to delete."""

    start_date: Bound | None = Field(None, description="The first day or moment.")
    end_date: Bound | None = Field(None, description="The last day, all of it, or the last moment.")
    label: str | None = Field(
        None, description="Only values with exactly this label; empty means those without a label."
    )
    forecasted: Truth = Field(default=False, description="Delete expected values instead.")

    @classmethod
    def given(cls, sent: Json) -> Json:
        """An empty label says something."""
        return super().given(sent) | ({"label": ""} if sent.get("label") == "" else {})


class BusinessMetricValuesDeleteResponse(View):
    """What was deleted."""

    deleted_count: int = Field(description="How many values are gone.")


def _listed(call: Call) -> Page:
    query = call.query
    assert isinstance(query, ListValues)
    chosen = Chosen(any_key=query.label_values or ())
    width = ValueBin(query.date_bin) if query.date_bin else None
    return _page(call, query, query.start_date, chosen, width)


def _forecasts_listed(call: Call) -> Page:
    query = call.query
    assert isinstance(query, ListForecastedValues)
    return _page(call, query, query.start_date, forecasted=True)


def _page(
    call: Call,
    query: PagedQuery,
    since: dt.date | None,
    chosen: Chosen = EVERYTHING,
    width: ValueBin | None = None,
    *,
    forecasted: bool = False,
) -> Page:
    found = page_of_values(
        call.session,
        business_metrics.found(call).token,
        query,
        limit_of(query, DEFAULT_LIMIT, LONGEST_PAGE),
        forecasted=forecasted,
        since=since,
        chosen=chosen,
        width=width,
    )
    items = [
        BusinessMetricValue(date=point.at, amount=point.amount, label=shown(point.labels))
        for point in found.rows
    ]
    return page_of("values", found, items)


def _labels_listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    found = one_slice(
        values.distinct_labels(call.session, business_metrics.found(call).token),
        call.query,
        limit_of(call.query, DEFAULT_LIMIT, LONGEST_PAGE),
        lambda label: (label.casefold(), label),
    )
    return page_of("labels", found, [BusinessMetricLabel(value=label) for label in found.rows])


def _read(call: Call) -> list[values.Point]:
    """Read the whole file before any transaction, so that a wrong one costs nobody else's time."""
    file = call.files.get("csv")
    if file is None:
        raise Malformed("csv is missing")
    if not call.body.forecasted:
        refuse_if_fetched(business_metrics.found(call))
    limit = call.house.limits.upload.max_bytes
    if len(file.content) > limit:
        raise Refused(
            f"The file has {len(file.content):,} bytes; at most {limit:,} are taken. "
            "Split it, or import it with `eyrie metric import`, which takes files of any size"
        )
    return list(read_points(decoded(file.content)))


def _uploaded(call: Call) -> Shown:
    row, forecasted = business_metrics.found(call), call.body.forecasted
    told = values.write(call.session, row.token, call.prepared, forecasted=forecasted).told()
    note_values(call, row, told, forecasted=forecasted)
    row.updated_at = call.now
    return Shown(business_metrics.show(call, row))


def _deleted(call: Call) -> Shown:
    row, body = business_metrics.found(call), call.body
    since = read_moment(body.start_date) if body.start_date else None
    before = _after_the_last(body.end_date) if body.end_date else None
    if since and before and since >= before:
        raise Refused("start_date must not be after end_date")
    narrowed = since or before or body.label is not None
    if narrowed and values.has_several_keys(call.session, row.token):
        raise Refused(
            "The values of this BusinessMetric have several labels each; delete all of them, or none"
        )
    gone = values.delete(
        call.session,
        row.token,
        forecasted=body.forecasted,
        since=since,
        before=before,
        labels=None if body.label is None else text_of_label(body.label),
    )
    asked = {name: value for name, value in body.model_dump().items() if value is not None}
    note_values(call, row, {"deleted": gone, **asked} if gone else None, forecasted=body.forecasted)
    return Shown(BusinessMetricValuesDeleteResponse(deleted_count=gone))


def _after_the_last(end: str) -> dt.datetime | None:
    """The first moment that does not belong any more: a day belongs as a whole."""
    moment = read_moment(end)
    assert moment is not None
    try:
        return moment + (ONE_DAY if is_date_only(end) else dt.timedelta(microseconds=1))
    except OverflowError:
        return None


def note_values(call: Call, row: BusinessMetricRow, told: Json | None, *, forecasted: bool) -> None:
    """Write the audit entry of a change of values alone."""
    name = "forecasted_values" if forecasted else "values"
    audit.note(call, business_metrics.name, row, row.title, {}, {name: told} if told else {})


def operations() -> list[Operation]:
    """The operations of values."""
    value = Answer(200, BusinessMetricValue, key="values")
    label = Answer(200, BusinessMetricLabel, key="labels")
    listed = "The values of a BusinessMetric, the newest first"
    return [
        _reading("getBusinessMetricValues", "values", listed, ListValues, value, _listed),
        _reading(
            "getBusinessMetricForecastedValues",
            "forecasted_values",
            "The expected values of a BusinessMetric, the newest first",
            ListForecastedValues,
            value,
            _forecasts_listed,
        ),
        _reading(
            "getBusinessMetricLabels",
            "labels",
            "The labels of a BusinessMetric's values",
            PagedQuery,
            label,
            _labels_listed,
        ),
        Operation(
            name="updateBusinessMetricValuesCSV",
            method="PUT",
            path=f"{business_metrics.path_of_one}/values.csv",
            summary="Write values from a CSV file",
            description="Columns date, amount and perhaps label. Every problem is told by row, and then "
            "nothing is kept. A value that is there is replaced; a blank amount takes it away.",
            body=UploadBody("csv", UploadValues),
            answers=Answer(200, BusinessMetric),
            refuses=frozenset({400, 403, 404, 422}),
            prepares=_read,
            run=_uploaded,
            **_WRITES,
        ),
        Operation(
            name="deleteBusinessMetricValues",
            method="DELETE",
            path=f"{business_metrics.path_of_one}/values",
            summary="Delete values",
            description="All of them, or those of some days or of one label.",
            body=QueryOrJsonBody(DeleteValues),
            answers=Answer(200, BusinessMetricValuesDeleteResponse),
            refuses=frozenset({403, 404, 422}),
            run=_deleted,
            **_WRITES,
        ),
    ]


_WRITES: dict[str, Any] = {  # Any: fields of an operation
    "tag": business_metrics.tag,
    "scope": Scope.WRITE,
    "needs": Action.EDIT_METRICS,
    "finds": (business_metrics.finds(),),
    "work": Work.WRITES,
    "audited": True,
}


def _reading(
    name: str,
    path: str,
    what: str,
    query: type[PagedQuery],
    answers: Answer,
    run: Callable[[Call], Page],
) -> Operation:
    return Operation(
        name=name,
        tag=business_metrics.tag,
        method="GET",
        path=f"{business_metrics.path_of_one}/{path}",
        summary=what,
        description=f"{what}, page by page.",
        scope=Scope.READ,
        finds=(business_metrics.finds(),),
        query=query,
        answers=answers,
        refuses=frozenset({400, 404}),
        work=Work.READS,
        run=run,
    )

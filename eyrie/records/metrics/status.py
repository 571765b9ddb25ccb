"""How fetching the values of a metric goes: what the contract has no field for, at Eyrie's own door."""

from enum import StrEnum

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, Operation, Work
from eyrie.operations.outcome import Shown
from eyrie.operations.shapes import Moment, Token, View
from eyrie.records.metrics.metric_shapes import ImportType
from eyrie.records.metrics.metrics import business_metrics
from eyrie.records.metrics.rows import BusinessMetricRow
from eyrie.records.metrics.sources import SOURCES


class FetchState(StrEnum):
    """Where fetching stands."""

    BY_HAND = "by_hand"  # people bring the values
    WAITING = "waiting"  # nobody has asked the source yet
    FETCHED = "fetched"
    FAILED = "failed"


class BusinessMetricStatus(View):
    """How fetching the values of a BusinessMetric goes."""

    token: Token
    import_type: str = Field(description="Where its values come from.")
    state: FetchState = Field(description="Where fetching stands; after a failure the last values stay.")
    tried_at: Moment | None = Field(description="When the source was last asked.")
    fetched_at: Moment | None = Field(description="When it last gave values.")
    error: str | None = Field(description="Why it gave none the last time, and what to do.")


def state_of(row: BusinessMetricRow) -> FetchState:
    """Where fetching stands."""
    if ImportType(row.import_type) not in SOURCES:
        return FetchState.BY_HAND
    if row.fetch_error is not None:
        return FetchState.FAILED
    return FetchState.FETCHED if row.fetched_at else FetchState.WAITING


def _shown(call: Call) -> Shown:
    row = business_metrics.found(call)
    return Shown(
        BusinessMetricStatus(
            token=row.token,
            import_type=row.import_type,
            state=state_of(row),
            tried_at=row.tried_at,
            fetched_at=row.fetched_at,
            error=row.fetch_error,
        )
    )


def operations() -> list[Operation]:
    """The one operation."""
    return [
        Operation(
            name="getBusinessMetricStatus",
            tag="MetricSources",
            door=Door.API,
            method="GET",
            path=f"{business_metrics.path_of_one}/status",
            summary="See how fetching a BusinessMetric goes",
            description="When its source was asked, and why it gave no values, if it did not.",
            scope=Scope.READ,
            finds=(business_metrics.finds(),),
            answers=Answer(200, BusinessMetricStatus),
            refuses=frozenset({404}),
            work=Work.READS,
            run=_shown,
        )
    ]

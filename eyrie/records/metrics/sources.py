"""Where the values of a metric are fetched from: what is kept of it, and the wish to have them fetched."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.basics.words import PROVIDER_NAMES, Provider
from eyrie.operations.call import Call
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.metrics.metric_shapes import (
    CloudwatchFields,
    CreateBusinessMetric,
    DatadogFields,
    ImportType,
    SnowflakeFields,
    SourceSent,
    UpdateBusinessMetric,
)
from eyrie.records.metrics.rows import BusinessMetricRow
from eyrie.store.outbox import enqueue

FETCH = "fetch metric"


@dataclass(frozen=True)
class Source:
    """A kind of source: the field that holds it, whose integrations it asks, what it needs to know."""

    field: str
    provider: Provider
    shown: type[DatadogFields] | type[CloudwatchFields] | type[SnowflakeFields]
    needs: tuple[str, ...]


SOURCES: Mapping[ImportType, Source] = {
    ImportType.DATADOG: Source("datadog_metric_fields", Provider.DATADOG, DatadogFields, ("query",)),
    ImportType.CLOUDWATCH: Source(
        "cloudwatch_fields",
        Provider.AWS,
        CloudwatchFields,
        ("stat", "region", "namespace", "metric_name"),
    ),
    ImportType.SNOWFLAKE: Source(
        "snowflake_metric_fields", Provider.SNOWFLAKE, SnowflakeFields, ("sql_query",)
    ),
}
_NOTHING: dict[ImportType, dict[str, Any]] = {  # Any: JSON values
    ImportType.CLOUDWATCH: {"dimensions": [], "label_dimension": None}
}


def settle_source(
    call: Call, row: BusinessMetricRow, body: CreateBusinessMetric | UpdateBusinessMetric
) -> None:
    """Keep the source that a body tells, if it tells one, and have it asked."""
    told = {kind: getattr(body, source.field) for kind, source in SOURCES.items()}
    given = {kind: sent for kind, sent in told.items() if sent is not None}
    if len(given) > 1:
        fields = " and ".join(SOURCES[kind].field for kind in given)
        raise Refused(f"{fields} cannot be given together: a BusinessMetric has one source")
    for kind, sent in given.items():
        if body.values:
            raise Refused(
                f"values cannot be given together with {SOURCES[kind].field}: a BusinessMetric has one source"
            )
        _settle(call, row, kind, sent)
    if not given and body.values:
        refuse_if_fetched(row)


def refuse_if_fetched(row: BusinessMetricRow) -> None:
    """People cannot bring values of what is fetched: the next fetch would write over them."""
    source = SOURCES.get(ImportType(row.import_type))
    if source is not None:
        name = PROVIDER_NAMES[source.provider]
        raise Refused(
            f"values: those of this BusinessMetric are fetched from {name}; only expected ones can be given"
        )


def ask_for(session: Session, metric: str, now: dt.datetime) -> None:
    """Have the values of a metric fetched as soon as a worker is free."""
    enqueue(session, FETCH, {"metric": metric}, run_at=now, key=f"{FETCH} {metric}")


def _settle(call: Call, row: BusinessMetricRow, kind: ImportType, sent: SourceSent) -> None:
    source, same = SOURCES[kind], row.import_type == kind
    known = (row.source or {}) if same else _NOTHING.get(kind, {})
    fields = {**known, **sent.sent()}
    integration = fields.pop("integration_token", None) or (row.integration_token if same else "")
    if kind is ImportType.CLOUDWATCH:
        fields["label_dimension"] = fields["label_dimension"] or None
    wanted = {"integration_token": integration, **{name: fields.get(name) for name in source.needs}}
    for place, dimension in enumerate(fields.get("dimensions", ())):
        wanted |= {f"dimensions[{place}].{name}": dimension[name] for name in ("name", "value")}
    missing = [f"{source.field}.{name} is missing" for name, value in wanted.items() if not value]
    if missing:
        raise Malformed(*missing)
    _check_integration(call, source, integration)
    if (kind.value, integration, fields) == (row.import_type, row.integration_token, row.source):
        return
    row.import_type, row.integration_token, row.source = kind.value, integration, fields
    row.tried_at = row.fetched_at = row.fetch_error = None
    call.session.flush()
    ask_for(call.session, row.token, call.now)


def _check_integration(call: Call, source: Source, token: str) -> None:
    integration = call.rows.find(IntegrationRow, token)
    if integration is None:
        raise NotFound("Integration not found")
    if integration.provider != source.provider:
        name = PROVIDER_NAMES[source.provider]
        raise Refused(f"{source.field}.integration_token: {token} is not an Integration of {name}")

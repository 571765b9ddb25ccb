"""Datadog: `GET /api/v1/query`, a month at a time, since a long window makes its points coarse."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from eyrie.basics.errors import Refused
from eyrie.jobs.metric_sources.moments import amount, from_milliseconds, to_seconds
from eyrie.jobs.metric_sources.wire import Sending, refuse_unless_ok, send
from eyrie.records.metrics.labels import text_of, text_of_label
from eyrie.records.metrics.values import Point

SERVICE = "Datadog"
WINDOW = dt.timedelta(days=30)
DEFAULT_SITE = "datadoghq.com"


def fetch(
    account: Mapping[str, str], source: Mapping[str, Any], since: dt.datetime, until: dt.datetime
) -> Iterator[Point]:
    """The points of a query. A series of one tag has its value as label, one of several has them by key."""
    endpoint = account.get("endpoint") or f"https://api.{account.get('site', DEFAULT_SITE)}"
    headers = {"DD-API-KEY": account["api_key"], "DD-APPLICATION-KEY": account["application_key"]}
    while since < until:
        to = min(since + WINDOW, until)
        asked = urlencode({"from": to_seconds(since), "to": to_seconds(to) - 1, "query": source["query"]})
        reply = send(SERVICE, Sending("GET", f"{endpoint}/api/v1/query?{asked}", headers))
        refuse_unless_ok(SERVICE, reply)
        yield from _points(reply.json(SERVICE))
        since = to


def _points(body: Any) -> Iterator[Point]:  # Any: JSON values
    if body.get("status") == "error" or body.get("error"):
        raise Refused(f"{SERVICE} refused the query: {body.get('error') or 'it says no more'}")
    for series in body.get("series") or ():
        labels = _labels(series.get("tag_set") or ())
        for at, value in series.get("pointlist") or ():
            if value is not None:
                yield Point(from_milliseconds(at), labels, amount(value))


def _labels(tags: Sequence[str]) -> str:
    pairs = dict(tag.partition(":")[::2] for tag in tags)
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        return text_of_label(value or key)
    return text_of(pairs)

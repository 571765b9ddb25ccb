"""CloudWatch: `GetMetricData` in its JSON form, by day, page by page."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from eyrie.basics.errors import Refused, Unavailable
from eyrie.jobs.metric_sources.moments import amount, from_seconds, to_seconds
from eyrie.jobs.metric_sources.sigv4 import AwsKey, signed
from eyrie.jobs.metric_sources.wire import Reply, Sending, refuse_unless_ok, said, send
from eyrie.operations.house import utc_now
from eyrie.records.metrics.labels import text_of_label
from eyrie.records.metrics.values import Point

SERVICE = "CloudWatch"
DAY_SECONDS = 86_400
TARGET = "GraniteServiceVersion20100801.GetMetricData"
MOST_PAGES = 10_000
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_WORD = re.compile(r"[A-Za-z0-9_./#:-]+")


def fetch(
    account: Mapping[str, str], source: Mapping[str, Any], since: dt.datetime, until: dt.datetime
) -> Iterator[Point]:
    """One point a day, or one for each value of the dimension that labels come from."""
    asked: dict[str, Any] = {  # Any: JSON values
        "StartTime": to_seconds(since),
        "EndTime": to_seconds(until),
        "ScanBy": "TimestampAscending",
        "MetricDataQueries": [_query(source)],
    }
    for _ in range(MOST_PAGES):
        body = _asked(account, source["region"], asked)
        yield from _points(body, labelled=bool(source.get("label_dimension")))
        if not body.get("NextToken"):
            return
        asked["NextToken"] = body["NextToken"]
    raise Refused(f"{SERVICE} gave more than {MOST_PAGES:,} pages; ask for less")


def _query(source: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON values
    dimensions = source.get("dimensions") or []
    label = source.get("label_dimension")
    if label is None:
        metric = {
            "Namespace": source["namespace"],
            "MetricName": source["metric_name"],
            "Dimensions": [{"Name": each["name"], "Value": each["value"]} for each in dimensions],
        }
        return {"Id": "m1", "MetricStat": {"Metric": metric, "Period": DAY_SECONDS, "Stat": source["stat"]}}
    names = dict.fromkeys([*(each["name"] for each in dimensions), label])
    schema = ",".join(_quoted(each) for each in (source["namespace"], *names))
    held = " ".join(f'{_quoted(each["name"])}="{_escaped(each["value"])}"' for each in dimensions)
    sought = f'{{{schema}}} MetricName="{_escaped(source["metric_name"])}" {held}'.strip()
    expression = f"SEARCH('{sought}', '{source['stat']}', {DAY_SECONDS})"
    return {"Id": "m1", "Expression": expression, "Label": f"${{PROP('Dim.{label}')}}"}


def _quoted(word: str) -> str:
    return word if _WORD.fullmatch(word) else f'"{_escaped(word)}"'


def _escaped(text: str) -> str:
    """A text inside the two kinds of quotation marks that a search has."""
    if "'" in text:
        raise Refused("CloudWatch cannot search for a name with an apostrophe")
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _asked(account: Mapping[str, str], region: str, asked: Mapping[str, Any]) -> Any:  # Any: JSON values
    if not _REGION.fullmatch(region):
        raise Refused(f"{region[:40]!r} is no AWS region")
    ending = ".cn" if region.startswith("cn-") else ""
    endpoint = account.get("endpoint") or f"https://monitoring.{region}.amazonaws.com{ending}"
    url, body = endpoint.rstrip("/") + "/", json.dumps(asked).encode()
    key = AwsKey(account["access_key_id"], account["secret_access_key"], account.get("session_token"))
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": TARGET}
    headers = signed(key, "POST", url, headers, body, region=region, service="monitoring", now=utc_now())
    reply = send(SERVICE, Sending("POST", url, headers, body))
    _refuse_throttling(reply)
    refuse_unless_ok(SERVICE, reply)
    return reply.json(SERVICE)


def _refuse_throttling(reply: Reply) -> None:
    """AWS says "too many" with a status of its own, 400, and a name."""
    if reply.status == 400 and b"hrottl" in reply.content[:2000]:
        raise Unavailable(f"{SERVICE} has had too many requests{said(reply)}")


def _points(body: Any, *, labelled: bool) -> Iterator[Point]:  # Any: JSON values
    for result in body.get("MetricDataResults") or ():
        match result.get("StatusCode"):
            case "Forbidden":
                raise Refused(f"{SERVICE} does not let these credentials see the metric")
            case "InternalError":
                raise Unavailable(f"{SERVICE} could not look at all of the metric")
        labels = text_of_label(result.get("Label") if labelled else None)
        for at, value in zip(result.get("Timestamps") or (), result.get("Values") or (), strict=True):
            yield Point(from_seconds(at), labels, amount(value))

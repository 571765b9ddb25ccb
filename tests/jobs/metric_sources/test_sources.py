"""What is asked of Datadog, CloudWatch and Snowflake, and how their answers are read."""

import datetime as dt
import gzip
from decimal import Decimal

import pytest

from eyrie.basics.errors import Refused, Unavailable
from eyrie.jobs.metric_sources import cloudwatch, datadog, snowflake, wire
from eyrie.jobs.metric_sources.sigv4 import AwsKey, signed
from eyrie.records.metrics.labels import text_of, text_of_label
from tests.jobs.metric_sources import fakes
from tests.jobs.metric_sources.fakes import AWS, DATADOG, in_turn, serving

SINCE, UNTIL = dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 3)
CPU = {
    "stat": "Average",
    "region": "eu-west-1",
    "namespace": "AWS/EC2",
    "metric_name": "CPUUtilization",
    "dimensions": [],
    "label_dimension": None,
}
USER = fakes.SnowflakeUser()


def seconds(day):
    return int(dt.datetime(2025, 1, day, tzinfo=dt.UTC).timestamp())


def told(points):
    return [(point.at.day, point.labels, point.amount) for point in points]


def of_datadog(fake, since=SINCE, until=UNTIL, **account):
    account = {**DATADOG, "endpoint": fake.address, **account}
    return told(datadog.fetch(account, {"query": "sum:hits{*} by {env}.rollup(sum,daily)"}, since, until))


def of_cloudwatch(fake, **source):
    return told(cloudwatch.fetch({**AWS, "endpoint": fake.address}, {**CPU, **source}, SINCE, UNTIL))


def of_snowflake(fake, **account):
    account = {**USER.credentials, "endpoint": fake.address, **account}
    pauses = []
    points = snowflake.fetch(account, {"sql_query": "SELECT 1"}, SINCE, UNTIL, pauses.append)
    return told(points), pauses


def series(*tags, value=1.5):
    return {"tag_set": list(tags), "pointlist": [[seconds(1) * 1000.0, value], [seconds(2) * 1000.0, None]]}


def test_datadog_gives_points_with_the_tags_of_their_series_as_labels():
    listed = [series(), series("env:prod"), series("env:prod", "team:web"), series("canary")]
    with serving(fakes.datadog(lambda *_: listed)) as fake:
        found = of_datadog(fake)
    assert found == [
        (1, "{}", Decimal("1.5")),
        (1, text_of_label("prod"), Decimal("1.5")),
        (1, text_of({"env": "prod", "team": "web"}), Decimal("1.5")),
        (1, text_of_label("canary"), Decimal("1.5")),
    ]


def test_datadog_is_asked_for_a_month_at_a_time_and_for_every_second_once():
    with serving(fakes.datadog(lambda *_: [])) as fake:
        of_datadog(fake, dt.datetime(2024, 11, 1), dt.datetime(2025, 1, 1, 6))
    windows = [(int(asked.query["from"]), int(asked.query["to"])) for asked in fake.asked]
    assert [(to - since + 1) // 3600 for since, to in windows] == [720, 720, 30]
    assert [since for since, _ in windows[1:]] == [to + 1 for _, to in windows[:-1]]


def test_datadog_says_with_status_200_that_a_query_is_wrong():
    answer = (200, {"status": "error", "error": "Error parsing query: unable to parse", "series": []})
    with serving(in_turn(answer)) as fake, pytest.raises(Refused, match="Error parsing query"):
        of_datadog(fake)


def test_wrong_keys_are_told_with_what_to_do():
    with serving(fakes.datadog(lambda *_: [])) as fake, pytest.raises(Refused) as refused:
        of_datadog(fake, api_key="other")
    assert str(refused.value) == "Datadog answered 403: Forbidden; check its credentials"


@pytest.mark.parametrize(
    "answer", [(429, {"errors": ["Rate limit"]}), (500, b"oops"), (503, {}), (200, b"<html>")]
)
def test_what_may_pass_is_to_be_tried_again(answer):
    with serving(in_turn(answer)) as fake, pytest.raises(Unavailable):
        of_datadog(fake)


def test_nobody_there_is_to_be_tried_again():
    with serving(in_turn((200, {}))) as fake:
        pass
    with pytest.raises(Unavailable, match="Datadog cannot be reached"):
        of_datadog(fake)


def test_a_redirect_is_not_followed_with_secrets():
    with serving(in_turn((302, {}))) as fake, pytest.raises(Refused, match="302"):
        of_datadog(fake)
    assert [asked.path for asked in fake.asked] == ["/api/v1/query"]


def test_an_answer_that_unpacks_to_more_than_is_taken_is_refused(monkeypatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    for content in (gzip.compress(b" " * 2000), b" " * 2000):
        with serving(in_turn((200, content))) as fake, pytest.raises(Refused, match="larger than"):
            of_datadog(fake)


@pytest.mark.parametrize("value", ["NaN", "1e400", {}])
def test_an_amount_that_is_none_is_refused(value):
    with serving(fakes.datadog(lambda *_: [series(value=value)])) as fake, pytest.raises(Refused):
        of_datadog(fake)


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ],
)
def test_signatures_are_those_of_the_examples_that_aws_publishes(method, signature):
    key = AwsKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    headers = signed(
        key,
        method,
        "https://example.amazonaws.com/",
        {},
        b"",
        region="us-east-1",
        service="service",
        now=dt.datetime(2015, 8, 30, 12, 36),
    )
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )


def page(label, *values, status="Complete"):
    stamps = [float(seconds(day)) for day in range(1, len(values) + 1)]
    return {"Id": "m1", "Label": label, "Timestamps": stamps, "Values": values, "StatusCode": status}


def test_cloudwatch_gives_a_point_a_day_over_all_pages():
    with serving(fakes.cloudwatch([page("CPU", 1.25, 2), page("CPU", 3)])) as fake:
        found = of_cloudwatch(fake, dimensions=[{"name": "InstanceId", "value": "i-1"}])
    assert found == [(1, "{}", Decimal("1.25")), (2, "{}", Decimal(2)), (1, "{}", Decimal(3))]
    first, second = (asked.json() for asked in fake.asked)
    assert first["MetricDataQueries"] == [
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/EC2",
                    "MetricName": "CPUUtilization",
                    "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
                },
                "Period": 86400,
                "Stat": "Average",
            },
        }
    ]
    assert (first["StartTime"], first["EndTime"]) == (seconds(1), seconds(3))
    assert {**first, "NextToken": "1"} == second


def test_cloudwatch_searches_where_a_dimension_gives_labels():
    with serving(fakes.cloudwatch([page("i-1", 1), page("i-2", 2)])) as fake:
        found = of_cloudwatch(
            fake, label_dimension="InstanceId", dimensions=[{"name": "My Zone", "value": 'a"b'}]
        )
    assert found == [(1, text_of_label("i-1"), 1), (1, text_of_label("i-2"), 2)]
    (query,) = fake.asked[0].json()["MetricDataQueries"]
    assert query["Expression"] == (
        """SEARCH('{AWS/EC2,"My Zone",InstanceId} MetricName="CPUUtilization" "My Zone"="a\\"b"', """
        "'Average', 86400)"
    )
    assert query["Label"] == "${PROP('Dim.InstanceId')}"


def test_a_request_with_another_secret_is_refused():
    with serving(fakes.cloudwatch([page("CPU", 1)])) as fake, pytest.raises(Refused, match="signature"):
        list(cloudwatch.fetch({**AWS, "secret_access_key": "x", "endpoint": fake.address}, CPU, SINCE, UNTIL))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, {"__type": "Throttling", "message": "Rate exceeded"}), Unavailable),
        ((400, {"__type": "ValidationError", "message": "The parameter is wrong"}), Refused),
        ((200, {"MetricDataResults": [page("x", status="InternalError")]}), Unavailable),
        ((200, {"MetricDataResults": [page("x", status="Forbidden")]}), Refused),
    ],
)
def test_how_cloudwatch_fails(answer, error):
    with serving(in_turn(answer)) as fake, pytest.raises(error):
        of_cloudwatch(fake)


@pytest.mark.parametrize("source", [{"region": "evil.example.com/"}, {"label_dimension": "it's"}])
def test_what_cloudwatch_cannot_be_asked(source):
    with serving(in_turn((200, {}))) as fake, pytest.raises(Refused):
        of_cloudwatch(fake, **source)
    assert fake.asked == []


ORDERS = [("DAY", "date"), ("ORDERS", "fixed"), ("SHOP", "text")]


def test_snowflake_gives_rows_over_all_parts_once_the_statement_is_done():
    parts = [[["20089", "5", "Berlin"], [None, "1", "x"]], [["20090", "7.50", None]]]
    with serving(fakes.snowflake(USER, ORDERS, parts, waits=2)) as fake:
        found, pauses = of_snowflake(fake)
    assert found == [(1, text_of_label("Berlin"), 5), (2, "{}", Decimal("7.50"))]
    assert len(pauses) == 2
    assert fake.asked[0].json() == {"statement": "SELECT 1", "timeout": 600, "warehouse": "SMALL"}
    assert "requestId" in fake.asked[0].query


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "20089"),
        ("timestamp_ntz", "1735689600.000000000"),
        ("timestamp_tz", "1735689600.000000000 1440"),
        ("text", "2025-01-01"),
    ],
)
def test_snowflake_writes_moments_in_many_ways(kind, text):
    columns = [("D", kind), ("V", "real"), ("TEAM", "text"), ("ENV", "text")]
    with serving(fakes.snowflake(USER, columns, [[[text, "1e2", "web", "prod"]]])) as fake:
        found, _ = of_snowflake(fake)
    assert found == [(1, text_of({"team": "web", "env": "prod"}), 100)]


def test_snowflake_takes_a_token_instead_of_a_key():
    account = {"private_key": None, "access_token": "pat-1"}
    given = {name: value for name, value in {**USER.credentials, **account}.items() if value}
    with serving(fakes.snowflake(USER, ORDERS, [[["20089", "5", None]]])) as fake:
        found = told(snowflake.fetch({**given, "endpoint": fake.address}, {"sql_query": "x"}, SINCE, UNTIL))
    assert found == [(1, "{}", 5)]
    assert fake.asked[0].headers["x-snowflake-authorization-token-type"] == "PROGRAMMATIC_ACCESS_TOKEN"


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            (422, {"code": "001003", "message": "SQL compilation error: x"}),
            Refused,
            "SQL compilation error: x",
        ),
        ((202, {"statementHandle": "h-1"}), Unavailable, "ten minutes"),
        (
            (200, {"resultSetMetaData": {"rowType": [{"name": "D", "type": "date"}]}, "data": []}),
            Refused,
            "a date and a value",
        ),
    ],
)
def test_how_snowflake_fails(answer, error, said):
    with serving(in_turn(answer)) as fake, pytest.raises(error, match=said):
        of_snowflake(fake)


def test_a_private_key_that_is_none_is_told():
    with serving(in_turn((200, {}))) as fake, pytest.raises(Refused, match="PEM"):
        of_snowflake(fake, private_key="nonsense")

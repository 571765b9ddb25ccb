"""Metrics that are fetched: from the wish to the values, over failures, and what is told meanwhile."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from eyrie.jobs import fetch_metrics
from eyrie.records.bills.rows import IntegrationRow
from eyrie.store.outbox import JobRow
from tests.jobs.metric_sources import fakes
from tests.jobs.metric_sources.fakes import AWS, DATADOG, in_turn, serving
from tests.operations.table_of_tests import is_refusal

ONE_SOURCE = (
    "datadog_metric_fields and snowflake_metric_fields cannot be given together: "
    "a BusinessMetric has one source"
)
NO_CREDENTIALS = "has no credentials; set them with `eyrie integration credentials"


def source(world, provider="datadog", **credentials):
    made = world.owner.post("/api/metric_sources", json={"provider": provider, "name": "Ours"}).json()
    if credentials:
        answer = world.owner.put(f"/api/metric_sources/{made['token']}", json=credentials)
        assert answer.status_code == 200, answer.text
    return made["token"]


def metric(world, integration, **fields):
    told = fields or {"datadog_metric_fields": {"query": "sum:hits{*}"}}
    for asked in told.values():
        asked["integration_token"] = integration
    answer = world.owner.post("/v2/business_metrics", json={"title": "Hits", **told})
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def status(world, token):
    return world.owner.get(f"/api/business_metrics/{token}/status").json()


def values(world, token):
    listed = world.owner.get(f"/v2/business_metrics/{token}/values").json()["values"]
    return [(value["date"][:10], value["amount"]) for value in listed]


def an_hour_later(world):
    """The clock's next tick, with all that follows from it."""
    world.pass_time(hours=1)
    world.work()


def pass_tries(world):
    """Let a job that is tried again have all its tries."""
    for _ in range(5):
        world.pass_time(minutes=1)
        world.work()


def day(number, value):
    at = dt.datetime(2025, 2, number, tzinfo=dt.UTC).timestamp() * 1000
    return {"tag_set": [], "pointlist": [[at, value]]}


def test_a_metric_is_fetched_as_soon_as_it_is_wished_for(world):
    with serving(fakes.datadog(lambda *_: [day(10, 5)])) as fake:
        token = metric(world, source(world, endpoint=fake.address, **DATADOG))
        assert status(world, token)["state"] == "waiting"
        world.work()
    assert set(values(world, token)) == {("2025-02-10", "5.0")}
    assert status(world, token) == {
        "token": token,
        "import_type": "datadog_metrics",
        "state": "fetched",
        "tried_at": "2025-02-15T12:00:00Z",
        "fetched_at": "2025-02-15T12:00:00Z",
        "error": None,
    }
    asked = int(fake.asked[0].query["from"])
    assert dt.datetime.fromtimestamp(asked, dt.UTC).date() == dt.date(2025, 2, 15) - fetch_metrics.HISTORY


def test_later_only_the_last_days_are_asked_for_again_and_replaced(world):
    told = [[day(9, 1), day(14, 1)], [day(14, 7), day(15, 8)]]
    with serving(fakes.datadog(lambda _, until: told[0] if until > LATELY else [])) as fake:
        token = metric(world, source(world, endpoint=fake.address, **DATADOG))
        world.work()
        told.pop(0)
        first = len(fake.asked)
        an_hour_later(world)
        (again,) = fake.asked[first:]
    assert values(world, token) == [("2025-02-15", "8.0"), ("2025-02-14", "7.0"), ("2025-02-09", "1.0")]
    assert dt.datetime.fromtimestamp(int(again.query["from"]), dt.UTC).day == 12


LATELY = int(dt.datetime(2025, 2, 15, tzinfo=dt.UTC).timestamp())


def test_what_is_not_there_any_more_goes_but_an_empty_answer_changes_nothing(world):
    told = [[day(13, 1), day(14, 2), day(15, 3)], [day(13, 1), day(15, 3)], []]
    with serving(fakes.datadog(lambda _, until: told[0] if until > LATELY else [])) as fake:
        token = metric(world, source(world, endpoint=fake.address, **DATADOG))
        world.work()
        for expected in (["2025-02-15", "2025-02-13"], ["2025-02-15", "2025-02-13"]):
            told.pop(0)
            an_hour_later(world)
            assert [date for date, _ in values(world, token)] == expected


def test_without_credentials_it_says_what_to_do_and_works_once_they_are_there(world):
    integration = source(world)
    token = metric(world, integration)
    world.work()
    told = status(world, token)
    assert told["state"] == "failed"
    assert told["error"] == f"The Integration {integration} {NO_CREDENTIALS} {integration}`"
    with serving(fakes.datadog(lambda *_: [day(10, 5)])) as fake:
        body = {"endpoint": fake.address, **DATADOG}
        assert world.owner.put(f"/api/metric_sources/{integration}", json=body).status_code == 200
        world.work()
    assert status(world, token)["state"] == "fetched"


def test_a_failure_is_told_and_the_last_values_stay(world):
    answers = [fakes.datadog(lambda *_: [day(10, 5)])]
    with serving(lambda asked: answers[0](asked)) as fake:
        token = metric(world, source(world, endpoint=fake.address, **DATADOG))
        world.work()
        answers[0] = in_turn((403, {"errors": ["Forbidden"]}))
        an_hour_later(world)
        told = status(world, token)
        assert (told["state"], told["error"]) == (
            "failed",
            "Datadog answered 403: Forbidden; check its credentials",
        )
        assert (told["fetched_at"], told["tried_at"]) == ("2025-02-15T12:00:00Z", "2025-02-15T13:00:00Z")
        assert values(world, token) == [("2025-02-10", "5.0")]


def test_what_may_pass_is_tried_again_and_then_well(world):
    well = fakes.datadog(lambda *_: [day(10, 5)])
    left = [(429, {}), (503, {}), (500, b"")]
    with serving(lambda asked: left.pop() if left else well(asked)) as fake:
        token = metric(world, source(world, endpoint=fake.address, **DATADOG))
        world.work()
        assert status(world, token)["error"] == "Datadog answered 500"
        pass_tries(world)
    assert (status(world, token)["state"], values(world, token)) == ("fetched", [("2025-02-10", "5.0")])


def test_what_does_not_pass_is_given_up_until_the_next_hour(world):
    with serving(in_turn((503, {}))) as fake:
        metric(world, source(world, endpoint=fake.address, **DATADOG))
        world.work()
        pass_tries(world)
        tries = len(fake.asked)
        pass_tries(world)
        assert len(fake.asked) == tries == 5
    with world.house.database.reading() as session:
        question = sa.select(JobRow.state).where(JobRow.kind == fetch_metrics.FETCH)
        assert session.scalars(question).all() == ["failed"]


def test_one_that_fails_keeps_no_other_waiting(world):
    with serving(fakes.datadog(lambda *_: [day(10, 5)])) as fake:
        failing = metric(world, source(world))
        well = metric(world, source(world, endpoint=fake.address, **DATADOG))
        an_hour_later(world)
    assert [status(world, token)["state"] for token in (failing, well)] == ["failed", "fetched"]


def test_an_answer_in_another_form_is_told(world):
    with serving(in_turn((200, ["not", "an", "object"]))) as fake:
        token = metric(world, source(world, endpoint=fake.address, **DATADOG))
        world.work()
    assert status(world, token)["error"].startswith("The source answered in a form that is not known here")


def test_cloudwatch_and_snowflake_from_wish_to_values(world):
    stamp = dt.datetime(2025, 2, 10, tzinfo=dt.UTC).timestamp()
    page = {"Label": "x", "Timestamps": [stamp], "Values": [2.5], "StatusCode": "Complete"}
    cpu = {"stat": "Sum", "region": "eu-west-1", "namespace": "N", "metric_name": "M"}
    with serving(fakes.cloudwatch([page])) as fake:
        token = metric(world, source(world, "aws", endpoint=fake.address, **AWS), cloudwatch_fields=cpu)
        world.work()
    assert values(world, token) == [("2025-02-10", "2.5")]
    user = fakes.SnowflakeUser()
    rows = [[["2025-02-11", "7", "Berlin"]]]
    columns = [("D", "text"), ("V", "fixed"), ("SHOP", "text")]
    with serving(fakes.snowflake(user, columns, rows)) as fake:
        integration = source(world, "snowflake", endpoint=fake.address, **user.credentials)
        token = metric(world, integration, snowflake_metric_fields={"sql_query": "SELECT 1"})
        world.work()
    assert values(world, token) == [("2025-02-11", "7.0")]


def test_fields_of_a_source_are_shown_without_the_integration_and_are_taken_back(world):
    integration = source(world, "aws")
    fields = {
        "stat": "Average",
        "region": "us-east-1",
        "namespace": "AWS/EC2",
        "metric_name": "CPUUtilization",
    }
    token = metric(world, integration, cloudwatch_fields=fields)
    shown = world.owner.get(f"/v2/business_metrics/{token}").json()
    fields.pop("integration_token")
    assert (shown["import_type"], shown["integration_token"]) == ("cloudwatch", integration)
    assert shown["cloudwatch_fields"] == {**fields, "dimensions": [], "label_dimension": None}
    assert "datadog_metric_fields" not in shown
    assert world.owner.put(f"/v2/business_metrics/{token}", json=shown).json() == shown
    changed = {"cloudwatch_fields": {"stat": "Sum", "dimensions": [{"name": "A", "value": "b"}]}}
    again = world.owner.put(f"/v2/business_metrics/{token}", json=changed).json()["cloudwatch_fields"]
    assert again == {**shown["cloudwatch_fields"], **changed["cloudwatch_fields"]}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (
            {"datadog_metric_fields": {"query": "q"}},
            400,
            ["datadog_metric_fields.integration_token is missing"],
        ),
        (
            {"cloudwatch_fields": {"integration_token": "x", "stat": "Sum", "dimensions": [{"name": "a"}]}},
            400,
            [
                "cloudwatch_fields.region is missing",
                "cloudwatch_fields.namespace is missing",
                "cloudwatch_fields.metric_name is missing",
                "cloudwatch_fields.dimensions[0].value is missing",
            ],
        ),
        (
            {"cloudwatch_fields": {"stat": "Median"}},
            400,
            ["cloudwatch_fields.stat does not have a valid value"],
        ),
        (
            {"datadog_metric_fields": {"integration_token": "accss_crdntl_1", "query": "q"}},
            404,
            ["Integration not found"],
        ),
        (
            {
                "datadog_metric_fields": {"query": "q"},
                "values": [{"date": "2025-01-01", "amount": 1}],
            },
            422,
            ["values cannot be given together with datadog_metric_fields: a BusinessMetric has one source"],
        ),
        (
            {"datadog_metric_fields": {"query": "q"}, "snowflake_metric_fields": {"sql_query": "s"}},
            422,
            [ONE_SOURCE],
        ),
    ],
)
def test_a_source_that_cannot_be_kept(shared, body, status, told):
    answer = shared.owner.post("/v2/business_metrics", json={"title": "x", **body})
    assert is_refusal(answer, status)
    assert answer.json()["errors"] == told


def test_an_integration_of_another_provider_is_refused(world):
    body = {"integration_token": source(world, "aws"), "query": "q"}
    answer = world.owner.post("/v2/business_metrics", json={"title": "x", "datadog_metric_fields": body})
    assert is_refusal(answer, 422)
    assert "is not an Integration of Datadog" in answer.json()["errors"][0]


def test_people_bring_only_expected_values_of_what_is_fetched(world):
    token = metric(world, source(world))
    path = f"/v2/business_metrics/{token}"
    value = [{"date": "2025-01-01", "amount": 1}]
    files = {"csv": ("v.csv", b"date,amount\n2025-01-01,1\n")}
    assert is_refusal(world.owner.put(path, json={"values": value}), 422)
    assert is_refusal(world.owner.put(f"{path}/values.csv", files=files), 422)
    assert world.owner.put(path, json={"forecasted_values": value}).status_code == 200
    assert world.owner.put(f"{path}/values.csv", files=files, data={"forecasted": "true"}).status_code == 200


def test_an_integration_that_is_gone_is_told(world):
    integration = source(world)
    token = metric(world, integration)
    assert world.owner.delete(f"/api/metric_sources/{integration}").status_code == 204
    world.work()
    assert status(world, token)["error"] == f"The Integration {integration} is gone; name another one"


def test_secrets_are_sealed_and_told_by_name_alone(world):
    token = source(world, site="datadoghq.eu", **DATADOG)
    shown = world.owner.get(f"/api/metric_sources/{token}").json()
    assert (shown["secrets"], shown["site"]) == (["api_key", "application_key"], "datadoghq.eu")
    with world.house.database.reading() as session:
        row = session.get_one(IntegrationRow, token)
        everything = json.dumps(
            [row.settings, row.sealed_secret, [entry.changed_values for entry in world.audit()]]
        )
    assert not [secret for secret in DATADOG.values() if secret in everything + json.dumps(shown)]


@pytest.mark.parametrize(
    ("provider", "sent", "told"),
    [
        ("datadog", {"api_key": "x"}, ["application_key is missing"]),
        ("datadog", {**DATADOG, "warehouse": "W"}, ["warehouse is no credential of Datadog"]),
        ("aws", {**AWS, "endpoint": "file:///etc/passwd"}, ["endpoint must be an http or https address"]),
        ("snowflake", {"account": "A"}, ["private_key or access_token is missing"]),
        (
            "snowflake",
            {"account": "A", "private_key": "k"},
            ["user is missing: a private key belongs to one"],
        ),
    ],
)
def test_credentials_that_cannot_be_kept(shared, provider, sent, told):
    answer = shared.owner.put(f"/api/metric_sources/{source(shared, provider)}", json=sent)
    assert is_refusal(answer, 422)
    assert answer.json()["errors"] == told


def test_metrics_are_not_fetched_from_custom_providers(shared):
    answer = shared.owner.put(f"/api/metric_sources/{shared.custom_provider()}", json={"api_key": "x"})
    assert is_refusal(answer, 422)
    assert answer.json()["errors"] == [
        "Metrics are not fetched from Custom Provider; use datadog, aws or snowflake"
    ]


def test_whoever_may_not_manage_integrations_sees_no_sources(shared):
    assert is_refusal(shared.editor.get("/api/metric_sources"), 403)

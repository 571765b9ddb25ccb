"""`eyrie metric`, `unit-costs`, `integration`: the same work as over HTTP, from files and for the terminal."""

import io
import json
import sys

import pytest

from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.start.command_line import WORK
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import Exit, run
from eyrie.surfaces.cli.metric_shapes import AttachWish, MetricImportWish, MetricValuesWish, UnitCostsWish
from tests.jobs.metric_sources import fakes
from tests.jobs.metric_sources.fakes import DATADOG, serving

BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-06,500,Compute\n"
VALUES = "date,amount,label\n2025-01-06,20000,web\n2025-01-07,400,api\n"


@pytest.fixture
def flags(world):
    return {"home": str(world.home), "memory": "512MB"}


@pytest.fixture
def eyrie(flags, capsys):
    """Run a real command on the world's home; give its exit code and what it printed."""

    def command(*arguments):
        app = make_app(WORK, "1.2.3")
        code = run(lambda: app([*arguments, "--home", flags["home"]], prog_name="eyrie"))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def imported(flags, tmp_path):
    """Import a text as values of a metric."""

    def make(text, metric="Requests", **more):
        path = tmp_path / "values.csv"
        path.write_text(text)
        return WORK.metrics.imported(flags, MetricImportWish(str(path), metric, **more))

    return make


def report(world):
    provider = world.custom_provider()
    world.imported(provider, BILL)
    body = {
        "title": "January",
        "workspace_token": world.main,
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
    }
    return world.owner.post("/v2/cost_reports", json=body).json()["token"]


def test_a_file_makes_a_metric_and_later_adds_to_it(flags, imported):
    first = imported(VALUES)
    assert (first.is_new, first.rows, first.written, first.deleted) == (True, 2, 2, 0)
    again = imported("date,amount,label\n2025-01-06,20000,web\n2025-01-07,,api\n2025-01-08,9,\n")
    assert (again.token, again.is_new, again.written, again.deleted) == (first.token, False, 1, 1)
    (line,) = WORK.metrics.listed(flags)
    assert (line.values, line.first, line.last, line.state) == (2, "2025-01-06", "2025-01-08", "by_hand")


def test_a_file_with_problems_changes_nothing_and_makes_nothing(flags, imported):
    with pytest.raises(Refused) as refused:
        imported("date,amount\n2025-01-06,1\nsoon,2\n2025-01-06,3\n")
    assert refused.value.problems == (
        "Row 2: date must be a date such as 2025-01-31",
        "Row 3: has the same date and label as row 1",
    )
    assert WORK.metrics.listed(flags) == []


def test_standard_input_is_a_file_too(eyrie, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + VALUES.encode())))
    code, printed, _ = eyrie("metric", "import", "-", "--metric", "Requests")
    assert (code, printed.partition(": ")[2]) == (Exit.DONE, "2 rows, 2 values written.\n")


@pytest.mark.parametrize(("content", "told"), [(None, "cannot be read"), (b"date,amount\n\xff,1\n", "UTF-8")])
def test_a_file_that_cannot_be_read_is_told(eyrie, tmp_path, content, told):
    path = tmp_path / "values.csv"
    if content is not None:
        path.write_bytes(content)
    code, _, said = eyrie("metric", "import", str(path), "--metric", "Requests")
    assert (code, told in said) == (Exit.MISTAKEN, True)


def test_values_are_shown_and_can_be_imported_again(flags, eyrie, imported):
    imported(VALUES)
    code, printed, _ = eyrie("metric", "values", "Requests", "--csv")
    assert (code, printed.splitlines()) == (
        Exit.DONE,
        ["date,amount,label", "2025-01-07T00:00:00Z,400.0,api", "2025-01-06T00:00:00Z,20000.0,web"],
    )
    assert imported(printed).written == 0
    by_month = WORK.metrics.values(flags, MetricValuesWish("Requests", "month", label="web"))
    assert [(line.date, line.amount) for line in by_month] == [("2025-01-01T00:00:00Z", "20000.0")]


def test_more_values_than_a_page_has_are_all_shown(flags, imported):
    rows = [
        f"2025-01-{day:02}T{hour:02}:{minute:02}:00Z,1\n"
        for day in range(1, 5)
        for hour in range(24)
        for minute in range(60)
    ]
    imported("date,amount\n" + "".join(rows))
    assert len(WORK.metrics.values(flags, MetricValuesWish("Requests"))) == len(rows) > 5000


def test_a_metric_is_put_on_a_report_and_asked_for(world, flags, eyrie, imported):
    token = report(world)
    metric = imported(VALUES).token
    told = WORK.metrics.attached(
        flags, AttachWish(metric="Requests", report=token, scale="per_thousand", only=("web",))
    )
    assert told == "Requests is on 1 report."
    body = WORK.metrics.unit_costs(flags, UnitCostsWish(token)).body
    answer = world.owner.get("/v2/unit_costs", params={"cost_report_token": token}).json()
    assert body["unit_costs"] == answer["unit_costs"]
    assert body["unit_costs"][0]["business_metric_token"] == metric
    code, printed, _ = eyrie("unit-costs", "--report", token, "--csv")
    assert (code, printed.splitlines()) == (
        Exit.DONE,
        [
            "date,metric,calculation,scale,counted,amount",
            '2025-01-06,Requests,unit_cost,"1,000",20000.0,25.0',
        ],
    )
    assert json.loads(eyrie("unit-costs", "--report", token, "--json")[1]) == body
    _, as_table, _ = eyrie("unit-costs", "--report", token, "--bin", "month")
    assert as_table.splitlines()[1].split() == [
        "2025-01-01",
        "Requests",
        "unit_cost",
        "1,000",
        "20000.0",
        "25.0",
    ]


def test_attaching_again_adds_a_way_and_leaves_an_audit_entry(world, flags, imported):
    token = report(world)
    imported(VALUES)
    for calculation in ("unit_cost", "gross_margin"):
        wish = AttachWish(metric="Requests", report=token, calculation=calculation)
        WORK.metrics.attached(flags, wish)
    shown = world.owner.get(f"/v2/cost_reports/{token}").json()["business_metric_tokens_with_metadata"]
    assert [each["calculation_type"] for each in shown] == ["unit_cost", "gross_margin"]
    entry = world.audit()[-1]
    assert (entry.object_type, entry.user) == ("business_metric", "command line")
    assert "cost_report_tokens_with_metadata" in entry.changed_values


def test_what_is_not_there_or_not_alone_is_told(world, flags, imported):
    with pytest.raises(NotFound, match="eyrie metric list"):
        WORK.metrics.values(flags, MetricValuesWish("Nothing"))
    with pytest.raises(NotFound):
        imported(VALUES, "bsnss_mtrc_0123456789abcdef")
    for _ in "ab":
        world.owner.post("/v2/business_metrics", json={"title": "Twice"})
    with pytest.raises(Malformed, match="by its token"):
        WORK.metrics.values(flags, MetricValuesWish("Twice"))
    with pytest.raises(Malformed, match="--from is invalid"):
        WORK.metrics.unit_costs(flags, UnitCostsWish(report(world), first="soon"))


def test_an_account_is_added_given_credentials_and_asked(world, flags, eyrie, tmp_path):
    code, printed, _ = eyrie("integration", "add", "Production", "--provider", "datadog")
    integration = printed.strip()
    assert (code, integration.startswith("accss_crdntl_")) == (Exit.DONE, True)
    asked = {"integration_token": integration, "query": "sum:hits{*}"}
    world.owner.post("/v2/business_metrics", json={"title": "Hits", "datadog_metric_fields": asked})
    code, _, told = eyrie("metric", "fetch", "Hits")
    assert (code, f"eyrie integration credentials {integration}" in told) == (Exit.MISTAKEN, True)
    assert "has no credentials" in eyrie("metric", "list")[1]
    stamp = world.now.timestamp() * 1000
    with serving(fakes.datadog(lambda *_: [{"tag_set": [], "pointlist": [[stamp, 3]]}])) as fake:
        secrets = tmp_path / "datadog.json"
        secrets.write_text(json.dumps({"endpoint": fake.address, **DATADOG}))
        code, printed, _ = eyrie("integration", "credentials", integration, "--file", str(secrets))
        assert (code, printed) == (
            Exit.DONE,
            f"{integration} is asked with endpoint, api_key, application_key.\n",
        )
        code, printed, _ = eyrie("metric", "fetch", "Hits")
    assert (code, printed.startswith("Hits: ")) == (Exit.DONE, True)


def test_what_people_import_is_not_fetched(eyrie, imported):
    imported(VALUES)
    code, _, told = eyrie("metric", "fetch", "Requests")
    assert (code, "eyrie metric import" in told) == (Exit.MISTAKEN, True)

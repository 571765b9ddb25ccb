"""Data exports: how they are asked for, what is told of them, who gets their files, and for how long."""

import datetime as dt

import pytest

from eyrie.access.caller import Scope
from eyrie.store.secret_box import SecretBox, read_key
from eyrie.store.traces import AuditRow
from tests.exporting import asked, export, links
from tests.operations.table_of_tests import is_refusal
from tests.stories.test_first_bill import SEATS_AND_SUPPORT

SENT = {
    "filter": "costs.provider = 'custom_provider'",
    "start_date": "2025-01-01",
    "end_date": "2025-01-31",
    "groupings": ["service"],
}


@pytest.fixture
def billed(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    return world


@pytest.fixture
def written(billed):
    """The world, the token of a written export, and the link to its file."""
    token = asked(billed, groupings="service")
    billed.work()
    return billed, token, *links(billed, token)


def test_asking_is_answered_at_once_with_where_to_look(billed):
    answer = billed.owner.post("/v2/costs/data_exports", json={**SENT, "workspace_token": billed.main})
    told = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"http://eyrie.test/v2/data_exports/{told['token']}"
    assert answer.headers["retry-after"] == "5"
    assert (told["status"], told["export_type"]) == ("pending", "cost_report")
    assert told["manifest"] == {"files": [], "completed_at": None, "valid_until": None}
    assert told["attributes"] == {
        "report_token": None,
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
        "groupings": ["service"],
        "vql": "costs.provider = 'custom_provider'",
        "settings": {
            "include_credits": False,
            "include_refunds": False,
            "include_discounts": True,
            "include_tax": True,
            "amortize": True,
            "unallocated": False,
            "aggregate_by": "cost",
            "show_previous_period": True,
        },
        "date_bin": "day",
        "schema": "vntg",
        "file_format": "csv",
    }
    assert billed.owner.get(answer.headers["location"]).json() == told


def test_it_is_pending_until_it_is_written(billed):
    token = asked(billed)
    path = f"/v2/data_exports/{token}"
    before = billed.owner.get(path)
    assert (before.status_code, before.headers["retry-after"]) == (202, "5")
    assert before.headers["location"] == f"http://eyrie.test{path}"
    billed.work()
    after = billed.owner.get(path)
    assert after.status_code == 200
    assert "location" not in after.headers
    manifest = after.json()["manifest"]
    assert (manifest["completed_at"], manifest["valid_until"]) == (
        "2025-02-15T12:00:00Z",
        "2025-02-16T12:00:00Z",
    )
    assert manifest["files"][0].startswith(f"http://eyrie.test/exports/{token}/")


def test_reading_scope_is_enough_and_a_viewer_may(billed):
    reader = billed.client(billed.user("viewer"), Scope.READ)
    token = asked(billed, reader)
    billed.work()
    assert reader.get(f"/v2/data_exports/{token}").status_code == 200
    with billed.house.database.reading() as session:
        kinds = {entry.object_type for entry in session.query(AuditRow)}
    assert "data_export" not in kinds


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"filter": ""}, 400, "cost_report_token or filter is missing"),
        ({"filter": "costs.provider ="}, 400, None),
        ({"start_date": "2025-02-01"}, 400, "start_date must not be after end_date"),
        ({"groupings": ["colour"]}, 400, None),
        ({"groupings": {"a": 1}}, 400, "groupings is invalid"),
        ({"groupings": [1, ["service"]]}, 400, None),
        ({"schema": "pdf"}, 400, "schema does not have a valid value"),
        ({"file_format": "xlsx"}, 400, "file_format does not have a valid value"),
        ({"date_bin": "hour"}, 400, "date_bin=hour takes at most 14 days; choose a shorter period"),
        ({"date_bin": "decade"}, 400, "date_bin does not have a valid value"),
        ({"settings": {"include_tax": "perhaps"}}, 400, "settings.include_tax is invalid"),
        ({"settings": "none"}, 400, "settings is invalid"),
        ({"cost_report_token": "rprt_0123456789abcdef"}, 404, "Cost report not found"),
        ({"workspace_token": "wrkspc_0123456789abcdef"}, 404, "Workspace not found"),
        ({"workspace_token": None}, 400, None),
        ({"schema": "comparison", "start_date": "0001-02-01"}, 400, None),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(billed, sent, status, told):
    answer = billed.owner.post(
        "/v2/costs/data_exports", json={**SENT, "workspace_token": billed.main, **sent}
    )
    assert is_refusal(answer, status)
    assert told is None or answer.json()["errors"] == [told]
    assert billed.owner.get("/api/data_exports").json()["data_exports"] == []


def test_settings_come_from_the_request_then_from_the_report(billed):
    kept = {
        "title": "All",
        "workspace_token": billed.main,
        "filter": SENT["filter"],
        "settings": {"include_credits": True, "include_tax": False},
        "date_bin": "month",
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
    }
    report = billed.owner.post("/v2/cost_reports", json=kept).json()["token"]
    body = {"cost_report_token": report, "groupings": "", "settings": {"include_tax": True}}
    told = billed.owner.post("/v2/costs/data_exports", json=body).json()["attributes"]
    assert (told["report_token"], told["vql"], told["date_bin"]) == (report, None, "month")
    assert (told["settings"]["include_credits"], told["settings"]["include_tax"]) == (True, True)
    rows = export(billed, cost_report_token=report, filter=None, groupings=[], settings={"include_tax": True})
    assert rows[1:] == [["2025-01-01", "143.0", "USD"]]


def test_a_failed_one_says_why_at_our_own_door_and_has_no_files(billed):
    kept = {"title": "All", "workspace_token": billed.main, "filter": SENT["filter"]}
    report = billed.owner.post("/v2/cost_reports", json=kept).json()["token"]
    token = asked(billed, cost_report_token=report, filter=None)
    assert billed.owner.delete(f"/v2/cost_reports/{report}").status_code == 204
    billed.work()
    answer = billed.owner.get(f"/v2/data_exports/{token}")
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")
    assert answer.json()["manifest"]["files"] == []
    told = billed.owner.get(f"/api/data_exports/{token}").json()
    assert (told["status"], told["error"]) == ("failed", "Cost report not found")
    (listed,) = billed.owner.get("/api/data_exports").json()["data_exports"]
    assert listed == told


def test_costs_without_an_exchange_rate_fail_with_what_to_do(billed):
    euros = (
        "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\nUsage,2025-01-01,1,A,EUR\n"
    )
    billed.imported(billed.custom_provider("Euros"), euros)
    token = asked(billed)
    billed.work()
    error = billed.owner.get(f"/api/data_exports/{token}").json()["error"]
    assert "There is no exchange rate for EUR to USD" in error
    assert "eyrie rates import" in error


def test_a_file_needs_no_token_and_says_what_it_is(written):
    world, token, link = written
    answer = world.anonymous.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="cost-report-')
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.text.startswith("Date,Service,Amount,Currency\n")
    told = world.owner.get(f"/api/data_exports/{token}").json()["files"]
    assert [(file["rows"], file["bytes"], file["url"]) for file in told] == [(12, len(answer.content), link)]


def test_after_a_day_the_link_is_404_and_the_files_are_swept(written):
    world, token, link = written
    folder = world.home / "exports" / token
    world.pass_time(hours=23, minutes=59)
    assert world.anonymous.get(link).status_code == 200
    world.work()
    assert folder.is_dir()
    world.pass_time(minutes=1)
    assert is_refusal(world.anonymous.get(link), 404)
    answer = world.owner.get(f"/v2/data_exports/{token}")
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert answer.json()["manifest"]["files"] == []
    assert answer.json()["manifest"]["valid_until"] == "2025-02-16T12:00:00Z"
    world.pass_time(hours=1)
    world.work()
    assert not folder.exists()


def test_links_that_somebody_made_up_lead_nowhere(written):
    world, token, link = written
    signature, name = link.split("/")[-2:]
    other = asked(world)
    world.work()
    (theirs,) = links(world, other)
    for path in (
        f"/exports/{token}/{signature[:-1]}A/{name}",
        f"/exports/{token}/x/{name}",
        f"/exports/{token}/é/{name}",
        f"/exports/{other}/{signature}/{name}",
        f"/exports/{token}/{signature}/{theirs.split('/')[-1]}",
        f"/exports/{token}/{signature}/..%2F{token}%2F{name}",
        f"/exports/{token}/{signature}/..%2F..%2Feyrie.db",
        f"/exports/..%2F..%2F/{signature}/eyrie.db",
        f"/exports/{token}/{signature}/",
    ):
        assert is_refusal(world.anonymous.get(path), 404), path


def test_a_signature_over_another_file_of_the_folder_opens_nothing(written):
    """Not even a right signature leads to what is not among the files of the export."""
    world, token, _ = written
    (world.home / "exports" / token / "secret.txt").write_text("secret")
    for name in ("secret.txt", "../../secret.key", ".."):
        signature = world.house.secrets.sign(f"export file:{token}/{name}")
        assert is_refusal(
            world.anonymous.get(f"/exports/{token}/{signature}/{name.replace('/', '%2F')}"), 404
        )


def test_a_link_outlives_a_change_of_keys_and_no_other(written):
    world, token, link = written
    signed = f"export file:{token}/{link.split('/')[-1]}"
    signature = link.split("/")[-2]
    new, key = b"n" * 32, read_key((world.home / "secret.key").read_text())
    assert SecretBox([new, key]).is_signed(signed, signature)
    assert not SecretBox([new]).is_signed(signed, signature)
    assert not SecretBox([key]).is_signed(signed + "x", signature)


def test_a_file_that_is_gone_is_404(written):
    world, token, link = written
    (file,) = (world.home / "exports" / token).iterdir()
    file.unlink()
    assert is_refusal(world.anonymous.get(link), 404)


def test_an_export_goes_with_its_workspace(world):
    world.imported(world.custom_provider("x", world.other), SEATS_AND_SUPPORT)
    token = asked(world, workspace_token=world.other)
    waiting = asked(world, workspace_token=world.other)
    world.worker.run_until_idle()
    (link,) = links(world, token)
    assert is_refusal(world.editor.get(f"/v2/data_exports/{token}"), 404)
    assert world.stranger.get(f"/v2/data_exports/{token}").status_code == 200
    pending = asked(world, workspace_token=world.other)
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    for gone in (token, waiting, pending):
        assert is_refusal(world.owner.get(f"/v2/data_exports/{gone}"), 404)
    assert is_refusal(world.anonymous.get(link), 404)
    world.pass_time(hours=1)
    world.work()
    assert list((world.home / "exports").iterdir()) == []


def test_what_belongs_to_no_export_is_swept_after_a_day(world):
    stray = world.home / "exports" / "note.txt"
    stray.write_text("x")
    world.now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    world.work()
    assert stray.exists()
    world.pass_time(hours=25)
    world.work()
    assert not stray.exists()


def test_links_begin_with_the_address_that_people_reach_us_under(written):
    world, token, link = written
    asked_elsewhere = world.owner.get(f"/v2/data_exports/{token}", headers={"Host": "costs.example.com"})
    (file,) = asked_elsewhere.json()["manifest"]["files"]
    assert file == link.replace("eyrie.test", "costs.example.com")

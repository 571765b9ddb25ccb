"""What holds for every write: its audit entry, what leaves none, repeating it, sending back what was read."""

import json

import pytest
import sqlalchemy as sa

from eyrie.operations.operation import JsonBody
from eyrie.store.people import ApiTokenRow
from eyrie.store.traces import AuditRow, RepeatableRow
from tests.operations import exceptions
from tests.operations.examples import EXAMPLES, address, carried_out, example_of, make_names
from tests.operations.examples.bills import PASSWORD
from tests.operations.examples.example import new_name
from tests.operations.examples.metrics import SECRET
from tests.operations.table_of_tests import BY_NAME, OPERATIONS, WRITES, each, is_refusal, refusal_of

AUDITED = [operation for operation in WRITES if operation.name not in exceptions.UNAUDITED]
CREATES = [operation for operation in AUDITED if operation.method == "POST"]
SHOWN = [o for o in CREATES if o.answers.shape and "token" in o.answers.shape.model_fields]
UPDATES = [operation for operation in AUDITED if operation.method == "PUT"]
IN_WORKSPACES = (
    "folder",
    "saved_filter",
    "cost_report",
    "segment",
    "annotation",
    "dashboard",
    "canvas",
    "report_notification",
    "scenario_model",
    "report_forecast",
)
OF_FIELDS = [
    operation for operation in UPDATES if isinstance(operation.body, JsonBody)
]  # not of a whole file
AGENT = {"User-Agent": "vantage-mcp-server/1.2"}


def new_entries(world, work):
    """The audit entries that some work leaves, and what the work gives."""
    before = {entry.token for entry in world.audit()}
    given = work()
    return [entry for entry in world.audit() if entry.token not in before], given


def ready(world, operation):
    """What the path names, made and prepared before anything is counted."""
    names = make_names(world, operation)
    example_of(operation).first(world, names)
    return names


def read(world, operation, path):
    """What reading answers for what an operation changes: the read of one, or its line in the list."""
    found = [o for o in OPERATIONS if o.method == "GET" and o.answers.shape is operation.answers.shape]
    if any(o.answers.key == operation.answers.key for o in found):
        return world.owner.get(path).json()
    [listing] = found  # nothing reads one alone
    listed = world.owner.get(listing.full_path).json()[listing.answers.key]
    return next(item for item in listed if item["token"] == path.rpartition("/")[2])


@each(AUDITED)
def test_a_write_leaves_one_entry_that_tells_what_changed(shared, operation):
    names = ready(shared, operation)
    shared.pass_time()
    (entry,), answer = new_entries(shared, lambda: carried_out(shared, operation, names=names))
    expected = EXAMPLES[operation.name].leaves
    old, new = entry.changed_values[expected.field]
    assert (entry.object_type, entry.event) == (expected.object_type, expected.event)
    assert (entry.source, entry.user, entry.user_token) == ("api", "owner", shared.user("owner"))
    assert entry.created_at == shared.now
    assert old != new
    assert not set(entry.changed_values) & set(entry.unchanged_values)
    if entry.event == "record_created":
        assert [old for old, _ in entry.changed_values.values()] == [None] * len(entry.changed_values)
    if operation in SHOWN:
        assert entry.object_token == answer.json()["token"]
        assert new == answer.json()[expected.field]
    if entry.event == "record_destroyed":
        assert [new for _, new in entry.changed_values.values()] == [None] * len(entry.changed_values)
        assert entry.unchanged_values == {}
        assert entry.object_token == list(names.values())[-1]


@each(AUDITED)
def test_an_entry_names_the_workspace_of_what_lies_in_one(shared, operation):
    names = ready(shared, operation)
    (entry,), _ = new_entries(shared, lambda: carried_out(shared, operation, names=names))
    if entry.object_type in IN_WORKSPACES:
        assert (entry.workspace_token, entry.workspace_title) == (shared.main, "Main")
    elif entry.object_type == "workspace":
        assert entry.workspace_token == entry.object_token
    else:
        assert (entry.workspace_token, entry.workspace_title) == (None, None)


@each(AUDITED)
def test_an_assistant_is_told_apart_from_other_clients(shared, operation):
    names = ready(shared, operation)
    (entry,), _ = new_entries(shared, lambda: carried_out(shared, operation, names=names, headers=AGENT))
    assert entry.source == "finops_agent"


@each([BY_NAME[name] for name in exceptions.UNAUDITED])
def test_what_is_not_audited_leaves_no_entry(shared, operation):
    path, sent = address(operation, ready(shared, operation)), example_of(operation).sends(shared)
    entries, answer = new_entries(shared, lambda: shared.owner.request(operation.method, path, **sent))
    assert answer.status_code == operation.answers.status
    assert entries == []


@each(AUDITED)
def test_a_write_that_is_refused_leaves_no_entry(shared, operation):
    """A viewer may not, or sends a body that cannot be read, or names what is not theirs."""
    path = address(operation, ready(shared, operation))
    entries, answer = new_entries(shared, lambda: shared.viewer.request(operation.method, path, content=b"{"))
    assert answer.status_code in (400, 403, 404, 422)
    assert entries == []


@each(UPDATES)
def test_an_update_that_changes_nothing_leaves_no_entry(shared, operation):
    names = ready(shared, operation)
    sent = example_of(operation).sends(shared)
    assert carried_out(shared, operation, names=names, **sent).status_code == 200
    entries, answer = new_entries(shared, lambda: carried_out(shared, operation, names=names, **sent))
    assert answer.status_code == 200
    assert entries == []


@each(OF_FIELDS)
def test_what_was_read_is_taken_back_and_changes_nothing(shared, operation):
    path = address(operation, make_names(shared, operation))
    before = read(shared, operation, path)
    if operation.name in exceptions.NOT_SENT_BACK:
        assert is_refusal(shared.owner.put(path, json=before), refusal_of(operation))
        return
    shared.pass_time()
    entries, answer = new_entries(shared, lambda: shared.owner.put(path, json=before))
    after = read(shared, operation, path)
    assert answer.status_code == 200, answer.text
    assert answer.json() == after
    assert entries == []
    assert after.pop("updated_at", None) != before.pop("updated_at", "never shown")
    assert after == before


@each([operation for operation in OF_FIELDS if operation.finds])
def test_every_accepted_update_moves_updated_at(shared, operation):
    names = make_names(shared, operation)
    shared.pass_time(hours=1)
    if operation.name in exceptions.NEEDS_A_FIELD:
        assert is_refusal(shared.owner.put(address(operation, names), json={}), refusal_of(operation))
        assert carried_out(shared, operation, names=names).status_code == 200
    else:
        assert shared.owner.put(address(operation, names), json={}).status_code == 200
    (finds,) = operation.finds
    with shared.house.database.reading() as session:
        row = session.get_one(finds.row, names[finds.parameter])
        assert row.created_at < row.updated_at == shared.now


@each(SHOWN)
def test_what_was_created_is_there_at_once_and_looks_the_same(shared, operation):
    answer = carried_out(shared, operation)
    token = answer.json()["token"]
    assert "location" not in answer.headers
    if operation.name == "createApiToken":
        assert token in [one["token"] for one in shared.owner.get("/api/tokens").json()["tokens"]]
    elif operation.name == "createUserCostsUploadViaCsv":
        assert token.startswith("usr_csts_upld_")
    else:
        family = operation.path.removesuffix("/custom_provider").removesuffix("/gcp").removesuffix("/azure")
        assert read(shared, operation, f"{operation.door}{family}/{token}") == answer.json()


@each(SHOWN)
def test_deleting_twice_is_404_the_second_time(shared, operation):
    if operation.name == "createUserCostsUploadViaCsv":
        integration = make_names(shared, operation)["integration_token"]
        token = carried_out(shared, operation, names={"integration_token": integration}).json()["token"]
        path = f"/v2/integrations/{integration}/costs/{token}"
    else:
        family = operation.path.removesuffix("/custom_provider").removesuffix("/gcp").removesuffix("/azure")
        path = f"{operation.door}{family}/{carried_out(shared, operation).json()['token']}"
    assert shared.owner.delete(path, headers={"Content-Type": "application/json"}).status_code == 204
    assert is_refusal(shared.owner.delete(path), 404)


@each(CREATES)
def test_a_repeated_request_is_done_once(shared, operation):
    names, key = ready(shared, operation), {"Idempotency-Key": new_name("key")}
    first = _prepared(shared, operation, names, key)
    entries, answers = new_entries(shared, lambda: [shared.owner.request(**first) for _ in range(3)])
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(entries) == 1


def _prepared(world, operation, names, headers):
    """A request whose bytes are the same each time, multipart boundary included."""
    sent = dict(example_of(operation).sends(world))
    if isinstance(operation.body, JsonBody):
        sent = {
            "content": json.dumps(sent["json"]),
            "headers": {**headers, "Content-Type": "application/json"},
        }
    else:
        text = sent["files"]["csv"][1]
        sent = {"content": text, "headers": {**headers, "Content-Type": "text/csv"}}
    return {"method": operation.method, "path": address(operation, names), **sent}


@each(CREATES)
def test_a_key_that_was_used_for_another_request_is_422(shared, operation):
    names, key = ready(shared, operation), {"Idempotency-Key": new_name("key")}
    assert shared.owner.request(**_prepared(shared, operation, names, key)).status_code == 201
    other = _prepared(shared, operation, names, key)
    changed = other["content"] + (b"\n" if isinstance(other["content"], bytes) else " ")
    entries, answer = new_entries(shared, lambda: shared.owner.request(**{**other, "content": changed}))
    assert is_refusal(answer, 422)
    assert entries == []


def test_a_key_belongs_to_one_token_and_to_one_day(shared):
    request = {
        "headers": {"Idempotency-Key": new_name("key")},
        "json": {"title": "x", "workspace_token": shared.main},
    }
    first = shared.owner.post("/v2/folders", **request).json()["token"]
    assert shared.editor.post("/v2/folders", **request).json()["token"] != first
    shared.pass_time(hours=23, minutes=59)
    assert shared.owner.post("/v2/folders", **request).json()["token"] == first
    shared.pass_time(minutes=1)
    again = shared.owner.post("/v2/folders", **request)
    assert again.status_code == 201
    assert again.json()["token"] != first


def test_a_failed_request_may_be_repeated_with_its_key(shared):
    key = {"Idempotency-Key": new_name("key")}
    assert shared.owner.post("/v2/folders", json={}, headers=key).status_code == 400
    body = {"title": "x", "workspace_token": shared.main}
    assert shared.owner.post("/v2/folders", json=body, headers=key).status_code == 201


def test_a_key_is_not_endlessly_long_and_empty_is_none(shared):
    body = {"title": "x", "workspace_token": shared.main}
    answer = shared.owner.post("/v2/folders", json=body, headers={"Idempotency-Key": "k" * 256})
    assert is_refusal(answer, 422)
    tokens = {
        shared.owner.post("/v2/folders", json=body, headers={"Idempotency-Key": ""}).json()["token"]
        for _ in "ab"
    }
    assert len(tokens) == 2


def test_a_key_without_a_caller_changes_nothing(shared):
    form = example_of(BY_NAME["createOAuthToken"]).sends(shared)["data"]
    key = {"Idempotency-Key": new_name("key")}
    answers = [shared.anonymous.post("/oauth/token", data=form, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["access_token"] != answers[1].json()["access_token"]


def test_secrets_are_nowhere_in_the_store(world):
    """A secret is shown once: neither audit entries nor the answers kept for repeated requests hold it."""
    secrets = [PASSWORD, SECRET]
    for operation in WRITES:
        names = ready(world, operation)
        answer = carried_out(world, operation, names=names, headers={"Idempotency-Key": new_name("key")})
        assert answer.status_code == operation.answers.status
        body = answer.json() if answer.content else {}
        secrets += [body[name] for name in ("secret", "access_token") if name in body]
    assert len(secrets) == 4
    with world.house.database.reading() as session:
        entries = session.scalars(sa.select(AuditRow)).all()
        kept = session.scalars(sa.select(RepeatableRow)).all()
        hashes = session.scalars(sa.select(ApiTokenRow.secret_hash)).all()
    audited = json.dumps([[one.changed_values, one.unchanged_values, one.object_title] for one in entries])
    answers = b"".join(one.body + json.dumps(one.headers).encode() for one in kept).decode()
    files = b"".join(path.read_bytes() for path in world.home.glob("eyrie.db*")).decode("latin-1")
    posted = [operation for operation in WRITES if operation.method == "POST" and operation.scope is not None]
    assert len(kept) == len(posted)
    for secret in [*secrets, *hashes]:
        assert secret not in audited
        assert secret not in answers
    for secret in secrets:
        assert secret not in files


@pytest.mark.parametrize("name", ["createAzureIntegration", "createApiToken"])
def test_reading_never_shows_a_secret(shared, name):
    operation = BY_NAME[name]
    answer = carried_out(shared, operation)
    listed = shared.owner.get("/api/tokens").text + shared.owner.get("/v2/integrations?limit=1000").text
    assert PASSWORD not in answer.text + listed
    assert answer.json().get("secret", "no secret at all") not in listed

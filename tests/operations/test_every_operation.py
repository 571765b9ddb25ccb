"""What holds for every operation of the table: who may call it, and what is answered to those who may not.

The tests are generated from the table. What an operation needs is in `examples`, what does not hold for it in
`exceptions`.
"""

import re

import pytest

from eyrie.access.caller import Role, Scope
from eyrie.access.tokens import create_token
from eyrie.operations.operation import Work
from eyrie.store.people import UserRow
from tests.in_process import Client
from tests.operations import exceptions
from tests.operations.examples import (
    EXAMPLES,
    MAKERS,
    address,
    carried_out,
    example_of,
    make_names,
    parameters_of,
    unknown_names,
)
from tests.operations.table_of_tests import (
    BY_NAME,
    GUARDED,
    NAMING,
    OPERATIONS,
    READS,
    SUCCEEDING,
    WRITES,
    each,
    is_refusal,
)


@pytest.fixture(scope="module")
def outsider(shared):
    """Somebody with every right that is not an owner's, in the other workspace alone."""
    return shared.client(shared.person("outsider", Role.INTEGRATION_OWNER, shared.other))


@pytest.fixture(scope="module")
def with_scope(shared):
    """Clients of the owner with one scope each."""
    owner = shared.user("owner")
    return {scope: shared.client(owner, scope) for scope in Scope}


@each(WRITES)
def test_every_write_has_an_example(operation):
    assert operation.name in EXAMPLES


@each(OPERATIONS)
def test_what_a_path_names_can_be_made(operation):
    assert set(parameters_of(operation)) <= set(MAKERS)


def test_examples_and_exceptions_are_of_operations_that_there_are():
    parameters = {parameter for operation in OPERATIONS for parameter in parameters_of(operation)}
    assert set(EXAMPLES) <= set(BY_NAME)
    assert set(MAKERS) == parameters
    assert set(exceptions.ACCOUNT_WIDE) <= parameters
    for named in (
        exceptions.VIEWERS_MAY,
        exceptions.ASKS_LATE,
        exceptions.UNAUDITED,
        exceptions.READERS_MAY,
        exceptions.NOT_SENT_BACK,
        exceptions.NEEDS_A_FIELD,
        exceptions.COMPUTED_LISTS,
        exceptions.BOUND_LIMITS,
        exceptions.REFUSES,
        exceptions.READERS_MAY,
    ):
        assert set(named) <= set(BY_NAME)


def test_only_these_need_no_token():
    assert {operation.full_path for operation in OPERATIONS if operation.scope is None} == {
        "/v2/ping",
        "/v2/oas_v3.json",
        "/v2/swagger.json",
        "/api/openapi.json",
        "/oauth/token",
        "/api/sign_in",
        "/api/session",
        "/exports/{data_export_token}/{signature}/{file}",
    }


@each(SUCCEEDING)
def test_the_example_succeeds_with_the_declared_status(shared, operation):
    answer = carried_out(shared, operation)
    assert answer.status_code == operation.answers.status, answer.text
    assert (answer.content == b"") is (answer.status_code == 204)


@each([BY_NAME[name] for name in exceptions.REFUSES])
def test_what_cannot_be_done_yet_says_what_can(shared, operation):
    answer = carried_out(shared, operation)
    assert is_refusal(answer, 404)
    assert "POST /v2/" in answer.json()["errors"][0]


@each(GUARDED)
def test_without_a_token_it_is_401(shared, operation):
    names = unknown_names(operation)
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}, {"Authorization": "x"}):
        answer = shared.anonymous.request(operation.method, address(operation, names), headers=headers)
        assert is_refusal(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["errors"] == ["Invalid or missing API token"]


@each(GUARDED)
def test_an_unknown_token_is_401(shared, operation):
    headers = {"Authorization": "Bearer eyrie_unknown"}
    answer = shared.anonymous.request(
        operation.method, address(operation, unknown_names(operation)), headers=headers
    )
    assert is_refusal(answer, 401)


@pytest.fixture(scope="module")
def invalid(shared):
    """A client whose token was revoked, and one whose token has expired."""
    token = shared.owner.post("/api/tokens", json={"description": "x", "scopes": ["read", "write"]}).json()
    assert shared.owner.delete(f"/api/tokens/{token['token']}").status_code == 204
    with shared.house.database.writing() as session:
        owner = session.get_one(UserRow, shared.user("owner"))
        _, expired = create_token(
            session, owner, tuple(Scope), description="x", now=shared.now, expires_at=shared.now
        )
    with Client(shared.app, token["secret"]) as revoked, Client(shared.app, expired) as late:
        yield revoked, late


@each(GUARDED)
def test_a_revoked_or_expired_token_is_401(invalid, operation):
    for client in invalid:
        answer = client.request(operation.method, address(operation, unknown_names(operation)))
        assert is_refusal(answer, 401)


@each(GUARDED)
def test_a_token_without_the_scope_is_403_whatever_the_path_names(with_scope, operation):
    other = Scope.READ if operation.scope is Scope.WRITE else Scope.WRITE
    answer = with_scope[other].request(operation.method, address(operation, unknown_names(operation)))
    assert is_refusal(answer, 403)
    assert answer.json()["errors"] == [f"This token does not have the {operation.scope} scope"]


@each(NAMING)
def test_an_unknown_token_in_the_path_is_404(shared, operation):
    answer = carried_out(shared, operation, names=unknown_names(operation))
    assert is_refusal(answer, 404)
    assert all(text.endswith("not found") for text in answer.json()["errors"])


@each([operation for operation in NAMING if len(parameters_of(operation)) > 1])
def test_a_child_is_not_found_under_another_parent(shared, operation):
    names, others = make_names(shared, operation), make_names(shared, operation)
    child = parameters_of(operation)[-1]
    assert is_refusal(carried_out(shared, operation, names={**names, child: others[child]}), 404)


@each(NAMING)
def test_what_lies_in_another_workspace_does_not_exist(shared, outsider, operation):
    names = make_names(shared, operation, shared.main)
    answer = carried_out(shared, operation, client=outsider, names=names)
    if set(parameters_of(operation)) <= set(exceptions.ACCOUNT_WIDE):
        assert answer.status_code != 404, answer.text
    else:
        assert is_refusal(answer, 404)
        assert carried_out(shared, operation, names=names).status_code < 300


@each(WRITES)
def test_a_viewer_may_not_write(shared, operation):
    answer = carried_out(
        shared, operation, client=shared.viewer, names=_seen_by_the_viewer(shared, operation)
    )
    if operation.name in exceptions.VIEWERS_MAY:
        assert answer.status_code == operation.answers.status, answer.text
    else:
        assert is_refusal(answer, 403)


def _seen_by_the_viewer(shared, operation):
    names = make_names(shared, operation)
    if "workspace_token" in names:
        names["workspace_token"] = shared.main
    if "user_token" in names:
        names["user_token"] = shared.user("editor")
    if operation.name == "deleteApiToken":
        made = shared.viewer.post("/api/tokens", json={"description": "mine", "scopes": ["read"]})
        names["token"] = made.json()["token"]
    example_of(operation).first(shared, names)
    return names


def test_somebody_elses_api_token_does_not_exist_for_a_viewer(shared):
    operation = BY_NAME["deleteApiToken"]
    names = make_names(shared, operation)
    assert is_refusal(carried_out(shared, operation, client=shared.viewer, names=names), 404)


@each(SUCCEEDING)
def test_parameters_nobody_knows_are_ignored(shared, operation):
    sent = dict(example_of(operation).sends(shared).get("params", {}))
    answer = carried_out(
        shared, operation, params={**sent, "unknown": "1", "settings[unknown]": "x", "filter2[]": ""}
    )
    assert answer.status_code == operation.answers.status, answer.text


@each(OPERATIONS)
def test_another_method_is_405_and_says_which_are_allowed(shared, operation):
    path = address(operation, unknown_names(operation))
    answer = shared.owner.request("PROPFIND", path)
    assert is_refusal(answer, 405)
    allowed = answer.headers["allow"].split(", ")
    assert operation.method in allowed
    assert allowed == sorted(set(allowed))


@each(SUCCEEDING)
def test_a_trailing_slash_is_tolerated(shared, operation):
    path = address(operation, make_names(shared, operation)) + "/"
    answer = shared.owner.request(operation.method, path, **example_of(operation).sends(shared))
    assert answer.status_code == operation.answers.status, answer.text


@each(READS)
def test_head_answers_the_headers_of_get_and_no_body(shared, operation):
    names, sent = make_names(shared, operation), example_of(operation).sends(shared)
    got = shared.owner.request("GET", address(operation, names), **sent)
    head = shared.owner.request("HEAD", address(operation, names), **sent)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize("path", ["/v2/nothing", "/api/nothing", "/v2/folders/x/y", "/v2/", "/nothing", "/"])
def test_an_unknown_path_is_404(shared, path):
    assert is_refusal(shared.owner.get(path), 404)


@pytest.mark.parametrize("path", ["/v2/nothing", "/api/nothing", "/v2/folders/x/y"])
def test_behind_a_door_a_stranger_cannot_tell_whether_a_path_exists(shared, path):
    assert is_refusal(shared.anonymous.get(path), 401)
    assert is_refusal(shared.anonymous.request("PROPFIND", "/v2/folders"), 401)


@pytest.mark.parametrize("given", ["a-1_B.c", "0" * 64])
def test_a_safe_request_id_is_echoed(shared, given):
    assert shared.owner.get("/v2/me", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "é", "0" * 65, "<script>"])
def test_an_unsafe_request_id_is_replaced(shared, given):
    headers = {"X-Request-Id": given.encode()}
    assert re.fullmatch("[0-9a-f]{16}", shared.owner.get("/v2/me", headers=headers).headers["x-request-id"])


@each(OPERATIONS)
def test_the_declaration_agrees_with_itself(operation):
    assert {finds.parameter for finds in operation.finds} <= set(parameters_of(operation))
    assert operation.audited is (operation.work is Work.WRITES and operation.name not in exceptions.UNAUDITED)
    needed = Scope.READ if operation.name in exceptions.READERS_MAY else Scope.WRITE
    assert operation.work is not Work.WRITES or operation.scope in (needed, None)

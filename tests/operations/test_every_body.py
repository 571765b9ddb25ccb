"""What holds for every body: how it may be written, how it is refused, what comes before it is read."""

import pytest

from eyrie.access.caller import Role, Scope
from eyrie.operations.operation import FormBody, JsonBody, UploadBody, Work
from tests.operations import exceptions
from tests.operations.examples import (
    address,
    as_text,
    carried_out,
    example_of,
    make_names,
    unknown_names,
)
from tests.operations.table_of_tests import BY_NAME, OPERATIONS, each, is_refusal, refusal_of

WITH_BODY = [operation for operation in OPERATIONS if operation.body is not None]
WITH_JSON = [operation for operation in WITH_BODY if isinstance(operation.body, JsonBody)]
TAKES_JSON = [operation for operation in WITH_BODY if isinstance(operation.body, JsonBody | FormBody)]
UPLOADS = [operation for operation in WITH_BODY if isinstance(operation.body, UploadBody)]
GUARDED = [operation for operation in WITH_BODY if operation.scope is not None]
FIELDS = [
    pytest.param(operation, name, id=f"{operation.name}-{name}")
    for operation in TAKES_JSON
    for name in operation.body.model.model_fields
]
JSON = {"Content-Type": "application/json"}
BROKEN = {
    "broken": b'{"title": ',
    "no object": b'["title"]',
    "a text": b'"title"',
    "null": b"null",
    "not UTF-8": b'{"title": "\xff"}',
    "blank, but not to JSON": b"\x0b",
    "too deep": b"[" * 50_000 + b"]" * 50_000,
    "a hundred thousand digits": b'{"title": 1e99999999999999999999}',
}


def sends(world, operation, content, client=None, names=None, headers=JSON):
    names = make_names(world, operation) if names is None else names
    return (client or world.owner).request(
        operation.method, address(operation, names), content=content, headers=headers
    )


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@each(TAKES_JSON)
def test_a_body_that_cannot_be_read_is_refused_in_the_one_shape(shared, operation, broken):
    assert is_refusal(sends(shared, operation, broken), refusal_of(operation))


@pytest.mark.parametrize(("operation", "name"), FIELDS)
def test_a_field_of_the_wrong_type_is_named(shared, operation, name):
    names = make_names(shared, operation)
    path = address(operation, names)
    # Where an object is wanted a text is wrong, elsewhere an object.
    told = {f"{name} is invalid", f"{name} does not have a valid value"}
    for wrong in ({"no": {"such": "type"}}, "no such type"):
        answer = shared.owner.request(operation.method, path, json={name: wrong})
        if told & set(answer.json().get("errors", ())):
            assert is_refusal(answer, refusal_of(operation))
            return
    pytest.fail(f"neither an object nor a text is wrong for {name}")


@each(UPLOADS)
def test_an_upload_that_cannot_be_read_is_refused_in_the_one_shape(shared, operation):
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    assert is_refusal(sends(shared, operation, b"--b\r\nhalf", headers=form), 400)
    text = {"Content-Type": "application/x-www-form-urlencoded"}
    assert is_refusal(sends(shared, operation, b"csv=%ff", headers=text), 400)
    for name in operation.body.model.model_fields:
        answer = carried_out(shared, operation, data={name: "perhaps"})
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == [f"{name} is invalid"]


@each(WITH_BODY)
def test_a_body_of_another_type_is_415(shared, operation):
    for kind in ("text/xml", "application/octet-stream"):
        answer = sends(shared, operation, b"<title/>", headers={"Content-Type": kind})
        assert is_refusal(answer, 415)


@each(WITH_BODY)
def test_a_body_that_is_too_large_is_413(shared, operation):
    headers = {**JSON, "Content-Length": str(10**9)}
    assert is_refusal(sends(shared, operation, b"{}", headers=headers), 413)


@each(WITH_BODY)
def test_a_body_that_grows_too_large_unannounced_is_413(shared, operation):
    """It comes in pieces and nothing says beforehand how long it is; no more is read than is taken."""
    pieces = []

    async def endless():
        while True:
            pieces.append(1)
            yield b"x" * 1_000_000

    assert is_refusal(sends(shared, operation, endless()), 413)
    assert len(pieces) <= 64


@each(WITH_JSON)
def test_empty_and_missing_bodies_are_read_alike(shared, operation):
    names = make_names(shared, operation)
    example_of(operation).first(shared, names)
    answers = [
        sends(shared, operation, content, names=names, headers=headers)
        for content in (b"{}", b"", b"  ")
        for headers in (JSON, {})
    ]
    answers.append(
        sends(
            shared, operation, b"{}", names=names, headers={"Content-Type": "application/json; charset=utf-8"}
        )
    )
    assert len({as_text(answer) for answer in answers}) == 1
    assert answers[0].status_code in (operation.answers.status, refusal_of(operation), 404)


@each(WITH_JSON)
def test_keys_nobody_knows_are_ignored(shared, operation):
    sent = example_of(operation).sends(shared)["json"]
    unknown = {"unknown": {"deep": [1, None]}, "token": "x_0", "created_at": "never", "links": None}
    answer = carried_out(shared, operation, json={**unknown, **sent})
    assert answer.status_code == carried_out(shared, operation).status_code, answer.text


@each([operation for operation in WITH_BODY if isinstance(operation.body, FormBody | UploadBody)])
def test_form_fields_nobody_knows_are_ignored(shared, operation):
    sent = example_of(operation).sends(shared)
    answer = carried_out(shared, operation, **{**sent, "data": {**sent.get("data", {}), "unknown": "1"}})
    assert answer.status_code == operation.answers.status, answer.text


@each(GUARDED)
def test_the_token_comes_before_the_body(shared, operation):
    for names in (make_names(shared, operation), unknown_names(operation)):
        assert is_refusal(sends(shared, operation, b"{", shared.anonymous, names), 401)
        large = {"Content-Length": str(10**9)}
        assert is_refusal(sends(shared, operation, b"{", shared.anonymous, names, large), 401)


@each(GUARDED)
def test_the_scope_comes_before_the_body(shared, operation):
    other = Scope.READ if operation.scope is Scope.WRITE else Scope.WRITE
    client = shared.client(shared.user("owner"), other)
    for names in (make_names(shared, operation), unknown_names(operation)):
        assert is_refusal(sends(shared, operation, b"{", client, names), 403)


@each([operation for operation in GUARDED if operation.finds])
def test_what_the_path_names_comes_before_the_body(shared, operation):
    assert is_refusal(sends(shared, operation, b"{", names=unknown_names(operation)), 404)


@pytest.fixture(scope="module")
def onlooker(shared):
    """A viewer of both workspaces."""
    return shared.client(shared.person("onlooker", Role.VIEWER, shared.main, shared.other))


@each(GUARDED)
def test_rights_come_before_the_body(shared, onlooker, operation):
    names = make_names(shared, operation)
    if "workspace_token" in names:
        names["workspace_token"] = shared.main
    answer = sends(shared, operation, b"{", onlooker, names)
    reads = operation.work is Work.READS
    if reads or operation.name in exceptions.VIEWERS_MAY or operation.name in exceptions.ASKS_LATE:
        assert is_refusal(answer, refusal_of(operation))
    else:
        assert is_refusal(answer, 403)


def test_all_problems_are_told_at_once(shared):
    answer = shared.owner.post("/v2/folders", json={"type": "Drawer", "saved_filter_tokens": "x"})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [
        "title is missing",
        "saved_filter_tokens is invalid",
        "type does not have a valid value",
    ]


def test_the_form_of_a_sign_in_may_be_json(shared):
    operation = BY_NAME["createOAuthToken"]
    form = example_of(operation).sends(shared)["data"]
    assert shared.anonymous.post("/oauth/token", json=form).status_code == 200
    assert shared.anonymous.post("/oauth/token", data=form).status_code == 200
    assert (
        shared.anonymous.post(
            "/oauth/token", files={name: (None, text) for name, text in form.items()}
        ).status_code
        == 200
    )

"""`POST /oauth/token`: client credentials for a token that lives an hour and ends with its client."""

import base64

import pytest

from tests.in_process import Client
from tests.operations.table_of_tests import is_refusal

GRANT = {"grant_type": "client_credentials"}
INVALID_CLIENT = (401, {"error": "invalid_client"})


def new_client(world, *scopes, **more):
    """An API token of the owner, as a client: its id and secret."""
    body = {"description": "billing export", "scopes": list(scopes or ("read", "write")), **more}
    made = world.owner.post("/api/tokens", json=body).json()
    return made["token"], made["secret"]


def basic(name, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def granted(world, name, secret, **more):
    answer = world.anonymous.post("/oauth/token", data={**GRANT, **more}, headers=basic(name, secret))
    assert answer.status_code == 200, answer.text
    return answer.json()


def status(world, secret, method="GET", path="/v2/me"):
    with Client(world.app, secret) as client:
        return client.request(method, path).status_code


def test_by_http_basic(world):
    world.pass_time()
    told = granted(world, *new_client(world))
    assert told.pop("access_token").startswith("eyrie_")
    assert told == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "read write",
        "created_at": 1739620801,
    }


def test_by_a_form_or_json(shared):
    name, secret = new_client(shared)
    credentials = {**GRANT, "client_id": name, "client_secret": secret}
    for sent in ({"data": credentials}, {"json": credentials}):
        assert status(shared, shared.anonymous.post("/oauth/token", **sent).json()["access_token"]) == 200


def test_the_name_and_secret_in_basic_are_percent_encoded_first(shared):
    name, secret = new_client(shared)
    encoded = "".join(f"%{ord(letter):02x}" for letter in secret)
    assert granted(shared, name, encoded)["scope"] == "read write"


def test_an_answer_with_a_token_is_kept_nowhere(shared):
    name, secret = new_client(shared)
    answer = shared.anonymous.post("/oauth/token", data=GRANT, headers=basic(name, secret))
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic é".encode("latin-1")},
        {"Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"no colon").decode()},
        basic("tkn_0123456789abcdef", "eyrie_x"),
        basic("a%00b", "eyrie_x"),
        basic("", ""),
    ],
)
def test_wrong_credentials_are_no_client(shared, headers):
    answer = shared.anonymous.post("/oauth/token", data=GRANT, headers=headers)
    assert (answer.status_code, answer.json()) == INVALID_CLIENT
    assert answer.headers["www-authenticate"] == "Basic"


def test_a_wrong_secret_is_no_client(shared):
    name, secret = new_client(shared)
    for wrong in (secret[:-1], secret + "x", "", name):
        for sent in (
            {"data": GRANT, "headers": basic(name, wrong)},
            {"data": {**GRANT, "client_id": name, "client_secret": wrong}},
        ):
            answer = shared.anonymous.post("/oauth/token", **sent)
            assert (answer.status_code, answer.json()) == INVALID_CLIENT


def test_what_was_granted_is_no_client_itself(shared):
    secret = granted(shared, *new_client(shared))["access_token"]
    listed = shared.owner.get("/api/tokens", params={"limit": 1000}).json()["tokens"]
    for token in listed:
        answer = shared.anonymous.post("/oauth/token", data=GRANT, headers=basic(token["token"], secret))
        assert (answer.status_code, answer.json()) == INVALID_CLIENT


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_another_grant_is_told_as_the_standard_says(shared, form, error):
    answer = shared.anonymous.post("/oauth/token", data=form, headers=basic(*new_client(shared)))
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_narrower_scope(shared):
    client = new_client(shared)
    told = granted(shared, *client, scope="read")
    assert told["scope"] == "read"
    assert status(shared, told["access_token"]) == 200
    assert status(shared, told["access_token"], "POST", "/v2/folders") == 403


@pytest.mark.parametrize("scope", ["read write", "write", "admin", "read admin"])
def test_a_wider_scope_than_the_clients_is_refused(shared, scope):
    headers = basic(*new_client(shared, "read"))
    answer = shared.anonymous.post("/oauth/token", data={**GRANT, "scope": scope}, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


def test_after_an_hour_it_is_over(world):
    secret = granted(world, *new_client(world))["access_token"]
    world.pass_time(minutes=59, seconds=59)
    assert status(world, secret) == 200
    world.pass_time(seconds=1)
    assert status(world, secret) == 401


def test_it_does_not_outlive_its_client(world):
    client = new_client(world, expires_at="2025-02-16")
    world.now = world.now.replace(hour=23, minute=30)
    told = granted(world, *client)
    assert told["expires_in"] == 1800
    world.pass_time(minutes=30)
    assert status(world, told["access_token"]) == 401
    answer = world.anonymous.post("/oauth/token", data=GRANT, headers=basic(*client))
    assert (answer.status_code, answer.json()) == INVALID_CLIENT


def test_revoking_the_client_ends_its_tokens(shared):
    client, other = new_client(shared), new_client(shared)
    secrets = [granted(shared, *client)["access_token"] for _ in range(2)]
    kept = granted(shared, *other)["access_token"]
    assert shared.owner.delete(f"/api/tokens/{client[0]}").status_code == 204
    assert [status(shared, secret) for secret in [*secrets, client[1], kept]] == [401, 401, 401, 200]
    answer = shared.anonymous.post("/oauth/token", data=GRANT, headers=basic(*client))
    assert (answer.status_code, answer.json()) == INVALID_CLIENT


def test_it_sees_itself_as_its_client(shared):
    with Client(shared.app, granted(shared, *new_client(shared), scope="read")["access_token"]) as client:
        token = client.get("/v2/me").json()["bearer_token"]
        assert (token["description"], token["scope"]) == ("billing export", ["read"])


def test_other_methods_and_paths(shared):
    assert is_refusal(shared.anonymous.get("/oauth/token"), 405)
    assert is_refusal(shared.anonymous.post("/oauth"), 404)

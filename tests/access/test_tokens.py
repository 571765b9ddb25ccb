"""API tokens: shown once, known by a hash, used within their scopes, noted once a minute at most."""

import datetime as dt
import threading

import pytest

from eyrie.access.caller import Role
from eyrie.access.tokens import hash_of
from eyrie.store.people import ApiTokenRow
from tests.in_process import Client, app_over
from tests.operations.table_of_tests import is_refusal

SECONDS_PATIENCE = 20


def new_token(client, *scopes, **more):
    body = {"description": "for a script", "scopes": list(scopes or ("read", "write")), **more}
    answer = client.post("/api/tokens", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def kept(world, token):
    with world.house.database.reading() as session:
        return session.get_one(ApiTokenRow, token)


def test_a_secret_is_long_random_and_kept_as_a_hash_only(shared):
    first, second = new_token(shared.owner), new_token(shared.owner)
    row = kept(shared, first["token"])
    assert len(first["secret"]) >= 40
    assert first["secret"] != second["secret"]
    assert row.secret_hash == hash_of(first["secret"])
    assert not any(first["secret"] in str(value) for value in vars(row).values())


def test_the_scheme_may_be_written_in_any_case(shared):
    secret = new_token(shared.owner)["secret"]
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {secret}"}
        assert shared.anonymous.get("/v2/me", headers=headers).status_code == 200


def test_scopes_come_back_in_one_order_without_repeats(shared):
    assert new_token(shared.owner, "write", "read", "write")["scopes"] == ["read", "write"]


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "admin"], "read", None])
def test_a_token_has_at_least_one_known_scope(shared, scopes):
    body = {"description": "x", "scopes": scopes}
    assert is_refusal(shared.owner.post("/api/tokens", json=body), 400)


def test_a_token_makes_none_with_more_scopes_than_its_own(shared):
    writer = new_token(shared.owner, "write")["secret"]
    with Client(shared.app, writer) as client:
        assert is_refusal(client.post("/api/tokens", json={"description": "x", "scopes": ["read"]}), 403)
        assert new_token(client, "write")["scopes"] == ["write"]


def test_a_token_with_write_alone_may_not_read(shared):
    with Client(shared.app, new_token(shared.owner, "write")["secret"]) as client:
        answer = client.get("/v2/me")
        assert is_refusal(answer, 403)
        assert answer.json()["errors"] == ["This token does not have the read scope"]


def test_it_ends_with_the_day_that_was_said(world):
    made = new_token(world.owner, expires_at="2025-03-01")
    assert made["expires_at"] == "2025-03-01T00:00:00Z"
    with Client(world.app, made["secret"]) as client:
        world.now = dt.datetime(2025, 2, 28, 23, 59, 59)
        assert client.get("/v2/me").status_code == 200
        world.pass_time()
        assert is_refusal(client.get("/v2/me"), 401)


def test_its_use_is_noted_once_a_minute_at_most(world):
    made = new_token(world.owner)
    assert made["last_used_at"] is None
    begun = world.now
    with Client(world.app, made["secret"]) as client:
        client.get("/v2/me")
        for seconds, noted in ((59, 0), (1, 60), (30, 60), (29, 60), (1, 120), (600, 720)):
            world.pass_time(seconds=seconds)
            client.get("/v2/me")
            assert kept(world, made["token"]).last_used_at == begun + dt.timedelta(seconds=noted)


def test_a_request_is_counted_and_timed_without_the_wait_to_note_its_use(world):
    """Another writer holds the store until the request was counted."""
    counted, secret = threading.Event(), new_token(world.owner)["secret"]
    app = app_over(world.house, observe=lambda *_counted: counted.set())
    with Client(app, secret) as client:
        asking = threading.Thread(target=client.get, args=("/v2/me",))
        with world.house.database.writing():
            asking.start()
            before_the_note = counted.wait(SECONDS_PATIENCE)
        asking.join()
    assert before_the_note


@pytest.mark.parametrize(("method", "path"), [("GET", "/v2/me"), ("PUT", "/v2/me"), ("POST", "/api/tokens")])
def test_reading_and_writing_count_as_use(world, method, path):
    made = new_token(world.owner)
    with Client(world.app, made["secret"]) as client:
        client.request(method, path)
    assert kept(world, made["token"]).last_used_at == world.now


def test_a_person_is_seen_when_a_token_is_used(world):
    made = new_token(world.viewer)
    world.pass_time(days=3)
    with Client(world.app, made["secret"]) as client:
        client.get("/v2/ping")
        assert _seen(world) == "2025-02-15"
        client.get("/v2/me")
        assert _seen(world) == "2025-02-18"


def _seen(world):
    return world.owner.get(f"/v2/users/{world.user('viewer')}").json()["last_seen_at"]


def test_people_see_their_own_tokens_and_an_owner_those_of_all(world):
    mine, theirs = new_token(world.viewer)["token"], new_token(world.editor)["token"]
    listed = {one["token"] for one in world.viewer.get("/api/tokens").json()["tokens"]}
    everybodys = {one["token"] for one in world.owner.get("/api/tokens").json()["tokens"]}
    assert mine in listed
    assert theirs not in listed
    assert {mine, theirs} <= everybodys
    assert world.owner.delete(f"/api/tokens/{theirs}").status_code == 204
    assert world.viewer.delete(f"/api/tokens/{mine}").status_code == 204


def test_a_token_keeps_acting_with_the_rights_its_person_has_now(world):
    folder = {"title": "x", "workspace_token": world.main}
    assert world.editor.post("/v2/folders", json=folder).status_code == 201
    world.joins(world.user("editor"), world.main, Role.VIEWER)
    assert is_refusal(world.editor.post("/v2/folders", json=folder), 403)

"""Signing in to the console: links, passwords, sessions, and what another site cannot do."""

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role, Scope
from eyrie.access.sessions import forget_ended
from eyrie.store.sign_in import FailedTriesRow, PasswordRow, SessionRow, SignInLinkRow
from tests.operations.table_of_tests import is_refusal
from tests.world import World

PASSWORD = "correct horse battery"
VIEWER = "viewer@example.com"


def link_of(world, name="viewer"):
    answer = world.owner.post(f"/api/users/{world.user(name)}/sign_in_link")
    assert answer.status_code == 201, answer.text
    return answer.json()["link"]


def with_password(world, name="viewer"):
    """A browser in which somebody has just set a password; also what the session's changes carry."""
    browser = world.browser()
    answer = browser.post("/api/sign_in/link", json={"link": link_of(world, name), "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return browser, {"X-CSRF-Token": answer.json()["csrf_token"]}


def sign_in(world, password=PASSWORD, email=VIEWER, **more):
    return world.browser().post("/api/session", json={"email": email, "password": password}, **more)


def test_a_link_sets_a_password_once_and_signs_in(world):
    link = link_of(world)
    world.pass_time()
    browser = world.browser()
    sent = {"link": link, "password": PASSWORD, "name": "Vera"}
    answer = browser.post("/api/sign_in/link", json=sent)
    assert answer.json()["name"] == "Vera"
    assert browser.get("/api/session").json()["email"] == VIEWER
    again = world.browser().post("/api/sign_in/link", json=sent)
    assert is_refusal(again, 400)
    assert "link is void" in again.json()["errors"][0]
    [made, used] = [entry for entry in world.audit() if entry.object_token == world.user("viewer")][-2:]
    assert made.changed_values["sign_in_link"] == [None, "[FILTERED]"]
    assert used.changed_values == {"name": ["viewer", "Vera"], "password": [None, "[FILTERED]"]}
    assert link not in str(made.changed_values)


def test_a_new_link_makes_the_one_before_void_and_a_day_makes_any(world):
    first, second = link_of(world), link_of(world)
    refused = world.browser().post("/api/sign_in/link", json={"link": first, "password": PASSWORD})
    assert is_refusal(refused, 400)
    world.pass_time(days=1)
    late = world.browser().post("/api/sign_in/link", json={"link": second, "password": PASSWORD})
    assert is_refusal(late, 400)


def test_only_owners_make_links(world):
    for client in (world.editor, world.viewer):
        assert is_refusal(client.post(f"/api/users/{world.user('owner')}/sign_in_link"), 403)
    assert is_refusal(world.anonymous.post(f"/api/users/{world.user('owner')}/sign_in_link"), 401)
    assert is_refusal(world.owner.post("/api/users/usr_0000000000000000/sign_in_link"), 404)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "x" * 1001])
def test_a_password_that_is_easily_guessed_is_refused_and_the_link_stays_good(world, password):
    link = link_of(world)
    refused = world.browser().post("/api/sign_in/link", json={"link": link, "password": password})
    assert is_refusal(refused, 400)
    kept = world.browser().post("/api/sign_in/link", json={"link": link, "password": PASSWORD})
    assert kept.status_code == 200


def test_signing_in_and_out(world):
    with_password(world)
    browser = world.browser()
    answer = browser.post("/api/session", json={"email": " VIEWER@example.com ", "password": PASSWORD})
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert [each["token"] for each in browser.get("/v2/me").json()["workspaces"]] == [world.main]
    assert browser.delete("/api/session").status_code == 204
    assert is_refusal(browser.get("/api/session"), 401)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(world):
    with_password(world)
    wrong, unknown = sign_in(world, "not " + PASSWORD), sign_in(world, email="nobody@example.com")
    assert is_refusal(wrong, 401)
    assert wrong.json() == unknown.json()
    assert "set-cookie" not in wrong.headers


def test_who_guesses_waits_ever_longer_and_a_right_password_ends_it(world):
    with_password(world)
    for _ in range(5):
        assert is_refusal(sign_in(world, "wrong"), 401)
    blocked = sign_in(world)
    assert is_refusal(blocked, 429)
    assert blocked.headers["retry-after"] == "2"
    world.pass_time(seconds=2)
    assert is_refusal(sign_in(world, "wrong"), 401)
    world.pass_time(seconds=1)
    assert is_refusal(sign_in(world), 429)
    world.pass_time(seconds=2)
    assert sign_in(world).status_code == 200
    assert is_refusal(sign_in(world, "wrong"), 401)
    assert sign_in(world).status_code == 200


def test_a_change_in_a_session_carries_its_token(world):
    browser, headers = with_password(world, "editor")
    body = {"title": "Mine", "workspace_token": world.main}
    for missing in ({}, {"X-CSRF-Token": "0" * 64}):
        refused = browser.post("/v2/folders", json=body, headers=missing)
        assert is_refusal(refused, 403)
        assert "X-CSRF-Token" in refused.json()["errors"][0]
    assert browser.post("/v2/folders", json=body, headers=headers).status_code == 201
    [made] = [entry for entry in world.audit() if entry.object_type == "folder"]
    assert (made.source, made.user_token) == ("console", world.user("editor"))


def test_a_session_has_the_rights_of_its_person(world):
    browser, headers = with_password(world)
    body = {"title": "Mine", "workspace_token": world.main}
    assert is_refusal(browser.post("/v2/folders", json=body, headers=headers), 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_signs_nobody_in(world, site):
    with_password(world)
    assert is_refusal(sign_in(world, headers={"Sec-Fetch-Site": site}), 403)


def test_a_session_ends_by_itself(world):
    browser, _ = with_password(world)
    world.pass_time(days=14)
    refused = browser.get("/v2/me")
    assert is_refusal(refused, 401)
    assert "sign in again" in refused.json()["errors"][0]


def test_a_changed_password_ends_all_sessions_but_the_one_that_asks(world):
    elsewhere, _ = with_password(world)
    browser = world.browser()
    signed = browser.post("/api/session", json={"email": VIEWER, "password": PASSWORD}).json()
    sent = {"current_password": PASSWORD, "password": "another fine password"}
    headers = {"X-CSRF-Token": signed["csrf_token"]}
    wrong = browser.put("/api/me/password", json={**sent, "current_password": "no"}, headers=headers)
    assert is_refusal(wrong, 422)
    assert browser.put("/api/me/password", json=sent, headers=headers).status_code == 200
    assert browser.get("/api/session").status_code == 200
    assert is_refusal(elsewhere.get("/api/session"), 401)
    assert is_refusal(sign_in(world), 401)
    assert sign_in(world, "another fine password").status_code == 200


def test_guessing_the_current_password_waits_too(world):
    with_password(world)
    for _ in range(5):
        sent = {"current_password": "no", "password": "another fine password"}
        assert is_refusal(world.viewer.put("/api/me/password", json=sent), 422)
    refused = world.viewer.put("/api/me/password", json={**sent, "current_password": PASSWORD})
    assert "Too many wrong passwords" in refused.json()["errors"][0]


def test_an_api_token_comes_before_a_cookie_and_needs_no_other(world):
    browser, _ = with_password(world)
    secret = world.owner.post("/api/tokens", json={"description": "t", "scopes": ["read"]}).json()["secret"]
    shown = browser.get("/api/session", headers={"Authorization": f"Bearer {secret}"}).json()
    assert (shown["email"], shown["csrf_token"]) == ("owner@example.com", None)


def test_over_https_the_cookie_is_for_this_host_alone(tmp_path):
    with World(tmp_path / "home") as world:
        link = link_of(world)
        browser = world.browser("https://eyrie.test")
        answer = browser.post("/api/sign_in/link", json={"link": link, "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-eyrie_session=")
        assert "; Secure" in answer.headers["set-cookie"]
        assert browser.get("/api/session").status_code == 200


def test_no_secret_is_kept(world):
    browser, _ = with_password(world)
    link = link_of(world, "editor")
    with world.house.database.reading() as session:
        kept = str(
            [
                [vars(row) for row in session.scalars(sa.select(table))]
                for table in (PasswordRow, SessionRow, SignInLinkRow)
            ]
        )
    for secret in (PASSWORD, link, *browser.cookies.values()):
        assert secret not in kept
    assert "$argon2id$" in kept


def test_what_has_ended_is_forgotten(world):
    with_password(world)
    link_of(world, "editor")
    sign_in(world, "wrong")
    world.pass_time(days=15)
    with world.house.database.writing() as session:
        forget_ended(session, world.now)
        for table in (SessionRow, SignInLinkRow, FailedTriesRow):
            assert session.scalars(sa.select(table)).all() == []


def test_passwords_can_be_turned_off(tmp_path):
    with World(tmp_path / "home", password_sign_in="false") as world:
        assert world.anonymous.get("/api/sign_in").json() == {"password": False, "openid": None}
        assert is_refusal(sign_in(world), 403)
        refused = world.owner.post(f"/api/users/{world.user('viewer')}/sign_in_link")
        assert is_refusal(refused, 422)
        assert "password_sign_in" in refused.json()["errors"][0]


def test_without_openid_connect_its_paths_say_so(world):
    assert world.anonymous.get("/api/sign_in").json() == {"password": True, "openid": None}
    for path in ("/api/sign_in/openid", "/api/sign_in/openid/callback?state=x&code=y"):
        assert world.anonymous.get(path).status_code in (400, 404)


def test_a_read_token_does_not_change_a_password(world):
    reader = world.client(world.person("reader", Role.VIEWER, world.main), Scope.READ)
    sent = {"current_password": PASSWORD, "password": "another fine password"}
    assert is_refusal(reader.put("/api/me/password", json=sent), 403)

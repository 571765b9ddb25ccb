"""Signing in with OpenID Connect, at a real provider that runs on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.clients.packages import fetched
from tests.operations.table_of_tests import is_refusal
from tests.world import World

HERE = Path(__file__).parent / "provider"
CALLBACK = "http://eyrie.test/api/sign_in/openid/callback"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider."""
    build = fetched(HERE, "provider")
    shutil.copy(HERE / "provider.mjs", build)
    with subprocess.Popen(
        ["node", str(build / "provider.mjs")],
        env={**os.environ, "REDIRECT": CALLBACK},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()


@contextmanager
def world_with(folder, provider, **more):
    settings = {
        "openid_issuer": provider,
        "openid_client_id": "eyrie",
        "openid_client_secret": "a-secret+of/eyrie",
        "openid_name": "Our login",
        **more,
    }
    with World(folder / "home", **settings) as world:
        yield world


def signed_in_there(address, name):
    """Sign in at the provider as one of its people; give the address that it sends the browser back to."""
    with httpx.Client(follow_redirects=False) as browser:
        answer = browser.get(address)
        for _ in range(10):
            if answer.is_redirect:
                address = str(httpx.URL(address).join(answer.headers["location"]))
                if address.startswith(CALLBACK):
                    return address
                answer = browser.get(address)
                continue
            form = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
            assert form, answer.text
            assert prompt, answer.text
            address = str(httpx.URL(address).join(form[1]))
            answer = browser.post(address, data={"prompt": prompt[1], "login": name, "password": "any"})
    raise AssertionError("the provider never sent the browser back")


def goes_there_and_back(world, name, then="/"):
    """A browser of ours, and what it is answered when it comes back."""
    browser = world.browser()
    left = browser.get("/api/sign_in/openid", params={"then": then})
    assert left.status_code == 302, left.text
    back = urlsplit(signed_in_there(left.headers["location"], name))
    return browser, browser.get(f"{back.path}?{back.query}")


def test_a_known_person_comes_back_signed_in(tmp_path, provider):
    with world_with(tmp_path, provider) as world:
        assert world.anonymous.get("/api/sign_in").json()["openid"] == {"name": "Our login"}
        browser, back = goes_there_and_back(world, "vera", "/reports?a=b")
        assert (back.status_code, back.headers["location"]) == (302, "http://eyrie.test/reports?a=b")
        assert browser.get("/api/session").json()["email"] == "viewer@example.com"


def test_an_address_that_is_not_verified_is_nobodys(tmp_path, provider):
    with world_with(tmp_path, provider) as world:
        browser, back = goes_there_and_back(world, "eve")
        assert is_refusal(back, 403)
        assert "no verified e-mail address" in back.json()["errors"][0]
        assert is_refusal(browser.get("/api/session"), 401)


def test_a_newcomer_is_refused_unless_a_setting_says_what_they_become(tmp_path, provider):
    with world_with(tmp_path / "closed", provider) as world:
        _, back = goes_there_and_back(world, "newcomer")
        assert is_refusal(back, 403)
        assert "ask an Owner to add you" in back.json()["errors"][0]
    with world_with(tmp_path / "open", provider, openid_newcomers="viewer") as world:
        browser, _ = goes_there_and_back(world, "newcomer")
        assert browser.get("/api/session").json()["role"] == "Viewer"
        [made] = [each for each in world.audit() if each.object_title == "new@example.com"]
        assert (made.event, made.user) == ("record_created", "new@example.com")
        again, _ = goes_there_and_back(world, "newcomer")
        assert again.get("/api/session").status_code == 200


def test_an_answer_is_for_the_browser_that_asked_and_good_once(tmp_path, provider):
    with world_with(tmp_path, provider) as world:
        left = world.browser().get("/api/sign_in/openid")
        back = urlsplit(signed_in_there(left.headers["location"], "vera"))
        stolen = world.browser()
        assert is_refusal(stolen.get(f"{back.path}?{back.query}"), 400)
        stolen.get("/api/sign_in/openid")
        assert "state is not" in stolen.get(f"{back.path}?{back.query}").json()["errors"][0]
        browser, _ = goes_there_and_back(world, "vera")
        code = parse_qs(back.query)["code"][0]
        asked = browser.get("/api/sign_in/openid")
        state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
        other = browser.get("/api/sign_in/openid/callback", params={"state": state, "code": code})
        assert is_refusal(other, 400)
        assert "/token answered 400" in other.json()["errors"][0]


def test_a_refusal_of_the_provider_is_told(tmp_path, provider):
    with world_with(tmp_path, provider) as world:
        browser = world.browser()
        asked = browser.get("/api/sign_in/openid")
        state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
        told = {"state": state, "error": "access_denied", "error_description": "not today"}
        back = browser.get("/api/sign_in/openid/callback", params=told)
        assert back.json() == {"errors": ["Our login did not sign you in: not today"]}


@pytest.mark.parametrize("then", ["https://evil.example", "//evil.example", "/\\evil.example", "reports"])
def test_nobody_is_led_elsewhere(tmp_path, provider, then):
    with world_with(tmp_path, provider) as world:
        assert is_refusal(world.browser().get("/api/sign_in/openid", params={"then": then}), 400)


def test_a_wrong_client_secret_is_told(tmp_path, provider):
    with world_with(tmp_path, provider, openid_client_secret="wrong") as world:
        _, back = goes_there_and_back(world, "vera")
        assert is_refusal(back, 400)
        assert "/token answered 401" in back.json()["errors"][0]


def test_a_provider_that_is_away_or_another_is_told(tmp_path, provider):
    for issuer, said in (("http://127.0.0.1:1", "does not answer"), (f"{provider}/", "calls itself")):
        with world_with(tmp_path / said, provider, openid_issuer=issuer) as world:
            answer = world.browser().get("/api/sign_in/openid")
            assert is_refusal(answer, 503)
            assert said in answer.json()["errors"][0]

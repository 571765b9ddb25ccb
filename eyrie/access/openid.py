"""OpenID Connect, our side of it: where to send a browser, and who comes back.

The code flow with PKCE and a nonce. What must be remembered while somebody is away at the provider is sealed
into a cookie, so nobody can fill our tables by beginning to sign in. Tokens are checked by their signature,
issuer, audience, times and nonce; the provider's keys are asked for anew each time, since people sign in
rarely.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from eyrie.access.ways import OpenId
from eyrie.basics.errors import Malformed, Unavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SECONDS = 10
LARGEST_ANSWER = 1_000_000
LEEWAY_SECONDS = 60
Json = Mapping[str, Any]  # Any: JSON values


@dataclass(frozen=True)
class Away:
    """What is remembered of somebody who is at the provider."""

    state: str
    nonce: str
    verifier: str
    then: str  # where to go afterwards: a path of ours

    def written(self) -> str:
        """As text, to be sealed."""
        return json.dumps([self.state, self.nonce, self.verifier, self.then])

    @classmethod
    def read(cls, text: str) -> "Away":
        """Read what was written."""
        return cls(*json.loads(text))


@dataclass(frozen=True)
class Person:
    """Who came back, as the provider says."""

    subject: str
    email: str | None
    email_is_theirs: bool
    name: str | None


def leave(way: OpenId, redirect: str, then: str) -> tuple[str, Away]:
    """Give the address at the provider, and what to remember until somebody comes back."""
    away = Away(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), then)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(away.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": way.client_id,
        "redirect_uri": redirect,
        "scope": "openid email profile",
        "state": away.state,
        "nonce": away.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = str(_described(way)["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", away


def come_back(way: OpenId, redirect: str, away: Away, answer: Mapping[str, str | None]) -> Person:
    """Find out who came back with an answer of the provider."""
    if not hmac.compare_digest((answer.get("state") or "").encode(), away.state.encode()):
        raise Malformed("state is not that of this browser; begin again")
    if answer.get("error"):
        said = answer.get("error_description") or answer["error"]
        raise Malformed(f"{way.name} did not sign you in: {said}")
    code = answer.get("code")
    if not code:
        raise Malformed("code is missing")
    described = _described(way)
    tokens = _exchanged(way, described, redirect, code, away.verifier)
    claims = _checked(way, described, str(tokens.get("id_token") or ""), away.nonce)
    if "email" not in claims and described.get("userinfo_endpoint") and tokens.get("access_token"):
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        told = _asked(str(described["userinfo_endpoint"]), headers=bearer)
        if told.get("sub") == claims["sub"]:
            claims = {**told, **claims}
    name = claims.get("name") or claims.get("preferred_username")
    return Person(
        subject=str(claims["sub"]),
        email=str(claims["email"]) if claims.get("email") else None,
        email_is_theirs=claims.get("email_verified") in (True, "true"),
        name=str(name) if name else None,
    )


def _described(way: OpenId) -> Json:
    """What the provider says of itself."""
    described = _asked(f"{way.issuer.rstrip('/')}/.well-known/openid-configuration")
    if described.get("issuer") != way.issuer:
        raise Unavailable(
            f"openid_issuer is {way.issuer}, but the provider there calls itself {described.get('issuer')}"
        )
    missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - set(described)
    if missing:
        raise Unavailable(f"{way.issuer} does not tell its {', '.join(sorted(missing))}")
    return described


def _exchanged(way: OpenId, described: Json, redirect: str, code: str, verifier: str) -> Json:
    """Exchange a code for tokens."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:
        pair = f"{quote(way.client_id, safe='')}:{quote(way.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": way.client_id, "client_secret": way.client_secret}
    return _asked(str(described["token_endpoint"]), urlencode(form).encode(), headers)


def _checked(way: OpenId, described: Json, token: str, nonce: str) -> Json:
    """Check an ID token and give its claims."""
    try:
        head = jwt.get_unverified_header(token)
        keys = jwt.PyJWKSet.from_dict(dict(_asked(str(described["jwks_uri"])))).keys
        fitting = [key for key in keys if head.get("kid") in (None, key.key_id)]
        if head.get("alg") not in ALGORITHMS or not fitting:
            raise Malformed(f"{way.name} signed with a key that it does not tell")
        claims: Json = jwt.decode(
            token,
            fitting[0],
            algorithms=[str(head["alg"])],
            audience=way.client_id,
            issuer=way.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except (jwt.PyJWTError, binascii.Error) as error:
        raise Malformed(f"What {way.name} says cannot be believed: {error}") from error
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Malformed(f"What {way.name} says was meant for another browser; begin again")
    if claims.get("azp", way.client_id) != way.client_id:
        raise Malformed(f"What {way.name} says was meant for another application")
    return claims


def _asked(url: str, form: bytes | None = None, headers: Mapping[str, str] | None = None) -> Json:
    """Ask the provider for JSON."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise Unavailable(f"{url} is no address to ask")
    request = urllib.request.Request(url, form, {"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answered:  # noqa: S310  checked above
            found = json.loads(answered.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        raise Malformed(f"{url} answered {error.code}: {_reason(error)}") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"{url} does not answer as OpenID Connect does: {error}") from error
    if not isinstance(found, dict):
        raise Unavailable(f"{url} does not answer as OpenID Connect does")
    return found


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        said = json.loads(error.read(LARGEST_ANSWER))
        return str(said.get("error_description") or said.get("error") or error.reason)
    except (OSError, ValueError, AttributeError):
        return str(error.reason)

"""Snowflake: a statement over its SQL API, waited for if it takes long, and its result part by part.

The first column is the date, the second the value, further ones are labels. Whoever asks shows a token, or
signs one with a private key that the user's public key is known for.
"""

import base64
import datetime as dt
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from eyrie.basics.errors import Refused, Unavailable
from eyrie.basics.period import read_moment
from eyrie.jobs.metric_sources.moments import amount, from_days, from_seconds, to_seconds
from eyrie.jobs.metric_sources.wire import Sending, refuse_unless_ok, send
from eyrie.operations.house import utc_now
from eyrie.records.metrics.labels import PLAIN, text_of
from eyrie.records.metrics.values import Point

SERVICE = "Snowflake"
JWT_SECONDS = 3500  # an hour at most
WAITS_SECONDS = (0.5, 1, 2, 4, 8, *[15] * 40)  # ten minutes altogether
_STATEMENTS = "/api/v2/statements"
_NAMES = {"warehouse": "warehouse", "role": "role", "database": "database", "schema_name": "schema"}


def fetch(
    account: Mapping[str, str],
    source: Mapping[str, Any],
    since: dt.datetime,  # noqa: ARG001  the statement says itself which days it is about
    until: dt.datetime,  # noqa: ARG001
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Point]:
    """All rows that the statement gives."""
    endpoint = (account.get("endpoint") or f"https://{account['account']}.snowflakecomputing.com").rstrip("/")
    headers = {
        "Authorization": f"Bearer {_token(account)}",
        "X-Snowflake-Authorization-Token-Type": _token_type(account),
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    named = {name: account[field] for field, name in _NAMES.items() if field in account}
    body = json.dumps({"statement": source["sql_query"], "timeout": 600, **named}).encode()
    url = f"{endpoint}{_STATEMENTS}"
    reply = send(SERVICE, Sending("POST", f"{url}?requestId={uuid.uuid4()}", headers, body))
    waits = iter(WAITS_SECONDS)
    while reply.status == 202:
        wait = next(waits, None)
        if wait is None:
            raise Unavailable(f"{SERVICE} has not finished the statement within ten minutes")
        pause(wait)
        reply = send(SERVICE, Sending("GET", f"{url}/{reply.json(SERVICE)['statementHandle']}", headers))
    refuse_unless_ok(SERVICE, reply)
    result = reply.json(SERVICE)
    columns = result["resultSetMetaData"]["rowType"]
    if len(columns) < 2:
        raise Refused("The statement must give a date and a value, and perhaps labels")
    yield from _points(result["data"], columns)
    for part in range(1, len(result["resultSetMetaData"].get("partitionInfo") or ())):
        address = f"{url}/{result['statementHandle']}?partition={part}"
        reply = send(SERVICE, Sending("GET", address, headers))
        refuse_unless_ok(SERVICE, reply)
        yield from _points(reply.json(SERVICE)["data"], columns)


def _points(rows: Sequence[Sequence[str | None]], columns: Sequence[Mapping[str, Any]]) -> Iterator[Point]:
    keys = [PLAIN] if len(columns) == 3 else [str(column["name"]).lower() for column in columns[2:]]
    kind = str(columns[0]["type"]).lower()
    for date, value, *labels in rows:
        if date is not None and value is not None:
            named = {key: label for key, label in zip(keys, labels, strict=True) if label}
            yield Point(_moment(date, kind), text_of(named), amount(value))


def _moment(text: str, kind: str) -> dt.datetime:
    """A moment as Snowflake writes it: days or seconds since 1970, or what a text says."""
    if kind == "date":
        return from_days(text)
    if kind.startswith("timestamp"):
        return from_seconds(text.split(" ")[0])
    moment = read_moment(text)
    if moment is None:
        raise Refused(f"The first column must be a date; {text[:40]!r} is none")
    return moment.replace(microsecond=0)


def _token_type(account: Mapping[str, str]) -> str:
    return "KEYPAIR_JWT" if "private_key" in account else "PROGRAMMATIC_ACCESS_TOKEN"


def _token(account: Mapping[str, str]) -> str:
    """The token that is shown: the one that was given, or one that the private key signs for an hour."""
    if "private_key" not in account:
        return account["access_token"]
    try:
        key = serialization.load_pem_private_key(account["private_key"].encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused("private_key cannot be read; it must be PEM without passphrase") from None
    if not isinstance(key, RSAPrivateKey):
        raise Refused("private_key must be an RSA key")
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    print_ = base64.b64encode(hashlib.sha256(public).digest()).decode()
    name = f"{account['account'].split('.')[0].upper()}.{account['user'].upper()}"
    now = to_seconds(utc_now())
    claims = {"iss": f"{name}.SHA256:{print_}", "sub": name, "iat": now, "exp": now + JWT_SECONDS}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return f"{text}.{_encoded(key.sign(text.encode(), PKCS1v15(), hashes.SHA256()))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

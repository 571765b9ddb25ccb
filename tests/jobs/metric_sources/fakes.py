"""A server on this machine that answers as other services do, after it has checked what it was sent."""

import base64
import datetime as dt
import gzip
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from eyrie.jobs.metric_sources.sigv4 import AwsKey, signed

DATADOG = {"api_key": "dd-api", "application_key": "dd-app"}
AWS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI"}


@dataclass(frozen=True)
class Asked:
    """A request as the fake saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # by lower-case name
    body: bytes

    def json(self):
        return json.loads(self.body)


GZIP = b"\x1f\x8b"
Answer = tuple[int, object]  # a status and JSON, or bytes
Script = Callable[[Asked], Answer]


@dataclass
class Fake:
    """A running fake: what it was asked, and what it answers."""

    address: str
    answers: Script
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(answers: Script) -> Iterator[Fake]:
    """A server that answers as the script says."""

    class Handler(BaseHTTPRequestHandler):
        def do(self):
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length", 0))
            asked = Asked(
                self.command,
                parts.path,
                {name: values[-1] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            fake.asked.append(asked)
            status, said = fake.answers(asked)
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            if content.startswith(GZIP):
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            if 300 <= status < 400:
                self.send_header("Location", fake.address + "/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do  # noqa: N815  as the server calls them

        def log_message(self, *_told):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = Fake(f"http://127.0.0.1:{server.server_port}", answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def in_turn(*answers: Answer) -> Script:
    """One answer after the other, the last for ever."""
    left = list(answers)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


def datadog(series: Callable[[int, int], list[dict]]) -> Script:
    """Datadog's query endpoint, with what it gives for a window."""

    def answers(asked: Asked) -> Answer:
        keys = (asked.headers.get("dd-api-key"), asked.headers.get("dd-application-key"))
        if keys != tuple(DATADOG.values()):
            return 403, {"errors": ["Forbidden"]}
        assert (asked.method, asked.path) == ("GET", "/api/v1/query")
        since, until = int(asked.query["from"]), int(asked.query["to"])
        query = asked.query["query"]
        return 200, {
            "status": "ok",
            "res_type": "time_series",
            "query": query,
            "series": series(since, until),
        }

    return answers


def cloudwatch(pages: list[dict], region: str = "eu-west-1") -> Script:
    """CloudWatch's GetMetricData, page by page, for requests that are signed as they should be."""

    def answers(asked: Asked) -> Answer:
        if not is_signed(asked, region):
            told = "The request signature we calculated does not match"
            return 403, {"__type": "InvalidSignatureException", "message": told}
        assert asked.headers["x-amz-target"] == "GraniteServiceVersion20100801.GetMetricData"
        assert asked.headers["content-type"] == "application/x-amz-json-1.0"
        number = int(asked.json().get("NextToken", "0"))
        more = {"NextToken": str(number + 1)} if number + 1 < len(pages) else {}
        return 200, {"MetricDataResults": [pages[number]], "Messages": [], **more}

    return answers


def is_signed(asked: Asked, region: str) -> bool:
    """Sign what arrived once more, with the secret that only AWS and we know, and compare."""
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=(.*?), SignedHeaders=(.*?), Signature=(.*)",
        asked.headers["authorization"],
    )
    again = signed(
        AwsKey(*AWS.values()),
        asked.method,
        f"http://{asked.headers['host']}{asked.path}",
        {name: asked.headers[name] for name in found[2].split(";") if name not in ("host", "x-amz-date")},
        asked.body,
        region=region,
        service="monitoring",
        now=dt.datetime.fromisoformat(asked.headers["x-amz-date"]),
    )
    return again["Authorization"] == asked.headers["authorization"]


@dataclass(frozen=True)
class SnowflakeUser:
    """A user of Snowflake with a pair of keys."""

    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))

    @property
    def credentials(self) -> dict[str, str]:
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {"account": "myorg-acct.eu-central-1", "user": "finops", "warehouse": "SMALL"}
        return {**account, "private_key": pem.decode()}

    def knows(self, token: str) -> bool:
        """Check a token as Snowflake does: who it is for, how long, and that the key has signed it."""
        head, claims, signature = token.split(".")
        self.key.public_key().verify(
            _decoded(signature), f"{head}.{claims}".encode(), PKCS1v15(), hashes.SHA256()
        )
        said, public = (
            json.loads(_decoded(claims)),
            self.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
        )
        named = base64.b64encode(hashlib.sha256(public).digest()).decode()
        return (
            json.loads(_decoded(head))["alg"] == "RS256"
            and said["sub"] == "MYORG-ACCT.FINOPS"
            and said["iss"] == f"MYORG-ACCT.FINOPS.SHA256:{named}"
            and 0 < said["exp"] - said["iat"] <= 3600
        )


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def snowflake(
    user: SnowflakeUser, columns: list[tuple[str, str]], parts: list[list], waits: int = 0
) -> Script:
    """Snowflake's SQL API: a result in parts, after it was asked some times whether it is done."""
    left = [waits]

    def answers(asked: Asked) -> Answer:
        kind, token = asked.headers["x-snowflake-authorization-token-type"], asked.headers["authorization"]
        known = kind == "KEYPAIR_JWT" and user.knows(token.removeprefix("Bearer "))
        if not known and token != "Bearer pat-1":
            return 401, {"code": "390144", "message": "JWT token is invalid."}
        if "partition" in asked.query:
            return 200, gzip.compress(json.dumps({"data": parts[int(asked.query["partition"])]}).encode())
        if left[0]:
            left[0] -= 1
            return 202, {"code": "333334", "message": "In progress", "statementHandle": "h-1"}
        assert asked.path == ("/api/v2/statements" if asked.method == "POST" else "/api/v2/statements/h-1")
        return 200, {
            "resultSetMetaData": {
                "numRows": sum(map(len, parts)),
                "format": "jsonv2",
                "rowType": [{"name": name, "type": type_} for name, type_ in columns],
                "partitionInfo": [{"rowCount": len(part)} for part in parts],
            },
            "data": parts[0],
            "code": "090001",
            "statementHandle": "h-1",
        }

    return answers

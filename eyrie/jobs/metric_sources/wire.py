"""One request to another service: what went wrong is either to be mended by somebody or to be tried again.

Redirects are not followed, for the request carries secrets. Amounts in answers never pass through floats.
"""

import re
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from typing import Any

import msgspec

from eyrie.basics.errors import Refused, Unavailable

TIMEOUT_SECONDS = 60
MOST_BYTES = 64 << 20
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WORD = 300  # of what a service says went wrong
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like others."""

    def redirect_request(self, *_given: object) -> None:
        """Follow nothing."""


_opener = urllib.request.build_opener(_NoRedirect)


@dataclass(frozen=True)
class Reply:
    """What a service answered."""

    status: int
    content: bytes

    def json(self, service: str) -> Any:  # Any: whatever JSON the service sent
        """The body as JSON."""
        try:
            return _decoder.decode(self.content)
        except (msgspec.DecodeError, InvalidOperation, RecursionError):
            raise Unavailable(f"{service} answered {self.status} with something that is no JSON") from None


@dataclass(frozen=True)
class Sending:
    """A request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def send(service: str, request: Sending) -> Reply:
    """Send a request and give a reply that is neither a failure to reach the service nor its own fault."""
    asked = urllib.request.Request(  # noqa: S310  credentials are checked to name http or https
        request.url, data=request.body, headers=dict(request.headers), method=request.method
    )
    try:
        with _opener.open(asked, timeout=TIMEOUT_SECONDS) as answer:
            reply = Reply(answer.status, _read(answer))
    except urllib.error.HTTPError as error:
        with error:
            reply = Reply(error.code, _read(error))
    except (OSError, HTTPException, zlib.error) as error:
        raise Unavailable(f"{service} cannot be reached: {_reason(error)}") from error
    if reply.status in TRY_AGAIN:
        raise Unavailable(f"{service} answered {reply.status}{said(reply)}")
    return reply


def refuse_unless_ok(service: str, reply: Reply) -> None:
    """Tell what the service refused."""
    if not 200 <= reply.status < 300:
        hint = "; check its credentials" if reply.status in (401, 403) else ""
        raise Refused(f"{service} answered {reply.status}{said(reply)}{hint}")


def said(reply: Reply) -> str:
    """What a reply says in words, shortened, as the end of a sentence."""
    try:
        body = _decoder.decode(reply.content)
    except (msgspec.DecodeError, InvalidOperation, RecursionError):
        body = None
    words = ""
    if isinstance(body, dict):
        found = next((body[key] for key in ("message", "Message", "error", "errors") if body.get(key)), "")
        words = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
    words = re.sub(r"\s+", " ", words)[:LONGEST_WORD].strip()
    return f": {words}" if words else ""


def _read(answer: Any) -> bytes:  # Any: an answer, or an error that is one
    content: bytes = answer.read(MOST_BYTES + 1)
    if answer.headers.get("Content-Encoding") == "gzip":
        content = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(content, MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(f"The answer is larger than {MOST_BYTES >> 20} MB; ask for less")
    return content


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason)[:LONGEST_WORD] or type(error).__name__

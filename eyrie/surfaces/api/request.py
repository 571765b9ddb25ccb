"""A request as our door sees it: what the server handed over, with nothing decoded that should not be."""

import ipaddress
import re
from dataclasses import dataclass

from eyrie.basics.errors import TooLarge
from eyrie.operations.call import Address
from eyrie.surfaces.api.asgi import Message, Receive

_HOST = re.compile(r"[A-Za-z0-9.\-_]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?", re.ASCII)


@dataclass(frozen=True)
class Trust:
    """Under which address clients reach us, and whose word on it counts."""

    public_url: str | None = None
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    def believes(self, address: str) -> bool:
        """Tell whether what this address says of its clients counts."""
        try:
            asker = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(asker in network for network in self.proxies)


@dataclass(frozen=True)
class Request:
    """Method, raw path, raw query, headers by lower-case name, and the address that answers link to."""

    method: str
    raw_path: str
    query: str
    headers: dict[str, str]
    address: Address

    @classmethod
    def of(cls, scope: Message, trust: Trust) -> "Request":
        """Read what the server handed over."""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        raw = scope.get("raw_path") or scope["path"].encode()
        raw_path = raw.decode("latin-1").partition("?")[0]
        query = scope["query_string"].decode("latin-1")
        target = f"{raw_path}?{query}" if query else raw_path
        return cls(scope["method"], raw_path, query, headers, Address(_base(scope, headers, trust), target))

    @property
    def content_type(self) -> str:
        """The declared type of the body, or nothing."""
        return self.headers.get("content-type", "")


def _base(scope: Message, headers: dict[str, str], trust: Trust) -> str:
    """The public base address: the configured one, else scheme and host of the request."""
    if trust.public_url:
        return trust.public_url.rstrip("/")
    scheme: str = scope.get("scheme", "http")
    host = headers.get("host", "")
    client = scope.get("client")
    if client and trust.believes(client[0]):
        scheme = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
        host = headers.get("x-forwarded-host", host).split(",")[0].strip()
    if not _HOST.fullmatch(host):
        server = scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{scheme if scheme in ('http', 'https') else 'http'}://{host}"


async def read_body(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    """Read a body, but not more than a limit."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(_too_large(limit))
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise TooLarge(_too_large(limit))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large(limit: int) -> str:
    return f"The body is larger than the {limit:,} bytes that are taken here; send it in smaller pieces"

"""A small client for HTTP, quick enough not to be what is measured: one connection, one request at a time."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode, urlsplit

_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


class Connection:
    """One connection that is kept; `with Connection(address, token) as server:`."""

    def __init__(self, address: str, token: str) -> None:
        place = urlsplit(address)
        self._socket = socket.create_connection((place.hostname, place.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: {place.netloc}\r\nAuthorization: Bearer {token}\r\n"

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def get(self, path: str, asked: Mapping[str, str] | None = None) -> Reply:
        """Ask for something."""
        return self.send("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> Reply:
        """Send a request and wait for the whole reply."""
        about = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{about}\r\n".encode() + body)
        received = bytearray()
        while (end := received.find(_END)) < 0:
            received += self._more()
        head = bytes(received[:end]).lower()
        _, _, after = head.partition(b"\r\ncontent-length:")
        whole = end + len(_END) + int(after.partition(b"\r\n")[0] or 0)
        while len(received) < whole:
            received += self._more()
        return Reply(int(head.split(maxsplit=2)[1]), bytes(received[end + len(_END) : whole]))

    def _more(self) -> bytes:
        some = self._socket.recv(1 << 18)
        if not some:
            raise ConnectionError("the server hung up")
        return some

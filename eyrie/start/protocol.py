"""HTTP/1.1 as uvicorn reads it, with three changes that our clients need.

Filters travel in the query string and may be long, but the URL parser below uvicorn counts its parts in 16
bits and fails above 64 KB. So the query string is taken off before the URL is parsed, and put back into the
request unparsed. What cannot be read as a request is answered in the one error shape, not as plain text:
generated clients decode nothing else. And the head of a request has a limit, which uvicorn leaves open.
"""

import json
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

# Checked after each piece that arrives, so a head may exceed it by one piece (256 KB), never by more.
HEAD_LIMIT_BYTES = 1_048_576


class JsonHttpProtocol(HttpToolsProtocol):
    """One connection."""

    reading_head = False
    head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Read the next piece, unless the head of the request has grown beyond its limit."""
        super().data_received(data)
        if not self.reading_head or self.transport.is_closing():
            return
        self.head_bytes += len(data)
        if self.head_bytes > HEAD_LIMIT_BYTES:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"URL and headers together may have {HEAD_LIMIT_BYTES} bytes",
            )

    def on_message_begin(self) -> None:
        """Begin with the head of a request."""
        self.reading_head = True
        self.head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Let uvicorn parse the URL without its query string, then add that before the request is handled."""
        self.reading_head = False
        self.url, _, query = self.url.partition(b"?")
        super().on_headers_complete()
        self.scope["query_string"] = query.partition(b"#")[0]

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as a request."""
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _refuse(self, status: HTTPStatus, problem: str) -> None:
        body = json.dumps({"errors": [problem]}).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)
        self.transport.close()

"""Sends files piece by piece: a large one takes no more memory than a small one, and no thread in between."""

from pathlib import Path
from typing import BinaryIO

import anyio.to_thread

from eyrie.surfaces.api.asgi import Send

PIECE_BYTES = 256 * 1024
Headers = list[tuple[bytes, bytes]]


async def send_file(send: Send, path: Path, status: int, headers: Headers, *, bodiless: bool) -> None:
    """Send a file; what was opened is sent to its end, even if its name is gone meanwhile."""
    opened = await anyio.to_thread.run_sync(path.open, "rb")
    try:
        size = opened.seek(0, 2)
        opened.seek(0)
        headers = [*headers, (b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if not bodiless:
            await _send_pieces(send, opened)
        await send({"type": "http.response.body", "body": b""})
    finally:
        opened.close()


async def _send_pieces(send: Send, opened: BinaryIO) -> None:
    while piece := await anyio.to_thread.run_sync(opened.read, PIECE_BYTES):
        await send({"type": "http.response.body", "body": piece, "more_body": True})

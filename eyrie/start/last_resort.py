"""The outermost layer of the application: no request ends without an answer in the one error shape.

The doors answer every error they know. What is left are requests that the end of the grace period cuts off,
and faults of the doors themselves. Uvicorn would answer both with plain text, which clients cannot read.
"""

import asyncio
import json
import logging

from eyrie.surfaces.api.asgi import App, Message, Receive, Send

log = logging.getLogger("eyrie.start")


def with_last_resort(app: App) -> App:
    """Wrap an application."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except asyncio.CancelledError:
            if started:
                raise
            await _refuse(send, 503, "Eyrie is stopping; try again in a moment")
        except Exception:
            # Half an answer cannot be mended: uvicorn closes the connection, so that the client notices.
            if started:
                raise
            log.exception("a request failed outside the doors")
            await _refuse(send, 500, "Internal server error")

    return answer


async def _refuse(send: Send, status: int, problem: str) -> None:
    body = json.dumps({"errors": [problem]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

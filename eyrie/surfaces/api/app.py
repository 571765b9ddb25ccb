"""The ASGI application: both documented doors, health and metrics, and nothing that is not JSON.

The framework below is transport only. Work runs in threads: the store and the engine are synchronous, and a
thread hop costs less than an asynchronous driver. What takes long is waited for without a thread, so that
quick requests always find one (see decision 15).
"""

import logging
import re
import secrets
import time
from collections.abc import Callable

import anyio.to_thread

from eyrie.basics.errors import EyrieError, Fault, MethodUnknown, NotFound, Unauthenticated
from eyrie.basics.trace import request_id, within
from eyrie.operations.house import House
from eyrie.operations.operation import Door as DoorName
from eyrie.operations.operation import Operation
from eyrie.operations.table import Table
from eyrie.surfaces.api.asgi import App, Message, Receive, Send
from eyrie.surfaces.api.door import Door, Pending, Refusal
from eyrie.surfaces.api.files import send_file
from eyrie.surfaces.api.health import Health
from eyrie.surfaces.api.problems import status_of
from eyrie.surfaces.api.rendering import Response, render_problems
from eyrie.surfaces.api.request import Request, Trust, read_body
from eyrie.surfaces.api.router import Router
from eyrie.surfaces.api.waiting import answered

Observe = Callable[[str, int, float], None]  # operation, status, seconds

log = logging.getLogger("eyrie.api")
_SAFE_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}", re.ASCII)
# Room for the other fields and the boundaries around an upload, and for percent-encoding of form texts.
FORM_ROOM_FACTOR, FORM_ROOM = 3, 64 * 1024


def make_app(
    house: House, table: Table, health: Health, trust: Trust | None = None, observe: Observe | None = None
) -> App:
    """Make the application over a table of operations."""
    return _Application(house, table, health, trust or Trust(), observe or (lambda *_: None))


class _Application:
    """One request at a time: find its operation, let the door work in a thread, send what comes back."""

    def __init__(self, house: House, table: Table, health: Health, trust: Trust, observe: Observe) -> None:
        self._house, self._trust, self._observe = house, trust, observe
        self._door, self._router, self._health = Door(house), Router(table), health

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve what the server hands over."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        begun = time.perf_counter()
        request = Request.of(scope, self._trust)
        given = request.headers.get("x-request-id", "")
        with within(request_id, given if _SAFE_ID.fullmatch(given) else secrets.token_hex(8)):
            try:
                operation, response = await self._respond(request, receive)
            except ConnectionResetError:
                log.info("%s %s: the client left", request.method, request.raw_path)
                return
            await _send(send, response, request.method)
            self._note(request, operation, response, time.perf_counter() - begun)
            if self._door.has_notes:
                await anyio.to_thread.run_sync(self._door.note_uses)

    def _note(
        self, request: Request, operation: Operation | None, response: Response, seconds: float
    ) -> None:
        name = operation.name if operation else "other"
        self._observe(name, response.status, seconds)
        level = logging.ERROR if response.status >= 500 else logging.INFO
        log.log(
            level,
            "%s %s %d",
            request.method,
            request.raw_path,
            response.status,
            extra={"operation": name, "status": response.status, "milliseconds": round(seconds * 1000, 1)},
        )

    async def _respond(self, request: Request, receive: Receive) -> tuple[Operation | None, Response]:
        operation: Operation | None = None
        try:
            own = self._health.path(request.raw_path)
            if own is not None:
                return None, await anyio.to_thread.run_sync(own)
            match = self._router.match(request.method, request.raw_path)
            operation = match.operation if match else None
            if match is None or operation is None:
                if _behind_a_door(request.raw_path):
                    await anyio.to_thread.run_sync(self._door.know, request)
                if match is None:
                    raise NotFound("There is nothing at this path; GET /v2/oas_v3.json lists what there is")
                raise MethodUnknown(match.allowed)
            begun = await self._carry_out(operation, request, match.path, receive)
            return operation, await self._completed(begun, receive)
        except Refusal as refusal:
            return operation, _refused(refusal.error, operation, running=refusal.running)
        except EyrieError as error:
            return operation, _refused(error, operation, running=False)
        except ConnectionResetError:
            raise
        except Exception:
            log.exception("unexpected failure")
            return operation, _refused(Fault(), operation, running=False)

    async def _carry_out(
        self, operation: Operation, request: Request, path: dict[str, str], receive: Receive
    ) -> Response | Pending:
        door = self._door
        if operation.body is None:
            return await anyio.to_thread.run_sync(door.answer, operation, request, path)
        if operation.scope is not None:
            await anyio.to_thread.run_sync(door.admit, operation, request, path)
        limits = self._house.limits
        limit = limits.body_bytes
        if operation.takes_upload:
            limit = limits.upload.max_bytes * FORM_ROOM_FACTOR + FORM_ROOM
        content = await read_body(receive, request.headers, limit)
        return await anyio.to_thread.run_sync(door.write, operation, request, path, content)

    async def _completed(self, begun: Response | Pending, receive: Receive) -> Response:
        """Wait for what takes long, if there is such a thing."""
        if isinstance(begun, Response):
            return begun
        waiting = await answered(self._house.questions, begun.later, receive)
        return await anyio.to_thread.run_sync(begun.respond, waiting.answer)


def _behind_a_door(raw_path: str) -> bool:
    return any(raw_path.startswith(f"{door}/") for door in DoorName if door)


def _refused(error: EyrieError, operation: Operation | None, *, running: bool) -> Response:
    """The response to an error; what is ours is logged, and told only as a reference."""
    status = status_of(error, operation, running=running)
    headers: dict[str, str] = {}
    problems = error.problems
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodUnknown):
        headers["Allow"] = ", ".join(error.allowed)
    if status == 503:
        headers["Retry-After"] = "1"
    if status == 500:
        log.error("failed: %s", error)
        problems = [f"Internal server error (reference {request_id.get()})"]
    return render_problems(status, problems, headers)


async def _send(send: Send, response: Response, method: str) -> None:
    headers = {"X-Request-Id": request_id.get() or "", "Cache-Control": "no-store", **response.headers}
    if response.status != 204:
        headers["Content-Type"] = response.media_type
        if response.file is None:
            headers["Content-Length"] = str(len(response.content))
    listed = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    bodiless = method == "HEAD"
    if response.file is not None:
        await send_file(send, response.file, response.status, listed, bodiless=bodiless)
        return
    await send({"type": "http.response.start", "status": response.status, "headers": listed})
    await send({"type": "http.response.body", "body": b"" if bodiless else response.content})


async def _live(receive: Receive, send: Send) -> None:
    """The server's start and stop need nothing of us; `start` looks after both."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return

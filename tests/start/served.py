"""A small server in a process of its own: `python -m tests.start.served PORT GRACE_SECONDS`."""

import asyncio
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from eyrie.start.logs import set_up_logs
from eyrie.start.serve import address_of, bind, serve
from eyrie.start.settings import read_settings


def say(line: str) -> None:
    """Tell the test that waits for this line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def echo(request: Request) -> JSONResponse:
    """Tell what arrived."""
    return JSONResponse(
        {"query_bytes": len(request.scope["query_string"]), "raw_path": request.scope["raw_path"].decode()}
    )


async def slow(_request: Request) -> JSONResponse:
    """Answer after the signal to stop had its time to arrive."""
    say("working")
    await asyncio.sleep(1)
    return JSONResponse({"slow": True})


routes = Starlette(routes=[Route("/slow", slow), Route("/{rest:path}", echo)])


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, but fail at one path in a way that no door catches."""
    if scope.get("path") == "/broken":
        raise ZeroDivisionError
    await routes(scope, receive, send)


class Beside:
    """Something in the background that says when it starts and stops."""

    def start(self) -> None:
        """Begin."""
        say("background started")

    def stop(self, grace_seconds: float) -> None:
        """End."""
        say(f"background stopped {grace_seconds}")


if __name__ == "__main__":
    settings = read_settings({}, {"port": sys.argv[1], "grace_seconds": sys.argv[2]})
    set_up_logs(settings)
    listener = bind(settings.host, settings.port)
    say(address_of(listener))
    serve(app, listener, settings, [Beside()])
    say("left in order")

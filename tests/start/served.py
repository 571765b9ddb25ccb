"""A small server in a process of its own: `python -m tests.start.served PORT GRACE_SECONDS`."""

import asyncio
import json
import sys

from eyrie.start.logs import set_up_logs
from eyrie.start.serve import address_of, bind, serve
from eyrie.start.settings import read_settings
from eyrie.surfaces.api.asgi import Message, Receive, Send


def say(line: str) -> None:
    """Tell the test that waits for this line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Tell what arrived; be slow at one path, and fail at another in a way that no door catches."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    if scope["path"] == "/broken":
        raise ZeroDivisionError
    if scope["path"] == "/slow":
        say("working")
        await asyncio.sleep(1)
    arrived = {"query_bytes": len(scope["query_string"]), "raw_path": scope["raw_path"].decode()}
    body = json.dumps(arrived).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def live(receive: Receive, send: Send) -> None:
    """Agree to start and to stop."""
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": message["type"] + ".complete"})
    await send({"type": "lifespan.shutdown.complete"})


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

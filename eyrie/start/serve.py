"""Serving: bind, say where, answer until told to stop, and stop in order.

The port is bound before anything else is started, so that the address can be printed and a taken port costs
nothing. On SIGTERM or SIGINT the server takes no new connections, lets running requests end within the grace
period, and then stops what works in the background. A second SIGINT stops at once.
"""

import contextlib
import errno
import logging
import signal
import socket
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Protocol

import uvicorn

from eyrie.basics.errors import Refused
from eyrie.start.last_resort import with_last_resort
from eyrie.start.protocol import JsonHttpProtocol
from eyrie.start.settings import Settings
from eyrie.surfaces.api.asgi import App

PORTS_TO_TRY = 50
_BACKLOG = 512
log = logging.getLogger("eyrie.start")


class Background(Protocol):
    """Something that works beside the requests, such as the job workers."""

    def start(self) -> None:
        """Begin."""

    def stop(self, grace_seconds: float) -> object:
        """Take no more work, finish what runs within the grace period, and return."""


def bind(host: str, port: int) -> socket.socket:
    """Take the port, or the next free one after it; port 0 takes any."""
    family, address = _address(host, port)
    tries = range(port, min(port + PORTS_TO_TRY, 65536)) if port else [0]
    for candidate in tries:
        # Named as TCP, or asyncio leaves Nagle's delay on: 40 ms for each answer of head and body.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # A server that was just stopped leaves its port in TIME_WAIT; that is no reason to move on.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen(_BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise Refused(f"Cannot listen on {host} port {candidate}: {error.strerror}") from error
        if candidate != port:
            log.warning("port %d is taken, using %d", port, candidate)
        listener.setblocking(False)
        return listener
    raise Refused(f"All ports from {port} to {tries[-1]} of {host} are taken; choose another with --port")


def address_of(listener: socket.socket) -> str:
    """The address to type into a browser on this machine."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  a name, not a binding
    return f"http://[{local}]:{port}" if ":" in local else f"http://{local}:{port}"


def serve(app: App, listener: socket.socket, settings: Settings, background: Sequence[Background]) -> None:
    """Answer on a bound socket until a signal says stop; background work lives exactly as long."""
    config = uvicorn.Config(
        with_last_resort(app),
        http=JsonHttpProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        # Who is behind a proxy is decided by our door, which knows `trusted_proxies`.
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=settings.grace_seconds,
    )
    with contextlib.ExitStack() as running:
        for each in background:
            each.start()
            running.callback(each.stop, settings.grace_seconds)
        _Server(config).run(sockets=[listener])
        log.info("no more requests; stopping")
    log.info("stopped")


class _Server(uvicorn.Server):
    """Uvicorn, but a signal that was obeyed is not raised again: what follows would never run."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT while serving."""
        with signals_to(self.handle_exit):
            yield


@contextlib.contextmanager
def signals_to(handler: "_Handler") -> Iterator[None]:
    """Send SIGTERM and SIGINT to a handler for a while. Only the main thread can."""
    before = {number: signal.signal(number, handler) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class _Handler(Protocol):
    def __call__(self, number: int, frame: FrameType | None, /) -> None: ...


def _address(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    """Find the address family of a host, and its first address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise Refused(f"{host} is no address of this machine: {error.strerror}") from error
    family, _, _, _, address = found[0]
    return family, str(address[0])

"""A real server in a process of its own, on a new home, the way a newcomer starts it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_SECONDS = 60
EYRIE = (sys.executable, "-c", "from eyrie.start.command_line import main; main()")


@dataclass(frozen=True)
class RunningServer:
    """One server that answers."""

    address: str  # http://127.0.0.1:PORT
    home: Path
    process: "subprocess.Popen[str]"

    def token(self, scopes: str = "read,write", *more: str) -> str:
        """Make a token as people do, beside the running server."""
        return eyrie("token", "create", "--home", str(self.home), "--scopes", scopes, *more).strip()


def eyrie(*arguments: str) -> str:
    """Run a command and give what it printed."""
    return subprocess.run(
        [*EYRIE, *arguments], capture_output=True, text=True, check=True, env=environment()
    ).stdout


@contextmanager
def running_server(home: Path, *flags: str) -> Iterator[RunningServer]:
    """Start a server on any free port, wait until it is ready, and stop it at the end."""
    with (home.parent / f"{home.name}.log").open("w+") as log:
        process = subprocess.Popen(
            [*EYRIE, "serve", "--home", str(home), "--port", "0", *flags],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment(),
        )
        try:
            server = RunningServer(_address(process, log.name), home, process)
            _wait_until_ready(server, log.name)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=START_SECONDS)


def _address(process: "subprocess.Popen[str]", log: str) -> str:
    """The server prints its address on stdout as soon as the port is bound."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+:\d+", line):
            return found.group()
    raise AssertionError(f"the server printed no address:\n{Path(log).read_text()}")


def _wait_until_ready(server: RunningServer, log: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if httpx.get(f"{server.address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass  # bound, but not answering yet
        time.sleep(0.05)
    raise AssertionError(f"the server did not become ready:\n{Path(log).read_text()}")


def environment() -> dict[str, str]:
    """The settings of the machine that runs the tests must not reach the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EYRIE_")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[1])}

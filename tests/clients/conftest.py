"""What the client tests share: one running server, and the npm client unpacked once."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import vantage

from tests.clients.packages import BUILD as BUILDS
from tests.clients.packages import fetched
from tests.servers import RunningServer, running_server

HERE = Path(__file__).parent
BUILD = BUILDS / "clients"
NODE_SECONDS = 120


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[RunningServer]:
    """A server on a new home."""
    with running_server(tmp_path_factory.mktemp("clients") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def token(server) -> str:
    """A token of the home's owner."""
    return server.token()


@pytest.fixture
def client(server, token):
    """The published Python client; a stranger's base URL is all that is changed."""
    with vantage.Client(token, base_url=server.address) as made:
        yield made


@pytest.fixture
def workspace(client) -> str:
    """The workspace that every home begins with."""
    return client.workspaces.list().workspaces[0].token


@dataclass(frozen=True)
class Node:
    """Runs scripts beside the published TypeScript client."""

    address: str
    token: str

    def run(self, script: Path) -> None:
        """Run a script; it fails by leaving with another code than 0."""
        shutil.copy(script, BUILD)
        shutil.copy(HERE / "start.mjs", BUILD)
        ran = subprocess.run(
            ["node", str(BUILD / script.name)],
            env={**os.environ, "ADDRESS": self.address, "TOKEN": self.token},
            capture_output=True,
            text=True,
            timeout=NODE_SECONDS,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The npm client in the build folder."""
    return fetched(HERE, BUILD.name) / "node_modules"


@pytest.fixture
def node(node_modules, server, token) -> Node:
    """Node, ready to run the TypeScript client against the server."""
    return Node(server.address, token)

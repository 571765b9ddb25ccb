"""Processes on one home as people start them, and clients that remember what they were answered."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import httpx

from tests.servers import EYRIE, START_SECONDS, RunningServer, environment, eyrie, running_server

SMALL = ("--set", "memory=512MB", "--set", "threads=1", "--set", "grace_seconds=15")
PATIENCE_SECONDS = 60
HEAD = "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,Tags"


@contextmanager
def serving(home: Path, *flags: str) -> Iterator[RunningServer]:
    """Start a small server, and hold it to ending in order."""
    with running_server(home, *SMALL, *flags) as server:
        yield server
    assert server.process.returncode == 0, (home.parent / f"{home.name}.log").read_text()


@contextmanager
def working(home: Path) -> Iterator[None]:
    """Start a worker beside the servers, and hold it to ending in order."""
    command = [*EYRIE, "worker", "--home", str(home), *SMALL]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert worker.stdout is not None
    assert "works on the jobs" in worker.stdout.readline()
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=START_SECONDS)
    assert worker.returncode == 0


class Person:
    """Someone with an integration of their own, who remembers which files they were answered for."""

    def __init__(self, address: str, token: str, name: str = "CRM") -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_SECONDS)
        made = self.sent("POST", "/v2/integrations/custom_provider", json={"name": name})
        self.integration: str = made.json()["token"]
        workspaces = [each["token"] for each in self.sent("GET", "/v2/workspaces").json()["workspaces"]]
        self.sent("PUT", self.path, json={"workspace_tokens": workspaces})
        self.files: dict[str, Decimal] = {}

    @property
    def path(self) -> str:
        """The path of the integration."""
        return f"/v2/integrations/{self.integration}"

    def at(self, address: str) -> "Person":
        """Go on at another server."""
        self.client.base_url = httpx.URL(address)
        return self

    def sent(self, method: str, path: str, **more: object) -> httpx.Response:
        """Send a request, which must succeed."""
        answer = self.client.request(method, path, **more)  # type: ignore[arg-type]
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def upload(self, name: str, amount: Decimal) -> str:
        """Upload a file with a charge of three days in two months; give its token."""
        row = f'Usage,2025-01-30,2025-02-01,{amount},Seats,"{{""file"": ""{name}""}}"'
        files = {"csv": (name, f"{HEAD}\n{row}\n".encode())}
        token: str = self.sent("POST", f"{self.path}/costs.csv", files=files).json()["token"]
        self.files[name] = amount
        return token

    def delete(self, name: str, token: str) -> None:
        """Delete an upload."""
        self.sent("DELETE", f"{self.path}/costs/{token}")
        del self.files[name]

    def uploads(self) -> dict[str, tuple[str, Decimal]]:
        """Status and amount of each upload by name."""
        listed = self.sent("GET", f"{self.path}/costs").json()["user_costs_uploads"]
        return {each["filename"]: (each["import_status"], Decimal(each["amount"])) for each in listed}

    def wait(self) -> dict[str, Decimal]:
        """Wait until nothing is processed any more; give the amount of each upload, all complete."""
        until(lambda: all(status != "processing" for status, _ in self.uploads().values()))
        assert {status for status, _ in self.uploads().values()} <= {"complete"}
        return {name: amount for name, (_, amount) in self.uploads().items()}

    def costs(self, groupings: str = "tag:file") -> dict[str, Decimal]:
        """What each file costs, exactly; the total goes with it."""
        asked = {
            "filter": f"costs.provider = 'custom_provider:{self.integration}'",
            "start_date": "2025-01-01",
            "end_date": "2025-12-31",
            "groupings": groupings,
            "date_bin": "quarter",
        }
        answer = self.sent("GET", "/v2/costs", params=asked).json()
        rows = {row["tag"]: Decimal(row["amount"]) for row in answer["costs"]}
        cents = Decimal(answer["total_cost"]["amount"])
        assert abs(sum(rows.values(), Decimal(0)) - cents) < Decimal("0.01")
        return rows

    def expect_all(self) -> None:
        """Hold the home to all that was answered, and to nothing else."""
        assert self.wait() == self.files
        assert self.costs() == self.files


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def is_well(home: Path) -> bool:
    """Ask the doctor."""
    return eyrie("doctor", "--home", str(home)).strip() == "All is well."

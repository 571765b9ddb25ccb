"""A home that is opened again and again, as restarts do, and asked over its API.

In the folder of a scenario lie `home`, the `secret` of a token, the `integration` that everything is about,
and `told`, a line for each step that its actor was answered.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import sqlalchemy as sa

from eyrie.access.caller import Scope
from eyrie.access.tokens import create_token
from eyrie.archive.doctor import Finding, examine
from eyrie.costs.ledger.parts import Part, Sums
from eyrie.costs.ledger.writing import read_facts, read_member_facts
from eyrie.jobs.worker import Worker
from eyrie.operations.house import House, utc_now
from eyrie.start.house import opened, worker_of
from eyrie.start.settings import read_settings
from eyrie.store.people import UserRow
from eyrie.surfaces.api.app import make_app
from eyrie.surfaces.api.health import Health
from eyrie.surfaces.table import table
from tests.in_process import Client

JANUARY_AND_FEBRUARY = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags
Usage,2025-01-31,{amount},Seats,"{{""team"": ""core""}}"
Usage,2025-02-01,{amount},Seats,"{{""team"": ""web""}}"
"""


@dataclass
class Clock:
    """The time of the machine, moved on by what a test says."""

    ahead: dt.timedelta = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return utc_now() + self.ahead


class Eyrie:
    """An opened home with the client of one token, whose jobs run when told to."""

    def __init__(self, folder: Path, house: House, clock: Clock, client: Client) -> None:
        self.folder, self.house, self.clock, self.client = folder, house, clock, client
        self.worker: Worker[House] = worker_of(house, threads=1)

    @property
    def integration(self) -> str:
        """The path of the integration."""
        return f"/v2/integrations/{(self.folder / 'integration').read_text()}"

    def upload(self, name: str, amount: int) -> httpx.Response:
        """Upload a file that costs so much in all, in two months."""
        text = JANUARY_AND_FEBRUARY.format(amount=Decimal(amount) / 2)
        return self.client.post(f"{self.integration}/costs.csv", files={"csv": (name, text.encode())})

    def uploads(self) -> dict[str, tuple[str, str, Decimal]]:
        """Token, status and amount of each upload by name; none if the integration is gone."""
        answer = self.client.get(f"{self.integration}/costs")
        listed = answer.json()["user_costs_uploads"] if answer.status_code == 200 else []
        found = {
            upload["filename"]: (upload["token"], upload["import_status"], Decimal(upload["amount"]))
            for upload in listed
        }
        assert len(found) == len(listed), f"a name is listed twice: {listed}"
        return found

    def total(self) -> Decimal:
        """What everything costs, from the totals and from the rows of a tag."""
        asked = {
            "filter": "costs.provider = 'custom_provider'",
            "start_date": "2025-01-01",
            "end_date": "2025-12-31",
            "groupings": "tag:team",
        }
        answer = self.client.get("/v2/costs", params=asked)
        assert answer.status_code == 200, answer.text
        total = Decimal(answer.json()["total_cost"]["amount"])
        rows = sum(Decimal(row["amount"]) for row in answer.json()["costs"])
        assert total == rows, f"the total is {total}, the rows add up to {rows}"
        return total

    def work(self) -> None:
        """Do all jobs that are there, and what the clock asks for."""
        self.worker.run_until_idle()

    def findings(self) -> list[Finding]:
        """All that the doctor finds."""

        def sums_of(part: Part) -> tuple[Sums, ...]:
            facts = read_facts(self.house.engine, self.house.ledger / part.file)
            return facts.sums if facts else ()

        def members_in(part: Part) -> dict[int, tuple[Sums, ...]]:
            found = read_member_facts(self.house.engine, self.house.ledger / part.file)
            return {number: facts.sums for number, facts in found.items()}

        return examine(self.house.database, self.house.ledger, self.clock(), sums_of, members_in)


@contextmanager
def eyrie_in(folder: Path, clock: Clock | None = None) -> Iterator[Eyrie]:
    """Open the home of a scenario."""
    clock = clock or Clock()
    flags = {"home": str(folder / "home"), "memory": "256MB", "threads": "1"}
    with opened(read_settings({}, flags), clock) as house:
        app = make_app(house, table(), Health(list, lambda: b""))
        secret = folder / "secret"
        with Client(app, secret.read_text() if secret.exists() else None) as client:
            yield Eyrie(folder, house, clock, client)


def begin(folder: Path, **amounts: int) -> None:
    """Make a home with a token, an integration, and an imported file for each amount: `a=100` is a.csv."""
    with eyrie_in(folder) as eyrie, eyrie.house.database.writing() as session:
        user = session.scalars(sa.select(UserRow)).one()
        _, secret = create_token(
            session, user, (Scope.READ, Scope.WRITE), description="test", now=eyrie.clock()
        )
        (folder / "secret").write_text(secret)
    with eyrie_in(folder) as eyrie:
        made = eyrie.client.post("/v2/integrations/custom_provider", json={"name": "CRM"}).json()["token"]
        (folder / "integration").write_text(made)
        workspaces = [each["token"] for each in eyrie.client.get("/v2/workspaces").json()["workspaces"]]
        assigned = eyrie.client.put(eyrie.integration, json={"workspace_tokens": workspaces})
        assert assigned.status_code == 200, assigned.text
        for name, amount in amounts.items():
            assert eyrie.upload(f"{name}.csv", amount).status_code == 201
        eyrie.work()

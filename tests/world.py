"""A home in this process: the real application over SQLite and DuckDB, and people of all roles.

Two workspaces, Main and Other. An owner sees both; an editor and a viewer work in Main, a stranger edits in
Other alone. Each workspace has a team of its own, and the team of everybody has none. Jobs run when a test
says so, and the clock stands where a test puts it.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Access, Role, Scope
from eyrie.access.first import add_user
from eyrie.access.teams import add_team, everyone, members, set_members, set_workspaces
from eyrie.access.tokens import create_token
from eyrie.operations.operation import Operation
from eyrie.start.house import opened, worker_of
from eyrie.start.settings import read_settings
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.teams import TeamRow
from eyrie.store.traces import AuditRow
from eyrie.surfaces.table import table
from tests.in_process import Client, app_over

READ_WRITE = (Scope.READ, Scope.WRITE)


class World:
    """One home and clients of the people in it: `world.owner.get("/v2/me")`."""

    def __init__(self, home: Path, **flags: str) -> None:
        self.home = home
        self.now = dt.datetime(2025, 2, 15, 12)
        self._opened = opened(read_settings({}, {"home": str(home), "memory": "512MB", **flags}), self.clock)
        self._clients: list[Client] = []

    def __enter__(self) -> "World":
        self.house = self._opened.__enter__()
        self.worker = worker_of(self.house, threads=1)
        self.app = app_over(self.house)
        self.main = self._main_workspace()
        self._empty_everyone()
        self.owner = self.client(self.person("owner", Role.OWNER))
        self.other = self.owner.post("/v2/workspaces", json={"name": "Other"}).json()["token"]
        self.editor = self.client(self.person("editor", Role.EDITOR, self.main))
        self.viewer = self.client(self.person("viewer", Role.VIEWER, self.main))
        self.stranger = self.client(self.person("stranger", Role.EDITOR, self.other))
        self.anonymous = self._client(None)
        return self

    def __exit__(self, *_error: object) -> None:
        for client in self._clients:
            client.__exit__(None, None, None)
        self._opened.__exit__(None, None, None)

    def clock(self) -> dt.datetime:
        """What time it is here."""
        return self.now

    def person(self, name: str, role: Role, *workspaces: str) -> str:
        """Add a person, who works in these workspaces' teams in this role, and give their user token."""
        with self.house.database.writing() as session:
            account = session.scalars(sa.select(WorkspaceRow.account_token)).first()
            assert account is not None
            mail = f"{name}@example.com"
            user = add_user(session, account, email=mail, name=name, role=role, now=self.now)
            for workspace in workspaces:
                self._join(session, workspace, user.token, role)
            return user.token

    def joins(self, user: str, workspace: str, role: Role) -> str:
        """Let somebody work in a workspace, in its team; give the team's token."""
        with self.house.database.writing() as session:
            return self._join(session, workspace, user, role)

    @staticmethod
    def people_of(workspace: str) -> str:
        """The name of a workspace's team."""
        return f"People of {workspace}"

    def _join(self, session: Session, workspace: str, user: str, role: Role) -> str:
        name = self.people_of(workspace)
        team = session.scalar(sa.select(TeamRow).where(TeamRow.name == name))
        if team is None:
            account = session.get_one(WorkspaceRow, workspace).account_token
            team = add_team(session, account, name, self.now)
            set_workspaces(session, team, {workspace: Access.EDIT})
        there = {member.token: role for member, role in members(session, team)}
        set_members(session, team, {**there, user: role}, self.now)
        return team.token

    def client(self, user: str, *scopes: Scope) -> Client:
        """A client with a new token of a user."""
        with self.house.database.writing() as session:
            row = session.get_one(UserRow, user)
            _, secret = create_token(session, row, scopes or READ_WRITE, description="test", now=self.now)
        return self._client(secret)

    def browser(self, address: str = "http://eyrie.test") -> Client:
        """A client without a token, which keeps the cookies that it gets."""
        return self._client(None, address)

    def user(self, name: str) -> str:
        """The token of a person."""
        with self.house.database.reading() as session:
            question = sa.select(UserRow.token).where(UserRow.email == f"{name}@example.com")
            return session.scalars(question).one()

    def custom_provider(self, name: str = "CRM", *workspaces: str) -> str:
        """Add a custom provider and assign it, to Main if nothing else is said."""
        made = self.owner.post("/v2/integrations/custom_provider", json={"name": name}).json()["token"]
        assigned = {"workspace_tokens": list(workspaces or (self.main,))}
        assert self.owner.put(f"/v2/integrations/{made}", json=assigned).status_code == 200
        return str(made)

    def upload(self, integration: str, text: str, name: str = "costs.csv", **fields: str) -> httpx.Response:
        """Upload a file, without waiting for its job."""
        files = {"csv": (name, text.encode())}
        return self.owner.post(f"/v2/integrations/{integration}/costs.csv", files=files, data=fields)

    def work(self) -> int:
        """Do all jobs that are there."""
        return self.worker.run_until_idle()

    def imported(self, integration: str, text: str, name: str = "costs.csv", **fields: str) -> str:
        """Upload a file, import it, and give the upload's token."""
        answer = self.upload(integration, text, name, **fields)
        assert answer.status_code == 201, answer.text
        self.work()
        return str(answer.json()["token"])

    def costs(self, client: Client | None = None, **parameters: Any) -> dict[str, Any]:
        """Ask for costs; all custom providers of Main in all of January 2025, unless said otherwise."""
        return self._of_january("/v2/costs", client or self.owner, parameters)

    def explained(self, **parameters: Any) -> dict[str, Any]:
        """Have the same explained."""
        return self._of_january("/api/costs/explain", self.owner, parameters)

    def _of_january(self, path: str, client: Client, parameters: dict[str, Any]) -> dict[str, Any]:
        asked = {
            "workspace_token": self.main,
            "filter": "costs.provider = 'custom_provider'",
            "start_date": "2025-01-01",
            "end_date": "2025-01-31",
            **parameters,
        }
        answer = client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def audit(self) -> list[AuditRow]:
        """All audit entries, oldest first."""
        with self.house.database.reading() as session:
            return list(session.scalars(sa.select(AuditRow).order_by(AuditRow.number)))

    def operations(self) -> tuple[Operation, ...]:
        """The whole table."""
        return table().operations

    def pass_time(self, **much: float) -> None:
        """Move the clock on; with nothing said, by a second."""
        self.now += dt.timedelta(**(much or {"seconds": 1}))

    def _empty_everyone(self) -> None:
        with self.house.database.writing() as session:
            account = session.get_one(WorkspaceRow, self.main).account_token
            set_workspaces(session, everyone(session, account), {})

    def _main_workspace(self) -> str:
        with self.house.database.reading() as session:
            return session.scalars(sa.select(WorkspaceRow.token)).one()

    def _client(self, secret: str | None, address: str = "http://eyrie.test") -> Client:
        client = Client(self.app, secret, address)
        client.__enter__()
        self._clients.append(client)
        return client

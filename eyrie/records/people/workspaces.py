"""Workspaces: the outermost boundary; integrations, reports, filters and folders belong to one."""

from typing import Annotated

import sqlalchemy as sa
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from eyrie.access.rights import Action
from eyrie.access.teams import let_go
from eyrie.archive.change import Assignment, Change
from eyrie.archive.publish import publish
from eyrie.basics.errors import Refused
from eyrie.basics.words import CURRENCIES
from eyrie.costs.query.currency import RateDay
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import Change as ChangeShape
from eyrie.operations.shapes import Draft, Moment, PagedQuery, Title, Token, Truth, View
from eyrie.records.founding import furnish
from eyrie.records.metrics.attachments import forget_reports
from eyrie.records.people.first_seen import forget_dashboards
from eyrie.records.reports.dashboard_rows import DashboardRow
from eyrie.records.reports.rows import SegmentRow
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.rows import KeptInWorkspace, KeptPerhapsInWorkspace, LinkRow

_Placed = type[KeptInWorkspace] | type[KeptPerhapsInWorkspace]


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise PydanticCustomError("enum", "not a currency")
    return code


Currency = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": sorted(CURRENCIES)})]


class Workspace(View):
    """A Workspace."""

    token: Token
    name: str = Field(description="The name of the Workspace.")
    created_at: Moment
    enable_currency_conversion: bool = Field(description="Whether costs are converted to `currency`.")
    currency: str = Field(description="The currency that amounts are shown in.")
    exchange_rate_date: str = Field(description="Which day's exchange rate converts a cost.")


class CreateWorkspace(Draft):
    """What makes a Workspace."""

    name: Title = Field(description="Name of the Workspace; no other has it.")
    enable_currency_conversion: Truth = Field(default=True, description="Whether costs are converted.")
    currency: Currency = Field("USD", description="The currency that amounts are shown in.")
    exchange_rate_date: RateDay = Field(RateDay.DAILY_RATE, description="Which day's rate converts a cost.")


class UpdateWorkspace(ChangeShape):
    """What changes a Workspace."""

    name: Title | None = Field(None, description="Name of the Workspace; no other has it.")
    enable_currency_conversion: Truth | None = Field(None, description="Whether costs are converted.")
    currency: Currency | None = Field(None, description="The currency that amounts are shown in.")
    exchange_rate_date: RateDay | None = Field(None, description="Which day's rate converts a cost.")


class ListWorkspaces(PagedQuery):
    """Which Workspaces to list."""

    q: str | None = Field(None, description="A part of the name.")


workspaces = Record(
    name="workspace",
    thing="Workspace",
    tag="Workspaces",
    path="/workspaces",
    token_prefix="wrkspc",
    row=WorkspaceRow,
    view=Workspace,
    create=CreateWorkspace,
    update=UpdateWorkspace,
    listed_by=ListWorkspaces,
    titled_by="name",
    needs=Action.MANAGE_ACCOUNT,
    refuses={
        Verbs.CREATE: frozenset({400}),
        Verbs.UPDATE: frozenset({400}),
        Verbs.DELETE: frozenset({403, 404, 422}),
    },
)


def _uniquely_named(call: Call, values: Values, row: WorkspaceRow | None) -> Values:
    taken = sa.select(WorkspaceRow.token).where(
        WorkspaceRow.account_token == call.caller.account, WorkspaceRow.name == values.get("name")
    )
    if row is not None:
        taken = taken.where(WorkspaceRow.token != row.token)
    if call.session.scalar(taken) is not None:
        raise Refused("Name has already been taken")
    return values


def _furnished(call: Call, row: WorkspaceRow) -> None:
    """A new workspace is not empty; Owners see it, and others when a team of theirs gets it."""
    furnish(call.session, row.account_token, row.token, call.now)


def _emptied(call: Call, row: WorkspaceRow) -> None:
    """All that lies in the workspace goes with it; the last workspace of an account stays."""
    if len(call.caller.workspaces) == 1:
        raise Refused("The last Workspace of an account cannot be deleted")
    unassigned = sa.select(LinkRow.source).where(
        LinkRow.target == row.token, LinkRow.field == "workspace_tokens"
    )
    change = Change(
        account=row.account_token,
        what=f"{row.token} deleted",
        unassign=tuple(Assignment(token, row.token) for token in call.session.scalars(unassigned)),
    )
    publish(call.session, call.house.ledger, change, call.now)
    tables: list[_Placed] = [*KeptInWorkspace.__subclasses__(), *KeptPerhapsInWorkspace.__subclasses__()]
    for table in tables:
        inside = sa.select(table.token).where(table.workspace_token == row.token)
        call.session.execute(
            sa.delete(LinkRow).where(sa.or_(LinkRow.source.in_(inside), LinkRow.target.in_(inside)))
        )
        let_go(call.session, inside)
        forget_reports(call.session, inside)
    of_segments = sa.select(SegmentRow.report).where(SegmentRow.workspace_token == row.token)
    forget_reports(call.session, of_segments)
    dashboards = sa.select(DashboardRow.token).where(DashboardRow.workspace_token == row.token)
    forget_dashboards(call.session, call.session.scalars(dashboards).all())
    for table in sorted(tables, key=_made_after, reverse=True):
        call.session.execute(sa.delete(table).where(table.workspace_token == row.token))
    call.session.execute(
        sa.update(UserRow)
        .where(UserRow.default_workspace_token == row.token)
        .values(default_workspace_token=None)
    )


def _made_after(table: _Placed) -> int:
    """The place of a table in the order in which one refers to another."""
    return table.metadata.sorted_tables.index(table.metadata.tables[table.__tablename__])


workspaces.before_write = _uniquely_named
workspaces.after_create = _furnished
workspaces.before_delete = _emptied


def operations() -> list[Operation]:
    """The operations of workspaces."""
    return operations_of(workspaces)

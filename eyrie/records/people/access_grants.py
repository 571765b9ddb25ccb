"""Access grants: one resource that a team is given or denied, whatever it may do in the workspace."""

import re
from enum import StrEnum

from pydantic import Field

from eyrie.access import reach
from eyrie.access.caller import Scope
from eyrie.access.rights import Action, granted_kinds
from eyrie.basics.errors import Forbidden, NotFound, Refused
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Shown
from eyrie.operations.record import Record, Verbs
from eyrie.operations.shapes import Change, Draft, Moment, Token, View
from eyrie.store.rows import KeptInWorkspace
from eyrie.store.teams import GrantRow, TeamRow

_TOKEN = re.compile(r"([a-z_]+)_[0-9a-f]{16}", re.ASCII)


class GrantAccess(StrEnum):
    """Whether a Team is given a resource, or denied it."""

    ALLOWED = reach.ALLOWED
    DENIED = reach.DENIED


class AccessGrant(View):
    """One resource that a Team is given or denied."""

    token: Token
    resource_token: Token = Field(description="The resource.")
    access: str = Field(description="`allowed` or `denied`.")
    team_token: Token | None = Field(description="The Team.")
    created_at: Moment
    created_by: Token | None = Field(description="The User, or the Team of the service token, who made it.")


class CreateAccessGrant(Draft):
    """What makes an AccessGrant."""

    resource_token: Token = Field(
        description="The resource: a CostReport, Folder, SavedFilter or what else can be granted; a Folder "
        "reaches what is inside."
    )
    team_token: Token = Field(description="The Team.")
    access: GrantAccess = Field(GrantAccess.ALLOWED, description="Whether it is given or denied.")


class UpdateAccessGrant(Change):
    """What changes an AccessGrant."""

    access: GrantAccess | None = Field(None, description="Whether the resource is given or denied.")


access_grants = Record(
    name="access_grant",
    thing="Access grant",
    tag="AccessGrants",
    path="/access_grants",
    token_prefix="rsrc_accss_grnt",
    row=GrantRow,
    view=AccessGrant,
    update=UpdateAccessGrant,
    titled_by="resource_token",
    needs=Action.GRANT,
    verbs=Verbs.LIST | Verbs.READ | Verbs.UPDATE | Verbs.DELETE,
)


def grant(call: Call, resource: KeptInWorkspace, team: TeamRow, access: GrantAccess) -> GrantRow:
    """Give or deny a resource; a team has one grant of it, so doing it again changes that one."""
    if not call.rows.may(Action.GRANT, resource):
        raise Forbidden("Only Owners, and owners of a Team that works with the resource, say who else may")
    row = given(call, resource.token, team)
    before = access_grants.values(call, row) if row else None
    if row is None:
        named = {"team_token": team.token, "resource_token": resource.token}
        signed = {"access": access.value, "created_by": call.caller.created_by}
        row = call.rows.add(GrantRow, access_grants.token_prefix, **named, **signed)
    else:
        row.access, row.updated_at = access.value, call.now
        call.session.flush()
    access_grants.note(call, row, before, access_grants.values(call, row))
    return row


def given(call: Call, resource: str, team: TeamRow) -> GrantRow | None:
    """The grant of a resource to a team, if there is one."""
    found = call.rows.query(GrantRow).where(
        GrantRow.resource_token == resource, GrantRow.team_token == team.token
    )
    return call.session.scalar(found)


def find_resource(call: Call, token: str) -> KeptInWorkspace:
    """The resource with this token, if the caller sees it and it is of a kind that can be granted."""
    row = call.rows.find_granted(token)
    if row is not None:
        return row
    formed = _TOKEN.fullmatch(token)
    if formed and formed[1] not in {kind.granted.prefix for kind in granted_kinds() if kind.granted}:
        kinds = ", ".join(kind.__tablename__.replace("_", " ") for kind in granted_kinds())
        raise Refused(f"resource_token: access is granted to {kinds}, and to nothing else")
    raise NotFound("Resource not found")


def _created(call: Call) -> Shown:
    team = call.rows.find(TeamRow, call.body.team_token)
    if team is None:
        raise NotFound("Team not found")
    resource = find_resource(call, call.body.resource_token)
    row = grant(call, resource, team, GrantAccess(call.body.access))
    return Shown(access_grants.show(call, row))


def operations() -> list[Operation]:
    """The operations of access grants."""
    return [
        Operation(
            name="createAccessGrant",
            tag="AccessGrants",
            method="POST",
            path="/access_grants",
            summary="Give or deny a Team one resource",
            description="A Team has one AccessGrant of a resource: creating it again changes it.",
            scope=Scope.WRITE,
            needs=Action.GRANT,
            body=JsonBody(CreateAccessGrant),
            answers=Answer(201, AccessGrant),
            refuses=frozenset({400, 403, 404, 406, 422}),
            work=Work.WRITES,
            audited=True,
            run=_created,
        ),
        *operations_of(access_grants),
    ]

"""What a team may do in which workspaces: to edit or only to look, which the contract cannot say."""

from collections.abc import Mapping

from eyrie.access.caller import Access, Scope
from eyrie.access.rights import Action
from eyrie.access.teams import set_workspaces, workspaces
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, JsonBody, Operation, Work
from eyrie.operations.outcome import Shown
from eyrie.records.people.team_shapes import ShownTeamWorkspace, TeamWorkspaces, UpdateTeamWorkspaces
from eyrie.records.people.teams import checked_workspaces, note_change, teams, values
from eyrie.store.teams import TeamRow

PATH = "/teams/{team_token}/workspaces"


def give(call: Call, team: TeamRow, wanted: Mapping[str, Access]) -> None:
    """Let a team do exactly this from now on."""
    call.rows.lock(team)
    before = values(call, team)
    checked = checked_workspaces(call, wanted, workspaces(call.session, team))
    set_workspaces(call.session, team, checked)
    note_change(call, team, before)


def _shown(call: Call) -> Shown:
    given = workspaces(call.session, teams.found(call))
    listed = [ShownTeamWorkspace(workspace_token=token, access=access) for token, access in given.items()]
    return Shown(TeamWorkspaces(workspaces=listed))


def _updated(call: Call) -> Shown:
    sent = call.body.workspaces
    team = teams.found(call)
    wanted = workspaces(call.session, team)
    if sent is not None:
        wanted = {each.workspace_token: Access(each.access) for each in sent}
    give(call, team, wanted)
    return _shown(call)


def operations() -> list[Operation]:
    """The operations of a team's workspaces."""
    return [
        Operation(
            name="getTeamWorkspaces",
            tag="Teams",
            door=Door.API,
            method="GET",
            path=PATH,
            summary="Get what a Team may do in which Workspaces",
            description="To Workspaces that are not listed the Team has no access.",
            scope=Scope.READ,
            finds=(teams.finds(),),
            answers=Answer(200, TeamWorkspaces),
            refuses=frozenset({404}),
            work=Work.READS,
            run=_shown,
        ),
        Operation(
            name="updateTeamWorkspaces",
            tag="Teams",
            door=Door.API,
            method="PUT",
            path=PATH,
            summary="Say what a Team may do in which Workspaces",
            description="Replaces the whole list. Owners of a Team pass on what another Team of theirs has.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_TEAM,
            finds=(teams.finds(),),
            body=JsonBody(UpdateTeamWorkspaces),
            answers=Answer(200, TeamWorkspaces),
            refuses=frozenset({400, 404}),
            work=Work.WRITES,
            audited=True,
            run=_updated,
        ),
    ]

"""The condition in SQL says of every resource what the table of rights says, whatever teams and grants there are."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from eyrie.access.caller import Access, Role
from eyrie.access.first import add_user, ensure_first
from eyrie.access.rights import Action, may_with, visible
from eyrie.access.teams import add_team, everyone, set_members, set_workspaces
from eyrie.access.tokens import caller_for
from eyrie.basics.token import new_token
from eyrie.records.reports.rows import CostReportRow, FolderRow, SavedFilterRow
from eyrie.store.people import WorkspaceRow
from eyrie.store.teams import GrantRow
from tests.access.plain_rights import Team, rights

NOW = dt.datetime(2025, 2, 15, 12)
ACCESS = [None, "view", "edit"]
# Folders in folders, a report in each, one in none, and a filter: each path leads outwards.
PATHS = {
    "outer": ("outer",),
    "inner": ("inner", "outer"),
    "innermost": ("innermost", "inner", "outer"),
    "beside": ("beside",),
    "report outside": ("report outside",),
    "report in outer": ("report in outer", "outer"),
    "report in innermost": ("report in innermost", "innermost", "inner", "outer"),
    "report beside": ("report beside", "beside"),
    "filter": ("filter",),
}
KINDS = {"report": CostReportRow, "filter": SavedFilterRow}
SAID = st.sampled_from(["allowed", "denied"])
# Grants anywhere, and as often several on one way outwards, where the nearest must win.
GRANTS = st.one_of(
    st.dictionaries(st.sampled_from(sorted(PATHS)), SAID, max_size=4),
    st.dictionaries(st.sampled_from(PATHS["report in innermost"]), SAID, min_size=2),
)


def teams(*roles):
    """A team in which somebody has one of these roles."""
    return st.builds(Team, role=st.sampled_from(roles), access=st.sampled_from(ACCESS), grants=GRANTS)


@dataclass
class Place:
    """A home with nothing but what is needed to ask for rights."""

    account: str
    workspace: str
    tokens: dict[str, str]


def kept(session, row, place, name, **values):
    common = {"account_token": place.account, "workspace_token": place.workspace, "title": name}
    token = place.tokens[name] = new_token(row.granted.prefix)
    session.add(row(token=token, created_at=NOW, updated_at=NOW, **common, **values))
    session.flush()


def furnished(session):
    """A workspace with folders, reports and a filter."""
    account, _ = ensure_first(session, NOW)
    workspace = session.scalars(sa.select(WorkspaceRow.token)).one()
    place = Place(account.token, workspace, {})
    for name, path in PATHS.items():
        around = place.tokens[path[1]] if len(path) > 1 else None
        match name.split()[0]:
            case "report":
                plain = {"settings": {}, "chart_settings": {}, "chart_type": "line"}
                times = {"date_bin": "day", "date_interval": "this_month"}
                kept(session, CostReportRow, place, name, folder_token=around, **plain, **times)
            case "filter":
                kept(session, SavedFilterRow, place, name, created_by="usr_x")
            case _:
                kept(session, FolderRow, place, name, type="CostFolder", parent_folder_token=around)
    return place


def caller_of(session, place, everybodys, others):
    """Somebody in these teams; `everybodys` is the team that all are in, with the role in the account."""
    role = Role(everybodys.role)
    user = add_user(session, place.account, email="ada@example.com", name=None, role=role, now=NOW)
    for number, team in enumerate([everybodys, *others]):
        if number == 0:
            row = everyone(session, place.account)
        else:
            row = add_team(session, place.account, f"Team {number}", NOW)
            set_members(session, row, {user.token: Role(team.role)}, NOW)
        set_workspaces(session, row, {place.workspace: Access(team.access)} if team.access else {})
        for name, access in team.grants.items():
            signed = {"account_token": place.account, "created_by": user.token, "access": access}
            named = {"team_token": row.token, "resource_token": place.tokens[name]}
            session.add(GrantRow(token=new_token("g"), created_at=NOW, updated_at=NOW, **signed, **named))
    session.flush()
    return caller_for(session, user)


def found(session, caller, place):
    """What the rights say of each resource that is there."""
    told = {}
    for name, token in place.tokens.items():
        kind = KINDS.get(name.split()[0], FolderRow)
        row = session.get_one(kind, token)
        seen = session.scalar(sa.select(kind.token).where(visible(caller, kind), kind.token == token))
        told[name] = {"look"} if seen else set()
        told[name] |= {"change"} if may_with(session, caller, Action.EDIT_REPORTS, row) else set()
        told[name] |= {"grant"} if may_with(session, caller, Action.GRANT, row) else set()
    return told


@given(
    teams("viewer", "editor", "integration_owner"),
    st.lists(teams("viewer", "editor", "integration_owner", "owner"), max_size=3),
)
def test_the_condition_says_what_the_table_says(database, everybodys, others):
    with database.writers() as session:
        place = furnished(session)
        caller = caller_of(session, place, everybodys, others)
        expected = {name: rights([everybodys, *others], path) for name, path in PATHS.items()}
        assert found(session, caller, place) == expected
        session.rollback()


@pytest.mark.parametrize("access", ["allowed", "denied"])
def test_an_owner_of_the_account_has_everything_whatever_grants_say(database, access):
    with database.writers() as session:
        place = furnished(session)
        grants = dict.fromkeys(PATHS, access)
        caller = caller_of(session, place, Team("owner", None, grants), [])
        assert found(session, caller, place) == {name: {"look", "change", "grant"} for name in PATHS}
        session.rollback()

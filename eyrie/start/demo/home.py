"""Fills an empty home with the demo, in one step: a home has all of it or nothing.

The parts are written first, outside any transaction; what nobody publishes is swept. Then one transaction
adds integrations, workspaces, people, folders, filters and reports, and publishes the parts. Whenever the
work is killed, the home is as empty as before, and the next run begins anew.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Role
from eyrie.access.first import FIRST_WORKSPACE, add_user
from eyrie.access.teams import everyone
from eyrie.archive.change import Assignment, Change
from eyrie.archive.publish import publish
from eyrie.archive.tag_sets import publish_checked
from eyrie.basics.errors import Refused, TagSetsClash
from eyrie.basics.words import Provider
from eyrie.costs.ledger.parts import Delivery, Part
from eyrie.costs.ledger.writing import write_part
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.bills.integrations import Status, add, integrations
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.people.team_members import add as add_member
from eyrie.records.people.team_workspaces import give
from eyrie.records.people.teams import named_people
from eyrie.records.people.users import users
from eyrie.records.people.workspaces import workspaces
from eyrie.start.calling import asking, calling, made
from eyrie.start.demo.bills import Bill
from eyrie.start.demo.company import LAB, LAB_PROVIDERS, NAME, OWNER, PEOPLE, PROVIDERS, WORKSPACES_OF
from eyrie.start.demo.reports import FOLDERS, REPORTS, SAVED_FILTERS
from eyrie.start.demo.story import Story
from eyrie.store.ledger import LedgerVersionRow, current_version
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.teams import TeamRow

DATASET = "demo"
MOST_SALTS = 20
_SAID = "demo: "  # how the ledger's history begins to tell of it


@dataclass(frozen=True)
class Filled:
    """What the home has now."""

    rows: int
    first: dt.date
    last: dt.date
    already: bool  # it was there before


def fill(house: House, story: Story, make: Callable[[Story], Iterable[Bill]]) -> Filled:
    """Fill an empty home with bills; leave one that has the demo as it is, and refuse any other.

    Bills are made one after another and let go of once they are written: a year of them is large.
    """
    with house.database.reading() as session:
        there = already_filled(session)
    if there:
        return there
    for salt in range(MOST_SALTS):
        parts = _written(house, story, make(story), salt)
        try:
            return _published(house, story, parts)
        except TagSetsClash:
            continue
    raise Refused("The demo's tag sets clash with every salt; choose another seed")


def already_filled(session: Session) -> Filled | None:
    """Tell whether the demo is here already; refuse if something else is."""
    row = LedgerVersionRow
    said = session.scalar(sa.select(row.what).where(row.what.startswith(_SAID, autoescape=True)))
    if said is not None:
        rows, first, last = said.removeprefix(_SAID).split()
        days = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        return Filled(int(rows), *days, already=True)
    if not is_empty(session):
        raise Refused(
            "This home has costs, integrations or people of its own, and the demo would mix with them; "
            "choose another folder with --home"
        )
    return None


def is_empty(session: Session) -> bool:
    """Tell whether a home is as it was made: one workspace, one owner, no costs, no integration."""
    counts = [session.scalar(sa.select(sa.func.count()).select_from(row)) for row in (WorkspaceRow, UserRow)]
    sources = session.scalar(sa.select(sa.func.count()).select_from(IntegrationRow))
    return current_version(session) == 0 and counts == [1, 1] and not sources


def _integration(story: Story, provider: Provider) -> str:
    """The token of an integration: it stands in every row, so it comes from the seed too."""
    return f"{integrations.token_prefix}_{story.chance('integration', provider).getrandbits(64):016x}"


def _written(house: House, story: Story, bills: Iterable[Bill], salt: int) -> tuple[Part, ...]:
    """Write a part for each bill, as any delivery is written."""
    parts = []
    for bill in bills:
        name = f"{bill.provider}-{bill.month:%Y-%m}"
        source = f"seed {story.seed} on {story.today}"
        delivery = Delivery(_integration(story, bill.provider), DATASET, name, source)
        part = write_part(house.engine, house.ledger, bill.items, delivery, bill.month, salt=salt)
        if part is not None:
            parts.append(part)
    return tuple(parts)


def _published(house: House, story: Story, parts: Sequence[Part]) -> Filled:
    """Add everything that people keep, and make the rows count, in one transaction."""
    filled = Filled(
        sum(part.rows for part in parts),
        min(part.accrued.start for part in parts),
        max(part.accrued.last for part in parts),
        already=False,
    )
    with asking(house) as call:
        account = call.caller.account
    change = Change(
        account=account,
        what=f"{_SAID}{filled.rows} {filled.first} {filled.last}",
        add=tuple(parts),
    )

    def commit(session: Session, checked: Change) -> Filled:
        there = already_filled(session)  # somebody may have been quicker
        if there:
            return there
        assigned = _kept(_calling(house, session), story)
        publish(session, house.ledger, replace(checked, assign=assigned), house.now())
        return filled

    return publish_checked(house.database, house.ledger, change, house.clashing_tag_sets, commit)


def _calling(house: House, session: Session) -> Call:
    """A call in the name of the owner that every home begins with."""
    owner = session.scalars(sa.select(UserRow)).one()
    call = calling(house, session)
    return replace(call, maybe_caller=replace(call.caller, user=owner.token))


def _kept(call: Call, story: Story) -> tuple[Assignment, ...]:
    """Add workspaces, people, integrations, folders, filters and reports; give who sees which costs."""
    main = call.rows.all(call.rows.query(WorkspaceRow))[0]
    if main.name == FIRST_WORKSPACE:
        before = workspaces.values(call, main)
        main.name = NAME
        workspaces.note(call, main, before, workspaces.values(call, main))
    lab = made(call, "createWorkspace", name=LAB)
    _people(call, main.token, lab)
    _folders_filters_and_reports(call, main.token)
    return tuple(
        Assignment(token, workspace)
        for provider, account in PROVIDERS.items()
        for token in [_connected(call, story, provider, account)]
        for workspace in _seen_in(call, token, [main.token, *([lab] if provider in LAB_PROVIDERS else [])])
    )


def _people(call: Call, main: str, lab: str) -> None:
    owner = call.session.get_one(UserRow, call.caller.user)
    owner.name, owner.default_workspace_token = OWNER, main
    for person in PEOPLE:
        user = add_user(
            call.session,
            call.caller.account,
            email=person.email,
            name=person.name,
            role=Role(person.role),
            now=call.now,
        )
        user.default_workspace_token = lab if person.team == LAB else main
        users.note(call, user, None, users.values(call, user))
    _teams(call, {NAME: main, LAB: lab})


def _teams(call: Call, workspaces: Mapping[str, str]) -> None:
    """Who works where is said by teams; the team of everybody works nowhere by itself."""
    seen = dict.fromkeys(workspaces.values(), Role.OWNER)
    call = replace(call, maybe_caller=replace(call.caller, workspaces=seen))
    give(call, everyone(call.session, call.caller.account), {})
    for name, edited in WORKSPACES_OF.items():
        tokens = [workspaces[title] for title in edited]
        team = call.session.get_one(TeamRow, made(call, "createTeam", name=name, workspace_tokens=tokens))
        for person in PEOPLE:
            if person.team == name:
                (user,) = named_people(call, (), [person.email])
                add_member(call, team, user, person.role)


def _connected(call: Call, story: Story, provider: Provider, account: str) -> str:
    """Add an integration as it is once its bills are in."""
    token, description = _integration(story, provider), f"{NAME}, made up by eyrie demo"
    row = add(call, provider, account, Status.IMPORTED, token=token, description=description)
    row.last_updated = call.now
    integrations.note(call, row, None, integrations.values(call, row))
    return row.token


def _seen_in(call: Call, integration: str, tokens: Sequence[str]) -> Sequence[str]:
    call.rows.set_links(integration, "workspace_tokens", tokens)
    return tokens


def _folders_filters_and_reports(call: Call, workspace: str) -> None:
    folders: dict[str, str] = {}
    for folder in FOLDERS:
        place = {"parent_folder_token": folders[folder.inside]} if folder.inside else {}
        folders[folder.title] = made(
            call, "createFolder", title=folder.title, workspace_token=workspace, **place
        )
    filters = {
        kept.title: made(
            call, "createSavedFilter", title=kept.title, filter=kept.filter, workspace_token=workspace
        )
        for kept in SAVED_FILTERS
    }
    for report in REPORTS:
        made(
            call,
            "createCostReport",
            title=report.title,
            workspace_token=workspace,
            folder_token=folders[report.folder] if report.folder else None,
            filter=report.filter,
            saved_filter_tokens=[filters[title] for title in report.saved_filters],
            groupings=report.groupings,
            date_interval=report.interval,
            date_bin=report.bin,
            chart_type=report.chart,
            settings=dict(report.settings),
        )

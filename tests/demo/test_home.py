"""Filling a home: all of it or nothing, once, and as real as any delivery."""

import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role, Scope
from eyrie.access.tokens import create_token
from eyrie.basics.errors import Refused
from eyrie.costs.query.ask import read_groupings
from eyrie.records.bills.rows import IntegrationRow
from eyrie.start.demo.company import LAB, LAB_PROVIDERS, NAME, PEOPLE, PROVIDERS
from eyrie.start.demo.home import already_filled, fill, is_empty
from eyrie.start.demo.reports import FOLDERS, REPORTS, SAVED_FILTERS
from eyrie.start.demo.story import Story
from eyrie.start.forecasting import backtest_of
from eyrie.store.ledger import LedgerPartRow, current_version
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.teams import SeatRow, TeamRow, TeamWorkspaceRow
from eyrie.surfaces.cli.work import CostsWish
from tests.demo.conftest import STORY
from tests.demo.filling import FEW, NOW, opened_at
from tests.in_process import Client, app_over

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def filled(tmp_path_factory, made):
    """A home with the whole demo."""
    with opened_at(tmp_path_factory.mktemp("demo") / "home") as house:
        fill(house, STORY, lambda _story: made)
        yield house


def client(house, email):
    with house.database.writing() as session:
        user = session.scalars(sa.select(UserRow).where(UserRow.email == email)).one()
        _, secret = create_token(session, user, [Scope.READ, Scope.WRITE], description="test", now=NOW)
    return Client(app_over(house), secret)


def test_the_ledger_holds_the_bills_to_the_row(filled, made):
    with filled.database.reading() as session:
        parts = session.scalars(sa.select(LedgerPartRow)).all()
        names = dict(session.execute(sa.select(IntegrationRow.token, IntegrationRow.provider)).all())
    written = Counter({(names[part.integration], part.billing_month): part.rows for part in parts})
    assert written == Counter({(bill.provider.value, bill.month): len(bill.items) for bill in made})


def test_the_api_answers_from_it_as_the_bills_add_up(filled, made):
    january = [item for bill in made if bill.month == dt.date(2026, 1, 1) for item in bill.items]
    expected = sum(
        item.effective_cost
        for item in january
        if item.provider == "aws"
        and item.basis != "billed"
        and item.adjustment_class not in ("credit", "refund")
    )
    with client(filled, "owner@localhost") as owner:
        asked = {"filter": "costs.provider = 'aws'", "start_date": "2026-01-01", "end_date": "2026-01-31"}
        answer = owner.get("/v2/costs", params=asked).json()
    assert answer["total_cost"]["amount"] == str(round(expected, 2))


def test_four_people_with_their_roles_and_one_who_sees_the_second_workspace_alone(filled):
    with filled.database.reading() as session:
        rows = session.execute(
            sa.select(UserRow.email, SeatRow.role, WorkspaceRow.name)
            .join(SeatRow, SeatRow.user_token == UserRow.token)
            .join(TeamWorkspaceRow, TeamWorkspaceRow.team_token == SeatRow.team_token)
            .join(WorkspaceRow, WorkspaceRow.token == TeamWorkspaceRow.workspace_token)
        ).all()
        owners = session.scalars(sa.select(UserRow.email).where(UserRow.role == "owner")).all()
        everybodys = sa.select(TeamWorkspaceRow).join(TeamRow).where(TeamRow.is_everyone)
        assert not session.scalars(everybodys).all()
    seen = {(email.split("@")[0], role, place) for email, role, place in rows}
    both = {NAME, LAB}
    assert seen == {
        *(("marco", "editor", place) for place in both),
        *(("ines", "viewer", place) for place in both),
        ("tomas", "editor", LAB),
    }
    assert owners == ["owner@localhost"]
    assert {person.role for person in PEOPLE} == {Role.EDITOR, Role.VIEWER}


def test_the_second_workspace_sees_its_providers_and_no_other(filled):
    with client(filled, "tomas@alpenglow.example") as tomas:
        keys = {each["key"] for each in tomas.get("/v2/cost_providers").json()["cost_providers"]}
        aws = tomas.get(
            "/v2/costs",
            params={"filter": "costs.provider = 'aws'", "start_date": "2026-01-01", "end_date": "2026-01-31"},
        ).json()
    assert keys == {provider.value for provider in LAB_PROVIDERS}
    assert aws["costs"] == []


def test_integrations_folders_and_filters_are_there(filled):
    with client(filled, "owner@localhost") as owner:
        integrations = owner.get("/v2/integrations").json()["integrations"]
        folders = owner.get("/v2/folders").json()["folders"]
        filters = owner.get("/v2/saved_filters").json()["saved_filters"]
    assert {(each["provider"], each["status"]) for each in integrations} == {
        (provider.value, "imported") for provider in PROVIDERS
    }
    assert {each["title"] for each in folders} == {folder.title for folder in FOLDERS}
    titles = {each["token"]: each["title"] for each in folders}
    inside = {each["title"]: titles.get(each["parent_folder_token"]) for each in folders}
    assert inside == {folder.title: folder.inside for folder in FOLDERS}
    assert {each["title"]: each["filter"] for each in filters} == {
        kept.title: kept.filter for kept in SAVED_FILTERS
    }


def test_reports_name_what_is_there():
    assert len(REPORTS) >= 12
    for report in REPORTS:
        assert read_groupings(report.groupings)
        assert report.folder in {folder.title for folder in FOLDERS}
        assert set(report.saved_filters) <= {kept.title for kept in SAVED_FILTERS}


def test_a_second_time_it_is_there_already(filled):
    with filled.database.reading() as session:
        before = current_version(session)
    again = fill(filled, Story(8, dt.date(2026, 5, 1)), lambda _story: ())
    assert (again.already, again.first, again.last) == (True, dt.date(2025, 3, 1), dt.date(2026, 3, 14))
    with filled.database.reading() as session:
        assert current_version(session) == before


def test_the_backtest_of_the_demo_is_what_the_guide_shows(filled):
    told = backtest_of(filled, CostsWish(workspace=NAME), 30)
    guide = (ROOT / "docs" / "guides" / "forecasts.md").read_text()
    for name, *shares in told.ways:
        assert f"| {name} | {' | '.join(f'{share:.1%}' for share in shares)} |" in guide
    assert f"{told.coverage:.1%} of its days came inside the range" in guide


def test_a_home_in_use_is_refused(world, made):
    with pytest.raises(Refused, match="another folder"):
        fill(world.house, STORY, lambda _story: made)
    with world.house.database.reading() as session:
        assert current_version(session) == 0


@pytest.mark.parametrize("moment", ["part: after rename#5", "publish: after lock", "publish: after version"])
def test_whoever_is_killed_in_the_middle_leaves_an_empty_home_to_be_filled(tmp_path, moment):
    folder = tmp_path / "home"
    assert filling(folder, EYRIE_DIE_AT=moment).returncode == -signal.SIGKILL
    with opened_at(folder) as house, house.database.reading() as session:
        assert is_empty(session)
        assert already_filled(session) is None
    assert filling(folder).returncode == 0
    with opened_at(folder) as house, house.database.reading() as session:
        assert already_filled(session).already
        assert session.scalar(sa.select(sa.func.count()).select_from(LedgerPartRow)) == FEW


def filling(folder, **variables):
    """Fill a home in a process of its own, with a few bills."""
    command = [sys.executable, "-m", "tests.demo.filling", str(folder)]
    return subprocess.run(command, env={**os.environ, **variables}, cwd=ROOT, check=False)

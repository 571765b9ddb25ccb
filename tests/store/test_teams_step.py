"""The step from roles to teams: nobody gains or loses anything."""

import datetime as dt

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from eyrie.access.caller import Role
from eyrie.access.tokens import caller_for
from eyrie.store import migrations
from eyrie.store.database import Database
from eyrie.store.migrations import migrate
from eyrie.store.people import ApiTokenRow, UserRow
from eyrie.store.teams import TeamRow

NOW = dt.datetime(2025, 2, 15, 12)
ALL = {"token": None, "account_token": "acct", "created_at": NOW, "updated_at": NOW}
PEOPLE = {"boss": "owner", "keeper": "integration_owner", "ada": "editor", "bob": "viewer"}
# Who worked where, as what: all of them in Main, two in Lab, nobody but the owner in Attic, one above himself.
ROLES = """\
Main   boss owner  keeper integration_owner  ada editor  bob viewer
Lab    boss owner  ada editor  bob viewer
Attic  boss owner
Yard   keeper integration_owner  ada editor  bob editor
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def before(request, tmp_path):
    """A database as the step before left it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/eyrie.db"
    else:
        url = request.getfixturevalue("postgresql").new_database()
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with database.engine.execution_options(eyrie_begin="BEGIN IMMEDIATE").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        _fill(connection)
        connection.commit()
    yield database
    database.close()


def _fill(connection):
    known = sa.MetaData()
    known.reflect(connection)

    def keep(table, **values):
        columns = known.tables[table].columns
        shared = {name: value for name, value in ALL.items() if name in columns}
        connection.execute(sa.insert(known.tables[table]).values({**shared, **values}))

    keep("accounts", token="acct", name="Eyrie")
    for name, role in PEOPLE.items():
        keep("users", token=f"usr_{name}", email=name, role=role)
    keep("api_tokens", token="tkn", user_token="usr_ada", secret_hash="x", description="", scopes=["read"])
    for number, line in enumerate(ROLES.splitlines()):
        workspace, *words = line.split()
        made = {"created_at": NOW + dt.timedelta(days=number), "name": workspace, "currency": "USD"}
        rate = {"enable_currency_conversion": True, "exchange_rate_date": "daily_rate"}
        keep("workspaces", token=workspace, **made, **rate)
        for name, role in zip(words[::2], words[1::2], strict=True):
            keep("roles", user_token=f"usr_{name}", workspace_token=workspace, role=role)


def test_everybody_has_what_they_had(before):
    migrate(before)
    with before.reading() as session:
        seen = {
            user.email: dict(caller_for(session, user).workspaces)
            for user in session.scalars(sa.select(UserRow))
        }
    assert seen == {
        "boss": dict.fromkeys(("Main", "Lab", "Attic", "Yard"), Role.OWNER),
        "keeper": dict.fromkeys(("Main", "Yard"), Role.INTEGRATION_OWNER),
        "ada": dict.fromkeys(("Main", "Lab", "Yard"), Role.EDITOR),
        "bob": {"Main": Role.VIEWER, "Lab": Role.VIEWER, "Yard": Role.EDITOR},
    }


def test_what_all_had_is_everybodys_and_the_rest_is_of_teams(before):
    migrate(before)
    with before.reading() as session:
        assert set(session.scalars(sa.select(TeamRow.name))) == {"Everyone", "Lab", "Yard"}


def test_tokens_stay_and_belong_to_somebody(before):
    migrate(before)
    with before.writing() as session:
        assert session.get_one(ApiTokenRow, "tkn").user_token == "usr_ada"
    for owners in ({"user_token": None, "team_token": None}, {"user_token": "usr_ada", "team_token": "team"}):
        with pytest.raises(sa.exc.IntegrityError), before.writing() as session:
            session.execute(sa.update(ApiTokenRow).values(**owners))

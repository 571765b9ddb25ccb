"""Entries that were written before there was a chain are chained by the migration."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from eyrie.store import migrations
from eyrie.store.audit_chain import verify
from eyrie.store.database import Database
from eyrie.store.migrations import migrate
from tests.store.chains import entry, write

STEP = "0006"
CHANGED = {"title": [None, "Größe ☃"], "settings": [None, {"b": 1, "a": [1.5, True]}]}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def old(request, tmp_path):
    """A database of the step before, with entries of two accounts."""
    url = f"sqlite:///{tmp_path}/eyrie.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    before = ScriptDirectory.from_config(config).get_revision(STEP).down_revision
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, before)
        for account in ("acct_1", "acct_2"):
            made = {"token": account, "at": dt.datetime(2025, 1, 1)}
            connection.execute(
                sa.text("INSERT INTO accounts (token, name, created_at) VALUES (:token, 'One', :at)"), made
            )
        for number, account in enumerate(("acct_1", "acct_2", "acct_1", "acct_1")):
            _insert_old(connection, number, account)
    yield database
    database.close()


def _insert_old(connection, number, account):
    values = {
        "token": f"adt_lg_0{number}",
        "account_token": account,
        "created_at": dt.datetime(2025, 1, 9 - number, 12, 30, 0, 125_000 * number),
        "event": "record_created",
        "object_type": "folder",
        "object_token": "fldr_1",
        "object_title": None,
        "source": "api",
        "user": "Ada",
        "changed_values": json.dumps(CHANGED),
        "unchanged_values": "{}",
    }
    columns = ", ".join(f'"{name}"' for name in values)
    placed = ", ".join(f":{name}" for name in values)
    connection.execute(sa.text(f"INSERT INTO audit_logs ({columns}) VALUES ({placed})"), values)


def test_they_are_chained_in_the_order_of_their_making(old):
    migrate(old)
    with old.reading() as session:
        ordered = sa.text("SELECT token FROM audit_logs WHERE account_token = 'acct_1' ORDER BY number")
        assert list(session.scalars(ordered)) == ["adt_lg_03", "adt_lg_02", "adt_lg_00"]
        found = [(one.account, one.entries, one.broken) for one in verify(session)]
    assert found == [("acct_1", 3, None), ("acct_2", 1, None)]


def test_new_entries_go_on_from_them(old):
    migrate(old)
    write(old, entry(7), entry(8))
    with old.reading() as session:
        assert [(one.entries, one.broken) for one in verify(session)] == [(5, None), (1, None)]

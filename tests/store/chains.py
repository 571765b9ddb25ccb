"""Short ways to write audit entries without the house, and to spoil them."""

import datetime as dt

import sqlalchemy as sa

from eyrie.store.audit_chain import append, verify
from eyrie.store.rows import AccountRow
from eyrie.store.traces import AuditRow

NOW = dt.datetime(2025, 2, 15, 12)
ACCOUNT = "acct_1"


def entry(number, account=ACCOUNT, made_at=NOW):
    """The entry of a change of title, which has not got its place yet."""
    return AuditRow(
        token=f"adt_lg_{number}",
        account_token=account,
        created_at=made_at,
        event="record_updated",
        object_type="folder",
        object_token="fldr_1",
        object_title="Größe ☃",
        source="api",
        user="Ada",
        user_token="usr_1",
        workspace_token=None,
        workspace_title=None,
        changed_values={"title": ["Old", "Größe ☃"], "deep": [None, {"b": [1, 2.5], "a": True}]},
        unchanged_values={"type": "CostFolder"},
    )


def open_account(database, account=ACCOUNT):
    with database.writing() as session:
        session.add(AccountRow(token=account, name="One", created_at=NOW))


def write(database, *entries):
    """Write entries in one transaction."""
    with database.writing() as session:
        for one in entries:
            append(session, one)


def spoil(database, statement, **values):
    """Change the tables behind the house's back."""
    with database.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def chain(database, noted=None):
    """What is found of the one chain that there is."""
    with database.reading() as session:
        [found] = verify(session, noted)
    return found


def heads(database):
    """The hashes of all entries, in order."""
    with database.reading() as session:
        return list(session.scalars(sa.select(AuditRow.hash).order_by(AuditRow.number)))

"""Sessions: a reading one sees one view, a writing one happens as a whole or not at all."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from eyrie.store.people import WorkspaceRow
from eyrie.store.rows import AccountRow

NOW = dt.datetime(2025, 2, 15, 12)


def account(token="acct_1", name="One"):
    return AccountRow(token=token, name=name, created_at=NOW)


def workspace(token, name, of="acct_1"):
    return WorkspaceRow(
        token=token,
        account_token=of,
        created_at=NOW,
        updated_at=NOW,
        name=name,
        enable_currency_conversion=True,
        currency="USD",
        exchange_rate_date="daily_rate",
    )


def names(session):
    return sorted(session.scalars(sa.select(AccountRow.name)))


def add(database, *rows):
    with database.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def test_what_was_written_is_seen_by_the_next_session(database):
    add(database, account())
    with database.reading() as session:
        assert names(session) == ["One"]


def test_a_reading_session_sees_one_view_to_its_end(database):
    add(database, account())
    with database.reading() as session:
        assert names(session) == ["One"]
        add(database, account("acct_2", "Two"))
        assert names(session) == ["One"]
        assert session.scalar(sa.select(sa.func.count()).select_from(AccountRow)) == 1
    with database.reading() as session:
        assert names(session) == ["One", "Two"]


def test_what_a_reading_session_changes_is_forgotten(database):
    add(database, account())
    with database.reading() as session:
        session.get_one(AccountRow, "acct_1").name = "Changed"
        session.flush()
    with database.reading() as session:
        assert names(session) == ["One"]


def test_rows_can_be_used_after_their_session(database):
    add(database, account())
    with database.reading() as session:
        row = session.get_one(AccountRow, "acct_1")
    assert (row.name, row.created_at) == ("One", NOW)


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_writing_session_that_fails_leaves_nothing(database, failure):
    def fail_halfway():
        with database.writing() as session:
            session.add(account())
            session.flush()
            raise failure

    with pytest.raises(failure):
        fail_halfway()
    with database.reading() as session:
        assert names(session) == []
    add(database, account())


def test_one_bad_row_takes_the_good_ones_with_it(database):
    add(database, account(), workspace("wrkspc_1", "Same"))
    with pytest.raises(sa.exc.IntegrityError), database.writing() as session:
        session.add_all([account("acct_2", "Two"), workspace("wrkspc_2", "Same")])
    with database.reading() as session:
        assert names(session) == ["One"]


def test_references_must_lead_somewhere(database):
    with pytest.raises(sa.exc.IntegrityError):
        add(database, workspace("wrkspc_1", "x", of="acct_0"))


def test_two_writers_take_turns_and_none_is_lost(database):
    """Each reads a number and writes the next one: nobody may write what somebody else wrote already."""
    add(database, account(name="0"))
    together = threading.Barrier(4)
    failures = []

    def count():
        try:
            together.wait()
            for _ in range(10):
                with database.writing() as session:
                    asked = sa.select(AccountRow).where(AccountRow.token == "acct_1").with_for_update()
                    row = session.scalars(asked).one()
                    row.name = str(int(row.name) + 1)
        except Exception as error:  # noqa: BLE001  told by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        assert names(session) == ["40"]


def test_a_reader_is_never_blocked_by_a_writer(database):
    add(database, account())
    with database.writing() as writing:
        writing.get_one(AccountRow, "acct_1").name = "Changed"
        writing.flush()
        with database.reading() as reading:
            assert names(reading) == ["One"]
    with database.reading() as reading:
        assert names(reading) == ["Changed"]


def test_texts_and_moments_come_back_as_they_were(database):
    name = "Größe ☃ 💶 \u202e\u0001 'quoted' \\ % _ \n\t"
    moment = dt.datetime(2025, 2, 15, 12, 34, 56, 789012)
    add(database, AccountRow(token="acct_1", name=name, created_at=moment))
    with database.reading() as session:
        row = session.get_one(AccountRow, "acct_1")
        assert (row.name, row.created_at) == (name, moment)
        later = sa.select(AccountRow.token).where(
            AccountRow.created_at > moment - dt.timedelta(microseconds=1)
        )
        assert session.scalars(later).all() == ["acct_1"]

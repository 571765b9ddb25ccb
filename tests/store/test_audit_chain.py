"""The chain of audit entries: whole whoever writes at once, and broken wherever somebody meddled with it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.store.audit_chain import COVERED, append, forget, verify
from eyrie.store.database import Database
from eyrie.store.rows import Row
from eyrie.store.traces import AuditRow
from tests.store.chains import ACCOUNT, NOW, chain, entry, heads, open_account, spoil, write

TEXTS = [name for name in COVERED if name not in ("account_token", "number", "created_at")]


@pytest.fixture
def chained(database):
    """A database with six entries."""
    open_account(database)
    write(database, *map(entry, range(1, 4)))
    write(database, *map(entry, range(4, 7)))
    return database


def test_a_chain_is_whole_from_its_beginning_to_its_head(chained):
    found = chain(chained)
    assert (found.account, found.entries, found.broken, found.noted) == (ACCOUNT, 6, None, False)
    assert found.head == heads(chained)[-1]
    assert len(set(heads(chained))) == 6


def test_before_the_first_entry_there_is_nothing_to_verify(database):
    open_account(database)
    with database.reading() as session:
        assert verify(session) == []


def test_a_noted_head_is_found_as_long_as_nothing_up_to_it_was_changed(chained):
    noted = chain(chained).head
    write(chained, entry(7))
    assert chain(chained, noted).noted
    assert chain(chained, chain(chained).head).noted
    assert not chain(chained, "f" * 64).noted


def test_entries_of_a_transaction_that_fails_leave_no_gap(chained):
    def fail_at_the_end():
        with chained.writing() as session:
            append(session, entry(7))
            raise ValueError("oops")

    with pytest.raises(ValueError, match="oops"):
        fail_at_the_end()
    write(chained, entry(8))
    assert (chain(chained).entries, chain(chained).broken) == (7, None)


def test_many_who_write_at_once_make_one_chain(database):
    open_account(database)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: write(database, entry(number), entry(-number)), range(1, 17)))
    assert (chain(database).entries, chain(database).broken) == (32, None)


@pytest.mark.postgresql
def test_who_has_noted_something_holds_nobody_up_until_the_end(postgresql):
    """On SQLite a writer is alone anyway."""
    database = Database(postgresql.new_database())
    Row.metadata.create_all(database.engine)
    open_account(database)
    with database.writing() as slow:
        append(slow, entry(1))
        write(database, entry(2))
    assert (chain(database).entries, chain(database).broken) == (2, None)
    with database.reading() as session:
        ordered = sa.select(AuditRow.token).order_by(AuditRow.number)
        assert list(session.scalars(ordered)) == ["adt_lg_2", "adt_lg_1"]
    database.close()


def test_each_account_has_a_chain_of_its_own(chained):
    open_account(chained, "acct_2")
    write(chained, entry(7, "acct_2"), entry(8), entry(9, "acct_2"))
    with chained.reading() as session:
        assert [(one.account, one.entries, one.broken) for one in verify(session)] == [
            ("acct_1", 7, None),
            ("acct_2", 2, None),
        ]


CHANGES = {
    "a value": (
        "UPDATE audit_logs SET changed_values = '{}' WHERE number = 3",
        (2, "Entry 3, adt_lg_3, is not what was written"),
    ),
    "a moment": (
        "UPDATE audit_logs SET created_at = '2025-02-15 11:00:00' WHERE number = 3",
        (2, "Entry 3, adt_lg_3, is not what was written"),
    ),
    "a hash": (
        "UPDATE audit_logs SET hash = 'f' WHERE number = 6",
        (5, "Entry 6, adt_lg_6, is not what was written"),
    ),
    "one is gone": (
        "DELETE FROM audit_logs WHERE number = 3",
        (2, "Entry 3 is missing, before entry 4, adt_lg_4"),
    ),
    "the first are gone": (
        "DELETE FROM audit_logs WHERE number < 3",
        (0, "Entries 1 to 2 are missing, before entry 3, adt_lg_3"),
    ),
    "the last are gone": (
        "DELETE FROM audit_logs WHERE number > 4",
        (4, "Entries 5 to 6 are missing at the end"),
    ),
    "all are gone": ("DELETE FROM audit_logs", (0, "Entries 1 to 6 are missing at the end")),
    "the numbers are mended": (
        "DELETE FROM audit_logs WHERE number = 6; UPDATE audit_logs SET number = 6 WHERE number = 5",
        (4, "Entry 5 is missing, before entry 6, adt_lg_5"),
    ),
    "one is put before the first": (
        "UPDATE audit_logs SET number = -1 WHERE number = 6",
        (0, "Entry -1, adt_lg_6, stands before the beginning"),
    ),
    "the head's hash": (
        "UPDATE audit_heads SET hash = 'f'",
        (6, "The head of the chain is not that of entry 6, the last one"),
    ),
    "the head's number": (
        "UPDATE audit_heads SET number = 5",
        (6, "The head of the chain is not that of entry 6, the last one"),
    ),
    "the head is gone": ("DELETE FROM audit_heads", (0, "The head of the chain is gone")),
}


@pytest.mark.parametrize(("statements", "told"), CHANGES.values(), ids=CHANGES)
def test_the_first_thing_broken_is_told(chained, statements, told):
    for statement in statements.split("; "):
        spoil(chained, statement)
    found = chain(chained)
    assert (found.entries, found.broken) == told


def test_an_entry_that_cannot_even_be_read_is_told_like_the_others(tmp_path):
    """SQLite takes any text as a value; PostgreSQL would not."""
    database = Database(f"sqlite:///{tmp_path}/eyrie.db")
    Row.metadata.create_all(database.engine)
    open_account(database)
    write(database, *map(entry, range(1, 4)))
    for column in ("changed_values", "created_at"):
        spoil(database, f"UPDATE audit_logs SET {column} = 'spoiled' WHERE number = 2")
        assert chain(database).broken == "Entry 2, adt_lg_2, is not what was written"
    database.close()


def test_who_mends_the_head_too_is_found_by_a_head_that_was_noted(chained):
    noted = chain(chained).head
    spoil(chained, "DELETE FROM audit_logs WHERE number > 4")
    spoil(chained, "UPDATE audit_heads SET number = 4, hash = :hash", hash=heads(chained)[-1])
    assert chain(chained, noted).broken is None
    assert not chain(chained, noted).noted


@given(number=st.integers(1, 6), column=st.sampled_from(TEXTS), text=st.text("ab{}[]", max_size=5))
@settings(max_examples=25)
def test_no_text_of_any_entry_can_be_changed_unseen(tmp_path_factory, number, column, text):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('chain')}/eyrie.db")
    Row.metadata.create_all(database.engine)
    open_account(database)
    write(database, *map(entry, range(1, 7)))
    spoil(
        database, f'UPDATE audit_logs SET "{column}" = :text WHERE number = :number', text=text, number=number
    )
    assert chain(database).entries == number - 1
    assert chain(database).broken.startswith(f"Entry {number}, ")
    database.close()


def forgotten(database, before, most=1000):
    with database.writing() as session:
        return forget(session, before, most)


def days(number):
    return NOW + dt.timedelta(days=number)


def test_old_entries_are_forgotten_and_the_chain_begins_behind_them(database):
    open_account(database)
    for day in range(1, 7):
        write(database, entry(day, made_at=days(day)))
    third, last = heads(database)[2], heads(database)[-1]
    assert forgotten(database, days(4)) == 3
    found = chain(database, third)
    assert (found.entries, found.head, found.broken, found.noted) == (3, last, None, True)
    assert forgotten(database, days(4)) == 0
    spoil(database, "DELETE FROM audit_logs WHERE number = 4")
    assert chain(database).broken == "Entry 4 is missing, before entry 5, adt_lg_5"


def test_all_may_be_forgotten_and_the_chain_goes_on(chained):
    last = chain(chained).head
    assert [forgotten(chained, days(1), most=4) for _ in range(3)] == [4, 2, 0]
    assert (chain(chained).entries, chain(chained).head) == (0, last)
    write(chained, entry(7))
    assert (chain(chained, last).entries, chain(chained, last).broken) == (1, None)
    assert chain(chained, last).noted


def test_one_that_is_a_little_older_than_the_one_ahead_of_it_goes_after_it(database):
    open_account(database)
    for number, day in enumerate((1, 5, 2, 6), start=1):
        write(database, entry(number, made_at=days(day)))
    assert forgotten(database, days(3)) == 1
    assert forgotten(database, days(6)) == 2
    assert (chain(database).entries, chain(database).broken) == (1, None)

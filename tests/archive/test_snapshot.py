"""Snapshots: now, in the past, in a workspace; and a law that holds for any history."""

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.archive.change import Assignment, Delivered
from eyrie.archive.snapshot import Snapshots
from eyrie.basics.errors import LedgerBroken, Malformed
from eyrie.store.database import Database
from eyrie.store.rows import Row
from tests.archive.books import INTEGRATION, RETENTION_DAYS, WORKSPACE, Books, day, total

OTHER = "accss_crdntl_0000000000000002"


def test_the_past_is_read_as_it_was(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("january.csv", "7.00", day(4))
    books.publish(day(6), replace=(Delivered(INTEGRATION),))
    by_time = [books.total(day(7), as_of=day(number)) for number in range(1, 8)]
    assert by_time == ["0", "10.00", "10.00", "7.00", "7.00", "0", "0"]
    by_version = [books.total(day(7), as_of=version) for version in range(4)]
    assert by_version == ["0", "10.00", "7.00", "0"]


def test_a_moment_sees_what_was_committed_at_it(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    assert books.total(day(9), as_of=day(2)) == "10.00"
    assert books.total(day(9), as_of=day(2) - dt.timedelta(microseconds=1)) == "0"


def test_a_workspace_sees_what_is_assigned_to_it_at_that_version(books: Books) -> None:
    books.deliver("a.csv", "10.00", day(2))
    books.deliver("b.csv", "5.00", day(2), integration=OTHER)
    assert books.total(day(3), workspace=WORKSPACE) == "0"
    books.assign(day(4))
    books.assign(day(5), integration=OTHER)
    books.publish(day(6), unassign=(Assignment(INTEGRATION, WORKSPACE),))
    told = [books.total(day(7), as_of=day(number), workspace=WORKSPACE) for number in (3, 4, 5, 6)]
    assert told == ["0", "10.00", "15.00", "5.00"]
    assert books.total(day(7), workspace="wrkspc_other") == "0"
    assert books.total(day(7)) == "15.00"


def test_assigning_again_shows_history_again(books: Books) -> None:
    books.deliver("a.csv", "10.00", day(2))
    books.assign(day(3))
    books.publish(day(4), unassign=(Assignment(INTEGRATION, WORKSPACE),))
    books.assign(day(5))
    told = [books.total(day(7), as_of=day(number), workspace=WORKSPACE) for number in (3, 4, 5)]
    assert told == ["10.00", "0", "10.00"]


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        (day(101), "in the future"),
        (day(100 - RETENTION_DAYS) - dt.timedelta(seconds=1), "beyond the 90 days"),
        (4, "versions 0 to 3"),
        (-1, "versions 0 to 3"),
        (1, "beyond the 90 days"),  # version 1 ended on day 3
    ],
)
def test_a_moment_that_cannot_be_read_says_what_can(
    books: Books, as_of: dt.datetime | int, told: str
) -> None:
    for number in (2, 3, 50):
        books.deliver("january.csv", "10.00", day(number))
    with pytest.raises(Malformed, match=told):
        books.seen(day(100), as_of=as_of)


def test_a_version_that_still_counted_within_the_retention_is_readable(books: Books) -> None:
    for number, amount in ((2, "1.00"), (3, "2.00"), (50, "3.00")):
        books.deliver("january.csv", amount, day(number))
    assert books.total(day(100), as_of=2) == "2.00"
    assert books.total(day(100), as_of=day(100 - RETENTION_DAYS)) == "2.00"
    assert books.total(day(200), as_of=3) == "3.00"


def test_a_home_without_a_ledger_says_so(database: Database, tmp_path: Path) -> None:
    books = Books(database, tmp_path, tmp_path)
    with pytest.raises(LedgerBroken, match="never opened"):
        books.seen(day(1))


def test_remembered_snapshots_follow_the_ledger(books: Books) -> None:
    snapshots = Snapshots(books.folder, RETENTION_DAYS)
    books.assign(day(1))
    told = []
    for number, name in ((2, "a.csv"), (3, "b.csv"), (4, "a.csv")):
        books.deliver(name, f"{number}.00", day(number))
        with books.database.reading() as session:
            now, again = (snapshots.at(session, WORKSPACE, None, day(number)) for _ in range(2))
            assert now is again
            told.append((str(total(now)), str(total(snapshots.at(session, None, 2, day(number))))))
    assert told == [("2.00", "2.00"), ("5.00", "2.00"), ("7.00", "2.00")]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["deliver", "delete", "assign", "unassign"]),
        st.sampled_from(["a.csv", "b.csv", "c.csv"]),
        st.sampled_from([INTEGRATION, OTHER]),
        st.decimals(-1000, 1000, places=4),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_every_version_of_any_history_can_be_told_again(steps: list[tuple[str, str, str, Decimal]]) -> None:
    """The ledger at each version agrees with a dictionary that was copied at that version."""
    with tempfile.TemporaryDirectory() as home:
        database = Database(f"sqlite:///{home}/eyrie.db")
        Row.metadata.create_all(database.engine)
        books = Books.opened(database, Path(home))
        live: dict[tuple[str, str], Decimal] = {}
        assigned: set[str] = set()
        history = {0: (dict(live), set(assigned))}
        for what, name, integration, amount in steps:
            match what:
                case "deliver":
                    version = books.deliver(name, str(amount), day(2), integration=integration)
                    live[integration, name] = amount
                case "delete":
                    version = books.publish(day(2), replace=(Delivered(integration, source_name=name),))
                    live.pop((integration, name), None)
                case "assign":
                    version = books.assign(day(2), integration=integration)
                    assigned.add(integration)
                case _:
                    version = books.publish(day(2), unassign=(Assignment(integration, WORKSPACE),))
                    assigned.discard(integration)
            history[version] = (dict(live), set(assigned))
        for version, (then, seen) in history.items():
            assert total(books.seen(day(3), as_of=version)) == sum(then.values())
            expected = sum(amount for (integration, _), amount in then.items() if integration in seen)
            assert total(books.seen(day(3), as_of=version, workspace=WORKSPACE)) == expected
        assert list(history) == list(range(len(history)))
        database.close()

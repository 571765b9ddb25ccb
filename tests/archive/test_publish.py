"""Publishing: a change happens as a whole, once, and never over the head of another."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from eyrie.archive.change import Assignment, Change, Delivered
from eyrie.archive.publish import publish
from eyrie.basics.errors import LedgerBroken, LedgerMoved
from eyrie.costs.ledger.parts import PartKind
from eyrie.store.ledger import LedgerVersionRow, workspaces_of
from tests.archive.books import ACCOUNT, INTEGRATION, JANUARY, WORKSPACE, Books, day

FEBRUARY = dt.date(2025, 2, 1)


def test_versions_count_up_by_one(books: Books) -> None:
    assert [books.deliver(name, "1.00", day(2)) for name in ("a.csv", "b.csv", "c.csv")] == [1, 2, 3]


def test_two_files_add_up_and_the_same_name_replaces(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("other.csv", "5.00", day(2))
    assert books.total(day(3)) == "15.00"
    books.deliver("january.csv", "7.00", day(3))
    assert books.total(day(3)) == "12.00"


def test_amounts_keep_every_decimal(books: Books) -> None:
    books.deliver("january.csv", "-12345678901234567890.123456789012345678", day(2))
    assert books.total(day(2)) == "-12345678901234567890.123456789012345678"


def test_a_part_comes_back_as_it_went_in(books: Books) -> None:
    part = books.part("10.00", name="ä'b\".csv", currency="EUR")
    cube = replace(books.part("10.00", kind=PartKind.CUBE, shape="service"), cube_of=part.token)
    books.publish(day(2), add=(part, cube))
    assert books.seen(day(2)).parts == (part,)
    assert books.seen(day(2)).cubes == {part.token: (cube,)}


def test_a_replaced_part_takes_its_cubes_along(books: Books) -> None:
    part = books.part("10.00")
    cube = replace(books.part("10.00", kind=PartKind.CUBE, shape="service"), cube_of=part.token)
    books.publish(day(2), add=(part, cube))
    books.deliver("january.csv", "7.00", day(3))
    assert books.seen(day(3)).cubes == {}
    assert books.seen(day(3), as_of=day(2)).cubes == {part.token: (cube,)}


def test_nothing_to_do_makes_no_version(books: Books) -> None:
    version = books.deliver("january.csv", "10.00", day(2))
    assert books.publish(day(3), replace=(Delivered("accss_crdntl_none"),)) == version


def test_replacing_can_be_narrowed_to_months(books: Books) -> None:
    january = books.part("10.00", source="one")
    february = books.part("20.00", source="one", month=FEBRUARY)
    books.publish(day(2), add=(january, february))
    again = books.part("1.00", source="two", month=FEBRUARY)
    books.publish(day(3), replace=(Delivered(INTEGRATION, months=frozenset([FEBRUARY])),), add=(again,))
    assert {part.token for part in books.seen(day(3)).parts} == {january.token, again.token}


def test_replacing_can_be_narrowed_to_one_delivery(books: Books) -> None:
    one, two = books.part("10.00", name="one.csv"), books.part("20.00", name="two.csv")
    books.publish(day(2), add=(one, two))
    books.publish(day(3), replace=(Delivered(INTEGRATION, source=one.delivery.source),))
    assert books.seen(day(3)).parts == (two,)


def test_another_account_is_out_of_reach(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    elsewhere = Change(account="accnt_other", what="delete", replace=(Delivered(INTEGRATION),))
    with books.database.writing() as session:
        assert publish(session, books.folder, elsewhere, day(3)) == 1
    assert books.total(day(3)) == "10.00"


def test_a_stale_change_is_to_be_redone(books: Books) -> None:
    """Two compactions read the same part; the second to publish must not retire it again."""
    part = books.part("10.00")
    books.publish(day(2), add=(part,))
    books.publish(day(3), retire=(part.token,), add=(books.part("10.00", name="compacted one"),))
    with pytest.raises(LedgerMoved):
        books.publish(day(3), retire=(part.token,), add=(books.part("10.00", name="compacted two"),))
    assert books.total(day(3)) == "10.00"


def test_a_delivery_is_never_live_twice(books: Books) -> None:
    part = books.part("10.00", source="one")
    books.publish(day(2), add=(part,))
    for source in ("one", "two"):
        with pytest.raises(LedgerMoved):
            books.publish(day(3), add=(books.part("10.00", source=source),))
    assert books.total(day(3)) == "10.00"


def test_two_deliveries_in_one_change_cannot_share_a_name(books: Books) -> None:
    with pytest.raises(LedgerBroken):
        books.publish(day(2), add=(books.part("1.00", source="one"), books.part("1.00", source="two")))


def test_a_cube_may_follow_its_raw_part(books: Books) -> None:
    raw = books.part("10.00", source="one")
    books.publish(day(2), add=(raw,))
    cube = books.part("10.00", source="one", kind=PartKind.CUBE, shape="day")
    assert books.publish(day(3), add=(cube,)) == 2


@pytest.mark.parametrize("damage", ["missing", "short"])
def test_a_part_is_named_only_if_its_file_is_whole(books: Books, damage: str) -> None:
    part = books.part("10.00")
    file = books.folder / part.file
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(LedgerBroken):
        books.publish(day(2), add=(part,))


def test_a_change_that_fails_leaves_no_trace(books: Books) -> None:
    books.deliver("january.csv", "10.00", day(2))
    change = Change(account=ACCOUNT, what="delete", replace=(Delivered(INTEGRATION),))

    def die_after_publishing() -> None:
        with books.database.writing() as session:
            publish(session, books.folder, change, day(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die_after_publishing()
    assert (books.total(day(3)), books.seen(day(3)).version) == ("10.00", 1)


def test_assigning_twice_is_assigning_once(books: Books) -> None:
    assert (books.assign(day(2)), books.assign(day(2))) == (1, 1)
    books.publish(day(3), assign=(Assignment(INTEGRATION, "wrkspc_2"),))
    with books.database.reading() as session:
        assert workspaces_of(session) == {INTEGRATION: [WORKSPACE, "wrkspc_2"]}
    books.publish(day(3), unassign=(Assignment(INTEGRATION, WORKSPACE),))
    with books.database.reading() as session:
        assert workspaces_of(session, [INTEGRATION, "accss_crdntl_2"]) == {INTEGRATION: ["wrkspc_2"]}


def test_changes_add_up_to_one(books: Books) -> None:
    part = books.part("10.00")
    upload = Change(account=ACCOUNT, what="upload", add=(part,))
    assigning = Change(account=ACCOUNT, what="assign", assign=(Assignment(INTEGRATION, WORKSPACE),))
    with books.database.writing() as session:
        assert publish(session, books.folder, upload + assigning, day(2)) == 1
    assert books.seen(day(2), workspace=WORKSPACE).parts == (part,)
    with pytest.raises(ValueError):
        upload + Change(account="accnt_other", what="upload")


def test_a_sum_of_changes_is_checked_as_far_as_the_least_checked(books: Books) -> None:
    def change(checked: int | None, tag_sets: str | None) -> Change:
        part = books.part("1.00", tag_sets=tag_sets)
        return Change(account=ACCOUNT, what="upload", add=(part,), tag_sets_checked=checked)

    assert (change(4, "t") + change(3, "t")).tag_sets_checked == 3
    assert (change(4, "t") + change(None, "t")).tag_sets_checked is None
    assert (change(4, "t") + change(None, None)).tag_sets_checked == 4


def test_times_never_go_back(books: Books) -> None:
    """A clock that was set back must not make an answer of the past change."""
    books.deliver("a.csv", "1.00", day(5))
    books.deliver("b.csv", "1.00", day(4))
    with books.database.reading() as session:
        rows = sa.select(LedgerVersionRow.committed_at).order_by(LedgerVersionRow.version)
        assert list(session.scalars(rows)) == [day(1), day(5), day(5)]


def test_parts_come_in_the_order_of_their_days(books: Books) -> None:
    february, january = (
        books.part("2.00", name="f", month=FEBRUARY),
        books.part("1.00", name="j", month=JANUARY),
    )
    books.publish(day(2), add=(february, january))
    assert books.seen(day(2)).parts == (january, february)

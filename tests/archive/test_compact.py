"""Compaction: fewer parts, the same figures; members are masked one by one, and the past is as it was."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from eyrie.archive import compact as module
from eyrie.archive.backup import backup, restore
from eyrie.archive.change import Delivered
from eyrie.archive.doctor import Severity, examine
from eyrie.archive.manifest import members_of
from eyrie.archive.snapshot import Snapshots
from eyrie.archive.sweep import erase
from eyrie.basics.errors import LedgerMoved
from eyrie.costs.ledger.parts import PartKind, Sums
from eyrie.store.database import Database
from eyrie.store.ledger import LedgerMaskRow, LedgerMemberRow
from tests.archive.books import INTEGRATION, JANUARY, RETENTION_DAYS, Books, day, read_members, read_sums

FEBRUARY = dt.date(2025, 2, 1)
FILES = {"a.csv": "1.00", "b.csv": "20.00", "c.csv": "300.00"}
ALL = ("a.csv", "b.csv", "c.csv")
LATER = day(9)


@pytest.fixture
def filled(books: Books) -> Books:
    """Three files of 1, 20 and 300 in January."""
    for name, amount in FILES.items():
        books.deliver(name, amount, day(2))
    return books


@pytest.fixture
def compacted(filled: Books) -> Books:
    """The same, in one part since version 4."""
    assert filled.compact(day(3)) == ALL
    return filled


def delete(books: Books, name: str, at: dt.datetime) -> int:
    return books.publish(at, replace=(Delivered(INTEGRATION, "default", name),))


def wrong(books: Books) -> list[str]:
    """What the doctor finds, but for files that nobody named."""
    findings = examine(
        books.database,
        books.folder,
        LATER,
        lambda part: read_sums(books.folder, part),
        lambda part: read_members(books.folder, part),
    )
    return [finding.what for finding in findings if finding.severity is not Severity.INFORMATION]


def rows(books: Books, table: type) -> int:
    with books.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_three_parts_become_one_of_the_same_sum(compacted: Books) -> None:
    seen = compacted.seen(day(4))
    (part,) = seen.parts
    assert (seen.version, part.rows, part.billing_month) == (4, 3, JANUARY)
    assert part.sums == (Sums("USD", 3, Decimal("321.00"), Decimal("321.00")),)
    with compacted.database.reading() as session:
        members = members_of(session, [part.token])[part.token]
    assert [(each.number, each.delivery.source_name, str(each.sums[0].billed)) for each in members] == [
        (0, "a.csv", "1.00"),
        (1, "b.csv", "20.00"),
        (2, "c.csv", "300.00"),
    ]
    assert wrong(compacted) == []


def test_the_past_reads_the_originals(compacted: Books) -> None:
    assert [len(compacted.seen(day(4), as_of=version).parts) for version in range(5)] == [0, 1, 2, 3, 1]
    assert [compacted.total(day(4), as_of=v) for v in range(5)] == ["0", "1.00", "21.00", "321.00", "321.00"]


def test_a_deleted_member_is_masked_and_its_part_is_told_without_it(compacted: Books) -> None:
    assert delete(compacted, "b.csv", day(4)) == 5
    (part,) = compacted.seen(day(5)).parts
    assert compacted.seen(day(5)).masked == {part.token: frozenset({1})}
    assert (part.rows, compacted.total(day(5))) == (2, "301.00")
    assert (compacted.seen(day(5), as_of=4).masked, compacted.total(day(5), as_of=4)) == ({}, "321.00")
    assert delete(compacted, "b.csv", day(5)) == 5, "what is gone is gone"
    assert wrong(compacted) == []


def test_only_the_named_delivery_is_masked(compacted: Books) -> None:
    """A source that is not the member's, a month, a dataset or an account that is not its part's: nothing goes."""
    for delivered in (
        Delivered(INTEGRATION, "default", "b.csv", "another source"),
        Delivered(INTEGRATION, "uploads", "b.csv"),
        Delivered(INTEGRATION, "default", "b.csv", months=frozenset({FEBRUARY})),
        Delivered("accss_crdntl_0000000000000002", "default", "b.csv"),
    ):
        assert compacted.publish(day(4), replace=(delivered,)) == 4
    (part,) = compacted.seen(day(4)).parts
    with compacted.database.reading() as session:
        source = members_of(session, [part.token])[part.token][1].delivery.source
    compacted.publish(day(4), replace=(Delivered(INTEGRATION, source=source, months=frozenset({JANUARY})),))
    assert compacted.total(day(5)) == "301.00"


def test_a_part_goes_with_its_last_member_and_its_cubes_go_too(compacted: Books) -> None:
    (part,) = compacted.seen(day(4)).parts
    cube = replace(
        compacted.part("321.00", kind=PartKind.CUBE, shape="service"),
        cube_of=part.token,
        delivery=part.delivery,
    )
    compacted.publish(day(4), add=(cube,))
    delete(compacted, "a.csv", day(5))
    assert compacted.seen(day(5)).cubes == {part.token: (cube,)}
    both = tuple(Delivered(INTEGRATION, "default", name) for name in ("b.csv", "c.csv"))
    compacted.publish(day(6), replace=both)
    seen = compacted.seen(day(6))
    assert (seen.parts, seen.masked, seen.cubes) == ((), {}, {})
    assert rows(compacted, LedgerMaskRow) == 1, "of a part that goes, no more members are masked"
    assert [compacted.total(day(7), as_of=version) for version in (5, 6, 7)] == ["321.00", "320.00", "0"]
    assert wrong(compacted) == []


def test_deleting_the_integration_takes_compacted_parts_along(compacted: Books) -> None:
    compacted.publish(day(4), replace=(Delivered(INTEGRATION),))
    assert compacted.seen(day(4)).parts == ()


def test_a_file_that_comes_again_takes_the_place_of_its_member(compacted: Books) -> None:
    compacted.deliver("b.csv", "50.00", day(4))
    assert compacted.total(day(5)) == "351.00"
    assert wrong(compacted) == []


def test_a_member_is_never_live_twice(compacted: Books) -> None:
    with pytest.raises(LedgerMoved, match=r"b\.csv of .* is live already"):
        compacted.publish(day(4), add=(compacted.part("20.00", name="b.csv"),))
    delete(compacted, "b.csv", day(4))
    compacted.publish(day(5), add=(compacted.part("21.00", name="b.csv"),))
    assert compacted.total(day(5)) == "322.00"


def test_masked_rows_leave_the_file_when_it_is_compacted_again(compacted: Books) -> None:
    delete(compacted, "a.csv", day(4))
    compacted.deliver("c.csv", "400.00", day(5))
    assert compacted.compact(day(6)) == ("b.csv", "c.csv")
    (part,) = compacted.seen(day(6)).parts
    assert set(read_members(compacted.folder, part)) == {0, 1}
    assert compacted.seen(day(6)).masked == {}
    by_version = [compacted.total(day(7), as_of=version) for version in (4, 5, 6, 7)]
    assert by_version == ["321.00", "320.00", "420.00", "420.00"]
    assert wrong(compacted) == []


@pytest.mark.parametrize("how", ["replaced", "deleted"])
def test_what_changes_while_the_new_part_is_written_makes_it_stale(filled: Books, how: str) -> None:
    def meanwhile() -> None:
        if how == "replaced":
            filled.deliver("b.csv", "50.00", day(3))
        else:
            delete(filled, "b.csv", day(3))

    with pytest.raises(LedgerMoved):
        filled.compact(day(3), meanwhile)
    assert filled.total(day(4)) == {"replaced": "351.00", "deleted": "301.00"}[how]
    assert wrong(filled) == []
    assert filled.compact(day(4)) is not None


def test_a_member_that_is_deleted_meanwhile_does_not_come_back(compacted: Books) -> None:
    """The compacted part itself is still live, so only its masks tell that it was read before the deletion."""
    compacted.deliver("d.csv", "4000.00", day(4))
    with pytest.raises(LedgerMoved):
        compacted.compact(day(5), lambda: delete(compacted, "b.csv", day(5)))
    assert compacted.total(day(6)) == "4301.00"
    assert compacted.compact(day(6)) == ("a.csv", "c.csv", "d.csv")
    assert compacted.total(day(6)) == "4301.00"


def test_a_delivery_that_comes_meanwhile_is_in_nobodys_way(filled: Books) -> None:
    assert filled.compact(day(3), lambda: filled.deliver("d.csv", "4000.00", day(3))) == ALL
    assert (len(filled.seen(day(4)).parts), filled.total(day(4))) == (2, "4321.00")


def test_of_two_who_compact_at_once_one_does(filled: Books) -> None:
    with pytest.raises(LedgerMoved):
        filled.compact(day(3), lambda: filled.compact(day(3)))
    assert (len(filled.seen(day(4)).parts), filled.total(day(4))) == (1, "321.00")
    assert wrong(filled) == []


def test_other_months_and_integrations_stay_apart(filled: Books) -> None:
    for number in range(2):
        february = filled.part("5.00", name=f"{number}.csv", month=FEBRUARY)
        theirs = filled.part("7.00", name=f"{number}.csv", integration="accss_crdntl_0000000000000002")
        filled.publish(day(2), add=(february, theirs))
    assert [filled.compact(day(3)) for _ in range(4)] == [ALL, ("0.csv", "1.csv"), ("0.csv", "1.csv"), None]
    assert filled.total(day(4)) == "345.00"
    assert wrong(filled) == []


def test_members_go_when_their_part_is_swept(compacted: Books) -> None:
    delete(compacted, "a.csv", day(4))
    compacted.compact(day(5), least_parts=1)
    assert rows(compacted, LedgerMemberRow) == 5
    assert erase(compacted.database, compacted.folder, day(6)) == 4
    assert (rows(compacted, LedgerMemberRow), rows(compacted, LedgerMaskRow)) == (2, 0)
    assert compacted.total(day(7)) == "320.00"
    assert wrong(compacted) == []


def test_remembered_snapshots_see_each_version_as_it_was(compacted: Books) -> None:
    """Parts are remembered by name; one with masks is not the same at each version."""
    snapshots = Snapshots(compacted.folder, RETENTION_DAYS)
    told = []
    for number, name in ((4, "a.csv"), (5, "b.csv")):
        delete(compacted, name, day(number))
        for as_of in (None, 4, number):
            with compacted.database.reading() as session:
                seen = snapshots.at(session, None, as_of, day(number))
                told.append(sum(part.rows for part in seen.parts))
    assert told == [2, 3, 3, 1, 3, 2]


def test_a_backup_knows_the_members(compacted: Books, tmp_path: Path) -> None:
    home = tmp_path / "a home"
    home.mkdir()
    compacted.folder = compacted.folder.rename(home / "ledger")
    delete(compacted, "a.csv", day(4))
    backup(home, compacted.database, tmp_path / "backup", day(5))
    if not compacted.database.is_sqlite:
        return  # the metadata is in PostgreSQL's own backup
    restore(tmp_path / "backup", tmp_path / "again")
    again = Books(
        Database(f"sqlite:///{tmp_path}/again/eyrie.db"),
        tmp_path / "again" / "ledger",
        tmp_path / "again" / "staging",
        written=9,
    )
    assert [again.total(day(5), as_of=version) for version in (3, 4, 5)] == ["321.00", "321.00", "320.00"]
    delete(again, "b.csv", day(6))
    assert again.compact(day(7), least_parts=1) == ("c.csv",)
    assert wrong(again) == []
    again.database.close()


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE ledger_members SET rows = 2 WHERE member = 1", "are not what it holds"),
        ("DELETE FROM ledger_members", "are not what it holds"),
        ("DELETE FROM ledger_members", "but no member of it counts"),
        (
            "UPDATE ledger_members SET source_name = 'c.csv' WHERE member = 1",
            f"c.csv ({INTEGRATION}, default) is live twice for 2025-01",
        ),
        (
            "UPDATE ledger_parts SET retired_version = NULL WHERE source_name = 'b.csv'",
            f"b.csv ({INTEGRATION}, default) is live twice for 2025-01",
        ),
        (
            "INSERT INTO ledger_masks (part, member, added_version) SELECT part, 9, 4 FROM ledger_members LIMIT 1",
            "which does not hold it",
        ),
        (
            "UPDATE ledger_members SET member = 5 - member WHERE member IN (2, 3)",
            "c.csv in prt_0000000000000004.part is not what it was when it was compacted",
        ),
    ],
)
def test_the_doctor_finds_what_is_wrong_with_members(compacted: Books, statement: str, finding: str) -> None:
    with compacted.database.writing() as session:
        session.execute(sa.text(statement))
    assert [what for what in wrong(compacted) if finding in what]


def test_choosing_reads_masks_and_members_of_the_manifest(compacted: Books) -> None:
    delete(compacted, "b.csv", day(4))
    compacted.deliver("d.csv", "1.00", day(5))
    with compacted.database.reading() as session:
        found = sorted(module._candidates(session), key=lambda each: each.members)
    assert [(each.rows, each.members, each.masked_rows, each.masked_since) for each in found] == [
        (1, 1, 0, None),
        (2, 2, 1, day(4)),
    ]

"""The doctor finds each kind of damage, and nothing in a healthy home."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from eyrie.archive.doctor import Finding, Severity, examine
from eyrie.basics.errors import LedgerBroken
from eyrie.costs.ledger.parts import Part, Sums
from eyrie.store.outbox import JobRow, enqueue
from tests.archive.books import Books, day, read_sums


def examined(books: Books) -> list[Finding]:
    return examine(books.database, books.folder, day(3), lambda part: read_sums(books.folder, part))


def told(findings: list[Finding]) -> str:
    return "\n".join(f"{finding.severity}: {finding.what}" for finding in findings)


@pytest.fixture
def healthy(books: Books) -> Books:
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("january.csv", "7.00", day(2))
    books.deliver("other.csv", "5.00", day(2))
    return books


def test_a_healthy_home_has_no_findings(healthy: Books) -> None:
    assert examined(healthy) == []


def _delete_live_file(books: Books) -> None:
    (books.folder / books.seen(day(3)).parts[0].file).unlink()


def _delete_retired_file(books: Books) -> None:
    (books.folder / books.seen(day(3), as_of=1).parts[0].file).unlink()


def _cut_file(books: Books) -> None:
    file = books.folder / books.seen(day(3)).parts[0].file
    file.write_bytes(file.read_bytes()[:-1] + b"  ")


def _change_amount(books: Books) -> None:
    file = books.folder / books.seen(day(3)).parts[-1].file
    file.write_text(file.read_text().replace("5.00", "6.00"))


def _sql(statement: str) -> Callable[[Books], None]:
    def damage(books: Books) -> None:
        with books.database.writing() as session:
            session.execute(sa.text(statement))

    return damage


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (_delete_live_file, "is missing"),
        (_delete_retired_file, "is missing"),
        (_cut_file, "bytes instead of"),
        (_change_amount, "holds 1 rows, billed 6.0, effective 6.0 in USD instead of 1 rows, billed 5.0"),
        (_sql("UPDATE ledger_parts SET sums = '[]'"), "do not add up in the manifest"),
        (_sql("DELETE FROM ledger_versions WHERE version = 2"), "has gaps"),
        (_sql("UPDATE ledger SET version = 7"), "has gaps"),
        (_sql("UPDATE ledger_versions SET committed_at = '2020-01-01' WHERE version = 2"), "go back"),
        (_sql("UPDATE ledger_parts SET added_version = 9 WHERE added_version = 3"), "no version explains"),
        (
            _sql("UPDATE ledger_parts SET retired_version = NULL"),
            "january.csv (accss_crdntl_0000000000000001",
        ),
        (
            _sql("INSERT INTO ledger_masks (part, member, added_version) VALUES ('prt_x', 1, 1)"),
            "is masked in prt_x",
        ),
        (
            _sql(
                "INSERT INTO ledger_members SELECT 'prt_x', 1, 'i', 'd', 'n', 's', accrued_start, accrued_end, 1, sums, providers FROM ledger_parts LIMIT 1"
            ),
            "Member 1 is of prt_x, which is not in the ledger",
        ),
        (_sql("DELETE FROM ledger"), "never opened"),
    ],
)
def test_damage_is_found(healthy: Books, damage: Callable[[Books], None], finding: str) -> None:
    damage(healthy)
    findings = [found for found in examined(healthy) if found.severity is Severity.FAULT]
    assert finding in told(findings)


def test_a_file_that_cannot_be_read_is_found(healthy: Books) -> None:
    def broken(part: Part) -> list[Sums]:
        raise LedgerBroken(f"{part.token} is not Parquet")

    findings = examine(healthy.database, healthy.folder, day(3), broken)
    assert "is not Parquet" in told(findings)


def test_without_an_engine_the_files_are_not_opened(healthy: Books) -> None:
    _change_amount(healthy)
    assert examine(healthy.database, healthy.folder, day(3)) == []


def test_orphans_are_information(healthy: Books) -> None:
    (healthy.folder / "half.tmp").write_text("bytes")
    (finding,) = examined(healthy)
    assert finding.severity is Severity.INFORMATION
    assert "half.tmp is not in the manifest" in finding.what


def test_work_that_nobody_does_is_found(healthy: Books) -> None:
    with healthy.database.writing() as session:
        fresh, waiting, stuck, failed = (
            enqueue(session, kind, {}, run_at=day(2)) for kind in ("fresh", "waiting", "stuck", "failed")
        )
        for token, values in (
            (fresh, {"run_at": day(3) - dt.timedelta(minutes=59)}),
            (
                stuck,
                {"state": "running", "lease_owner": "x", "lease_until": day(3) - dt.timedelta(minutes=11)},
            ),
            (failed, {"state": "failed", "last_error": "no disk"}),
        ):
            session.execute(sa.update(JobRow).where(JobRow.token == token).values(**values))
    assert told(examined(healthy)).splitlines() == [
        f"warning: Job {waiting} (waiting) waits for a worker",
        f"warning: Job {stuck} (stuck) waits for a worker",
        f"warning: Job {failed} (failed) failed for good: no disk",
    ]

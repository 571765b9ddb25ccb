"""What may be killed at any moment, in the archive: each a `Scenario` for `bench/crash_driver.py`.

A scenario that changes the ledger writes down, after each commit, how far it was told it came. Whatever was
told must be there after the crash; what was not told is there as a whole or not at all.
"""

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.crash_driver import Scenario
from eyrie.archive.backup import backup, restore, verify
from eyrie.archive.change import Change, Delivered
from eyrie.archive.doctor import Severity, examine
from eyrie.archive.publish import publish
from eyrie.archive.sweep import files_below, sweep
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.worker import Worker
from eyrie.store.database import Database
from eyrie.store.outbox import enqueue
from eyrie.store.rows import Row
from tests.archive.books import (
    ACCOUNT,
    INTEGRATION,
    RETENTION_DAYS,
    Books,
    day,
    read_members,
    read_sums,
    total,
    write_part,
)

NAMES = ("a.csv", "b.csv", "c.csv")
BEGUN = "111.00"  # what a begun home holds: 1 + 10 + 100
LATER = day(200)  # the retention of all that was retired on day 3 is over


def opened(home: Path) -> Books:
    database = Database(f"sqlite:///{home}/eyrie.db")
    return Books(database, home / "ledger", home / "staging", written=len(list((home / "ledger").glob("*"))))


def begin(home: Path) -> None:
    """Make a home that holds three files and has replaced one."""
    database = Database(f"sqlite:///{home}/eyrie.db")
    Row.metadata.create_all(database.engine)
    with closing(database):
        books = Books.opened(database, home)
        for name, amount in zip(NAMES, ("7.00", "10.00", "100.00"), strict=True):
            books.deliver(name, amount, day(2))
        books.deliver("a.csv", "1.00", day(3))
    (home / "home.json").write_text("{}")


def tell(home: Path, words: str) -> None:
    with (home / "told").open("a") as told:
        told.write(words + "\n")


def told(home: Path) -> int:
    """How many commits the one who died had been told of."""
    return len((home / "told").read_text().splitlines()) if (home / "told").exists() else 0


def wrong(books: Books, now: dt.datetime) -> list[str]:
    """What the doctor finds, but for files that a writer left behind."""
    findings = examine(
        books.database,
        books.folder,
        now,
        lambda part: read_sums(books.folder, part),
        lambda part: read_members(books.folder, part),
    )
    return [finding.what for finding in findings if finding.severity is not Severity.INFORMATION]


def came_as_far(home: Path, totals: Sequence[str]) -> list[str]:
    """Check that the total is one of those between two commits, and not before one that was told."""
    books = opened(home)
    with closing(books.database):
        found = books.total(day(4))
        if found not in totals:
            return [f"the total is {found}, which is between {', '.join(totals)}", *wrong(books, day(4))]
        steps = totals.index(found)
        lost = [f"{told(home)} commits were told of, {steps} are there"] if steps < told(home) else []
        return [*lost, *wrong(books, day(4))]


def add_files(home: Path) -> None:
    books = opened(home)
    for name, amount in (("d.csv", "1000.00"), ("e.csv", "10000.00")):
        books.deliver(name, amount, day(4))
        tell(home, name)


def replace_files(home: Path) -> None:
    books = opened(home)
    for name, amount in (("a.csv", "2.00"), ("b.csv", "20.00"), ("a.csv", "3.00")):
        books.deliver(name, amount, day(4))
        tell(home, name)


def delete_files(home: Path) -> None:
    books = opened(home)
    for name in NAMES:
        books.publish(day(4), replace=(Delivered(INTEGRATION, source_name=name),))
        tell(home, name)


def compact_and_delete(home: Path) -> None:
    """Compact, take a member away, and compact once more."""
    books = opened(home)
    assert books.compact(day(4)) == ("b.csv", "c.csv", "a.csv")
    books.publish(day(4), replace=(Delivered(INTEGRATION, source_name="b.csv"),))
    tell(home, "deleted")
    books.deliver("d.csv", "1000.00", day(4))
    tell(home, "delivered")
    assert books.compact(day(4)) == ("c.csv", "a.csv", "d.csv")


def is_compacted(home: Path) -> list[str]:
    """Check that compactions changed nothing, that the past is as it was, and that they can be done again."""
    problems = came_as_far(home, [BEGUN, "101.00", "1101.00"])
    books = opened(home)
    with closing(books.database):
        before = books.total(day(4))
        while books.compact(day(5), masks_kept=dt.timedelta()) is not None:
            pass
        seen = books.seen(day(5))
        if len(seen.parts) != 1 or str(total(seen)) != before:
            problems.append(f"compacted, {before} became {total(seen)} in {len(seen.parts)} parts")
        if (past := books.total(day(5), as_of=day(3))) != BEGUN:
            problems.append(f"the past became {past}")
        return problems + wrong(books, day(5))


def begin_untidy(home: Path) -> None:
    """Make a home with work for the sweep: retired parts, orphans, staged files."""
    begin(home)
    for path in (home / "ledger" / "half.tmp", home / "ledger" / "lost.part", home / "staging" / "old.csv"):
        path.write_text("bytes")
        os.utime(path, (0, 0))


def tidy(home: Path) -> None:
    books = opened(home)
    with closing(books.database):
        sweep(books.database, books.folder, books.staging, LATER, RETENTION_DAYS)


def is_tidied(home: Path) -> list[str]:
    """Check that nothing live was hurt and that the next sweep ends what this one began."""
    books = opened(home)
    with closing(books.database):
        problems = wrong(books, day(4))
        hurt = [f"the total is {found}"] if (found := books.total(LATER)) != BEGUN else []
        for path in files_below(books.folder):
            os.utime(books.folder / path, (0, 0))  # another day goes by
        tidy(home)
        live = {part.file for part in books.seen(LATER).parts}
        left = [f"{name} is left" for name in files_below(books.folder) if name not in live]
        left += [f"{name} is left" for name in files_below(books.staging)]
        return [*problems, *hurt, *left, *wrong(books, day(4))]


def back_up(home: Path) -> None:
    books = opened(home)
    with closing(books.database):
        backup(home, books.database, _beside(home, "backup"), day(4))


def is_backed_up(home: Path) -> list[str]:
    """Check that there is no backup or a whole one, and that the next backup can be restored."""
    made, again, new = (_beside(home, name) for name in ("backup", "backup again", "new home"))
    problems = verify(made) if made.exists() else []
    books = opened(home)
    with closing(books.database):
        backup(home, books.database, again, day(4))
        problems += wrong(books, day(4))
    restore(again, new)
    return [*problems, *came_as_far(new, [BEGUN])]


def begin_backed_up(home: Path) -> None:
    old = home / "old"
    old.mkdir()
    begin(old)
    books = opened(old)
    with closing(books.database):
        backup(old, books.database, home / "backup", day(4))
    shutil.rmtree(old)


def bring_back(home: Path) -> None:
    restore(home / "backup", _beside(home, "new home"))


def is_brought_back(home: Path) -> list[str]:
    """Check that a home that looks like one is whole; otherwise the restore can be done again."""
    new = _beside(home, "new home")
    if not (new / "home.json").exists():
        shutil.rmtree(new, ignore_errors=True)
        bring_back(home)
    return [*verify(home / "backup"), *came_as_far(new, [BEGUN])]


def _beside(home: Path, name: str) -> Path:
    return home.with_name(f"{home.name} {name}")


def _deliver(job: Job, books: Books) -> None:
    """Write a part in a step of its own; publish it and end the job as one fact."""
    job.step("part", lambda: write_part(books.folder, job.token, job.payload["amount"]).file)
    part = write_part(books.folder, job.token, job.payload["amount"], name=job.payload["name"])
    with books.database.writing() as session:
        publish(session, books.folder, Change(account=ACCOUNT, what="job", add=(part,)), day(4))
        job.done(session)


def _work(books: Books, now: dt.datetime) -> None:
    Worker(books.database, {"deliver": Kind("deliver", _deliver)}, books, clock=lambda: now).run_until_idle()


def ask_and_work(home: Path) -> None:
    books = opened(home)
    for name, amount in (("d.csv", "1000.00"), ("e.csv", "10000.00")):
        with books.database.writing() as session:
            enqueue(session, "deliver", {"name": name, "amount": amount}, run_at=day(4), key=name)
        tell(home, name)
        _work(books, day(4))


def is_worked_off(home: Path) -> list[str]:
    """Check that after the next start every job that was asked for is done, once."""
    books = opened(home)
    with closing(books.database):
        before = total(books.seen(day(4)))
        _work(books, day(5))  # the lease of the one who died is over
        after = str(total(books.seen(day(5))))
        possible = [BEGUN, "1111.00", "11111.00"]
        if after not in possible or possible.index(after) < told(home):
            return [f"{told(home)} jobs were asked for, the total went from {before} to {after}"]
        return wrong(books, day(5))


PUBLISH = Scenario(
    "publish", begin, add_files, lambda home: came_as_far(home, [BEGUN, "1111.00", "11111.00"])
)
REPLACE = Scenario(
    "replace", begin, replace_files, lambda home: came_as_far(home, [BEGUN, "112.00", "122.00", "123.00"])
)
DELETE = Scenario(
    "delete", begin, delete_files, lambda home: came_as_far(home, [BEGUN, "110.00", "100.00", "0"])
)
COMPACT = Scenario("compact", begin, compact_and_delete, is_compacted)
SWEEP = Scenario("sweep", begin_untidy, tidy, is_tidied)
BACKUP = Scenario("backup", begin, back_up, is_backed_up)
RESTORE = Scenario("restore", begin_backed_up, bring_back, is_brought_back)
JOBS = Scenario("jobs", begin, ask_and_work, is_worked_off)

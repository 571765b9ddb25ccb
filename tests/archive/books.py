"""A ledger for tests, told in a few words: parts are real files with any bytes in them.

`books.deliver("january.csv", "10.00", at=day(1))` writes a part, publishes it in place of what the file
brought before, and gives the version.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from pathlib import Path

from eyrie.archive.change import Assignment, Change, Delivered
from eyrie.archive.compact import Bounds, compact, next_group
from eyrie.archive.durable import flush_folder, write_durably
from eyrie.archive.publish import publish
from eyrie.archive.snapshot import AsOf, snapshot
from eyrie.basics.faults import moment
from eyrie.basics.money import WIDE
from eyrie.basics.period import Period, next_month
from eyrie.costs.ledger.compacting import Compacted, Standing
from eyrie.costs.ledger.parts import Delivery, Part, PartKind, Snapshot, Sums, added_up, of_several
from eyrie.store.database import Database
from eyrie.store.ledger import begin_ledger

ACCOUNT = "accnt_0000000000000001"
INTEGRATION = "accss_crdntl_0000000000000001"
WORKSPACE = "wrkspc_0000000000000001"
JANUARY = dt.date(2025, 1, 1)
RETENTION_DAYS = 90


def day(number: int) -> dt.datetime:
    """Noon of a day in 2025, counted from New Year; the ledger is opened on day 1."""
    return dt.datetime.combine(JANUARY, dt.time(12)) + dt.timedelta(days=number - 1)


def write_part(
    folder: Path,
    token: str,
    amount: str,
    *,
    name: str = "january.csv",
    source: str | None = None,
    integration: str = INTEGRATION,
    month: dt.date = JANUARY,
    kind: PartKind = PartKind.RAW,
    shape: str = "",
    tag_sets: str | None = None,
    currency: str = "USD",
) -> Part:
    """Write a part's file, which holds its sums, and describe it."""
    size = _write_file(folder, token, {0: (Sums(currency, 1, Decimal(amount), Decimal(amount)),)})
    return Part(
        token=token,
        kind=kind,
        delivery=Delivery(integration, "default", name, source or token),
        billing_month=month,
        accrued=Period(month, next_month(month)),
        rows=1,
        sums=(Sums(currency, 1, Decimal(amount), Decimal(amount)),),
        providers=("custom_provider",),
        file=f"{token}.part",
        tag_sets=tag_sets,
        bytes=size,
        shape=shape,
    )


def write_compacted(folder: Path, token: str, standing: Sequence[Standing]) -> Compacted:
    """Write the members that count of parts as one part: the port that an engine fills in the product."""
    held = [member for each in standing for member in each.members]
    members = tuple(replace(member, number=number) for number, member in enumerate(held))
    size = _write_file(folder, token, {member.number: member.sums for member in members})
    first = standing[0].part
    part = replace(
        first.holding(members),
        token=token,
        delivery=of_several(first.delivery.integration, token),
        file=f"{token}.part",
        bytes=size,
        tag_sets=None,
    )
    return Compacted(part, members)


def _write_file(folder: Path, token: str, members: dict[int, tuple[Sums, ...]]) -> int:
    """Write what the members of a part add up to; give the file's size."""
    text = json.dumps(
        {
            number: [[each.currency, each.rows, str(each.billed), str(each.effective)] for each in sums]
            for number, sums in members.items()
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_durably(folder / f"{token}.tmp", text, "part")
    moment("part: before rename")
    (folder / f"{token}.tmp").rename(folder / f"{token}.part")
    moment("part: after rename")
    flush_folder(folder)
    moment("part: after flush of the folder")
    return len(text)


def read_members(folder: Path, part: Part) -> dict[int, tuple[Sums, ...]]:
    """Add up each member in a part's file: a port, too."""
    told = json.loads((folder / part.file).read_text())
    return {
        int(number): tuple(Sums(currency, rows, Decimal(b), Decimal(e)) for currency, rows, b, e in sums)
        for number, sums in told.items()
    }


def read_sums(folder: Path, part: Part) -> list[Sums]:
    """Add up a part's file, too."""
    members = read_members(folder, part)
    return list(added_up(sums for listed in members.values() for sums in listed))


def total(seen: Snapshot) -> Decimal:
    """What the parts of a snapshot add up to."""
    with localcontext(WIDE):
        return sum((sums.billed for part in seen.parts for sums in part.sums), Decimal(0))


@dataclass
class Books:
    """A ledger, its files, and short ways to change and read it."""

    database: Database
    folder: Path
    staging: Path
    written: int = 0

    @classmethod
    def opened(cls, database: Database, home: Path) -> "Books":
        """Open an empty ledger on day 1."""
        books = cls(database, home / "ledger", home / "staging")
        books.folder.mkdir(exist_ok=True)
        books.staging.mkdir(exist_ok=True)
        with database.writing() as session:
            begin_ledger(session, day(1))
        return books

    def part(self, amount: str, **words: object) -> Part:
        """Write a part under the next name."""
        self.written += 1
        return write_part(self.folder, f"prt_{self.written:016x}", amount, **words)  # type: ignore[arg-type]

    def publish(self, at: dt.datetime, **words: object) -> int:
        """Publish a change in a transaction of its own."""
        change = Change(account=ACCOUNT, what="a test", **words)  # type: ignore[arg-type]
        with self.database.writing() as session:
            return publish(session, self.folder, change, at)

    def deliver(self, name: str, amount: str, at: dt.datetime, integration: str = INTEGRATION) -> int:
        """Publish a file in the place of an earlier one with its name."""
        part = self.part(amount, name=name, integration=integration)
        return self.publish(at, replace=(Delivered(integration, source_name=name),), add=(part,))

    def compact(
        self, at: dt.datetime, meanwhile: Callable[[], object] = lambda: None, **bounds: object
    ) -> tuple[str, ...] | None:
        """Compact the first group of at least two parts, and do something while it is written.

        Give the names of the new part's members; None if there was nothing to compact.
        """
        with self.database.reading() as session:
            group = next_group(session, Bounds(**{"least_parts": 2, **bounds}), at)  # type: ignore[arg-type]
        if group is None:
            return None

        def write(standing: Sequence[Standing], _salt: int) -> Compacted:
            self.written += 1
            made = write_compacted(self.folder, f"prt_{self.written:016x}", standing)
            meanwhile()
            return made

        made = compact(self.database, self.folder, group, write, lambda _new, _live: (), at)
        return tuple(member.delivery.source_name for member in made.members)

    def assign(self, at: dt.datetime, integration: str = INTEGRATION, workspace: str = WORKSPACE) -> int:
        """Let a workspace see an integration."""
        return self.publish(at, assign=(Assignment(integration, workspace),))

    def seen(self, now: dt.datetime, as_of: AsOf = None, workspace: str | None = None) -> Snapshot:
        """Take a snapshot."""
        with self.database.reading() as session:
            return snapshot(session, self.folder, workspace, as_of, now, RETENTION_DAYS)

    def total(self, now: dt.datetime, as_of: AsOf = None, workspace: str | None = None) -> str:
        """What a snapshot adds up to, as text."""
        return str(total(self.seen(now, as_of, workspace)))

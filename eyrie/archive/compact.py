"""Compaction: many small parts of one integration and billing month become one, beside all other work.

Each upload leaves a small file, and a question over thousands of files is slow. So, now and then: choose a
group of parts (`choose`, a pure function over the manifest), write their rows as one part outside any
transaction, and publish it in their place. The parts are retired by name as they were read: if one of them
was replaced, or one of its members deleted, while the new part was written, `LedgerMoved` says so and nothing
has happened. Nobody waits for it, two who do it at once cannot both succeed, and `as_of` still finds the
originals. A death leaves files that nobody named, which are swept.

What is done at once is bounded in rows, files and members. A row is rewritten only along with as many others
(see `_worth_it`), so that the work over a part's life grows with the logarithm of its rows. Parts beyond
`small_rows` are let be, except that no mask stays for ever: what was deleted leaves the file in the end.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Change
from eyrie.archive.manifest import PART_COLUMNS, chunks, masked_at, members_of, part_of
from eyrie.archive.publish import publish
from eyrie.archive.retiring import MASKED
from eyrie.archive.tag_sets import Clashing, publish_checked
from eyrie.basics.errors import TagSetsClash
from eyrie.basics.faults import moment
from eyrie.costs.ledger.compacting import Compacted, Standing
from eyrie.costs.ledger.parts import COMPACTED, PartKind
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.store.database import Database
from eyrie.store.ledger import (
    LedgerMaskRow,
    LedgerMemberRow,
    LedgerPartRow,
    LedgerVersionRow,
    current_version,
)

Write = Callable[[Sequence[Standing], int], Compacted]  # the number is a salt for new tag sets
MOST_SALTS = 20
Month = tuple[str, dt.date]  # an integration and the first day of a billing month


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """When compaction is worth it, and how much is done at once."""

    least_parts: int = 8
    small_rows: int = 250_000
    # Rows that are written again for each new one, at most.
    most_old: int = 4
    most_rows: int = min(2_000_000, ImportLimits.rows_in_a_part)
    most_parts: int = 500
    most_members: int = 10_000  # a member's number has 16 bits
    # A part is written without its masked rows when they are a quarter of it, or after this time.
    masks_kept: dt.timedelta = dt.timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    """A live part, as far as choosing asks."""

    part: str
    account: str
    month: Month
    delivery: tuple[str, str]  # dataset and name
    rows: int  # that count
    members: int  # that count
    masked_rows: int = 0
    masked_since: dt.datetime | None = None


@dataclass(frozen=True)
class Group:
    """Parts to be compacted into one, as they were read at a version."""

    account: str
    month: Month
    version: int
    standing: tuple[Standing, ...]

    @property
    def rows(self) -> int:
        """How many rows the new part will have."""
        return sum(each.part.rows for each in self.standing)


def choose(candidates: Iterable[Candidate], bounds: Bounds, now: dt.datetime) -> list[tuple[Candidate, ...]]:
    """Choose the groups to compact, in the order of their months.

    Of ten parts of 100 rows and one of a million, in one month, the ten are a group; of five, none.
    """
    months: dict[tuple[str, Month], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        months[candidate.account, candidate.month].append(candidate)
    return [group for place in sorted(months) for group in _in_month(months[place], bounds, now)]


def next_group(
    session: Session, bounds: Bounds, now: dt.datetime, passing_over: Collection[Month] = ()
) -> Group | None:
    """Choose a group by the manifest as it is now and read its parts; None if nothing is worth it."""
    version = current_version(session)
    candidates = [each for each in _candidates(session) if each.month not in passing_over]
    chosen = choose(candidates, bounds, now)
    if not chosen:
        return None
    standing = _standing(session, [each.part for each in chosen[0]], version)
    return Group(chosen[0][0].account, chosen[0][0].month, version, standing)


def compact(
    database: Database,
    folder: Path,
    group: Group,
    write: Write,
    clashing: Clashing,
    now: dt.datetime,
    and_then: Callable[[Session], None] = lambda _: None,
) -> Compacted:
    """Compact a group, and do what comes `and_then` in the same transaction; `LedgerMoved` if it is stale."""

    def commit(session: Session, checked: Change) -> None:
        publish(session, folder, checked, now)
        and_then(session)

    for salt in range(MOST_SALTS):
        moment("compact: before write")
        made = write(group.standing, salt)
        moment("compact: after write")
        with suppress(TagSetsClash):
            publish_checked(database, folder, _change(group, made), clashing, commit)
            moment("compact: after publishing")
            return made
    raise TagSetsClash(f"The tag sets of {made.part.token} clash under each of {MOST_SALTS} salts")


def _change(group: Group, made: Compacted) -> Change:
    integration, month = group.month
    return Change(
        account=group.account,
        what=f"compaction of {len(group.standing)} parts of {integration}, {month:%Y-%m}",
        retire=tuple(each.part.token for each in group.standing),
        read_at=group.version,
        add=(made.part, *made.cubes),
        members={made.part.token: made.members},
    )


def _in_month(
    candidates: Sequence[Candidate], bounds: Bounds, now: dt.datetime
) -> Iterator[tuple[Candidate, ...]]:
    """Choose groups among the parts of one month, the smallest parts first."""
    parts_of = Counter(each.delivery for each in candidates)
    # A delivery that needs several parts is large; and a member is always the whole of a delivery.
    small = [each for each in candidates if each.rows <= bounds.small_rows and parts_of[each.delivery] == 1]
    small.sort(key=lambda each: (each.rows, each.part))
    taken: set[str] = set()
    for group in (_worth_it(run, bounds) for run in _runs(small, bounds)):
        if len(group) >= bounds.least_parts:
            taken |= {each.part for each in group}
            yield group
    for each in sorted(candidates, key=lambda each: each.part):
        if each.part not in taken and _is_overdue(each, bounds, now):
            yield (each,)


def _runs(small: Sequence[Candidate], bounds: Bounds) -> Iterator[list[Candidate]]:
    """Cut what may be done into what may be done at once."""
    run: list[Candidate] = []
    for each in small:
        if run and (
            len(run) == bounds.most_parts
            or sum(other.rows for other in run) + each.rows > bounds.most_rows
            or sum(other.members for other in run) + each.members > bounds.most_members
        ):
            yield run
            run = []
        run.append(each)
    yield run


def _worth_it(run: Sequence[Candidate], bounds: Bounds) -> tuple[Candidate, ...]:
    """Leave out the largest while the others together are few beside it."""
    kept = list(run)
    while kept and kept[-1].rows > bounds.most_old * sum(each.rows for each in kept[:-1]):
        kept.pop()
    return tuple(kept)


def _is_overdue(each: Candidate, bounds: Bounds, now: dt.datetime) -> bool:
    """Tell whether a part has masks for too long, or too many."""
    if each.masked_since is None:
        return False
    return (
        4 * each.masked_rows >= each.rows + each.masked_rows or each.masked_since + bounds.masks_kept <= now
    )


def _candidates(session: Session) -> list[Candidate]:
    """Read the live parts of line items, as far as choosing asks."""
    part, member = LedgerPartRow, LedgerMemberRow
    live = sa.and_(part.retired_version.is_(None), part.kind == PartKind.RAW.value)
    query = sa.select(member.part, sa.func.count()).join(part, part.token == member.part)
    counted = session.execute(query.where(live, ~MASKED).group_by(member.part))
    counting = {token: int(count) for token, count in counted}
    masked = {token: (int(rows), since) for token, rows, since in session.execute(_masked_rows())}
    wanted = (part.token, part.account_token, part.integration, part.billing_month)
    parts = session.execute(sa.select(*wanted, part.dataset, part.source_name, part.rows).where(live))
    found = []
    for token, account, integration, month, dataset, name, rows in parts:
        gone, since = masked.get(token, (0, None))
        members = counting.get(token, 0) if dataset == COMPACTED else 1
        month_of = (integration, month)
        found.append(Candidate(token, account, month_of, (dataset, name), rows - gone, members, gone, since))
    return found


def _masked_rows() -> sa.Select[str, int, dt.datetime]:
    """Ask how many rows are masked in each live part, and since when."""
    part, member, mask, version = LedgerPartRow, LedgerMemberRow, LedgerMaskRow, LedgerVersionRow
    return (
        sa.select(mask.part, sa.func.sum(member.rows), sa.func.min(version.committed_at))
        .join(member, sa.and_(member.part == mask.part, member.member == mask.member))
        .join(part, part.token == mask.part)
        .join(version, version.version == mask.added_version)
        .where(part.retired_version.is_(None))
        .group_by(mask.part)
    )


def _standing(session: Session, tokens: Sequence[str], version: int) -> tuple[Standing, ...]:
    """Read parts with the members that count."""
    found = []
    for some in chunks(tokens):
        rows = session.execute(sa.select(*PART_COLUMNS).where(LedgerPartRow.token.in_(some)))
        parts = [part_of(row) for row in rows]
        masks = sa.select(LedgerMaskRow.part, LedgerMaskRow.member).where(LedgerMaskRow.part.in_(some))
        masked = {(part, member) for part, member in session.execute(masks.where(masked_at(version)))}
        members = members_of(session, some)
        for part in parts:
            held = tuple(
                member
                for member in members.get(part.token, (part.as_member(),))
                if (part.token, member.number) not in masked
            )
            found.append(Standing(part.holding(held), held))
    return tuple(sorted(found, key=lambda each: each.part.token))

"""The chain of audit entries: whoever changes, adds or removes one afterwards breaks it.

Each entry of an account has the next number, and a hash that covers what the entry says and the hash of the
one before. `audit_heads` keeps the number and the hash of the last one, so that a tail cannot be cut off
unseen; who can write to the database could mend the head as well, which is why people note a head elsewhere
and hold the chain against it later. Old entries are forgotten from the beginning on: the number and the hash
of the last of them stay, and the chain begins there.

The head is one row, and two transactions cannot go on from the same one. So entries wait until all else of
their transaction is done: the head is then locked, the entries are written, and the commit follows at once.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.store.database import at_the_end, inserting
from eyrie.store.traces import AuditHeadRow, AuditRow

BEGINNING = "0" * 64  # the hash before the first entry
COVERED = (
    "account_token",
    "number",
    "token",
    "created_at",
    "event",
    "object_type",
    "object_token",
    "object_title",
    "source",
    "user",
    "user_token",
    "workspace_token",
    "workspace_title",
    "changed_values",
    "unchanged_values",
)
_JSON = ("changed_values", "unchanged_values")
_WAITING = "audit entries that wait for their place"  # in `session.info`


def hash_of(before: str, entry: Mapping[str, Any]) -> str:  # Any: columns have many types
    """The hash of an entry that follows on the one with the hash `before`. It must never come out otherwise.

    >>> entry = {**dict.fromkeys(COVERED), "number": 1, "created_at": dt.datetime(2025, 2, 15)}
    >>> hash_of(BEGINNING, entry)[:16]
    'e64431f5350ba39f'
    """
    said = {name: entry[name] for name in COVERED} | {"created_at": entry["created_at"].isoformat()}
    text = json.dumps([before, said], sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def append(session: Session, entry: AuditRow) -> None:
    """Have an entry written, with its number and hash, when all else of the transaction is done."""
    session.info.setdefault(_WAITING, []).append(entry)
    at_the_end(session, _write)


def _write(session: Session) -> None:
    waiting: list[AuditRow] = session.info.pop(_WAITING)
    heads = {account: _locked(session, account) for account in sorted({e.account_token for e in waiting})}
    for entry in waiting:
        head = heads[entry.account_token]
        entry.number = head.number = head.number + 1
        entry.hash = head.hash = hash_of(head.hash, {name: getattr(entry, name) for name in COVERED})
        session.add(entry)


def _locked(session: Session, account: str) -> AuditHeadRow:
    """The head of an account's chain, for this transaction alone; on SQLite a writer is alone already."""
    this = sa.select(AuditHeadRow).where(AuditHeadRow.account_token == account).with_for_update()
    this = this.execution_options(populate_existing=True)
    head = session.scalar(this)
    if head is None:
        first = {"number": 0, "hash": BEGINNING, "forgotten": 0, "forgotten_hash": BEGINNING}
        insert = inserting(session, AuditHeadRow).values(account_token=account, **first)
        session.execute(insert.on_conflict_do_nothing())
        head = session.scalars(this).one()
    return head


@dataclass(frozen=True)
class Chain:
    """What was found of an account's chain: whole up to a head, or broken, and then where."""

    account: str
    entries: int  # that are whole, up to what is broken
    head: str
    broken: str | None = None  # a sentence
    noted: bool = False  # the head that somebody noted is in it


def verify(session: Session, noted: str | None = None) -> list[Chain]:
    """Follow the chain of every account from its beginning to its head, up to the first thing broken."""
    accounts = sa.select(AuditHeadRow.account_token).union(sa.select(AuditRow.account_token))
    return [_followed(session, account, noted) for account in sorted(session.scalars(accounts))]


def _followed(session: Session, account: str, noted: str | None) -> Chain:
    head = session.get(AuditHeadRow, account)
    if head is None:
        return Chain(account, 0, BEGINNING, "The head of the chain is gone")
    number, before, seen = head.forgotten, head.forgotten_hash, head.forgotten_hash == noted

    def broken(what: str) -> Chain:
        return Chain(account, number - head.forgotten, before, what, seen)

    for entry in _entries(session, account):
        named = f"{entry.number}, {entry.token}"
        if entry.number <= number:
            return broken(f"Entry {named}, stands before the beginning")
        if entry.number > number + 1:
            return broken(f"{_missing(number + 1, entry.number - 1)}, before entry {named}")
        if _hash_again(before, entry) != entry.hash:
            return broken(f"Entry {named}, is not what was written")
        number, before = entry.number, entry.hash
        seen = seen or before == noted
    if number < head.number:
        return broken(f"{_missing(number + 1, head.number)} at the end")
    if (number, before) != (head.number, head.hash):
        return broken(f"The head of the chain is not that of entry {number}, the last one")
    return Chain(account, number - head.forgotten, before, None, seen)


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing" if first == last else f"Entries {first} to {last} are missing"


def _entries(session: Session, account: str) -> Iterator[Any]:  # Any: rows of the columns covered
    """The entries in order, unread: one that somebody spoiled must not stop us from telling which it is."""
    text = {name: sa.cast(getattr(AuditRow, name), sa.Text).label(name) for name in _JSON}
    text["created_at"] = sa.type_coerce(AuditRow.created_at, sa.Text).label("created_at")
    columns = [text.get(name, getattr(AuditRow, name)) for name in COVERED]
    question = sa.select(*columns, AuditRow.hash).where(AuditRow.account_token == account)
    ordered = question.order_by(AuditRow.number).execution_options(yield_per=1000)
    yield from session.execute(ordered)


def _hash_again(before: str, entry: Any) -> str | None:  # Any: a row of the columns covered
    said = dict(entry._mapping)  # noqa: SLF001  the public name of it in SQLAlchemy
    try:
        if not isinstance(said["created_at"], dt.datetime):  # SQLite keeps moments as texts
            said["created_at"] = dt.datetime.fromisoformat(said["created_at"])
        said |= {name: json.loads(said[name]) for name in _JSON}
        return hash_of(before, said)
    except (TypeError, ValueError):
        return None


def forget(session: Session, before: dt.datetime, most: int) -> int:
    """Forget entries made before a moment, of each chain from its beginning and at most so many at once.

    An entry may be a little older than the one ahead of it, whose transaction took longer; it goes after it.
    """
    gone = 0
    for account in session.scalars(sa.select(AuditHeadRow.account_token)).all():
        head, of_account = _locked(session, account), AuditRow.account_token == account
        first = sa.select(AuditRow.number, AuditRow.hash, AuditRow.created_at).where(of_account)
        listed = session.execute(first.order_by(AuditRow.number).limit(most)).all()
        old = list(takewhile(lambda entry: entry.created_at < before, listed))
        if old:
            head.forgotten, head.forgotten_hash = old[-1].number, old[-1].hash
            session.execute(sa.delete(AuditRow).where(of_account, AuditRow.number <= head.forgotten))
            gone += len(old)
    return gone

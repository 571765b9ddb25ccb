"""Passwords: hashed with Argon2id, checked at the same cost whether the person exists or not.

Who guesses waits: after five wrong passwords in a row for an e-mail address the next may come after a second,
then two, four, up to a quarter of an hour. Tries are counted for addresses, known here or not, so that nobody
learns from it who is.
"""

import datetime as dt
import hashlib
import threading
from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from eyrie.basics.errors import Malformed
from eyrie.store.sign_in import FailedTriesRow, PasswordRow

SHORTEST, LONGEST = 10, 1_000
FREE_TRIES = 5
LONGEST_WAIT = dt.timedelta(minutes=15)
# OWASP's costs for Argon2id. Checking takes 19 MiB and tens of milliseconds, so only a few at a time.
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_turns = threading.BoundedSemaphore(2)


@cache
def _nobodys() -> str:
    """A hash to check against where there is none."""
    return _hasher.hash("what nobody has chosen")


def check_choice(password: str) -> None:
    """Refuse a password that is too easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Malformed(f"password must have {SHORTEST} to {LONGEST:,} characters")
    if len(set(password)) < SHORTEST // 2:
        raise Malformed("password repeats a few characters; choose another")


def hashed(password: str) -> str:
    """The hash under which a password is kept; no two are alike."""
    with _turns:
        return _hasher.hash(password)


def is_right(known: str | None, password: str) -> bool:
    """Tell whether a password belongs to a hash; without one it takes as long and is wrong."""
    with _turns:
        try:
            _hasher.verify(known or _nobodys(), password[: LONGEST + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return known is not None


def keep(session: Session, user: str, password_hash: str, now: dt.datetime) -> None:
    """Set the password of a person."""
    row = session.get(PasswordRow, user)
    if row is None:
        session.add(PasswordRow(user_token=user, hash=password_hash, updated_at=now))
    else:
        row.hash, row.updated_at = password_hash, now
    session.flush()


def wait_for(session: Session, email: str, now: dt.datetime) -> dt.timedelta:
    """How long the next try for an address has to wait; nothing, mostly."""
    row = session.get(FailedTriesRow, _hash_of(email))
    if row is None or row.failed < FREE_TRIES:
        return dt.timedelta()
    pause = min(LONGEST_WAIT, dt.timedelta(seconds=2 ** min(row.failed - FREE_TRIES, 20)))
    return max(dt.timedelta(), row.last_at + pause - now)


def note_try(session: Session, email: str, now: dt.datetime, *, right: bool) -> None:
    """Count a wrong password, or forget the wrong ones before a right one."""
    row = session.get(FailedTriesRow, _hash_of(email))
    if right:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(FailedTriesRow(email_hash=_hash_of(email), failed=1, last_at=now))
    else:
        row.failed, row.last_at = row.failed + 1, now
    session.flush()


def _hash_of(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()

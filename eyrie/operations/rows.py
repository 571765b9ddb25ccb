"""The rows a caller may see: every read and write of what people keep goes through here.

Scope is applied in this one place, by `access.rights.visible`; an operation that wants rows of a table gets
them from `CallerRows` and cannot forget whose they are. Lists of tokens are kept in `links`, in order.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Caller
from eyrie.access.rights import Action, granted_kinds, may_with, visible
from eyrie.access.teams import let_go
from eyrie.basics.token import new_token
from eyrie.store.rows import Kept, KeptInWorkspace, LinkRow, OfAccount

R = TypeVar("R", bound=OfAccount)
K = TypeVar("K", bound=Kept)


class CallerRows:
    """What one caller sees of the store."""

    def __init__(self, session: Session, caller: Caller, now: dt.datetime) -> None:
        self._session = session
        self._caller = caller
        self._now = now

    def find(self, row: type[R], token: str) -> R | None:
        """The row with this token, if the caller sees it."""
        return self._session.scalar(self.query(row).where(row.token == token))

    def find_granted(self, token: str) -> KeptInWorkspace | None:
        """The row with this token, if the caller sees it and its kind can be granted by itself."""
        prefix = token.rpartition("_")[0]
        kinds = (kind for kind in granted_kinds() if kind.granted and kind.granted.prefix == prefix)
        return next((row for kind in kinds if (row := self.find(kind, token))), None)

    def may(self, action: Action, row: OfAccount) -> bool:
        """Tell whether the caller may do this with a row that they see."""
        return may_with(self._session, self._caller, action, row)

    def query(self, row: type[R]) -> sa.Select[R]:
        """A question for all rows of a table that the caller sees."""
        return sa.select(row).where(visible(self._caller, row))

    def all(self, question: sa.Select[R]) -> Sequence[R]:
        """Ask a question made by `query`."""
        return self._session.scalars(question).all()

    def add(self, row: type[K], prefix: str, **values: Any) -> K:  # Any: columns have many types
        """Keep a new row of the caller's account."""
        kept = row(
            token=new_token(prefix),
            account_token=self._caller.account,
            created_at=self._now,
            updated_at=self._now,
            **values,
        )
        self._session.add(kept)
        self._session.flush()
        return kept

    def lock(self, row: Kept) -> None:
        """Make others who would change this row wait for us; on SQLite they do already."""
        kind = type(row)
        self._session.execute(sa.select(kind.token).where(kind.token == row.token).with_for_update())

    def remove(self, row: Kept) -> bool:
        """Delete a row; of several who delete it at once, one is told that it was there."""
        kind = type(row)
        self._session.flush()
        gone = self._session.execute(sa.delete(kind).where(kind.token == row.token).returning(kind.token))
        return gone.scalar() is not None

    def links(self, source: str, field: str) -> list[str]:
        """The tokens that `source` lists in `field`, in order."""
        question = sa.select(LinkRow.target).where(LinkRow.source == source, LinkRow.field == field)
        return list(self._session.scalars(question.order_by(LinkRow.position)))

    def linked_from(self, target: str, field: str, prefix: str) -> list[str]:
        """The tokens of the kind `prefix` that list `target` in `field`, oldest link first."""
        question = sa.select(LinkRow.source).where(LinkRow.target == target, LinkRow.field == field)
        found = self._session.scalars(question.order_by(LinkRow.source)).all()
        return [source for source in found if source.startswith(prefix + "_")]

    def set_links(self, source: str, field: str, targets: Iterable[str]) -> None:
        """Replace the whole list."""
        self._session.execute(sa.delete(LinkRow).where(LinkRow.source == source, LinkRow.field == field))
        self._session.add_all(
            LinkRow(source=source, field=field, position=position, target=target)
            for position, target in enumerate(targets)
        )
        self._session.flush()

    def detach(self, token: str) -> None:
        """Take a token out of every list, and its own lists with it; no team has it any more."""
        let_go(self._session, [token])
        self._session.execute(
            sa.delete(LinkRow).where(sa.or_(LinkRow.source == token, LinkRow.target == token))
        )

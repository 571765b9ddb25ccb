"""What grants say of a row, in SQL: its own, or else that of the nearest folder around it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eyrie.store.rows import KeptInWorkspace
from eyrie.store.teams import GrantRow

ALLOWED, DENIED = "allowed", "denied"
# Their records stand in a room above; grants reach through them whatever lies inside.
_FOLDERS = sa.table("folders", sa.column("token"), sa.column("parent_folder_token"))


class Grants:
    """The grants of some teams on rows of one kind, in any question about these rows."""

    def __init__(self, row: type[KeptInWorkspace], teams: Sequence[str]) -> None:
        assert row.granted is not None, f"{row.__tablename__} cannot be granted by itself"
        self._row, self._inside = row, row.granted.inside
        self._folders = _reached_folders(teams) if self._inside else None

    def allow(self, teams: Sequence[str]) -> sa.ColumnElement[bool]:
        """The condition that one of these teams was granted the row."""
        return self._say(teams, ALLOWED)

    def deny(self, teams: Sequence[str]) -> sa.ColumnElement[bool]:
        """The condition that one of these teams was denied the row."""
        return self._say(teams, DENIED)

    def _say(self, teams: Sequence[str], access: str) -> sa.ColumnElement[bool]:
        own = aliased(GrantRow)
        said = sa.exists().where(
            own.resource_token == self._row.token, own.team_token.in_(teams), own.access == access
        )
        if self._inside is None or self._folders is None:
            return said
        reached = self._folders.alias()
        overruled = sa.exists().where(
            own.resource_token == self._row.token, own.team_token == reached.c.team_token
        )
        around = sa.exists().where(
            reached.c.folder == getattr(self._row, self._inside),
            reached.c.team_token.in_(teams),
            reached.c.access == access,
            ~overruled.correlate(self._row, reached),
        )
        return sa.or_(said.correlate(self._row), around.correlate(self._row))


def _reached_folders(teams: Sequence[str]) -> sa.CTE:
    """Each folder that a grant of these teams reaches, and what the nearest says there."""
    own = sa.select(GrantRow.resource_token.label("folder"), GrantRow.team_token, GrantRow.access)
    reached = own.where(GrantRow.team_token.in_(teams)).cte(recursive=True)
    nearer = aliased(GrantRow)
    overruled = sa.exists().where(
        nearer.resource_token == _FOLDERS.c.token, nearer.team_token == reached.c.team_token
    )
    inside = (
        sa.select(_FOLDERS.c.token, reached.c.team_token, reached.c.access)
        .join_from(_FOLDERS, reached, _FOLDERS.c.parent_folder_token == reached.c.folder)
        .where(~overruled.correlate(_FOLDERS, reached))
    )
    return reached.union(inside)

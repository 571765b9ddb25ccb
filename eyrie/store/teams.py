"""Tables of teams: who sits in one, what it may do in a workspace, and what it is granted by itself."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Kept, Row


class TeamRow(Kept):
    """A team; one of an account is everybody's, and nobody is a member of it by a row."""

    __tablename__ = "teams"
    name: Mapped[str]
    description: Mapped[str]
    is_everyone: Mapped[bool]
    default_dashboard_token: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("account_token", "name"),
        Index(
            "uq_teams_everyone",
            "account_token",
            unique=True,
            sqlite_where=text("is_everyone"),
            postgresql_where=text("is_everyone"),
        ),
    )


class SeatRow(Row):
    """Somebody's place in a team."""

    __tablename__ = "team_members"
    team_token: Mapped[str] = mapped_column(ForeignKey("teams.token", ondelete="CASCADE"), primary_key=True)
    user_token: Mapped[str] = mapped_column(
        ForeignKey("users.token", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str]
    position: Mapped[int]  # lists of members keep the order in which they were sent
    joined_at: Mapped[dt.datetime]


class TeamWorkspaceRow(Row):
    """What a team may do in a workspace; without a row it has no access."""

    __tablename__ = "team_workspaces"
    team_token: Mapped[str] = mapped_column(ForeignKey("teams.token", ondelete="CASCADE"), primary_key=True)
    workspace_token: Mapped[str] = mapped_column(
        ForeignKey("workspaces.token", ondelete="CASCADE"), primary_key=True, index=True
    )
    access: Mapped[str]
    position: Mapped[int]


class GrantRow(Kept):
    """One resource that a team is given, or denied, whatever it may do in the workspace."""

    __tablename__ = "access_grants"
    team_token: Mapped[str] = mapped_column(ForeignKey("teams.token", ondelete="CASCADE"))
    resource_token: Mapped[str] = mapped_column(String(64), index=True)
    access: Mapped[str]
    created_by: Mapped[str]
    __table_args__ = (UniqueConstraint("team_token", "resource_token"),)

"""Tables of who may come in: users, workspaces and API tokens; teams stand in `teams.py`."""

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Kept


class WorkspaceRow(Kept):
    """A workspace: the outermost boundary of what a question sees."""

    __tablename__ = "workspaces"
    name: Mapped[str]
    enable_currency_conversion: Mapped[bool]
    currency: Mapped[str]
    exchange_rate_date: Mapped[str]
    __table_args__ = (UniqueConstraint("account_token", "name"),)


class UserRow(Kept):
    """A person; `role` is what they are in the account, and so in the team of everybody."""

    __tablename__ = "users"
    name: Mapped[str | None]
    email: Mapped[str]
    role: Mapped[str]
    default_workspace_token: Mapped[str | None]
    default_dashboard_token: Mapped[str | None]
    last_seen_at: Mapped[dt.datetime | None]
    __table_args__ = (UniqueConstraint("account_token", "email"),)


class ApiTokenRow(Kept):
    """An API token, of a person or of a team.

    Its secret is random and long, so a plain SHA-256 of it is enough to recognise it.
    """

    __tablename__ = "api_tokens"
    user_token: Mapped[str | None] = mapped_column(ForeignKey("users.token"), index=True)
    # No foreign key: when a team is gone, its tokens still tell whose they were.
    team_token: Mapped[str | None] = mapped_column(String(64), index=True)
    role: Mapped[str | None]  # what it is in its team; a person's token is what the person is
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    description: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]
    client_token: Mapped[str | None]  # the token it was granted to by OAuth, and is as good as
    __table_args__ = (CheckConstraint("(user_token IS NULL) <> (team_token IS NULL)", name="one_owner"),)

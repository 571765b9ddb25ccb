"""Tables of who may come in: users, workspaces, roles and API tokens."""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Kept, Row


class WorkspaceRow(Kept):
    """A workspace: the outermost boundary of what a question sees."""

    __tablename__ = "workspaces"
    name: Mapped[str]
    enable_currency_conversion: Mapped[bool]
    currency: Mapped[str]
    exchange_rate_date: Mapped[str]
    __table_args__ = (UniqueConstraint("account_token", "name"),)


class UserRow(Kept):
    """A person; `role` holds account-wide, `roles` says more for each workspace."""

    __tablename__ = "users"
    name: Mapped[str | None]
    email: Mapped[str]
    role: Mapped[str]
    default_workspace_token: Mapped[str | None]
    default_dashboard_token: Mapped[str | None]
    last_seen_at: Mapped[dt.datetime | None]
    __table_args__ = (UniqueConstraint("account_token", "email"),)


class RoleRow(Row):
    """What a user is in one workspace; without a row an Owner still sees it, others do not."""

    __tablename__ = "roles"
    user_token: Mapped[str] = mapped_column(ForeignKey("users.token", ondelete="CASCADE"), primary_key=True)
    workspace_token: Mapped[str] = mapped_column(
        ForeignKey("workspaces.token", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str]


class ApiTokenRow(Kept):
    """An API token; its secret is random and long, so a plain SHA-256 of it is enough to recognise it."""

    __tablename__ = "api_tokens"
    user_token: Mapped[str] = mapped_column(ForeignKey("users.token"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    description: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]
    client_token: Mapped[str | None]  # the token it was granted to by OAuth, and is as good as

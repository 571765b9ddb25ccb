"""The bases of every table: what a kept thing has, account-wide or in a workspace.

A token is the primary key and tables refer to each other by tokens, so a row can be shown without joins and
a dump can be read by eye. Times are UTC without zone. Lists of tokens keep their order in `links`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import DateTime, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {str: Text(), dt.datetime: DateTime()}


class AccountRow(Row):
    """An account: the outermost owner of everything. One installation starts with one."""

    __tablename__ = "accounts"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    created_at: Mapped[dt.datetime]


class OfAccount(Row):
    """A thing of an account, under a token of its own."""

    __abstract__ = True
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_token: Mapped[str] = mapped_column(ForeignKey("accounts.token"), index=True)
    created_at: Mapped[dt.datetime]


class Kept(OfAccount):
    """A thing that people keep, account-wide."""

    __abstract__ = True
    updated_at: Mapped[dt.datetime]


@dataclass(frozen=True)
class Granted:
    """How a kind of row can be granted to a team by itself; `access` reads it."""

    prefix: str  # of its tokens
    inside: str | None = None  # the column that names the folder around it: its grants reach what is inside


class KeptInWorkspace(Kept):
    """A thing that people keep in one workspace; `granted` says whether it can be granted by itself."""

    __abstract__ = True
    granted: ClassVar[Granted | None] = None
    workspace_token: Mapped[str] = mapped_column(ForeignKey("workspaces.token"), index=True)


class KeptPerhapsInWorkspace(Kept):
    """A thing that people keep in one workspace, or in none: then it is seen in all."""

    __abstract__ = True
    workspace_token: Mapped[str | None] = mapped_column(ForeignKey("workspaces.token"), index=True)


def workspace_of(row: Kept) -> str | None:
    """The workspace in which a thing is kept, if it is in one."""
    return row.workspace_token if isinstance(row, KeptInWorkspace | KeptPerhapsInWorkspace) else None


class LinkRow(Row):
    """One entry of an ordered list of tokens: `source` lists `target` in its `field`."""

    __tablename__ = "links"
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    field: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(64))
    __table_args__ = (Index("ix_links_target", "target"),)

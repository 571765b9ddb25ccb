"""Tables of where bills come from."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Kept


class IntegrationRow(Kept):
    """A source of bills. Who sees its costs is the ledger's knowledge, the order of naming ours."""

    __tablename__ = "integrations"
    provider: Mapped[str] = mapped_column(index=True)
    account_identifier: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[str]
    last_updated: Mapped[dt.datetime | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: each provider has its own
    sealed_secret: Mapped[str | None]


class UploadRow(Kept):
    """A file of costs that was uploaded to a custom provider."""

    __tablename__ = "user_costs_uploads"
    integration_token: Mapped[str] = mapped_column(ForeignKey("integrations.token"), index=True)
    filename: Mapped[str]
    amount: Mapped[str]  # a decimal, exactly as it adds up
    start_date: Mapped[dt.date]
    end_date: Mapped[dt.date]
    import_status: Mapped[str]
    created_by_token: Mapped[str]
    staged: Mapped[str]  # the file as it came, until it is imported
    auto_transform: Mapped[bool]
    __table_args__ = (Index("ix_user_costs_uploads_name", "integration_token", "filename"),)


class TagMarkRow(Kept):
    """What people say of a tag key; a key without a row is neither hidden nor preferred."""

    __tablename__ = "tag_marks"
    tag_key: Mapped[str] = mapped_column(String(2000))
    hidden: Mapped[bool]
    preferred: Mapped[bool]
    __table_args__ = (UniqueConstraint("account_token", "tag_key"),)

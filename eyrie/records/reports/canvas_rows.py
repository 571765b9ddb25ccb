"""The table of canvases."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import KeptInWorkspace


class CanvasRow(KeptInWorkspace):
    """A prompt, and the table that was made of it."""

    __tablename__ = "canvases"
    title: Mapped[str]
    prompt: Mapped[str]
    # Any: cells; None until the first refresh.
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    refreshed_at: Mapped[dt.datetime | None]
    refreshed_version: Mapped[int | None]  # of the ledger

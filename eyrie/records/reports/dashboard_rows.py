"""The tables of dashboards and canvases, which put reports and prompts on one page."""

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Granted, KeptInWorkspace


class DashboardRow(KeptInWorkspace):
    """Reports side by side, perhaps over days of their own."""

    __tablename__ = "dashboards"
    granted: ClassVar = Granted("dshbrd")
    title: Mapped[str]
    # As they were written; those that still have something to show are linked under the same name.
    widgets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # Any: texts, and an object of settings
    date_bin: Mapped[str | None]
    date_interval: Mapped[str | None]
    start_date: Mapped[dt.date | None]  # both for the interval `custom` only
    end_date: Mapped[dt.date | None]

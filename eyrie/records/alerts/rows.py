"""Tables of what tells people something."""

import datetime as dt

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import KeptInWorkspace


class ReportNotificationRow(KeptInWorkspace):
    """A wish to be told regularly what a report comes to."""

    __tablename__ = "report_notifications"
    title: Mapped[str]
    cost_report_token: Mapped[str] = mapped_column(String(64), index=True)  # of whatever has costs to tell
    recipient_channels: Mapped[list[str]] = mapped_column(JSON)
    frequency: Mapped[str]
    change: Mapped[str]
    handled_on: Mapped[dt.date | None]  # the last day it was due on that is done with
    told_through: Mapped[dt.date | None]  # the last day that it told of

"""Tables of forecasts: what people plan, and what a report shows of it."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import KeptInWorkspace, KeptPerhapsInWorkspace, Row


class ScenarioModelRow(KeptPerhapsInWorkspace):
    """Changes that somebody plans."""

    __tablename__ = "scenario_models"
    title: Mapped[str]
    priority: Mapped[int | None]
    provider: Mapped[str | None]
    service: Mapped[str | None]
    periods: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # Any: days and decimals as texts, or null
    created_by_token: Mapped[str]


class ReportForecastRow(KeptInWorkspace):
    """A forecast of one report; the one that is default is what the report shows."""

    __tablename__ = "report_forecasts"
    title: Mapped[str]
    cost_report_token: Mapped[str] = mapped_column(String(64), index=True)  # perhaps that of a segment's
    is_default: Mapped[bool]
    created_by_token: Mapped[str]
    __table_args__ = (
        Index(
            "uq_report_forecasts_default",
            "cost_report_token",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )


class ForecastRunRow(Row):
    """What a report's forecast said on a day, to be held against what came."""

    __tablename__ = "forecast_runs"
    report: Mapped[str] = mapped_column(
        ForeignKey("cost_reports.token", ondelete="CASCADE"), primary_key=True
    )
    made_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    begins: Mapped[dt.date]  # the first day that it was about
    amounts: Mapped[list[list[str | None]]] = mapped_column(JSON)  # of each day: median, least, most

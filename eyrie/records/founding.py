"""What a new workspace begins with, whoever makes it."""

import datetime as dt

from sqlalchemy.orm import Session

from eyrie.basics.token import new_token
from eyrie.records.reports.cost_report_shapes import CHART_SETTINGS, SETTINGS
from eyrie.records.reports.rows import CostReportRow

ALL_RESOURCES = "All Resources"


def furnish(session: Session, account: str, workspace: str, now: dt.datetime) -> None:
    """Give a new workspace its standard report: everything, this month."""
    session.add(
        CostReportRow(
            token=new_token("rprt"),
            account_token=account,
            workspace_token=workspace,
            created_at=now,
            updated_at=now,
            title=ALL_RESOURCES,
            settings=SETTINGS,
            chart_type="line",
            chart_settings=CHART_SETTINGS,
            date_bin="cumulative",
            date_interval="this_month",
        )
    )
    session.flush()

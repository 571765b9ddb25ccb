"""How far the costs of a report have arrived: the last day of which nothing more is to be expected.

A provider goes on delivering a day while the next one has begun, so its last day is left out; uploads of a
custom provider are whole days. A report is as far as the slowest provider that it had costs of lately.
"""

import datetime as dt
from collections.abc import Iterable

from eyrie.answers.costs import CostsQuery, told
from eyrie.answers.sight import of_workspace
from eyrie.basics.errors import UserFault
from eyrie.basics.period import ONE_DAY
from eyrie.basics.words import Provider
from eyrie.costs.ledger.parts import Part
from eyrie.operations.call import Call
from eyrie.records.reports.rows import CostReportRow

LATELY = dt.timedelta(days=30)
Origin = tuple[str, str | None]  # a provider, and which integration a custom one is


def arrived_through(call: Call, report: CostReportRow) -> dt.date:
    """The last day whose costs are there; yesterday where there is nothing to wait for."""
    yesterday = call.today - ONE_DAY
    lately = {
        "cost_report_token": report.token,
        "groupings": ["provider"],
        "start_date": call.today - LATELY,
        "end_date": call.today,
        "date_bin": "month",
    }
    try:
        found = told(call, CostsQuery.model_validate(lately)).found
    except UserFault:  # waiting mends nothing
        return yesterday
    origins = {(str(row.groups[0]), row.instance) for row in found.page(0, len(found))}
    parts = of_workspace(call, report.workspace_token).parts
    return min((_watermark(origin, parts, yesterday) for origin in origins), default=yesterday)


def _watermark(origin: Origin, parts: Iterable[Part], yesterday: dt.date) -> dt.date:
    provider, integration = origin
    custom = provider == Provider.CUSTOM_PROVIDER
    days = [
        part.accrued.last
        for part in parts
        if provider in part.providers and (not custom or part.delivery.integration == integration)
    ]
    last = max(days, default=yesterday)
    return min(yesterday, last if custom else last - ONE_DAY)

"""The days of a dashboard: none of its own, those of an interval, or two dates that were chosen."""

import datetime as dt

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Period
from eyrie.operations.record import Values
from eyrie.records.reports.dashboard_rows import DashboardRow
from eyrie.records.reports.intervals import Interval, resolved

_NONE: Values = {"date_interval": None, "start_date": None, "end_date": None}


def period_of(row: DashboardRow, today: dt.date) -> Period | None:
    """The days that all reports are shown for, today; None leaves each report its own."""
    if row.date_interval is None:
        return None
    if row.start_date and row.end_date:
        return Period.through(row.start_date, row.end_date)
    return resolved(Interval(row.date_interval), today)


def agreed(values: Values, row: DashboardRow | None, today: dt.date) -> Values:
    """Agree on interval and dates, which are taken out of what was sent; dates alone are `custom`.

    An interval that was sent as "" arrives as None: it clears the dates too, unless new ones came with it.
    """
    is_sent = "date_interval" in values
    interval = Interval(values["date_interval"]) if values.get("date_interval") else None
    start, end = values.get("start_date"), values.get("end_date")
    for name in _NONE:
        values.pop(name, None)
    if start is None and end is None:
        if interval is Interval.CUSTOM:
            if row is None or row.start_date is None:
                raise Malformed("start_date is missing", "end_date is missing")
            return {}
        return {**_NONE, "date_interval": interval and interval.value} if is_sent else {}
    if row is not None and (interval is Interval.CUSTOM or not is_sent):
        start, end = start or row.start_date, end or row.end_date
    return _chosen(interval, start, end or today, today)


def _chosen(interval: Interval | None, start: dt.date | None, end: dt.date, today: dt.date) -> Values:
    """Dates that may come with another interval only if they are what it means today."""
    if start is None:
        raise Malformed("start_date is missing")
    if end < start:
        raise Malformed("end_date must not be before start_date")
    if end == dt.date.max:
        raise Malformed("end_date is invalid")
    if interval is None or interval is Interval.CUSTOM:
        return {"date_interval": Interval.CUSTOM.value, "start_date": start, "end_date": end}
    if resolved(interval, today) == Period.through(start, end):
        return {**_NONE, "date_interval": interval.value}
    raise Malformed("date_interval cannot be combined with start_date and end_date unless it is custom")

"""When a report notification is due, and which days it compares.

On Monday 2025-02-03 a weekly one tells of the week from January 27 against the week from January 20.

>>> for frequency in ("daily", "weekly", "monthly"):
...     now, before = periods(frequency, dt.date(2025, 2, 3), dt.date(2025, 2, 2))
...     print(frequency, now.start, now.last, before.start, before.last)
daily 2025-02-02 2025-02-02 2025-02-01 2025-02-01
weekly 2025-01-27 2025-02-02 2025-01-20 2025-01-26
monthly 2025-01-01 2025-01-31 2024-12-01 2024-12-31
"""

import datetime as dt

from eyrie.basics.period import ONE_DAY, Bin, Period, bin_start, first_of_month
from eyrie.records.alerts.report_notifications import Frequency
from eyrie.records.alerts.rows import ReportNotificationRow

MONTHLY_ON = 2  # the day of the month
BINS = {Frequency.DAILY: Bin.DAY, Frequency.WEEKLY: Bin.WEEK, Frequency.MONTHLY: Bin.MONTH}
WEEK = dt.timedelta(weeks=1)
PATIENCE = dt.timedelta(hours=24)
SLACK = dt.timedelta(hours=1)  # so that the hourly look at the end of the patience is within it


def is_due_on(frequency: str, day: dt.date) -> bool:
    """Tell whether people are told on this day: every day, on Mondays, or on the second of a month."""
    match Frequency(frequency):
        case Frequency.DAILY:
            return True
        case Frequency.WEEKLY:
            return day.weekday() == 0
        case Frequency.MONTHLY:
            return day.day == MONTHLY_ON


def periods(frequency: str, day: dt.date, arrived: dt.date) -> tuple[Period, Period]:
    """What is told on a day, and what it is compared with; daily it is the last day that has arrived."""
    match Frequency(frequency):
        case Frequency.DAILY:
            return Period.through(arrived, arrived), Period(arrived - ONE_DAY, arrived)
        case Frequency.WEEKLY:
            monday = bin_start(day, Bin.WEEK)
            return Period(monday - WEEK, monday), Period(monday - 2 * WEEK, monday - WEEK)
        case Frequency.MONTHLY:
            month = first_of_month(day)
            last = first_of_month(month - ONE_DAY)
            return Period(last, month), Period(first_of_month(last - ONE_DAY), last)


def due_days(row: ReportNotificationRow, now: dt.datetime, hour: int) -> list[dt.date]:
    """The days whose notification is due now and not done with; yesterday's may still wait for costs."""
    return [
        day
        for day in (now.date() - ONE_DAY, now.date())
        if is_due_on(row.frequency, day)
        and _moment(day, hour) <= now < _moment(day, hour) + PATIENCE + SLACK
        and row.created_at <= _moment(day, hour)
        and (row.handled_on is None or row.handled_on < day)
    ]


def waits(row: ReportNotificationRow, day: dt.date, arrived: dt.date, now: dt.datetime, hour: int) -> bool:
    """Tell whether to wait for more costs: of the period or, daily, of a day that was not told of yet."""
    if now >= _moment(day, hour) + PATIENCE:
        return False
    if row.frequency == Frequency.DAILY:
        return row.told_through is not None and arrived <= row.told_through
    return arrived < periods(row.frequency, day, arrived)[0].last


def _moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour))

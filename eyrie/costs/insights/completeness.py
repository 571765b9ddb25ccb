"""Which days are complete: bills arrive days after what they are for, and arrive in pieces."""

import datetime as dt
from collections.abc import Mapping

from eyrie.basics.period import ONE_DAY
from eyrie.basics.words import Provider
from eyrie.costs.query.catalogue import Origin

RECENT_DAYS = 30

Latest = Mapping[Origin, dt.date]  # the last day of which costs were delivered, by provider and integration
Source = tuple[str, str | None]  # a provider; of custom ones, which


def watermark(source: Source, latest: Latest) -> dt.date | None:
    """The last day of a provider that counts as complete.

    A day counts once the next one has begun to arrive; what people upload themselves counts at once. A bill
    of AWS that reaches to the 14th is complete to the 13th.
    """
    provider, instance = source
    days = [
        day
        for origin, day in latest.items()
        if origin.provider == provider and instance in (None, origin.integration)
    ]
    if not days:
        return None
    return max(days) if provider == Provider.CUSTOM_PROVIDER else max(days) - ONE_DAY


def complete_through(last_cost: Mapping[Source, dt.date], latest: Latest) -> dt.date | None:
    """The last day that is complete for all who had a cost lately; None if nobody had.

    Lately means the thirty days up to the last cost, so that a provider who has left holds nobody up.
    """
    if not last_cost:
        return None
    since = max(last_cost.values()) - dt.timedelta(days=RECENT_DAYS - 1)
    marks = [watermark(source, latest) or day for source, day in last_cost.items() if day >= since]
    return min(marks)

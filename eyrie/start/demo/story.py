"""When what happens: a seed, a today, and the days on which something happens."""

import datetime as dt
import random
from dataclasses import dataclass

from eyrie.basics.period import Period, first_of_month

# The move to Google Cloud, in days since the story begins; what arrives runs beside what leaves for a while.
MOVE_BEGINS, MOVE_LASTS, BESIDE = 150, 90, 14
# A year before and after must be days too.
EARLIEST, LATEST = dt.date(1971, 1, 1), dt.date(9998, 1, 1)


@dataclass(frozen=True)
class Story:
    """Whole months, a year at least, up to yesterday: the same for the same seed and today."""

    seed: int
    today: dt.date

    @property
    def period(self) -> Period:
        """The days that are told."""
        return Period(first_of_month(self.today - dt.timedelta(days=365)), self.today)

    @property
    def forgotten(self) -> Period:
        """The days on which a large machine runs that everybody forgot: what an anomaly looks like."""
        return Period(self.today - dt.timedelta(days=38), self.today - dt.timedelta(days=32))

    @property
    def regretted(self) -> dt.date:
        """The day on which a part of that is given back."""
        return self.today - dt.timedelta(days=20)

    @property
    def miscounted(self) -> dt.date:
        """The day on which Datadog corrects an older bill."""
        return self.today - dt.timedelta(days=90)

    def age(self, day: dt.date) -> int:
        """How many days the story is old."""
        return (day - self.period.start).days

    def chance(self, *about: object) -> random.Random:
        """A source of chance for one thing, the same every time and independent of all others."""
        return random.Random(" ".join(map(str, (self.seed, *about))))

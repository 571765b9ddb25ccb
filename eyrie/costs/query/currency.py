"""In which currency an ask is answered: converted at exchange rates, or as it is under the name of one."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eyrie.basics.period import ONE_DAY, Bin, first_of_month, next_month
from eyrie.costs.ledger.rates import Rates


class RateDay(StrEnum):
    """Which day's rate converts a cost."""

    DAILY_RATE = "daily_rate"  # that of the day on which it accrued
    END_OF_BILLING_PERIOD_RATE = "end_of_billing_period_rate"  # that of the last day of the day's month


@dataclass(frozen=True)
class Conversion:
    """Every row is converted into one currency before anything is added up."""

    currency: str
    rate_day: RateDay
    rates: Rates

    @property
    def unit(self) -> Bin:
        """The days that always have one rate in common."""
        return Bin.DAY if self.rate_day is RateDay.DAILY_RATE else Bin.MONTH

    def rate(self, currency: str, day: dt.date) -> Decimal | None:
        """The rate of a currency for what accrued on a day; None if there is none at all."""
        if self.rate_day is RateDay.END_OF_BILLING_PERIOD_RATE:
            day = next_month(first_of_month(day)) - ONE_DAY
        return self.rates.between(currency, self.currency, day)


@dataclass(frozen=True)
class Labelled:
    """Nothing is converted: amounts are added up as they are, and a currency is written beside them."""

    currency: str


Currency = Conversion | Labelled

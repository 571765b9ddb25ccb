"""What the text of one cell means: categories, days, amounts, currencies, words.

Each reader gives a value or raises `Unreadable`. Readers of optional columns take the spellings of "nothing"
that exports leave behind as nothing; `Tags` do not, they are an object or blank.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from eyrie.basics.money import read_amount
from eyrie.basics.period import ONE_DAY, is_date_only, read_moment
from eyrie.basics.words import CURRENCIES
from eyrie.costs.sources.custom.problems import Unreadable

# FOCUS's Purchase and Adjustment are taken too, though the message names only what the contract lists.
CATEGORIES = ("Credit", "Discount", "Fee", "Refund", "Tax", "Usage", "Purchase", "Adjustment")
NOTHING = frozenset(("", "NULL", "null", r"\N", "None", "NaN"))
NOT_A_NUMBER = "NaN"
FIRST_DAY = dt.date(1900, 1, 1)
LAST_DAY = dt.date(2199, 12, 31)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Moment:
    """A date, or a date with a time of day, in UTC."""

    at: dt.datetime
    date_only: bool

    @property
    def day(self) -> dt.date:
        """The UTC day."""
        return self.at.date()

    @property
    def last_day_before(self) -> dt.date:
        """The last day of a period that ends here: a date counts itself, a time of day does not."""
        return self.day if self.date_only else (self.at - _MICROSECOND).date()

    @property
    def exclusive_end(self) -> dt.datetime:
        """The first moment after a period that ends here."""
        return self.at + ONE_DAY if self.date_only else self.at


def read_category(text: str) -> str:
    """Read a charge category, as written in the list of them."""
    cleaned = text.strip()
    if cleaned not in CATEGORIES:
        raise Unreadable("must be one of the following: Credit, Discount, Fee, Refund, Tax, or Usage")
    return cleaned


def read_date(text: str) -> Moment:
    """Read a date or ISO 8601 date-time within the centuries that bills are from."""
    moment = read_moment(text)
    if moment is None:
        raise Unreadable("must be a valid date")
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise Unreadable(f"must be a valid date between {FIRST_DAY} and {LAST_DAY}")
    return Moment(moment, is_date_only(text))


def read_end(text: str) -> Moment | None:
    """Read the end of a charge period, if there is one."""
    return None if text.strip() in NOTHING else read_date(text)


def read_number(text: str) -> Decimal:
    """Read an amount."""
    amount = read_amount(text)
    if amount is None:
        raise Unreadable("must be a valid number")
    return amount


def read_number_beside_semicolons(text: str) -> Decimal:
    """Read an amount of a file whose separator leaves the comma free to be a decimal one.

    There `12,340` may be twelve or twelve thousand; only a point beside the comma tells.
    """
    if "," in text and "." not in text:
        raise Unreadable("must be a valid number, with a point before the decimals")
    return read_number(text)


def number_reader(separator: str) -> Callable[[str], Decimal]:
    """Give the reader for amounts of a file with this separator."""
    return read_number_beside_semicolons if separator == ";" else read_number


def quantity_reader(separator: str) -> Callable[[str], Decimal | None]:
    """Give the reader for amounts that may be missing; one that is "not a number" is told, not missing."""
    read = number_reader(separator)
    missing = NOTHING - {NOT_A_NUMBER}
    return lambda text: None if text.strip() in missing else read(text)


def read_currency(text: str) -> str:
    """Read a currency; US dollars unless told otherwise."""
    cleaned = text.strip()
    code = "USD" if cleaned in NOTHING else cleaned.upper()
    if code not in CURRENCIES:
        raise Unreadable("must be a valid currency code, such as USD")
    return code


def read_name(text: str) -> str:
    """Read a text that must be there."""
    words = read_text(text)
    if words is None:
        raise Unreadable("must not be blank")
    return words


def read_text(text: str) -> str | None:
    """Read a text, if there is one."""
    cleaned = text.strip()
    return None if cleaned in NOTHING else cleaned

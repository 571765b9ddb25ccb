"""The table of exchange rates: like the ledger's manifest it is never overwritten, only added to and retired.

A rate that is sent again with another value is a new row, and the old one ends at the same version of the
ledger. So `as_of` finds the rates of then, and the answers of last month can be given again.
"""

import datetime as dt

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Kept


class ExchangeRateRow(Kept):
    """What 1 of the base currency was worth on a day, and from which version of the ledger until which.

    `created_at` is when the pair first had a rate for the day, `updated_at` when it got this one.
    """

    __tablename__ = "exchange_rates"
    base_currency_code: Mapped[str] = mapped_column(String(3))
    currency_code: Mapped[str] = mapped_column(String(3))
    effective_date: Mapped[dt.date]
    rate: Mapped[str]  # text, since SQLite would make a binary float of it
    added_version: Mapped[int]
    retired_version: Mapped[int | None]
    __table_args__ = (
        Index("ix_exchange_rates_pair", "base_currency_code", "currency_code", "effective_date"),
    )

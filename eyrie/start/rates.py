"""Exchange rates at the terminal: a file of any length in, and what is known."""

import os
from collections.abc import Sequence

from eyrie.basics.money import plain_text
from eyrie.costs.sources.custom.settings import UploadLimits
from eyrie.costs.sources.exchange_rates import read_rates
from eyrie.operations.house import House
from eyrie.records.bills.exchange_rates import ORDER, keep, of_caller
from eyrie.start.calling import asking, changing
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.rates import ExchangeRateRow
from eyrie.surfaces.cli.work import Flags, RateLine, RatesTold

UNLIMITED = UploadLimits(max_rows=2**40, max_bytes=2**40)


def import_rates(flags: Flags, content: bytes) -> RatesTold:
    """Keep the rates of a file."""
    with opened(read_settings(os.environ, flags)) as house:
        return imported(house, content)


def rates(flags: Flags) -> Sequence[RateLine]:
    """List what counts now."""
    with opened(read_settings(os.environ, flags)) as house:
        return listed(house)


def imported(house: House, content: bytes) -> RatesTold:
    """Keep the rates of a file, all or none, as the upload does."""
    read = read_rates(content, UNLIMITED)
    with changing(house) as call:
        return RatesTold(len(read), keep(call, read))


def listed(house: House) -> Sequence[RateLine]:
    """The rates that count now, in the order of the API."""
    with asking(house) as call:
        order = (getattr(ExchangeRateRow, by.column) for by in ORDER)
        return [
            RateLine(
                base=row.base_currency_code,
                currency=row.currency_code,
                rate=plain_text(row.rate),
                day=row.effective_date.isoformat(),
            )
            for row in call.rows.all(of_caller(call).order_by(*order))
        ]

"""Exchange rates in the store: kept with the ledger's versions, and read as of one of them."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.token import new_token
from eyrie.costs.ledger.rates import DOLLAR, Rate, Rates
from eyrie.store.rates import ExchangeRateRow

RATES_KEPT = 16
Place = tuple[str, str, dt.date]  # base, currency, day: there is one rate


def live_rates(session: Session, account: str, rates: Sequence[Rate]) -> dict[Place, ExchangeRateRow]:
    """Give what counts now at the places of these rates."""
    if not rates:
        return {}
    row = ExchangeRateRow
    days = [rate.day for rate in rates]
    near = sa.select(row).where(
        row.account_token == account,
        row.retired_version.is_(None),
        row.base_currency_code.in_({rate.base for rate in rates}),
        row.effective_date.between(min(days), max(days)),
    )
    found = {place_of(kept): kept for kept in session.scalars(near)}
    wanted = ((rate.base, rate.currency, rate.day) for rate in rates)
    return {place: found[place] for place in wanted if place in found}


def place_of(row: ExchangeRateRow) -> Place:
    """Say for what a row is the rate."""
    return row.base_currency_code, row.currency_code, row.effective_date


def keep_rates(session: Session, account: str, rates: Sequence[Rate], version: int, now: dt.datetime) -> int:
    """Keep what is new of rates from a version on, in the place of what was there; count it."""
    there = live_rates(session, account, rates)
    kept = 0
    for rate in rates:
        before = there.get((rate.base, rate.currency, rate.day))
        if before and Decimal(before.rate) == rate.rate:
            continue
        if before:
            before.retired_version = version
        session.add(
            ExchangeRateRow(
                token=new_token("xchng_rt"),
                account_token=account,
                created_at=before.created_at if before else now,
                updated_at=now,
                base_currency_code=rate.base,
                currency_code=rate.currency,
                effective_date=rate.day,
                rate=format(rate.rate, "f"),
                added_version=version,
            )
        )
        kept += 1
    session.flush()
    return kept


class KnownRates:
    """Rates with a memory: at one version they never change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, frozenset[str]], Rates] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, session: Session, account: str, version: int, currencies: frozenset[str]) -> Rates:
        """Give the rates between these currencies at a version of the ledger, and those with the dollar."""
        row = ExchangeRateRow
        changes = sa.select(sa.func.max(row.added_version)).where(
            row.account_token == account, row.added_version <= version
        )
        key = account, session.scalar(changes) or 0, currencies
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = _read(session, account, version, currencies | {DOLLAR})
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > RATES_KEPT:
                self._kept.popitem(last=False)
        return found


def _read(session: Session, account: str, version: int, currencies: frozenset[str]) -> Rates:
    row = ExchangeRateRow
    columns = (row.base_currency_code, row.currency_code, row.effective_date, row.rate)
    query = sa.select(*columns).where(
        row.account_token == account,
        row.added_version <= version,
        sa.or_(row.retired_version.is_(None), row.retired_version > version),
        row.base_currency_code.in_(currencies),
        row.currency_code.in_(currencies),
    )
    return Rates.of(
        Rate(base, currency, day, Decimal(rate)) for base, currency, day, rate in session.execute(query)
    )

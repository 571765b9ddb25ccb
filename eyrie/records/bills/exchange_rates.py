"""Exchange rates: what converts costs into the currency of a workspace; sent as CSV, kept for every day.

They belong to the account. A rate that is sent again takes the place of the one before from this version of
the ledger on, and never changes what was answered as of an earlier one.
"""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.archive.change import Change
from eyrie.archive.publish import publish
from eyrie.archive.rates import live_rates, place_of
from eyrie.basics.errors import Malformed
from eyrie.basics.money import plain_text
from eyrie.costs.ledger.rates import Rate
from eyrie.costs.sources.exchange_rates import read_rates
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Operation, UploadBody, Work
from eyrie.operations.outcome import Page, Shown
from eyrie.operations.paging import By, one_page, page_of
from eyrie.operations.shapes import Draft, PagedQuery, View
from eyrie.store.ledger import locked_version
from eyrie.store.rates import ExchangeRateRow

# Those of one file came at the same moment.
ORDER = (
    *(By("created_at"), By("effective_date"), By("base_currency_code"), By("currency_code"), By("token")),
)


class ExchangeRate(View):
    """What 1 of the base currency was worth on a day."""

    base_currency_code: str = Field(description="The currency of which there is one.")
    currency_code: str = Field(description="The currency that it is worth so much of.")
    rate: str = Field(description="How much.")
    effective_date: str = Field(description="On which day.")
    updated_at: str = Field(description="When the rate came, in UTC.")


class PageMeta(View):
    """Where in the list a page is."""

    current_page: int
    next_page: int | None
    prev_page: int | None
    total_pages: int
    total_count: int


class RatesUpload(Draft):
    """Nothing comes with a file of rates."""


def show(row: ExchangeRateRow) -> ExchangeRate:
    """What is shown of a rate."""
    return ExchangeRate(
        base_currency_code=row.base_currency_code,
        currency_code=row.currency_code,
        rate=plain_text(row.rate),
        effective_date=row.effective_date.isoformat(),
        updated_at=f"{row.updated_at:%Y-%m-%d %H:%M:%S} UTC",
    )


def of_caller(call: Call) -> sa.Select[ExchangeRateRow]:
    """The rates that count now."""
    return call.rows.query(ExchangeRateRow).where(ExchangeRateRow.retired_version.is_(None))


def keep(call: Call, rates: Sequence[Rate]) -> int:
    """Keep rates as one change of the ledger, with an audit entry for each that is new; count those."""
    locked_version(call.session)
    account = call.caller.account
    before = {place: (row, _kept(row)) for place, row in live_rates(call.session, account, rates).items()}
    change = Change(account=account, what=f"{len(rates)} exchange rates", rates=tuple(rates))
    publish(call.session, call.house.ledger, change, call.now)
    new = 0
    for place, row in live_rates(call.session, account, rates).items():
        old, values = before.get(place, (None, None))
        if row is not old:
            audit.note(call, "exchange_rate", row, _title(row), values, _kept(row))
            new += 1
    return new


def _kept(row: ExchangeRateRow) -> audit.Values:
    return show(row).model_dump(exclude={"updated_at"})


def _title(row: ExchangeRateRow) -> str:
    base, currency, day = place_of(row)
    return f"{base} to {currency} on {day}"


def _listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    found = one_page(call.session, of_caller(call), ExchangeRateRow, call.query, ORDER)
    page = page_of("exchange_rates", found, [show(row) for row in found.rows])
    counted = sa.select(sa.func.count()).select_from(of_caller(call).subquery())
    meta = PageMeta(
        current_page=page.number,
        next_page=page.number + 1 if page.has_next else None,
        prev_page=page.number - 1 if page.number > 1 else None,
        total_pages=found.last,
        total_count=call.session.scalar(counted) or 0,
    )
    return replace(page, more={"meta": meta.model_dump()})


def _read(call: Call) -> tuple[Rate, ...]:
    """Check the whole file, before any transaction."""
    file = call.files.get("csv")
    if file is None:
        raise Malformed("csv is missing")
    return read_rates(file.content, call.house.limits.upload)


def _uploaded(call: Call) -> Shown:
    keep(call, call.prepared)
    return Shown({})


def operations() -> list[Operation]:
    """The operations of exchange rates."""
    return [
        Operation(
            name="getExchangeRates",
            tag="ExchangeRates",
            method="GET",
            path="/exchange_rates",
            summary="List the exchange rates",
            description="All rates that count now, oldest first. 1 of the base currency is worth `rate` of "
            "the other.",
            scope=Scope.READ,
            query=PagedQuery,
            answers=Answer(200, ExchangeRate, key="exchange_rates", more={"meta": PageMeta}),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="createExchangeRatesViaCsv",
            tag="ExchangeRates",
            method="POST",
            path="/exchange_rates/csv",
            summary="Upload exchange rates as CSV",
            description="A header `base_currency_code,currency_code,rate,date` and a row for each pair and "
            "day. Everything is kept, or nothing and every problem is told by row. A pair and day that is "
            "there already gets the new rate. For Owners only.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_ACCOUNT,
            body=UploadBody("csv", RatesUpload),
            answers=Answer(201, free=True),
            refuses=frozenset({400, 403}),
            work=Work.WRITES,
            audited=True,
            prepares=_read,
            run=_uploaded,
        ),
    ]

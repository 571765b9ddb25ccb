"""What `GET /costs` must answer for uploaded bills, worked out slowly and in plain Python.

An opinion of its own: it shares no code with the product, reads CSV rows straight from text, keeps every
day's share of every charge in one list and adds them up with Decimal. Where it and the product differ, one
of them is wrong.

It reads well-formed comma-separated files with the columns of the contract; it checks nothing.
"""

import csv
import datetime as dt
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
SETTINGS = {
    "include_credits": False,
    "include_refunds": False,
    "include_discounts": True,
    "include_tax": True,
    "amortize": True,
    "aggregate_by": "cost",
}
SWITCHES = {
    "Credit": "include_credits",
    "Refund": "include_refunds",
    "Discount": "include_discounts",
    "Tax": "include_tax",
}
UNITS = {"h": "Hours", "hr": "Hours", "hrs": "Hours", "hours": "Hours", "gb": "GB", "requests": "Requests"}
# The column of a file that each grouping shows; the account columns fall back to the integration.
COLUMNS = {
    "service": "ServiceName",
    "region": "RegionId",
    "resource_id": "ResourceId",
    "charge_type": "ChargeCategory",
    "account_id": "SubAccountId",
    "billing_account_id": "BillingAccountId",
    "cost_category": "ServiceCategory",
    "cost_subcategory": "ResourceType",
}
DEFAULT_GROUPINGS = "provider,service,account_id"


class MixedCurrenciesError(Exception):
    """The costs are in several currencies, which the product refuses with 400."""


@dataclass(frozen=True)
class Upload:
    """One uploaded file: an upload with the name of an earlier one of its integration replaces that."""

    text: str
    integration: str
    name: str = "costs.csv"


@dataclass(frozen=True)
class Share:
    """What one charge costs on one day, and the usage that counts there."""

    day: dt.date
    amount: Decimal
    row: Mapping[str, str]
    integration: str
    usage: Decimal | None
    unit: str | None
    tags: Mapping[str, str]


def slow_costs(
    uploads: Sequence[Upload],
    *,
    start_date: dt.date,
    end_date: dt.date,
    today: dt.date,
    groupings: str = DEFAULT_GROUPINGS,
    date_bin: str = "day",
    order: str = "desc",
    settings: Mapping[str, Any] | None = None,
    workspace_currency: str = "USD",
    rate: Callable[[str, dt.date], Decimal] | None = None,
) -> dict[str, Any]:
    """Work out the whole answer, all pages in one and without links; dates are inclusive.

    With a rate for each currency and day every share is converted by itself, before anything is added up.
    """
    chosen = {**SETTINGS, **(settings or {})}
    keys = list(dict.fromkeys(key.strip() for key in next(csv.reader([groupings]), []) if key.strip()))
    shares = [
        share
        for upload in {(upload.integration, upload.name): upload for upload in uploads}.values()
        for share in _shares(upload, chosen, today)
        if start_date <= share.day <= end_date
    ]
    currencies = sorted({share.row.get("BillingCurrency") or "USD" for share in shares})
    if rate:
        shares = [_converted(share, rate) for share in shares]
        currencies = [workspace_currency]
    if len(currencies) > 1:
        raise MixedCurrenciesError(currencies)
    currency = currencies[0] if currencies else workspace_currency
    by_usage = chosen["aggregate_by"] == "usage"
    grouped: dict[tuple[dt.date, tuple[Any, ...]], list[Share]] = defaultdict(list)
    for share in shares:
        key = [_value(share, grouping) for grouping in keys]
        unit = [share.unit] if by_usage and "usage_unit" not in keys else []
        grouped[_bin_start(share.day, date_bin), (*key, *unit)].append(share)
    grouped = {
        key: found for key, found in grouped.items() if _sum(found) or _usage_by_unit(found, zeros=False)
    }
    ordered = sorted(grouped, key=lambda key: _rank(key, grouped[key], order, by_usage))
    answer = {
        "total_cost": {"amount": _cents(_sum(shares)), "currency": currency},
        "costs": [_row(key, grouped[key], keys, date_bin, currency, by_usage) for key in ordered],
    }
    if by_usage:
        answer["total_usage"] = [
            {"amount": _cents(amount), "unit": unit}
            for unit, amount in sorted(_usage_by_unit(shares).items())
        ]
    if chosen["aggregate_by"] == "count":
        answer |= _counts([key for key in ordered if _sum(grouped[key])], date_bin)
    return answer


def read_rows(text: str) -> list[dict[str, str]]:
    """Give the data rows of a file as they are written."""
    return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]


def _converted(share: Share, rate: Callable[[str, dt.date], Decimal]) -> Share:
    currency = share.row.get("BillingCurrency") or "USD"
    return replace(share, amount=EXACT.multiply(share.amount, rate(currency, share.day)))


def _shares(upload: Upload, settings: Mapping[str, Any], today: dt.date) -> Iterator[Share]:
    for row in read_rows(upload.text):
        category = row["ChargeCategory"]
        if category in SWITCHES and not settings[SWITCHES[category]]:
            continue
        amount = read_number(row["BilledCost"])
        first, days = covered_days(row["ChargePeriodStart"], row.get("ChargePeriodEnd", ""))
        quantity = row.get("ConsumedQuantity", "") if category not in SWITCHES else ""
        usage = read_number(quantity) if quantity else None
        unit = row["ConsumedUnit"] if quantity else None
        unit = UNITS.get(unit.lower(), unit) if unit else None
        amounts = day_shares(amount, days) if settings["amortize"] else [amount]
        for place, part in enumerate(amounts):
            day = first + dt.timedelta(days=place)
            if len(amounts) > 1 and day > today:
                break
            once = (usage, unit) if place == 0 else (None, None)
            yield Share(day, part, row, upload.integration, *once, read_tags(row.get("Tags", "")))


def covered_days(start: str, end: str) -> tuple[dt.date, int]:
    """Give the first day and how many are covered: a date at the end is included, a moment is not."""
    first = _moment(start)
    if not end:
        return first.date(), 1
    over = _moment(end)
    last = over if len(end) == 10 else over - dt.timedelta(microseconds=1)
    return first.date(), max(1, (last.date() - first.date()).days + 1)


def day_shares(amount: Decimal, days: int) -> list[Decimal]:
    """Spread an amount: equal shares without what is finer than 10⁻¹², and the rest on the last day.

    >>> [str(share) for share in day_shares(Decimal("0.10"), 3)]
    ['0.033333333333', '0.033333333333', '0.033333333334']
    """
    atoms = int(amount.scaleb(18, EXACT))
    share = abs(atoms) // (days * 10**6) * 10**6 * (-1 if atoms < 0 else 1)
    parts = [*[share] * (days - 1), atoms - share * (days - 1)]
    return [Decimal(part).scaleb(-18, EXACT).normalize(EXACT) for part in parts]


def read_number(text: str) -> Decimal:
    """Read `1.5`, `-$1.50`, `1,000.25`, `(1.5)` and `1e-3`, to 18 decimals."""
    bare = text.strip().replace(",", "").replace("$", "")
    number = Decimal(f"-{bare[1:-1]}" if bare.startswith("(") else bare)
    return number.quantize(Decimal("1e-18"), context=EXACT)


def read_tags(text: str) -> dict[str, str]:
    """Read a tags cell: scalars as they are written, nothing else."""
    found = json.loads(text or "{}", parse_float=str, parse_int=str)
    return {
        key.strip(): {True: "true", False: "false"}.get(value, value)
        for key, value in found.items()
        if isinstance(value, str | bool)
    }


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.removesuffix("Z"))


def _value(share: Share, grouping: str) -> Any:
    """Give what a grouping shows for a share. Each custom provider is a group of its own."""
    if grouping.startswith("tag:"):
        return share.tags.get(grouping.removeprefix("tag:"))
    match grouping:
        case "provider":
            return ("custom_provider", share.integration)
        case "tagged":
            return "true" if share.tags else "false"
        case "usage_unit":
            return share.unit
        case "account_id" | "billing_account_id":
            return share.row.get(COLUMNS[grouping]) or share.integration
        case _:
            return share.row.get(COLUMNS[grouping]) or None


def _row(
    key: tuple[dt.date, tuple[Any, ...]],
    found: Sequence[Share],
    keys: Sequence[str],
    date_bin: str,
    currency: str,
    by_usage: bool,
) -> dict[str, Any]:
    day, values = key
    row: dict[str, Any] = {
        "accrued_at": _shown_bin(day, date_bin),
        "amount": _plain(_sum(found)),
        "currency": currency,
    }
    pairs: list[str] = []
    for grouping, value in zip(keys, values[: len(keys)], strict=True):
        if grouping.startswith("tag:") or grouping == "tagged":
            pairs += [f"{grouping.removeprefix('tag:')}:{value}"] * (value is not None)
        elif grouping == "provider":
            row["provider"] = value[0]
        elif grouping != "usage_unit":
            row[grouping] = value
    names = {share.row.get("ResourceName") for share in found} - {None, ""}
    if "resource_id" in keys and names:
        row["resource_name"] = min(str(name) for name in names)
    if any(grouping.startswith("tag:") or grouping == "tagged" for grouping in keys):
        first = next((place for place, grouping in enumerate(keys) if grouping.startswith("tag:")), None)
        row |= {"tag": None if first is None else values[first], "tags": sorted(pairs)}
    if by_usage or "usage_unit" in keys:
        usage = [{"amount": _plain(amount), "unit": unit} for unit, amount in _usage_by_unit(found).items()]
        row["usage"] = usage[0] if usage else None
    return row


def _rank(key: tuple[dt.date, tuple[Any, ...]], found: Sequence[Share], order: str, by_usage: bool) -> Any:
    """Order by bin, then most first, then by the grouping values; what is missing comes last."""
    day, values = key
    usage = list(_usage_by_unit(found).values())
    most: Any = (not usage, -usage[0] if usage else 0) if by_usage else -_sum(found)
    return (
        day.toordinal() * (1 if order == "asc" else -1),
        most,
        [(value is None, value or "") for value in values],
    )


def _counts(keys: Iterable[tuple[dt.date, Any]], date_bin: str) -> dict[str, Any]:
    counts: dict[str, int] = defaultdict(int)
    for day, _ in keys:
        counts[_shown_bin(day, date_bin)] += 1
    return {
        "counts": [{"accrued_at": day, "count": count} for day, count in counts.items()],
        "total_count": sum(counts.values()),
    }


def _bin_start(day: dt.date, date_bin: str) -> dt.date:
    match date_bin:
        case "week":
            return day - dt.timedelta(days=day.isoweekday() - 1)
        case "month":
            return dt.date(day.year, day.month, 1)
        case "quarter":
            return dt.date(day.year, {0: 1, 1: 4, 2: 7, 3: 10}[(day.month - 1) // 3], 1)
        case _:
            return day


def _shown_bin(day: dt.date, date_bin: str) -> str:
    return f"{day}T00:00:00Z" if date_bin == "hour" else str(day)


def _sum(shares: Iterable[Share]) -> Decimal:
    total = Decimal(0)
    for share in shares:
        total = EXACT.add(total, share.amount)
    return total


def _usage_by_unit(shares: Iterable[Share], zeros: bool = True) -> dict[str, Decimal]:
    usage: dict[str, Decimal] = {}
    for share in shares:
        if share.usage is not None and share.unit is not None:
            usage[share.unit] = EXACT.add(usage.get(share.unit, Decimal(0)), share.usage)
    return {unit: amount for unit, amount in usage.items() if amount or zeros}


def _cents(amount: Decimal) -> str:
    return _plain(amount.quantize(Decimal("0.01"), context=EXACT))


def _plain(amount: Decimal) -> str:
    """Write `500.0`, `175.75`, `-8.0`: no exponent, one decimal at least, no zeros after it."""
    whole, _, decimals = f"{amount:f}".partition(".")
    shown = f"{whole}.{decimals.rstrip('0') or '0'}"
    return "0.0" if shown == "-0.0" else shown

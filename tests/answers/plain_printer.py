"""Prints rows of costs cell by cell from values: slow, and plain enough to be believed."""

import datetime as dt
import json
from decimal import Decimal

from eyrie.costs.query.ask import Dimension, TagKey


def printed(rows, ask, currency, *, with_usage):
    """The rows of an answer as the JSON that clients get."""
    shown = [_row(row, ask, currency, with_usage=with_usage) for row in rows]
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _row(row, ask, currency, *, with_usage):
    shown = {"accrued_at": _begins(row.accrued_at), "amount": _plain(row.amount), "currency": currency}
    pairs, tag_values = [], []
    for grouping, value in zip(ask.groupings, row.groups, strict=True):
        match grouping:
            case TagKey(key):
                tag_values.append(value)
                pairs += [] if value is None else [f"{key}:{value}"]
            case Dimension.TAGGED:
                pairs.append("tagged:true" if value else "tagged:false")
            case Dimension.USAGE_UNIT:
                pass
            case _:
                shown[grouping.value] = value
    if Dimension.RESOURCE_ID in ask.groupings and row.resource_name is not None:
        shown["resource_name"] = row.resource_name
    if tag_values or Dimension.TAGGED in ask.groupings:
        shown["tag"] = tag_values[0] if tag_values else None
        shown["tags"] = sorted(pairs)
    if with_usage:
        used = row.usage
        shown["usage"] = None if used is None else {"amount": _plain(used.amount), "unit": used.unit}
    return shown


def _begins(begins):
    if isinstance(begins, dt.datetime):
        return f"{begins.date()}T{begins.hour:02}:00:00Z"
    return begins.isoformat()


def _plain(amount):
    """Digits without an exponent, at least one behind the point, and no zero after that one for nothing."""
    whole, _, decimals = f"{Decimal(amount):f}".partition(".")
    text = f"{whole}.{decimals.rstrip('0') or '0'}"
    return "0.0" if text == "-0.0" else text

"""Decimals from the wire to the wire: reading, splitting, spreading and showing amounts.

Binary floats never appear. Inside, an amount is a `Decimal` with at most 18 decimals; rounding happens
once at the door in (`at_rest`) and once at the door out (`shown_total`), half away from zero.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext

# Sums of 38-digit amounts, and products of two of them, stay exact in this context.
WIDE = Context(prec=76, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
# And so do products of three: of an amount, an exchange rate and a fraction.
WIDEST = Context(prec=120, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
AT_REST = Decimal(1).scaleb(-18)
SPLIT_QUANTUM = Decimal(1).scaleb(-12)
CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 20  # DECIMAL(38,18) keeps 20 digits before the point

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)


def at_rest(amount: Decimal) -> Decimal:
    """Round to the 18 decimals that are kept: the only rounding an amount ever meets before it is shown."""
    return WIDE.quantize(amount, AT_REST)


def read_amount(text: str) -> Decimal | None:
    """Read what people write into cost columns, or None.

    >>> [str(read_amount(t)) for t in ("-$1.23", "1,234.50", "(1.23)", "1e-3", "12,34", "")]
    ['-1.23', '1234.50', '-1.23', '0.001', 'None', 'None']
    """
    cleaned = text.strip()
    negative = cleaned.startswith("(") and cleaned.endswith(")")
    if negative:
        cleaned = cleaned[1:-1].strip()
    sign = ""
    if not negative and cleaned[:1] in ("-", "+"):
        sign, cleaned = cleaned[0], cleaned[1:].lstrip()
    cleaned = cleaned.removeprefix("$").lstrip()
    if _THOUSANDS.fullmatch(cleaned):
        cleaned = cleaned.replace(",", "")
    if cleaned[:1] in ("-", "+") and (sign or negative):
        return None
    if not _PLAIN.fullmatch(sign + cleaned):
        return None
    amount = _kept(Decimal(sign + cleaned))
    # Plain `-amount` and `abs` would round to the 28 digits of the ambient context.
    return amount.copy_negate() if amount is not None and negative else amount


def _kept(amount: Decimal) -> Decimal | None:
    """Give an amount as 38 digits keep it, at most 18 of them decimals; None if it is too large."""
    if amount.copy_abs() >= LARGEST:
        return None
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -18 <= exponent <= 0:
        return amount
    kept = at_rest(amount)
    return kept if kept.copy_abs() < LARGEST else None


def plain(amount: Decimal) -> str:
    """Write an amount for the wire: no exponent, at least one decimal, no trailing zeros.

    >>> [plain(Decimal(t)) for t in ("500", "175.750", "-8.00", "1E+2", "0E-18")]
    ['500.0', '175.75', '-8.0', '100.0', '0.0']
    """
    return plain_text(format(amount, "f"))


def plain_text(text: str) -> str:
    """Do the same for an amount that is written out already.

    >>> [plain_text(text) for text in ("175.750000000000000000", "-8", "-0.0")]
    ['175.75', '-8.0', '0.0']
    """
    text = text.rstrip("0") if "." in text else text + "."
    if text[-1] == ".":
        text += "0"
    return "0.0" if text == "-0.0" else text


def shown_total(amount: Decimal) -> str:
    """Round a total to cents, half away from zero, and write it for the wire."""
    return plain(WIDE.quantize(amount, CENT))


def spread(amount: Decimal, days: int) -> list[Decimal]:
    """Spread a charge evenly over days: all but the last truncated at 10⁻¹², the last takes the rest.

    >>> [str(part) for part in spread(Decimal(100), 3)]
    ['33.333333333333', '33.333333333333', '33.333333333334']
    """
    with localcontext(WIDE) as context:
        context.rounding = ROUND_DOWN
        part = (amount / days).quantize(SPLIT_QUANTUM)
        return [*[part] * (days - 1), amount - part * (days - 1)]


def split(amount: Decimal, weights: Sequence[Decimal], denominator: Decimal) -> list[Decimal]:
    """Split an amount by weights; what they leave of the denominator is one more part, the last.

    Each part is truncated toward zero at 10⁻¹²; the dust goes whole to the largest weight, first of equals.

    >>> [str(part) for part in split(Decimal("87.13"), [Decimal(5), Decimal(3), Decimal(1)], Decimal(9))]
    ['48.405555555556', '29.043333333333', '9.681111111111']
    """
    with localcontext(WIDE) as context:
        context.rounding = ROUND_DOWN
        shortfall = denominator - sum(weights, Decimal(0))
        shares = [*weights, shortfall] if shortfall > 0 else list(weights)
        parts = [(amount * share / denominator).quantize(SPLIT_QUANTUM) for share in shares]
        largest = shares.index(max(shares))
        parts[largest] += amount - sum(parts, Decimal(0))
        return parts

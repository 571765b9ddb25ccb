"""Units of usage: many spellings, one name each.

Prices are often told per block (`100 Hours`, `10K`): the block is how a price is told, not how usage is
counted, so the factor leaves the unit and the quantity stays the metered one.
"""

import re

_SPELLINGS = {
    "Hours": "h hr hrs hour hours",
    "Seconds": "sec secs second seconds",
    "Minutes": "min minute minutes",
    "Days": "day days",
    "GB-Months": "gb-mo gb-month gb-months gbmo|gigabyte month|gigabyte months",
    "GB-Hours": "gb-hour gb-hours gigabytehours|gigabyte hour",
    "GiB-Months": "gib-months|gibibyte month",
    "GiB-Hours": "gib-hours|gibibyte hour",
    "GB": "gb gbs gigabytes",
    "Bytes": "byte bytes",
    "Requests": "request requests",
    "Count": "count counts quantity each",
    "Tokens": "token tokens",
    "User-Months": "usermonths user-months",
}


def _known() -> dict[str, str]:
    """Read the table: words apart, or after a `|` a spelling that has a blank in it."""
    known: dict[str, str] = {}
    for unit, listed in _SPELLINGS.items():
        words, *phrases = listed.split("|")
        known |= dict.fromkeys((*words.split(), *phrases), unit)
    return known


_KNOWN = _known()
_BLOCK = re.compile(r"\d+(\.\d+)?[KM]?", re.ASCII)


def read_unit(text: str) -> tuple[str, str | None]:
    """Give the unit of usage and, for a unit that is a block of them, the pricing unit.

    >>> read_unit("hrs"), read_unit("100 Hours"), read_unit("10K"), read_unit("Seats")
    (('Hours', None), ('Hours', '100 Hours'), ('Count', '10K'), ('Seats', None))
    """
    cleaned = text.strip()
    block, *unit = cleaned.split(maxsplit=1) or [""]
    if _BLOCK.fullmatch(block) and not (unit and unit[0][0].isdecimal()):
        return _one_name(unit[0] if unit else "Count"), cleaned
    return _one_name(cleaned), None


def _one_name(spelling: str) -> str:
    return _KNOWN.get(spelling.lower(), spelling)

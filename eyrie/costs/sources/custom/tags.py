"""The `Tags` cell: a JSON object whose scalars become texts.

Numbers keep their spelling (`1.10` is not `1.1`), so no reader of numbers ever sees them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from eyrie.costs.sources.custom.problems import Unreadable

MOST_TAGS = 200
LONGEST_VALUE = 1000
_WRONG = "must be a valid JSON object"


@dataclass(frozen=True)
class Tags:
    """The tags of a row, and whether they say all that the cell said."""

    pairs: Mapping[str, str]
    whole: bool = True


UNTAGGED = Tags({})


def read_tags(text: str) -> Tags:
    """Read a cell; what is no scalar is left out, too many and too long ones are cut.

    >>> read_tags('{"price": 1.10, " on ": true, "off": null, "name": ""}').pairs
    {'price': '1.10', 'on': 'true', 'name': ''}
    """
    if not text.strip():
        return UNTAGGED
    told = read_object(text)
    pairs: dict[str, str] = {}
    for key, value in told.items():
        match value:
            case bool():
                pairs[key.strip()] = "true" if value else "false"
            case str():
                pairs[key.strip()] = value
    if "\\u" in text:
        _check_storable("".join((*pairs, *pairs.values())))
    kept = {key: pairs[key][:LONGEST_VALUE] for key in list(pairs)[:MOST_TAGS] if key}
    whole = len(kept) == len(told) and all(len(value) <= LONGEST_VALUE for value in pairs.values())
    return Tags(kept, whole)


def read_object(text: str) -> Mapping[str, object]:
    """Read a JSON object, its numbers as the texts they are."""
    found = read_json(text)
    if not isinstance(found, dict):
        raise Unreadable(_WRONG)
    return found


def read_json(text: str) -> object:
    """Read any JSON, its numbers as the texts they are."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unreadable(_WRONG) from None


def _no_constant(name: str) -> object:
    """Refuse `NaN` and `Infinity`, which Python would take."""
    raise ValueError(name)


def _check_storable(text: str) -> None:
    """Refuse what escapes can write but UTF-8 cannot: half characters. NUL is refused everywhere."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable(_WRONG) from None
    if "\0" in text:
        raise Unreadable(_WRONG)

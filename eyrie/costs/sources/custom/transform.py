"""A foreign sheet to one with our columns: by rules, and always the same way.

`locate` finds the columns; here their cells are translated, and only where they can mean one thing. What
cannot be read is left as it is, for `check` to refuse in its usual words. Two values alone are made up: a
charge without a category is Usage, and one without a currency is in US dollars. Usage without a unit is
counted in `Count`, as everywhere.

A foreign column stays, under its own name, unless one of ours says the same in every row.
"""

import json
from collections.abc import Mapping

from eyrie.costs.sources.custom import cells, dates
from eyrie.costs.sources.custom.headers import CATEGORIES, DOLLAR_COLUMNS, folded
from eyrie.costs.sources.custom.locate import Located
from eyrie.costs.sources.custom.problems import Unreadable
from eyrie.costs.sources.custom.read import Sheet
from eyrie.costs.sources.custom.tags import read_json

Columns = dict[str, list[str]]
DATES = ("ChargePeriodStart", "ChargePeriodEnd")


def transformed(sheet: Sheet) -> Sheet:
    """Give the sheet with every column of ours that could be found in it."""
    located = Located(sheet)
    columns = {target: located.texts(target) for target in located.places}
    columns |= _dated(located, columns)
    blank = [""] * len(sheet.rows)
    columns["ChargeCategory"] = [_category(text) for text in columns.get("ChargeCategory", blank)]
    if located.is_found_as("BilledCost", *DOLLAR_COLUMNS):
        columns["BillingCurrency"] = ["USD"] * len(sheet.rows)
    if "ConsumedQuantity" in columns:
        units = columns.get("ConsumedUnit", blank)
        columns["ConsumedUnit"] = [
            unit if unit.strip() or not quantity.strip() else "Count"
            for unit, quantity in zip(units, columns["ConsumedQuantity"], strict=True)
        ]
    if "Tags" in columns or located.tags:
        columns["Tags"] = [
            _tags(text, {tag: row[place] for place, tag in located.tags.items()})
            for text, row in zip(columns.get("Tags", blank), sheet.rows, strict=True)
        ]
    kept = _kept(located, columns)
    return Sheet(
        header=(*columns, *kept),
        rows=list(zip(*columns.values(), *kept.values(), strict=True)),
        separator=sheet.separator,
        problems=sheet.problems,
    )


def _kept(located: Located, columns: Columns) -> Columns:
    """Give the foreign columns that say more than ours do. One whose name we took is called original."""
    kept: Columns = {}
    ours = {name.lower() for name in columns}
    said = {places[0]: columns[target] for target, places in located.places.items()}
    for place, name in enumerate(located.sheet.header):
        if place in located.tags or (name and located.sheet.places[name.lower()] != place):
            continue
        texts = [row[place] for row in located.sheet.rows]
        if texts != said.get(place):
            own_name = name or f"column {place + 1}"
            kept[f"original {own_name}" if own_name.lower() in ours else own_name] = texts
    return kept


def _dated(located: Located, columns: Columns) -> Columns:
    """Translate dates. Those with the year last are read month first or not at all."""
    month_first = located.cloud is not None and located.cloud.month_first
    month_first |= dates.is_month_first(text for name in DATES for text in columns.get(name, ()))
    dated = {
        name: [dates.iso(text, month_first, months=name == DATES[0]) for text in columns[name]]
        for name in DATES
        if name in columns
    }
    if located.is_found_as(DATES[0], "month"):
        dated[DATES[0]] = [dates.month_start(day) for day in dated[DATES[0]]]
    return dated


def _category(text: str) -> str:
    """Give the category that a cloud's charge type amounts to; Usage where there is none."""
    if text.strip() in (*cells.CATEGORIES, *cells.NOTHING):
        return text if text.strip() in cells.CATEGORIES else "Usage"
    return CATEGORIES.get(folded(text), text)


def _tags(text: str, columns: Mapping[str, str]) -> str:
    """Make one JSON object of a tags cell in any dialect and of the columns that hold a tag each.

    >>> _tags('[{"key": "team", "value": "core"}]', {"env": "prod", "owner": ""})
    '{"team": "core", "env": "prod"}'
    """
    try:
        tags = _pairs(text.strip())
    except Unreadable:
        return text
    return json.dumps({**tags, **{tag: value for tag, value in columns.items() if value.strip()}})


def _pairs(text: str) -> Mapping[str, object]:
    """Read an object, one that lost its braces (Azure), or a list of keys and values (Google Cloud)."""
    if text in cells.NOTHING:
        return {}
    match read_json("{" + text + "}" if text.startswith('"') else text):
        case dict() as pairs:
            return pairs
        case list() as listed:
            return dict(_pair(entry) for entry in listed)
        case _:
            raise Unreadable("must be a valid JSON object")


def _pair(entry: object) -> tuple[str, object]:
    match entry:
        case {"key": str(name), "value": value} | {"name": str(name), "value": value}:
            return name, value
        case _:
            raise Unreadable("must be a valid JSON object")

"""Reads a prompt: each word is taken by the first rule that knows it, or is left over."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eyrie.answers.prompts.days import UNITS, read_count, read_days
from eyrie.answers.prompts.names import Names, Service, filter_of
from eyrie.answers.prompts.spelling import Word, phrase, words
from eyrie.basics.period import Bin, Period
from eyrie.costs.query.ask import AggregateBy

DEFAULT_TOP, MOST_TOP = 10, 1000
_MEASURES = {
    **dict.fromkeys(("cost", "costs", "spend", "spending", "spent", "expenses"), AggregateBy.COST),
    **dict.fromkeys(("usage", "used", "consumption", "consumed"), AggregateBy.USAGE),
    **dict.fromkeys(("count", "number of", "how many"), AggregateBy.COUNT),
}
_DIMENSIONS = {
    **dict.fromkeys(("provider", "providers"), "provider"),
    **dict.fromkeys(("service", "services"), "service"),
    **dict.fromkeys(("region", "regions"), "region"),
    **dict.fromkeys(("account", "accounts"), "account_id"),
    **dict.fromkeys(("billing account", "billing accounts"), "billing_account_id"),
    **dict.fromkeys(("resource", "resources"), "resource_id"),
    **dict.fromkeys(("category", "categories"), "cost_category"),
    **dict.fromkeys(("subcategory", "subcategories"), "cost_subcategory"),
    **dict.fromkeys(("charge type", "charge types"), "charge_type"),
    **dict.fromkeys(("unit", "units"), "usage_unit"),
}
_BIN_WORDS = {"daily": Bin.DAY, "weekly": Bin.WEEK, "monthly": Bin.MONTH, "quarterly": Bin.QUARTER}
_EACH = frozenset(("by", "per", "each", "every", "a"))
_LARGEST = frozenset(("largest", "biggest", "highest", "top"))
_NOTHING = frozenset(
    "a across all an and are at be biggest breakdown broken by chart did display do does down during each "
    "every expensive for from give has have highest how i in is it largest list me most much my of on only "
    "or our over per please report see show shown split table tell that the their these this those to total "
    "us use was we were what which with you your".split()
)


@dataclass
class Reading:
    """A prompt as one question about costs, and the words of it that say nothing to us."""

    measure: AggregateBy = AggregateBy.COST
    bin: Bin | None = None
    over_time: bool = False  # bins, but it was not said which
    groupings: list[str] = field(default_factory=list)
    period: Period | None = None
    top: int | None = None
    providers: list[str] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    understood: int = 0  # words that ask for something

    @property
    def filter(self) -> str | None:
        """The filter that the names make."""
        return filter_of(self.providers, self.services)


def read_prompt(text: str, today: dt.date, names: Names) -> Reading:
    """Read a prompt.

    `top 5 aws services last month` is the cost by service of aws, last month, of which five are shown.
    """
    said, reading, place = words(text), Reading(), 0
    while place < len(said):
        taken = _taken(reading, said[place:], today, names)
        if not taken:
            reading.unknown.append(said[place].written)
        place += taken or 1
    return reading


def _taken(reading: Reading, said: Sequence[Word], today: dt.date, names: Names) -> int:
    """Take as many words as the first rule that knows them wants; 0 if none knows the first word."""
    if said[0].is_quoted:
        return _name(reading, phrase(said[0].written), names, 1)
    plain = _unquoted(said)
    named = next(
        (many for many in range(min(names.longest, len(plain)), 1, -1) if _is_name(plain[:many], names)), 0
    )
    if named:
        return _name(reading, tuple(plain[:named]), names, named)
    for rule in _RULES:
        if taken := rule(reading, plain, today):
            reading.understood += 1
            return taken
    return int(plain[0] in _NOTHING) or _name(reading, (plain[0],), names, 1)


def _unquoted(said: Sequence[Word]) -> list[str]:
    """The words up to the next quotes."""
    plain = []
    for word in said:
        if word.is_quoted:
            break
        plain.append(word.plain)
    return plain


def _is_name(said: Sequence[str], names: Names) -> bool:
    return tuple(said) in names.providers or tuple(said) in names.services


def _name(reading: Reading, said: tuple[str, ...], names: Names, taken: int) -> int:
    providers, services = names.providers.get(said, ()), names.services.get(said, ())
    if not providers and not services:
        return 0
    reading.understood += 1
    if providers:  # a provider and its only service may have one name; the provider holds both
        reading.providers += providers
    else:
        reading.services += services
    return taken


def _days(reading: Reading, said: Sequence[str], today: dt.date) -> int:
    found = read_days(said, today)
    if found is None or reading.period is not None:
        return 0
    reading.period, taken = found
    return taken


def _top(reading: Reading, said: Sequence[str], _today: dt.date) -> int:
    number = read_count(said[0])
    second = said[1] if len(said) > 1 else ""
    taken = 2
    if number is not None:
        if second not in _LARGEST and (second, *said[2:3]) != ("most", "expensive"):
            return 0
        taken = 2 if second in _LARGEST else 3
    elif said[0] in _LARGEST and read_count(second) is not None:
        number = read_count(second)
    elif said[0] == "top":
        number, taken = DEFAULT_TOP, 1
    if not number or number > MOST_TOP or reading.top is not None:
        return 0
    reading.top = number
    return taken


def _bin(reading: Reading, said: Sequence[str], _today: dt.date) -> int:
    second = said[1] if len(said) > 1 else ""
    width, taken = _BIN_WORDS.get(said[0]), 1
    if said[0] in _EACH and UNITS.get(second) == second and second != "year":
        width, taken = Bin(second), 2
    if said[0] in ("trend", "trends") or (said[0], second) == ("over", "time"):
        reading.over_time = True
        return 2 if second == "time" else 1
    if width is None or reading.bin not in (None, width):
        return 0
    reading.bin = width
    return taken


def _tag(reading: Reading, said: Sequence[str], _today: dt.date) -> int:
    if not said[0].startswith("tag:"):
        return 0
    return _grouped(reading, said[0], 1)


def _dimension(reading: Reading, said: Sequence[str], _today: dt.date) -> int:
    for many in (2, 1):
        name = _DIMENSIONS.get(" ".join(said[:many]))
        if name is not None:
            return _grouped(reading, name, many)
    return 0


def _grouped(reading: Reading, grouping: str, taken: int) -> int:
    if grouping not in reading.groupings:
        reading.groupings.append(grouping)
    return taken


def _measure(reading: Reading, said: Sequence[str], _today: dt.date) -> int:
    for many in (2, 1):
        measure = _MEASURES.get(" ".join(said[:many]))
        if measure is not None:
            # Costs are told beside usage anyway, and what is counted is what has a cost.
            reading.measure = measure if reading.measure is AggregateBy.COST else reading.measure
            return many
    return 0


Rule = Callable[[Reading, Sequence[str], dt.date], int]
_RULES: tuple[Rule, ...] = (_days, _top, _bin, _tag, _dimension, _measure)

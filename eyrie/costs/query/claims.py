"""Claims: which segment of a tree each cost goes to; each row, or each fraction of one, goes to one at most.

A claim is a segment's filter with its place in the order: the lowest priority first, then the deeper, the
older, the token. Of the claims that a row passes, those wait that have another such claim beneath them, for
no segment takes what one below it would take. Of the others the first takes the row.

While every claim takes all of a row, this is one question to the engine, answered row by row: which is the
first claim that the row passes, and no later one beneath it? An earlier one beneath cannot pass, or it, or
one further beneath it, would have been found first. Once claims take fractions, a row may pass several in
turn. Then the engine tells rows apart by the claims that they pass, and the fractions are settled here, once
for all rows that pass the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext

from eyrie.basics.money import WIDE
from eyrie.basics.words import KUBERNETES_PROVIDERS
from eyrie.costs.query.ask import Ask, Claim, Dimension, Segments
from eyrie.engine.plan import ALWAYS, NEVER, Always, Condition, FirstOf, Holds, Key, Named, OneOf
from eyrie.engine.port import Row
from eyrie.vql.conditions import all_of, any_of, none_of

SEGMENT = Dimension.SEGMENT.value
SERIES = "series"  # tells series of one title apart
COUNTED = "counted"  # known where a row counts, in whichever series
_CLAIM = "claim_"  # and a number: which of some claims a row passes
UNCLAIMED = "unclaimed"  # whether what nobody claims of a row counts
ONE, ZERO = Decimal(1), Decimal(0)
# A product of a fraction and an amount of 38 digits is exact in 76; the rest of a cut goes on to who is next.
FINEST = ONE.scaleb(-36)


@dataclass(frozen=True)
class _Passed:
    """What a row passes: a claim, by a condition, with the fraction that it takes."""

    claim: int
    condition: Condition
    weight: Decimal


def is_divided(ask: Ask) -> bool:
    """Tell whether rows are shared out here, after they were added up by the claims that they pass."""
    segments = ask.segments
    return segments is not None and (bool(ask.shares) or segments.told_apart or not _is_whole(segments))


def counted(ask: Ask) -> Condition:
    """The rows of which a part may count; not all of those do that another segment can take away."""
    segments = ask.segments
    assert segments is not None
    rest = () if segments.rest is None else (_unclaimed(ask),)
    return any_of([*rest, *(_condition(claim) for claim in segments.claims if claim.series is not None)])


def shown_whole(ask: Ask) -> Condition:
    """The rows that count in a series, where each goes to one segment at most."""
    segments = ask.segments
    assert segments is not None, "only segments claim"
    found: Condition = NEVER
    for condition, series in reversed(_merged(list(_choices(ask, segments)), [""] * len(segments.titles))):
        found = all_of([none_of(condition), found]) if series is None else any_of([condition, found])
    return found


def names_kubernetes(ask: Ask) -> bool:
    """Tell whether a segment claims costs of Kubernetes, so that rows of it are looked at."""
    return ask.segments is not None and not ask.segments.providers_named.isdisjoint(KUBERNETES_PROVIDERS)


def claim_keys(ask: Ask) -> Iterator[tuple[str, Key]]:
    """The keys by which rows of different series are told apart, and those that do not count."""
    segments = ask.segments
    if segments is None:
        return
    choices = list(_choices(ask, segments)) if _is_whole(segments) else []
    if is_divided(ask):
        for number, track in enumerate(_tracks(segments)):
            yield _track(number), FirstOf(tuple(passed.condition for passed in track))
        if segments.rest is not None:
            yield UNCLAIMED, Holds(_unclaimed(ask))
    elif Dimension.SEGMENT in ask.groupings:
        yield SEGMENT, _named(choices, segments.titles)
        if has_namesakes(segments):
            yield SERIES, _named(choices, [str(number) for number in range(len(segments.titles))])
        return
    if any(series is None for _, series in choices):
        yield COUNTED, _named(choices, [""] * len(segments.titles))


def _is_whole(segments: Segments) -> bool:
    return all(claim.is_whole for claim in segments.claims)


def has_namesakes(segments: Segments) -> bool:
    """Tell whether two series have one title."""
    return len(set(segments.titles)) < len(segments.titles)


def _choices(ask: Ask, segments: Segments) -> Iterator[tuple[Condition, int | None]]:
    """The claims in their order, each a condition that holds where it takes a row, if none before it did."""
    for number, claim in enumerate(segments.claims):
        yield _unless(segments, claim, (each for each in claim.beneath if each > number)), claim.series
    if segments.rest is not None:
        yield _unclaimed(ask), segments.rest


def _named(choices: Sequence[tuple[Condition, int | None]], texts: Sequence[str]) -> Key:
    merged = _merged(choices, texts)
    return Named(tuple(merged)) if merged else Always(None)


def _merged(
    choices: Sequence[tuple[Condition, int | None]], texts: Sequence[str]
) -> list[tuple[Condition, str | None]]:
    """Neighbours of one text are asked about at once; what takes nothing away from anybody is left out."""
    merged: list[tuple[Condition, str | None]] = []
    for condition, series in choices:
        text = None if series is None else texts[series]
        if merged and merged[-1][1] == text:
            merged[-1] = any_of([merged[-1][0], condition]), text
        else:
            merged.append((condition, text))
    if merged and merged[-1][1] is None:
        merged.pop()
    return merged


def _condition(claim: Claim) -> Condition:
    return any_of(share.condition for share in claim.shares)


def _unless(segments: Segments, claim: Claim, others: Iterable[int]) -> Condition:
    """The claim's own condition, where none of the others holds."""
    taken = any_of(_condition(segments.claims[other]) for other in others)
    return all_of([_condition(claim), none_of(taken)])


def _unclaimed(ask: Ask) -> Condition:
    """Of what nobody claims, all counts; but rows of Kubernetes only if the question itself names them."""
    if not names_kubernetes(ask) or not ask.providers_named.isdisjoint(KUBERNETES_PROVIDERS):
        return ALWAYS
    return none_of(OneOf("provider", tuple(provider.value for provider in KUBERNETES_PROVIDERS)))


def _track(number: int) -> str:
    return f"{_CLAIM}{number}"


def is_claim_key(name: str) -> bool:
    """Tell whether a column is about claims alone, and not shown."""
    return name.startswith(_CLAIM) or name in (COUNTED, UNCLAIMED)


def _tracks(segments: Segments) -> list[list[_Passed]]:
    """The claims in groups of which a row passes one at most: a key for each tells all that matters of it.

    Most are in the first: those that take all and have only such beneath them; the first of them that passes
    keeps the others from everything. Of the rest each is alone, and passes where no claim beneath it takes
    all: what is left by those that take fractions comes back to it.
    """
    settled: list[_Passed] = []
    alone: list[list[_Passed]] = []
    for number, claim in enumerate(segments.claims):
        whole = sorted(each for each in claim.beneath if segments.claims[each].is_whole)
        if claim.is_whole and len(whole) == len(claim.beneath):
            later = (each for each in whole if each > number)
            settled.append(_Passed(number, _unless(segments, claim, later), ONE))
            continue
        free = none_of(any_of(_condition(segments.claims[each]) for each in whole))
        shares = [_Passed(number, all_of([share.condition, free]), share.weight) for share in claim.shares]
        alone.append(shares)
    return ([settled] if settled else []) + alone


class Portions:
    """Shares out the rows of a divided ask: who gets which fraction of a row."""

    def __init__(self, ask: Ask, names: Sequence[str]) -> None:
        assert ask.segments is not None
        self._segments = ask.segments
        self._tracks = _tracks(ask.segments)
        self._places = [names.index(_track(number)) for number in range(len(self._tracks))]
        self._unclaimed = names.index(UNCLAIMED) if UNCLAIMED in names else None
        self._known: dict[object, list[tuple[int | None, Decimal]]] = {}

    def of(self, row: Row, weight: Decimal = ONE) -> Sequence[tuple[int | None, Decimal]]:
        """The claims that get something of a row that counts with a weight, and how much; None is nobody.

        Only what is in a series is told.
        """
        passed = tuple(row[place] for place in self._places)
        rest = self._unclaimed is not None and bool(row[self._unclaimed])
        key = passed, rest, weight
        if key not in self._known:
            found = [track[n] for track, n in zip(self._tracks, passed, strict=True) if n is not None]
            takes = {each.claim: each.weight for each in found}
            self._known[key] = [
                (claim, fraction)
                for claim, fraction in divided(self._segments, takes, weight)
                if fraction and (rest if claim is None else self._segments.claims[claim].series is not None)
            ]
        return self._known[key]

    def series(self, claim: int | None) -> tuple[str, int]:
        """The title and the number of the series that a claim counts in, or what nobody claims."""
        found = self._segments.rest if claim is None else self._segments.claims[claim].series
        assert found is not None, "only what counts is shared out"
        return self._segments.titles[found], found


def divided(
    segments: Segments, takes: Mapping[int, Decimal], whole: Decimal = ONE
) -> Iterator[tuple[int | None, Decimal]]:
    """Hand a row to the claims that it passes, in turn; each takes its fraction of what is left.

    Of a child that takes 0.25 and its parent that takes all, the child gets 0.25 and the parent 0.75. What
    nobody takes comes last; the fractions add up to the whole exactly.
    """
    waiting, left = dict(takes), whole
    with localcontext(WIDE) as context:
        context.rounding = ROUND_DOWN
        while waiting and left:
            claim = min(each for each in waiting if segments.claims[each].beneath.isdisjoint(waiting))
            weight = waiting.pop(claim)
            part = left if weight == ONE else (left * weight).quantize(FINEST)
            left -= part
            yield claim, part
        yield None, left

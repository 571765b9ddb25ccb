"""Random trees of segments, and who gets what of a row by a plain reading of the rules."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal, localcontext

from hypothesis import strategies as st

from eyrie.costs.query.ask import Claim, Segments, Share
from eyrie.engine.plan import Condition
from tests.costs.query.slow_reading import holds

FINEST = Decimal(1).scaleb(-36)  # fractions are cut here, and what is cut off goes to who is next


@dataclass(frozen=True)
class Node:
    """A segment; `parent` is the place of one that was made before. Without shares it has no filter."""

    parent: int | None
    priority: int
    shares: tuple[tuple[Condition, Decimal], ...] = ()


Tree = tuple[Node, ...]
WHOLE = st.just(Decimal(1))


def above(tree: Tree, place: int) -> list[int]:
    """The places of a segment's ancestors."""
    parent = tree[place].parent
    return [] if parent is None else [parent, *above(tree, parent)]


def owners(tree, line):
    """Who gets which fraction of a row, nobody (None) the rest: candidates in turn, ancestors after all below."""
    waiting = {}
    for place, node in enumerate(tree):
        weights = [weight for condition, weight in node.shares if holds(condition, vars(line), line.tags)]
        waiting |= {place: weights[0]} if weights else {}
    left, got = Decimal(1), {}
    with localcontext(Context(prec=200)):
        while waiting:
            free = [place for place in waiting if not any(place in above(tree, other) for other in waiting)]
            first = min(free, key=lambda place: (tree[place].priority, -len(above(tree, place)), place))
            weight = waiting.pop(first)
            got[first] = left if weight == 1 else (left * weight).quantize(FINEST, ROUND_DOWN)
            left -= got[first]
    return {**got, None: left}


def series_of(tree, shown, place):
    """The series in which a segment counts when `shown` is asked: 0 is itself, then each child; else none."""
    children = [child for child, node in enumerate(tree) if node.parent == shown]
    if place is None:
        return 0 if shown == 0 and not tree[0].shares else None
    if place == shown:
        return 0
    found = [number for number, child in enumerate(children, 1) if child in (place, *above(tree, place))]
    return found[0] if found else None


def segments_of(tree, shown=0, *, tracked=True, providers_named=frozenset()):
    """The tree as an ask for the report of one of its segments takes it."""
    claiming = [place for place, node in enumerate(tree) if node.shares]
    claiming.sort(key=lambda place: (tree[place].priority, -len(above(tree, place)), place))
    claims = tuple(
        Claim(
            tuple(Share(condition, weight) for condition, weight in tree[place].shares),
            frozenset(n for n, other in enumerate(claiming) if place in above(tree, other)),
            series_of(tree, shown, place),
        )
        for place in claiming
    )
    titles = ("own", *(f"child {n}" for n, node in enumerate(tree) if node.parent == shown))
    rest = series_of(tree, shown, None) if tracked else None
    return Segments(claims, titles, rest, providers_named)


def trees(conditions, weights=WHOLE, most=6):
    """Trees of up to so many segments, in which filters overlap as they like."""
    shares = st.lists(st.tuples(conditions, weights), max_size=2).map(tuple)

    @st.composite
    def made(draw):
        nodes = [Node(None, draw(st.integers(0, 3)), draw(shares))]
        for number in range(1, draw(st.integers(1, most))):
            parent = draw(st.integers(0, number - 1))
            nodes.append(Node(parent, draw(st.integers(0, 3)), draw(shares)))
        return tuple(nodes)

    return made()

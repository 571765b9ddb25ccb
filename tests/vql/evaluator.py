"""The language read row by row in plain Python: slow, short, and sharing nothing with the rewriting.

`weight(tree, row)` is None for a row that does not match. A row has its plain fields by name, its maps as
dictionaries and its `tags`. A tag in question is a (key, value) pair, `ABSENT` where the name was looked for
and not found, or None where no name was said. A match has a path, which alternatives with weights it took,
so that the first in written order can be told, and knows whether it asked for an absent tag.
"""

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal

from eyrie.vql.tree import And, Kind, Not, Operator, Or, Predicate, TagPairs, leaves

ABSENT = "absent"
KUBERNETES_FAMILY = {"kubernetes", "kubernetes_agent", "opencost"}
OLD_PROVIDERS = {"openai": "open_ai", "newrelic": "new_relic"}
CONTRARY = {
    "=": "!=",
    "IN": "NOT IN",
    "LIKE": "NOT LIKE",
    "~*": "!~*",
    "IS NULL": "IS NOT NULL",
}
CONTRARY |= {negative: positive for positive, negative in CONTRARY.items()}


@dataclass(frozen=True)
class Match:
    path: tuple = ()
    weight: Decimal = Decimal(1)
    asked_for_absence: bool = False


def weight(tree, row, services=None):
    """Tell with which weight a row counts, or None if it does not."""
    matches = _Reading(row, services or {}).matches(tree, None)
    return min(matches, key=lambda match: match.path).weight if matches else None


class _Reading:
    def __init__(self, row, services):
        self.row, self.services = row, services

    def matches(self, node, tag):
        if isinstance(node, Predicate) and node.path == "tags.value":
            return self.value(node.operator, node, tag)
        if isinstance(node, Or):
            found = [(n, match) for n, part in enumerate(node.parts) for match in self.matches(part, tag)]
            if weighted(node):
                return [Match((n, *m.path), m.weight, m.asked_for_absence) for n, m in found]
            return collapsed([match for _, match in found])
        if isinstance(node, Not) and has_free(node):
            return self.refusals(node.inner, tag)
        if isinstance(node, Not):
            return [] if self.matches(node.inner, None) else [Match()]
        if isinstance(node, TagPairs):
            return [Match()] if self.pairs(node) else []
        return self.conjunction(list(conjuncts(node)), tag, weighted(node))

    def refusals(self, node, tag):
        """NOT around a value whose name stands outside speaks of a tag that is there."""
        if not has_free(node):
            return [] if self.matches(node, None) else [Match()]
        if isinstance(node, Predicate):
            return self.value(Operator(CONTRARY[node.operator]), node, tag)
        if isinstance(node, Not):
            return self.matches(node.inner, tag)
        if isinstance(node, And):
            return collapsed([match for part in node.parts for match in self.refusals(part, tag)])
        return collapsed(joined([self.refusals(part, tag) for part in node.parts]))

    def conjunction(self, parts, tag, has_weight):
        names = [n for n, part in enumerate(parts) if is_name(part)]
        bound = {}
        for n, part in enumerate(parts):
            if names and not is_name(part) and has_free(part):
                before = [name for name in names if name < n]
                bound.setdefault(before[-1] if before else names[0], []).append(part)
        taken = {id(part) for values in bound.values() for part in values}
        found = []
        for n, part in enumerate(parts):
            if n in bound:
                found.append(self.one_tag(part, bound[n]))
            elif is_name(part):
                found.append([Match()] if self.lone_name(part) else [])
            elif id(part) not in taken:
                found.append(self.part(part, tag))
        together = joined(found)
        return together if has_weight else collapsed(together)

    def part(self, part, tag):
        if isinstance(part, Predicate) and part.path == "costs.allocation":
            return [Match(weight=Decimal(part.literals[0].text))]
        if isinstance(part, Predicate) and part.path != "tags.value":
            return [Match()] if self.holds(part) else []
        return self.matches(part, tag)

    def one_tag(self, name, values):
        candidates = [pair for pair in self.row["tags"].items() if self.named(name, pair[0])]
        if candidates:
            found = [m for pair in candidates for m in joined([self.matches(v, pair) for v in values])]
        else:
            found = [m for m in joined([self.matches(v, ABSENT) for v in values]) if m.asked_for_absence]
        best = min(found, key=lambda match: match.path, default=None)
        return [Match(best.path, best.weight)] if best else []

    def named(self, name, key):
        if isinstance(name, Or):
            return any(self.named(part, key) for part in name.parts)
        return says(name.operator, key, name.literals)

    def lone_name(self, name):
        if isinstance(name, Or):
            return any(self.lone_name(part) for part in name.parts)
        if name.operator in (Operator.UNEQUAL, Operator.NOT_IN, Operator.NOT_LIKE, Operator.IS_NOT_NULL):
            return not self.lone_name(Predicate(name.field, Operator(CONTRARY[name.operator]), name.literals))
        tags = self.row["tags"]
        return (name.names_null and not tags) or any(says(name.operator, key, name.literals) for key in tags)

    def value(self, operator, predicate, tag):
        if tag == ABSENT:
            positive = operator in (Operator.EQUAL, Operator.IN, Operator.IS_NULL)
            return [Match(asked_for_absence=True)] if positive and predicate.names_null else []
        return [Match()] if says(operator, tag[1], predicate.literals) else []

    def pairs(self, node):
        tags, keys = self.row["tags"], {key for key, _ in node.pairs}
        if node.negated:
            return not any(tags.get(key) == value for key, value in node.pairs)
        return all(tags.get(key) in [v for k, v in node.pairs if k == key] for key in keys)

    def holds(self, predicate):
        name = predicate.path.split(".")[1]
        if predicate.field.key is not None:
            found = self.row[name].get(predicate.field.key)
            if found is None:
                return predicate.operator in (Operator.EQUAL, Operator.IN, Operator.IS_NULL) and (
                    predicate.names_null
                )
            return says(predicate.operator, found, predicate.literals)
        if name == "provider":
            held = any(self.is_provider(literal.text) for literal in predicate.literals)
            return held if predicate.operator in (Operator.EQUAL, Operator.IN) else not held
        if name == "marketplace":
            wanted = predicate.literals[0].text == "true"
            return (bool(self.row[name]) == wanted) == (predicate.operator == "=")
        found = self.row[name] or None
        if predicate.operator in (Operator.UNEQUAL, Operator.NOT_IN, Operator.NOT_LIKE, Operator.IS_NOT_NULL):
            return not self.holds(
                Predicate(predicate.field, Operator(CONTRARY[predicate.operator]), predicate.literals)
            )
        if found is None:
            return predicate.names_null
        return any(says(predicate.operator, other, predicate.literals) for other in self.called(name, found))

    def is_provider(self, key):
        provider = self.row["provider"]
        if key.startswith("custom_provider:"):
            return provider == "custom_provider" and self.row["integration"] == key.split(":", 1)[1]
        if key == "kubernetes":
            return provider in KUBERNETES_FAMILY
        return provider == OLD_PROVIDERS.get(key, key)

    def called(self, name, found):
        """All names of what a row holds."""
        if name != "service":
            return [found]
        codes = [code for code, display in self.services.items() if display == found]
        return [found, *codes, *([self.services[found]] if found in self.services else [])]


def says(operator, text, literals):
    """What a predicate says of a text that is there."""
    wanted = [literal.text for literal in literals if literal.kind is not Kind.NULL]
    match operator:
        case Operator.EQUAL | Operator.IN:
            return text in wanted
        case Operator.LIKE:
            return like(wanted[0], text)
        case Operator.RESEMBLES:
            return plain(text) == plain(wanted[0])
        case Operator.IS_NULL:
            return False
        case Operator.LESS | Operator.AT_MOST | Operator.MORE | Operator.AT_LEAST:
            return ordered(operator, text, wanted[0])
        case _:
            return not says(Operator(CONTRARY[operator]), text, literals)


def ordered(operator, text, bound):
    number = re.compile(r"[+-]?\d+(\.\d+)?")
    if number.fullmatch(bound):
        if not number.fullmatch(text):
            return False
        text, bound = Decimal(text), Decimal(bound)
    return {"<": text < bound, "<=": text <= bound, ">": text > bound, ">=": text >= bound}[operator]


def like(pattern, text):
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    patterns = {"%": ".*", "_": "."}
    return bool(re.fullmatch("".join(patterns.get(p, re.escape(p[-1])) for p in pieces), text, re.DOTALL))


def plain(text):
    return "".join(letter for letter in text.lower() if letter.isalnum())


def conjuncts(node):
    if isinstance(node, And):
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


def is_name(node):
    if isinstance(node, Or):
        return all(is_name(part) for part in node.parts)
    return isinstance(node, Predicate) and node.path == "tags.name"


def has_free(node):
    if isinstance(node, And):
        parts = list(conjuncts(node))
        return not any(is_name(part) for part in parts) and any(has_free(part) for part in parts)
    if isinstance(node, Or):
        return any(has_free(part) for part in node.parts)
    if isinstance(node, Not):
        return has_free(node.inner)
    return isinstance(node, Predicate) and node.path == "tags.value"


def weighted(node):
    return any(isinstance(leaf, Predicate) and leaf.path == "costs.allocation" for leaf in leaves(node))


def collapsed(found):
    return [Match(asked_for_absence=any(match.asked_for_absence for match in found))] if found else []


def joined(parts):
    together = []
    for chosen in itertools.product(*parts):
        counted = Decimal(1)
        for match in chosen:
            counted *= match.weight
        path = tuple(itertools.chain.from_iterable(match.path for match in chosen))
        together.append(Match(path, counted, any(match.asked_for_absence for match in chosen)))
    return together

"""Turns the branches of a filter into conditions on columns, which an engine runs.

Meaning was settled before; here each field becomes the column that holds it, and a literal what that column
holds for it. Three kinds of fields differ in what NULL is. A plain column is NULL when it is missing or the
empty text, and "is not x" keeps it. A key of a map is NULL when it is absent, and "is not x" wants it there.
Of a tag nothing is NULL: whether it exists was asked before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from eyrie.engine.plan import (
    ALWAYS,
    Compared,
    Comparison,
    Condition,
    Like,
    Missing,
    OneOf,
    Resembles,
)
from eyrie.vql.bound import Bound, SomeTag, TagTest
from eyrie.vql.conditions import all_of, any_of, none_of, some_tag
from eyrie.vql.folding import canonical, matches, snake_case
from eyrie.vql.names import NO_NAMES, Names
from eyrie.vql.providers import covered, mentions, rows_of
from eyrie.vql.read import Filter
from eyrie.vql.resource_types import RESOURCE_TYPE_ALIASES
from eyrie.vql.rewrite import ONE
from eyrie.vql.scopes import FieldRule, Scope, Values
from eyrie.vql.tree import TAG_NAME, And, Not, Operator, Or, Predicate


@dataclass(frozen=True)
class Columns:
    """Where rows keep what the fields name: a field that is not listed is a column of its own name.

    A key of a map is a column named after both, `metadata.vcpu`; or the row's tags are the map.
    """

    named: Mapping[str, str] = field(default_factory=dict)
    maps_of_tags: frozenset[str] = frozenset()


COLUMNS = Columns(
    {
        "costs.provider_account_id": "billing_account_id",
        "resources.provider_account_id": "billing_account_id",
    },
    frozenset(("kubernetes.labels", "financial_commitments.resource_tags")),
)


@dataclass(frozen=True)
class Branch:
    """Rows that pass, and no earlier branch, count with a weight: amounts and usage are multiplied by it."""

    condition: Condition
    weight: Decimal = ONE


@dataclass(frozen=True)
class Lowered:
    """What a filter selects, and the keys of the providers that it names."""

    branches: tuple[Branch, ...]
    providers_named: frozenset[str]


EVERYTHING = Lowered((Branch(ALWAYS),), frozenset())


def lower(given: Filter, names: Names = NO_NAMES, columns: Columns = COLUMNS) -> Lowered:
    """Give the conditions of a filter.

    `costs.provider = 'aws' AND costs.allocation = 0.25` becomes one branch, `provider` is one of `aws`, of
    weight 0.25: a cost of 40.00 at aws counts 10.00.
    """
    lowering = _Lowering(given.scope, names, columns)
    branches = tuple(Branch(lowering.row(branch.condition), branch.weight) for branch in given.branches)
    return Lowered(branches, mentions(given.tree))


@dataclass(frozen=True)
class _Lowering:
    """Knows what fields, names and columns mean."""

    scope: Scope
    names: Names
    columns: Columns

    def row(self, node: Bound) -> Condition:
        """What a node asks of a row."""
        match node:
            case Predicate():
                rule = self.scope.rule(node.path)
                assert rule is not None, "checked"
                return self._keyed(node, rule) if rule.keyed else self._plain(node, rule)
            case SomeTag(test):
                return some_tag(_of_tag(test))
            case And(parts):
                return all_of(self.row(part) for part in parts)
            case Or(parts):
                return any_of(self.row(part) for part in parts)
            case Not(inner):
                return none_of(self.row(inner))
            case _:
                assert_never(node)

    def _plain(self, predicate: Predicate, rule: FieldRule) -> Condition:
        """A column; saying what it is not is the exact complement, which keeps rows that lack it."""
        if predicate.operator.negative:
            return none_of(self._plain(_opposite(predicate), rule))
        column = self._column(rule)
        if predicate.operator is Operator.LIKE:
            return self._like(column, predicate.texts[0], rule)
        found = [self._equal(column, tuple(text for text in predicate.texts if text), rule)]
        if predicate.names_null:
            found += [Missing(column), OneOf(column, ("",))]
        return any_of(found)

    def _equal(self, column: str, texts: tuple[str, ...], rule: FieldRule) -> Condition:
        match rule.values:
            case Values.PROVIDER:
                return rows_of({key for text in texts for key in covered(text)})
            case Values.SERVICE:
                return _one_of(column, [name for text in texts for name in self.names.of_service(text)])
            case Values.CHARGE_TYPE:
                listed = [name for text in texts for name in self.names.of_charge_type(text)]
                return _one_of(column, listed, ignoring_case=True)
            case Values.RESOURCE_TYPE:
                return _one_of(column, [RESOURCE_TYPE_ALIASES.get(text, text) for text in texts])
            case Values.FOLDED:
                return _one_of(column, [canonical(text) for text in texts])
            case Values.BOOLEAN:
                flagged = OneOf(column, (True,))
                return flagged if texts == ("true",) else none_of(flagged)
            case Values.TEXT | Values.WEIGHT:
                return _one_of(column, texts)
            case _:
                assert_never(rule.values)

    def _like(self, column: str, pattern: str, rule: FieldRule) -> Condition:
        match rule.values:
            case Values.CHARGE_TYPE:
                others = _one_of(column, self.names.charge_types_like(pattern), ignoring_case=True)
                found = any_of([Like(column, pattern, ignoring_case=True), others])
            case Values.FOLDED:
                found = Like(column, pattern.lower().replace("\\-", "-").replace("-", "\\_"))
            case _:
                found = Like(column, pattern)
        # The empty text stands for NULL, which no pattern matches.
        return all_of([found, none_of(OneOf(column, ("",)))]) if matches(pattern, "") else found

    def _keyed(self, predicate: Predicate, rule: FieldRule) -> Condition:
        """A key of a map; saying what it is not wants the key to exist."""
        key = predicate.field.key or ""
        if rule.path in self.columns.maps_of_tags:
            named = OneOf("key", (key,))
            there = some_tag(all_of([named, _of_text("value", predicate)]))
            absent = none_of(some_tag(named))
        else:
            column = f"{self._column(rule)}.{snake_case(key) if rule.any_case_of_key else key}"
            absent = Missing(column)
            there = all_of([none_of(absent), _of_text(column, predicate)])
        return any_of([there, absent]) if predicate.accepts_null else there

    def _column(self, rule: FieldRule) -> str:
        return self.columns.named.get(rule.path, rule.path.partition(".")[2])


def _of_tag(test: TagTest) -> Condition:
    match test:
        case Predicate():
            return _of_text("key" if test.path == TAG_NAME else "value", test)
        case And(parts):
            return all_of(_of_tag(part) for part in parts)
        case Or(parts):
            return any_of(_of_tag(part) for part in parts)
        case _:
            assert_never(test)


def _of_text(column: str, predicate: Predicate) -> Condition:
    """What a predicate asks of a text that is there, the empty text included."""
    if predicate.operator.negative:
        return none_of(_of_text(column, _opposite(predicate)))
    match predicate.operator:
        case Operator.LIKE:
            return Like(column, predicate.texts[0])
        case Operator.RESEMBLES:
            return Resembles(column, predicate.texts[0])
        case Operator.LESS | Operator.AT_MOST | Operator.MORE | Operator.AT_LEAST:
            bound = predicate.literals[0]
            wanted = bound.text if bound.number is None else bound.number
            return Compared(column, Comparison(predicate.operator.value), wanted)
        case _:
            return _one_of(column, predicate.texts)


def _one_of(column: str, texts: "tuple[str, ...] | list[str]", *, ignoring_case: bool = False) -> Condition:
    return any_of([OneOf(column, tuple(dict.fromkeys(texts)), ignoring_case)])


def _opposite(predicate: Predicate) -> Predicate:
    return Predicate(predicate.field, predicate.operator.opposite, predicate.literals, predicate.span)

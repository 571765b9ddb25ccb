"""Holds a tree against its scope and tells everything that is wrong with it at once.

What passes here has a meaning: fields exist, operators are permitted, literals are of the right kind, every
`tags.value` has its `tags.name`, and the fields that must come together do.
"""

from collections.abc import Iterator
from itertools import chain, islice

from eyrie.basics.words import PROVIDER_NAMES
from eyrie.vql.binding import binding_problems, flattened
from eyrie.vql.folding import folded
from eyrie.vql.invalid import InvalidFilter, Problem, joined
from eyrie.vql.nearest import nearest
from eyrie.vql.print import literal as written
from eyrie.vql.print import quoted, shown
from eyrie.vql.providers import is_provider
from eyrie.vql.resource_types import RESOURCE_TYPE_ALIASES, RESOURCE_TYPES
from eyrie.vql.scopes import SCOPES, FieldRule, Scope, Values
from eyrie.vql.tree import (
    ALLOCATION,
    TAG_NAME,
    And,
    Field,
    Kind,
    Literal,
    Node,
    Not,
    Operator,
    Or,
    Predicate,
    Span,
    TagPairs,
    leaves,
    place,
)

MOST = 100  # problems that are told; looking for words that were meant takes time
_MATCHED_WHOLE = (Operator.EQUAL, Operator.UNEQUAL, Operator.IN, Operator.NOT_IN)
_ORDER = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
_DIGITS = (20, 18)  # before and behind the point, of a number that compares exactly


def check(text: str, tree: Node, scope: Scope) -> None:
    """Refuse the tree of a text if anything is wrong with it."""
    flat = flattened(tree)
    problems = chain(
        _unguarded(flat, scope),
        _without_companions(flat, scope),
        binding_problems(flat),
        _turned_around(flat),
        (problem for leaf in leaves(flat) for problem in _leaf_problems(leaf, scope)),
    )
    found = joined(islice(problems, MOST))
    if found:
        raise InvalidFilter(text, found)


def guards(node: Node, path: str, scope: Scope) -> bool:
    """Tell whether no row can match without having one of some named values in a field."""
    match node:
        case Predicate(field, Operator.EQUAL | Operator.IN):
            return scope.path(field.path) == path and not node.names_null
        case And(parts):
            return any(guards(part, path, scope) for part in parts)
        case Or(parts):
            return all(guards(part, path, scope) for part in parts)
        case Predicate() | TagPairs() | Not():
            return False


def _unguarded(tree: Node, scope: Scope) -> Iterator[Problem]:
    if scope.required:
        wanted = f"{scope.required} = '…'"
        branches = tuple(place(branch) for branch in _open_branches(tree, scope.required, scope))
        if branches:
            yield Problem(
                f"{scope.required} is required: every alternative of an OR has to say {wanted}", branches
            )


def _open_branches(node: Node, path: str, scope: Scope) -> Iterator[Node]:
    if not guards(node, path, scope):
        if isinstance(node, Or):
            for part in node.parts:
                yield from _open_branches(part, path, scope)
        else:
            yield node


def _without_companions(tree: Node, scope: Scope) -> Iterator[Problem]:
    for path, companion in scope.companions.items():
        spans = tuple(_alone(tree, path, companion, scope, held=False))
        if spans:
            yield Problem(f"{companion} is required: {path} needs {companion} = '…' in the same AND", spans)


def _alone(node: Node, path: str, companion: str, scope: Scope, *, held: bool) -> Iterator[Span]:
    """Walk the places of a field that has its companion neither beside it nor further out."""
    match node:
        case Predicate(field):
            if field.path == path and not held:
                yield node.span
        case And(parts):
            holding = [guards(part, companion, scope) for part in parts]
            for part, holds in zip(parts, holding, strict=True):
                beside = held or sum(holding) > holds
                yield from _alone(part, path, companion, scope, held=beside)
        case Or(parts):
            for part in parts:
                yield from _alone(part, path, companion, scope, held=held)
        case Not(inner):
            yield from _alone(inner, path, companion, scope, held=held)
        case TagPairs():
            return


def _turned_around(node: Node) -> Iterator[Problem]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _turned_around(part)
        case Not(inner):
            spans = tuple(leaf.span for leaf in leaves(inner) if _is_weight(leaf))
            if spans:
                yield Problem(
                    f"{ALLOCATION} is a weight, not a condition, and cannot stand inside NOT", spans
                )
        case Predicate() | TagPairs():
            return


def _is_weight(leaf: Predicate | TagPairs) -> bool:
    return isinstance(leaf, Predicate) and leaf.path == ALLOCATION


def _leaf_problems(leaf: Predicate | TagPairs, scope: Scope) -> Iterator[Problem]:
    if isinstance(leaf, TagPairs):
        if not scope.rule(TAG_NAME):
            yield Problem(_unknown(Field("tags", "name"), scope), (leaf.span,))
        return
    rule = scope.rule(leaf.path)
    if not rule:
        yield Problem(_unknown(leaf.field, scope), (leaf.field.span,))
    elif rule.keyed and leaf.field.key is None:
        yield Problem(f"{rule.path} is a map and needs a key: {rule.path}->>'key'", (leaf.field.span,))
    elif not rule.keyed and leaf.field.key is not None:
        yield Problem(f"{rule.path} is not a map and takes no key: {shown(leaf.field)}", (leaf.field.span,))
    elif leaf.operator not in rule.operators:
        yield Problem(_not_permitted(leaf.operator, rule), (leaf.span,))
    else:
        for value in leaf.literals:
            message = _wrong(value, leaf.operator, rule)
            if message:
                yield Problem(message, (value.span,))


def _unknown(field: Field, scope: Scope) -> str:
    path = field.path
    said = [f"Unknown field: {field.namespace}.{field.name}."]
    elsewhere = next((other for other in SCOPES if other.rule(path)), None)
    if elsewhere:
        said.append(f"It belongs to {elsewhere.name} filters, and this is a {scope.name} filter.")
    known = [rule.path for rule in scope.fields] + list(scope.aliases)
    same = [other for other in known if other.split(".")[1] == field.name.lower()]
    meant = same[0] if same else nearest(path, known)
    if meant:
        said.append(f"Did you mean {meant}?")
    return " ".join(said)


def _not_permitted(operator: Operator, rule: FieldRule) -> str:
    usable = [known.value for known in Operator if known in rule.operators]
    hint = "use " + ", ".join(usable)
    if rule.values is Values.PROVIDER and len(usable) == 1:
        hint = f"use {usable[0]}, and OR between several providers"
    return f"The operator {operator.value} is not allowed for {rule.path}; {hint}"


def _wrong(value: Literal, operator: Operator, rule: FieldRule) -> str | None:
    """Tell what is wrong with one literal, if anything is."""
    match rule.values:
        case Values.BOOLEAN:
            return (
                None
                if value.kind is Kind.BOOLEAN
                else f"{rule.path} takes TRUE or FALSE, not {written(value)}"
            )
        case Values.WEIGHT:
            return _wrong_weight(value, rule)
        case _ if value.kind is Kind.BOOLEAN:
            return (
                f"{rule.path} does not take {value.text.upper()}; write {quoted(value.text)} to mean the text"
            )
        case _ if operator in _ORDER:
            return _wrong_bound(value, operator, rule)
        case _ if value.kind is Kind.NULL:
            return None
        case Values.PROVIDER if operator in _MATCHED_WHOLE:
            return _wrong_provider(value.text)
        case Values.RESOURCE_TYPE if operator in _MATCHED_WHOLE:
            return _wrong_resource_type(value.text)
        case _ if operator in (Operator.RESEMBLES, Operator.RESEMBLES_NOT) and not folded(value.text):
            return f"{rule.path} {operator.value} {written(value)} has neither letter nor digit to compare"
    return None


def _wrong_weight(value: Literal, rule: FieldRule) -> str | None:
    number = value.number if value.kind is Kind.NUMBER else None
    if number is None or not 0 <= number <= 1:
        return f"{rule.path} takes a number from 0 to 1 without quotes, not {written(value)}"
    if not _compares_exactly(value):
        return f"{rule.path} takes at most {_DIGITS[1]} digits behind the point"
    return None


def _wrong_bound(value: Literal, operator: Operator, rule: FieldRule) -> str | None:
    if value.kind is Kind.NULL:
        return f"{rule.path} {operator.value} NULL has no answer; nothing is before or after NULL"
    if value.number is not None and not _compares_exactly(value):
        return f"{rule.path} {operator.value} takes numbers of at most {_DIGITS[0]} and {_DIGITS[1]} digits"
    return None


def _compares_exactly(value: Literal) -> bool:
    whole, _, decimals = value.text.lstrip("+-").partition(".")
    return len(whole.lstrip("0")) <= _DIGITS[0] and len(decimals.rstrip("0")) <= _DIGITS[1]


def _wrong_provider(key: str) -> str | None:
    return None if is_provider(key) else _invalid("provider", key, nearest(key.lower(), PROVIDER_NAMES))


def _wrong_resource_type(slug: str) -> str | None:
    if slug in RESOURCE_TYPES or slug in RESOURCE_TYPE_ALIASES:
        return None
    return _invalid("resource type", slug, nearest(slug.lower(), RESOURCE_TYPES))


def _invalid(what: str, word: str, meant: str | None) -> str:
    return f"Invalid {what}: {word}." + (f" Did you mean {meant}?" if meant else "")

"""Finds the operation that a request is for.

Paths are split before they are decoded, so a tag key may hold `%2F`; literal segments win over parameters; a
trailing slash is tolerated. The table is a tree of segments, made once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from eyrie.operations.operation import Operation


@dataclass
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    here: dict[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """What a path leads to: the operation, if it has one for the method, and the path's parameters."""

    operation: Operation | None
    path: dict[str, str]
    allowed: tuple[str, ...]


class Router:
    """Routes over the raw, still encoded path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            node = self._root
            for segment in operation.full_path.strip("/").split("/"):
                if segment.startswith("{"):
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
                else:
                    node = node.literals.setdefault(segment, _Node())
            node.here[operation.method] = operation

    def match(self, method: str, raw_path: str) -> Match | None:
        """Find what a path leads to; None for a path that leads nowhere."""
        segments = raw_path.strip("/").split("/")
        found = _walk(self._root, segments, [])
        if found is None:
            return None
        node, values = found
        operation = node.here.get("GET" if method == "HEAD" else method)
        sample = operation or next(iter(node.here.values()))
        names = [s[1:-1] for s in sample.full_path.strip("/").split("/") if s.startswith("{")]
        return Match(operation, dict(zip(names, values, strict=True)), tuple(sorted(node.here)))


def _walk(node: _Node, segments: list[str], values: list[str]) -> tuple[_Node, list[str]] | None:
    if not segments:
        return (node, values) if node.here else None
    head, rest = segments[0], segments[1:]
    literal = node.literals.get(head)
    if literal is not None:
        found = _walk(literal, rest, values)
        if found is not None:
            return found
    value = unquote(head)
    # No text with a NUL names anything, and not every database can be asked for one.
    if node.parameter is not None and head and "\x00" not in value:
        return _walk(node.parameter, rest, [*values, value])
    return None

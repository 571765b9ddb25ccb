"""The table of operations: all that the house can do, from explicit lists, closed once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eyrie.operations.operation import Door, Operation


@dataclass(frozen=True)
class Table:
    """All operations. Names are unique within a door, and so are method and path."""

    operations: tuple[Operation, ...]

    @classmethod
    def of(cls, *families: Iterable[Operation]) -> "Table":
        """Close the table; two operations that would answer the same request are a mistake of ours."""
        operations = tuple(operation for family in families for operation in family)
        names = [f"{operation.door} {operation.name}" for operation in operations]
        routes = [f"{operation.method} {operation.full_path}" for operation in operations]
        for listed in (names, routes):
            twice = {entry for entry in listed if listed.count(entry) > 1}
            if twice:
                raise ValueError(f"declared twice: {sorted(twice)}")
        return cls(operations)

    def __iter__(self) -> Iterator[Operation]:
        """Walk all operations in the order of their declaration."""
        return iter(self.operations)

    def of_door(self, door: Door) -> tuple[Operation, ...]:
        """The operations of one door."""
        return tuple(operation for operation in self.operations if operation.door is door)

"""Remembers what was worked out about things that never change, as much as fits.

The least used is forgotten first. What a thing takes is an estimate.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
ENTRY_BYTES = 1_000  # of an entry and its key, about


class Memory(Generic[T]):
    """Things by key, up to a total of bytes; the newest is kept whatever its size."""

    def __init__(self, limit_bytes: int, bytes_of: Callable[[T], int]) -> None:
        self._limit, self._bytes_of = limit_bytes, bytes_of
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._total = 0

    @property
    def bytes(self) -> int:
        """About how much all of it takes."""
        return self._total

    def find(self, key: Hashable) -> T | None:
        """Give what is kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, thing: T) -> None:
        """Keep a thing, and forget others if there is too much."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._total += self._weight(thing) - (self._weight(before) if before is not None else 0)
            self._kept[key] = thing
            while self._total > self._limit and len(self._kept) > 1:
                _, forgotten = self._kept.popitem(last=False)
                self._total -= self._weight(forgotten)

    def _weight(self, thing: T) -> int:
        return ENTRY_BYTES + self._bytes_of(thing)

"""Remembers what was worked out about things that never change, as much as fits.

The least used is forgotten first. Who keeps a thing says what it takes, about and with its key.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
ENTRY_BYTES = 1_000  # of an entry by itself, about


class Memory(Generic[T]):
    """Things by key, up to a total of bytes; the newest is kept whatever its size."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._total = 0

    @property
    def bytes(self) -> int:
        """About how much all of it takes."""
        return self._total

    def find(self, key: Hashable) -> T | None:
        """Give what is kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, thing: T, size_bytes: int) -> None:
        """Keep a thing, and forget others if there is too much."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = thing, ENTRY_BYTES + size_bytes
            self._total += ENTRY_BYTES + size_bytes - before
            while self._total > self._limit and len(self._kept) > 1:
                _, (_, freed) = self._kept.popitem(last=False)
                self._total -= freed

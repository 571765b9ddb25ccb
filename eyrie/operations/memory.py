"""Remembers the results of expensive questions about things that never change.

A result is worked out once even if many ask for it at the same time; the least used is forgotten first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """Results by key, up to a total weight."""

    def __init__(self, limit: int, weight: Callable[[T], int]) -> None:
        self._limit, self._weight = limit, weight
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._total = 0
        self._working: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """Give the result of `work`, from memory if it is there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._working.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                result = work()
                self._keep(key, result)
            finally:
                with self._lock:
                    self._working.pop(key, None)
        return result

    def _keep(self, key: Hashable, result: T) -> None:
        with self._lock:
            if key in self._kept:
                return  # who waited for work that failed may have done it beside a newcomer
            self._kept[key] = result
            self._total += 1 + self._weight(result)
            while self._total > self._limit and len(self._kept) > 1:
                _, forgotten = self._kept.popitem(last=False)
                self._total -= 1 + self._weight(forgotten)

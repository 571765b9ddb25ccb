"""Questions that take long: worked out a few at a time, once for all who ask the same, as long as one waits.

Whoever waits takes no thread of a door, so those with quick questions are never behind them. The questions
wait for their turn in the order in which they came. When the last one who waits for a question leaves, it is
taken out of the row, or stopped if it runs.
"""

import contextvars
import functools
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from eyrie.engine.port import Cancel

T = TypeVar("T")


@dataclass
class _Asked:
    """A question that is worked on or waits for its turn, and how many wait for it."""

    key: Hashable
    cancel: Cancel
    answer: Future[Any]  # Any: each question has an answer of its own kind
    waiting: int = 0


class Questions:
    """The questions of one house. Safe to share between threads and event loops."""

    def __init__(self, at_once: int) -> None:
        self._turns = ThreadPoolExecutor(at_once, thread_name_prefix="question")
        self._lock = threading.Lock()
        self._asked: dict[Hashable, _Asked] = {}

    @property
    def count(self) -> int:
        """How many are worked on or wait for their turn."""
        return len(self._asked)

    def ask(self, key: Hashable, work: Callable[[Cancel], T]) -> "Waiting[T]":
        """Wait for the answer to a question; `work` is done unless the same key is asked about already."""
        with self._lock:
            asked = self._asked.get(key)
            is_new = asked is None
            if asked is None:
                cancel = Cancel()
                context = contextvars.copy_context()
                asked = _Asked(key, cancel, self._turns.submit(context.run, work, cancel))
                self._asked[key] = asked
            asked.waiting += 1
        if is_new:
            # Not the question itself: an answer that refers to itself would outlive all who use it.
            asked.answer.add_done_callback(functools.partial(self._ended, key, asked.cancel))
        return Waiting(asked, lambda: self._leave(asked))

    def close(self) -> None:
        """Stop everything that is asked, and take no more questions."""
        with self._lock:
            listed = list(self._asked.values())
        self._turns.shutdown(wait=False, cancel_futures=True)
        for asked in listed:
            asked.cancel.cancel()
        self._turns.shutdown(wait=True)

    def _leave(self, asked: _Asked) -> None:
        with self._lock:
            asked.waiting -= 1
            if asked.waiting or asked.answer.done():
                return
            self._forget(asked.key, asked.cancel)  # whoever asks from now on begins anew
        if not asked.answer.cancel():
            # To stop it takes until it has stopped, and nobody here should wait for that.
            threading.Thread(target=asked.cancel.cancel, name="stopping", daemon=True).start()

    def _ended(self, key: Hashable, cancel: Cancel, _answer: Future[Any]) -> None:
        with self._lock:
            self._forget(key, cancel)

    def _forget(self, key: Hashable, cancel: Cancel) -> None:
        if key in self._asked and self._asked[key].cancel is cancel:
            del self._asked[key]


class Waiting(Generic[T]):
    """One who waits for the answer to a question."""

    def __init__(self, asked: _Asked, leaves: Callable[[], None]) -> None:
        self._asked, self._leaves = asked, leaves

    @property
    def has_begun(self) -> bool:
        """Tell whether the question had its turn."""
        return self._asked.answer.running() or self._asked.answer.done()

    def when_done(self, tell: Callable[[], None]) -> None:
        """Have something called once there is an answer, in whatever thread."""
        self._asked.answer.add_done_callback(lambda _: tell())

    def answer(self) -> T:
        """Give the answer, or raise what came in its place; waits until there is one."""
        found: T = self._asked.answer.result()
        return found

    def leave(self) -> None:
        """Wait no longer; to be called once, also after there was an answer."""
        self._leaves()

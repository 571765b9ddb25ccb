"""Notices questions that were slow, and logs what was asked, so that somebody can find out why."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.ask import Ask
from eyrie.costs.query.plan import planned
from eyrie.operations.house import House

MOST_LETTERS = 20_000  # of a plan: a filter may name thousands of accounts
log = logging.getLogger("eyrie.answers")


@dataclass
class Watch:
    """A question while it is worked on."""

    rows: int | None = None  # how many came out; None if none did


@contextmanager
def noticed(house: House, operation: str, workspace: str, snapshot: Snapshot, ask: Ask) -> Iterator[Watch]:
    """Notice what is done inside, also if it fails; waiting for a turn is not part of it."""
    begun, watch = time.perf_counter(), Watch()
    try:
        yield watch
    finally:
        seconds = time.perf_counter() - begun
        if seconds >= house.slow_question_seconds:
            plan = planned(ask, snapshot)
            log.warning(
                "slow question",
                extra={
                    "operation": operation,
                    "workspace": workspace,
                    "seconds": round(seconds, 3),
                    "rows": "none: it was given up" if watch.rows is None else watch.rows,
                    "plan": house.engine.words(plan.totals)[:MOST_LETTERS] if plan else "nothing to read",
                },
            )

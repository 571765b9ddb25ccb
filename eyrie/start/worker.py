"""A process that only works on jobs: `eyrie worker`, beside the server or without it."""

import logging
import threading
from types import FrameType

from eyrie.start.serve import Background, signals_to

log = logging.getLogger("eyrie.start")


def work_until_told(worker: Background, grace_seconds: float) -> None:
    """Work until SIGTERM or SIGINT; then finish what runs. A second signal does not wait for it."""
    told = threading.Event()

    def tell(number: int, _frame: FrameType | None) -> None:
        if told.is_set():
            raise SystemExit(128 + number)
        told.set()

    with signals_to(tell):
        worker.start()
        log.info("working on jobs")
        # With a timeout: a signal that another thread took is only seen when this one wakes up.
        while not told.wait(timeout=1):
            pass
        log.info("no new jobs; finishing those that run")
        worker.stop(grace_seconds)
    log.info("stopped")

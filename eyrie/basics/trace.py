"""Which request or job the current work belongs to, so that every log line can say so.

A door sets `request_id` for the time of a request, a worker sets `job_id` for the time of a job. Context
variables follow the work into threads started by `contextvars.copy_context().run`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
job_id: ContextVar[str | None] = ContextVar("job_id", default=None)


@contextmanager
def within(variable: ContextVar[str | None], name: str) -> Iterator[None]:
    """Do work under a name: `with within(request_id, "req_1"): ...`."""
    mark = variable.set(name)
    try:
        yield
    finally:
        variable.reset(mark)

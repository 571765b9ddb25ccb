"""Turns what went wrong into a status and sentences: the one table of statuses.

Clients decode the errors body only for statuses that the contract declares, so a refusal takes the neighbour
of an undeclared status: 422 becomes 400, 400 becomes 422, and 400 stands where neither is declared.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from eyrie.basics import errors
from eyrie.basics.errors import EyrieError, Malformed
from eyrie.operations.operation import Operation

STATUSES: tuple[tuple[type[EyrieError], int], ...] = (
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Malformed, 400),
    (errors.Refused, 422),
    (errors.MethodUnknown, 405),
    (errors.TooLarge, 413),
    (errors.BodyUnsupported, 415),
    (errors.Unavailable, 503),
)
_SPOKEN = frozenset({"not_an_object", "unstorable", "filter_too_long", "spoken"})
_CHOICES = frozenset({"enum", "literal_error"})
_ABSENT = frozenset({"missing", "blank"})


def status_of(error: EyrieError, operation: Operation | None, *, running: bool) -> int:
    """The status of an error; while an operation runs, one that the contract declares for it.

    What a path names is looked for before an operation runs, and is a 404 on every operation.
    """
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    if operation is None or status not in (400, 404, 422):
        return status
    if (status == 404 and (not running or 404 in operation.refuses)) or (status == 422 and not running):
        return status
    preferred = (422, 400) if status == 422 else (400, 422)
    return next((declared for declared in preferred if declared in operation.refuses), 400)


def sentences(error: ValidationError) -> Malformed:
    """All problems of a body or query at once, one sentence each."""
    found = [_sentence(problem["type"], problem["loc"], problem["msg"]) for problem in error.errors()]
    return Malformed(*dict.fromkeys(found))


def _sentence(kind: str, place: Sequence[str | int], message: str) -> str:
    if kind in _SPOKEN:
        return message
    name = str(place[0]) if place else "body"
    for step in place[1:]:
        name += f"[{step}]" if isinstance(step, int) else f".{step}"
    if kind in _ABSENT:
        return f"{name} is missing"
    if kind in _CHOICES:
        return f"{name} does not have a valid value"
    return f"{name} is invalid"

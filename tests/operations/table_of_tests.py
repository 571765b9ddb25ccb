"""What the files of generated tests share: the operations by kind, and how a refusal must look."""

import httpx
import pytest

from eyrie.operations.operation import Operation, Work
from eyrie.surfaces.table import table
from tests.operations import exceptions
from tests.operations.examples import parameters_of

OPERATIONS = tuple(each for each in table().operations if each.name not in exceptions.ELSEWHERE)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
GUARDED = [operation for operation in OPERATIONS if operation.scope is not None]
WRITES = [operation for operation in OPERATIONS if operation.work is Work.WRITES]
NAMING = [operation for operation in GUARDED if parameters_of(operation)]
SUCCEEDING = [operation for operation in OPERATIONS if operation.name not in exceptions.REFUSES]
READS = [operation for operation in OPERATIONS if operation.method == "GET"]


def each(operations: list[Operation] | tuple[Operation, ...]) -> pytest.MarkDecorator:
    """Run a test once for each of these operations, under its name."""
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


def is_refusal(answer: httpx.Response, status: int) -> bool:
    """Hold an answer to be this status in the one shape of errors."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["errors"]
    errors = answer.json()["errors"]
    assert errors
    assert all(isinstance(text, str) and text for text in errors)
    return True


def refusal_of(operation: Operation) -> int:
    """The status an operation declares for a body that cannot be read."""
    return next((status for status in (400, 422) if status in operation.refuses), 400)

"""Who may call which operation: `matrix.md`, held against what really happens.

An operation without a line fails, and so does a line without an operation. What is answered to somebody stands
in the message as a line ready to be put in; whoever puts it in says that it is right.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from eyrie.access.caller import Role, Scope
from tests.in_process import Client
from tests.operations.examples import address, example_of, make_names
from tests.operations.table_of_tests import OPERATIONS, each

PAGE = Path(__file__).parent / "matrix.md"
LINE = re.compile(r"^\| (?P<name>\w+) +\|(?P<cells>(?: (?:yes|\d{3}) +\|)+)$", re.MULTILINE)
CALLERS = ("no token", "read token", "viewer", "editor", "owner", "other workspace", "service token")
SHARED = ("getWorkspace", "updateWorkspace")  # of the workspace that all but a stranger work in


def lines() -> Mapping[str, tuple[str, ...]]:
    """The table as it is written: what each caller is answered, by operation."""
    found = LINE.finditer(PAGE.read_text())
    return {line["name"]: tuple(re.findall(r"\w+", line["cells"])) for line in found}


@pytest.fixture(scope="module")
def callers(shared):
    """A client of each kind."""
    team = shared.joins(shared.user("editor"), shared.main, Role.EDITOR)
    body = {"description": "matrix", "scopes": ["read", "write"], "team_token": team}
    secret = shared.owner.post("/api/tokens", json=body).json()["secret"]
    with Client(shared.app, secret) as service:
        clients = (
            shared.anonymous,
            shared.client(shared.user("owner"), Scope.READ),
            shared.viewer,
            shared.editor,
            shared.owner,
            shared.stranger,
            service,
        )
        yield dict(zip(CALLERS, clients, strict=True))


def answered(world, operation, client):
    """What a caller is answered who sends the example, with all that it names in Main: `yes`, or the status."""
    names = make_names(world, operation)
    if operation.name in SHARED:
        names["workspace_token"] = world.main
    example_of(operation).first(world, names)
    answer = client.request(operation.method, address(operation, names), **example_of(operation).sends(world))
    return "yes" if answer.status_code == operation.answers.status else str(answer.status_code)


@each(OPERATIONS)
def test_everybody_is_answered_as_the_table_says(shared, callers, operation):
    happened = tuple(answered(shared, operation, callers[caller]) for caller in CALLERS)
    told = lines().get(operation.name)
    assert told == happened, f"\n| {operation.name} | {' | '.join(happened)} |"


def test_the_table_has_no_line_too_many():
    written = [line["name"] for line in LINE.finditer(PAGE.read_text())]
    assert set(written) == {operation.name for operation in OPERATIONS}
    assert len(written) == len(set(written))


def test_the_table_names_the_callers_in_this_order():
    heads = [line for line in PAGE.read_text().splitlines() if line.startswith("| operation ")]
    assert heads
    for head in heads:
        assert tuple(cell.strip() for cell in head.strip("|").split("|"))[1:] == CALLERS

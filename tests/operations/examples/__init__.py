"""How to carry out each operation so that it succeeds.

`MAKERS` knows how to make, as the owner and through the API, what a path parameter names. `EXAMPLES` holds
for each operation what is sent with it and, for a write, the audit entry that it leaves. A write operation
without an example, or a path parameter without a maker, fails the tests: nothing new goes untested. Each
family of operations has a file here.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from eyrie.operations.operation import Operation
from tests.in_process import Client
from tests.operations.examples import (
    answers,
    bills,
    company,
    exports,
    forecasts,
    metrics,
    people,
    reports,
    segments,
    sign_in,
    teams,
    traces,
)
from tests.operations.examples.example import Example, Maker, Names
from tests.world import World

MAKERS: Mapping[str, Maker] = {
    **people.MAKERS,
    **teams.MAKERS,
    **reports.MAKERS,
    **company.MAKERS,
    **bills.MAKERS,
    **traces.MAKERS,
    **forecasts.MAKERS,
    **metrics.MAKERS,
    **exports.MAKERS,
    **segments.MAKERS,
}

EXAMPLES: Mapping[str, Example] = {
    **people.EXAMPLES,
    **teams.EXAMPLES,
    **reports.EXAMPLES,
    **company.EXAMPLES,
    **bills.EXAMPLES,
    **forecasts.EXAMPLES,
    **metrics.EXAMPLES,
    **answers.EXAMPLES,
    **sign_in.EXAMPLES,
    **traces.EXAMPLES,
    **exports.EXAMPLES,
    **segments.EXAMPLES,
}


def example_of(operation: Operation) -> Example:
    """What is sent with an operation; a read without an example is sent nothing."""
    return EXAMPLES.get(operation.name, Example())


def parameters_of(operation: Operation) -> list[str]:
    """The names of what the path names, in order."""
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]


def make_names(world: World, operation: Operation, workspace: str | None = None) -> Names:
    """Make what the path of an operation names, in Main unless another workspace is given."""
    names: Names = {}
    for parameter in parameters_of(operation):
        names[parameter] = MAKERS[parameter](world, names, workspace or world.main)
    return names


def address(operation: Operation, names: Mapping[str, str]) -> str:
    """The address of an operation, each name percent-encoded."""
    path = operation.full_path
    for parameter, name in names.items():
        path = path.replace(f"{{{parameter}}}", quote(name, safe=""))
    return path


def unknown_names(operation: Operation) -> Names:
    """Names of the right form that nothing has."""
    return {parameter: f"{parameter}_0123456789abcdef" for parameter in parameters_of(operation)}


def carried_out(
    world: World, operation: Operation, client: Client | None = None, names: Names | None = None, **more: Any
) -> httpx.Response:
    """Carry an operation out as its example says; `names`, `client` and what is sent can be others."""
    example = example_of(operation)
    if names is None:
        names = make_names(world, operation)
        example.first(world, names)
    sent = {**example.sends(world), **more}
    return (client or world.owner).request(operation.method, address(operation, names), **sent)


def as_text(answer: httpx.Response) -> str:
    """An answer for comparing: without the moments that every call has anew."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("updated_at", None)
    return f"{answer.status_code} {json.dumps(body, sort_keys=True)}"

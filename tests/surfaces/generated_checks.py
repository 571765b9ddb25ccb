"""What `test_generated_requests` checks besides what schemathesis knows; the process that generates loads it."""

from collections.abc import Iterator

import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.core import NotSet
from schemathesis.specs.openapi.checks import ensure_resource_availability, negative_data_rejection


@schemathesis.check
def wrong_data_is_refused(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """What the document does not allow is refused, but for what is understood on purpose."""
    understood = is_understood(case.body) or is_asked_in_the_body(case)
    return None if understood else negative_data_rejection(ctx, response, case)


@schemathesis.check
def what_was_made_is_there(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """What was made is found, unless it is something else that is not: a token in the body is 404 as well."""
    return None if names_others(case.body) else ensure_resource_availability(ctx, response, case)


@schemathesis.check
def strangers_are_told_nothing(_ctx: CheckContext, response: Response, case: Case) -> None:
    """Without a token, whatever is sent, an operation that needs one answers 401 and nothing else."""
    needs_token = case.operation.definition.raw.get("security") != []
    assert not needs_token or response.status_code == 401, response.status_code


def is_understood(body: object) -> bool:
    """Tell whether a body is only written in another way than the document says.

    A missing body is an empty one; a number where a text belongs is that text, and 0 and 1 are truths.
    """
    return isinstance(body, NotSet) or any(type(value) in (int, float) for value in values(body))


def is_asked_in_the_body(case: Case) -> bool:
    """Tell whether a deletion takes its parameters from the body: those of the address are not read then."""
    return case.operation.method.upper() == "DELETE" and isinstance(case.body, dict)


def names_others(body: object) -> bool:
    """Tell whether a body has tokens of other things."""
    return isinstance(body, dict) and any(key.endswith(("_token", "_tokens")) for key in body)


def values(value: object) -> Iterator[object]:
    """Every value inside a body."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from values(inner)
    else:
        yield value

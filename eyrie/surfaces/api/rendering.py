"""Turns outcomes and errors into responses: always JSON in UTF-8, or no body at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import assert_never

import msgspec

from eyrie.operations.call import Address
from eyrie.operations.operation import Operation
from eyrie.operations.outcome import Accepted, Download, Nothing, Outcome, Page, Printed, Raw, Shown
from eyrie.operations.shapes import View
from eyrie.surfaces.api.links import links_of

JSON = "application/json"


@dataclass(frozen=True)
class Response:
    """A response as bytes."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON
    file: Path | None = None  # in the place of the content


def render(operation: Operation, outcome: Outcome, address: Address) -> Response:
    """The response of an operation that did what it was asked."""
    status = operation.answers.status
    match outcome:
        case Shown(value, headers):
            return Response(status, _json(value), headers)
        case Page():
            body: dict[str, object] = {"links": links_of(address, outcome)} if outcome.linked else {}
            body |= {**outcome.more, outcome.key: _items(outcome)}
            return Response(status, msgspec.json.encode(body), outcome.headers)
        case Accepted(value, location, retry_after_seconds):
            headers = {}
            if location is not None:
                headers["Location"] = location if "://" in location else address.base + location
            if retry_after_seconds is not None:
                headers["Retry-After"] = str(retry_after_seconds)
            return Response(202, _json(value), headers)
        case Raw(content, media_type, own_status, headers):
            return Response(own_status or status, content, headers, media_type)
        case Download(path, media_type):
            headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
            return Response(status, headers=headers, media_type=media_type, file=path)
        case Nothing():
            return Response(status)
        case _:
            assert_never(outcome)


def render_problems(
    status: int, problems: Sequence[str], headers: Mapping[str, str] | None = None
) -> Response:
    """The one shape of an error."""
    return Response(status, msgspec.json.encode({"errors": list(problems)}), headers or {})


def _items(page: Page) -> object:
    if isinstance(page.items, Printed):
        return msgspec.Raw(page.items.content)
    return [item.model_dump(mode="json") if isinstance(item, View) else item for item in page.items]


def _json(value: View | Mapping[str, object]) -> bytes:
    if isinstance(value, View):
        return value.model_dump_json().encode()
    return msgspec.json.encode(value)

"""The operations about the API itself: is it there, and what can it do."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, Operation, Work
from eyrie.operations.outcome import Raw, Shown
from eyrie.surfaces.api.openapi import print_openapi
from eyrie.surfaces.api.swagger import to_swagger

TITLES = {Door.V2: "Eyrie, compatible with the Vantage API v2", Door.API: "Eyrie's own API"}


def printed(door: Door, server: str) -> dict[str, Any]:  # Any: a JSON document
    """A door's OpenAPI 3 document. Nothing is kept for an address: anybody can name any number of them."""
    return {**_printed(door), "servers": [{"url": server + door if door is Door.V2 else server}]}


@cache
def _printed(door: Door) -> dict[str, Any]:  # Any: a JSON document
    """The document but for its address, printed once."""
    from eyrie.surfaces.table import table

    operations = table().of_door(door)
    if door is Door.API:
        operations += table().of_door(Door.ROOT)
    return print_openapi(operations, TITLES[door])


def _openapi(door: Door) -> Callable[[Call], Raw]:
    return lambda call: Raw(msgspec.json.encode(printed(door, call.address.base)))


def _swagger(call: Call) -> Raw:
    return Raw(msgspec.json.encode(to_swagger(printed(Door.V2, call.address.base))))


def _document(
    name: str, path: str, summary: str, run: Callable[[Call], Raw], door: Door = Door.V2
) -> Operation:
    return Operation(
        name=name,
        tag="OpenAPISpecification",
        door=door,
        method="GET",
        path=path,
        summary=summary,
        description=f"{summary}, with this server's own address. No token is needed.",
        scope=None,
        answers=Answer(200, free=True),
        work=Work.NONE,
        run=run,
    )


def operations() -> list[Operation]:
    """The operations about the API itself."""
    return [
        Operation(
            name="ping",
            tag="Ping",
            method="GET",
            path="/ping",
            summary="Tell whether the API answers",
            description='Answers `{"ping": "pong"}`. No token is needed.',
            scope=None,
            answers=Answer(200, free=True),
            work=Work.NONE,
            run=lambda _call: Shown({"ping": "pong"}),
        ),
        _document("getOpenAPISpecifications", "/oas_v3.json", "This API as OpenAPI 3", _openapi(Door.V2)),
        _document("getSwaggerSpecification", "/swagger.json", "This API as Swagger 2", _swagger),
        _document(
            "getOwnOpenAPI", "/openapi.json", "Eyrie's own API as OpenAPI 3", _openapi(Door.API), Door.API
        ),
    ]

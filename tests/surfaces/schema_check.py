"""Checks a value against a schema of our documents: the part of JSON Schema that the printer uses."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int,),
}
KNOWN = frozenset(
    "type properties required items anyOf $ref enum const title description default format "
    "additionalProperties minItems maxItems minLength maxLength minimum maximum pattern examples".split()
)


def faults(value: object, schema: Json, document: Json, place: str = "$") -> Iterator[str]:
    """Tell where a value does not fit a schema; undeclared properties count as faults too."""
    unknown = set(schema) - KNOWN
    assert not unknown, f"the checker does not know {unknown}"
    if "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        yield from faults(value, target, document, place)
    elif "anyOf" in schema:
        tried = [list(faults(value, option, document, place)) for option in schema["anyOf"]]
        yield from [] if [] in tried else min(tried, key=len)
    elif not _fits(value, schema.get("type")):
        yield f"{place}: {value!r} is no {schema['type']}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    elif isinstance(value, dict) and "properties" in schema:
        yield from (f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value)
        yield from (f"{place}.{name} is not declared" for name in value if name not in schema["properties"])
        for name in set(value) & set(schema["properties"]):
            yield from faults(value[name], schema["properties"][name], document, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from faults(inner, schema.get("items", {}), document, f"{place}[{number}]")


def _fits(value: object, kind: str | None) -> bool:
    """Tell whether a value is of a type; `true` is no number."""
    return kind is None or (
        isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    )

"""Reads the parameters of an address as every client writes them.

A list may come as `a=x,y`, `a=x&a=y` or `a[]=x&a[]=y`, an object as `settings[include_tax]=true`; an empty
value is absent, what is unknown is ignored, and of a repeated single value the last counts.
"""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from eyrie.basics.errors import Malformed
from eyrie.surfaces.api.problems import sentences

M = TypeVar("M", bound=BaseModel)


def read_pairs(query: str) -> dict[str, list[str]]:
    """All parameters of a raw query, brackets of lists taken off."""
    pairs: dict[str, list[str]] = {}
    try:
        listed = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=10_000)
    except ValueError:
        raise Malformed("The query cannot be read: it must be UTF-8, percent-encoded") from None
    for key, value in listed:
        if "\x00" in value:
            raise Malformed(f"{key[:100]} is invalid")
        pairs.setdefault(key.removesuffix("[]"), []).append(value)
    return pairs


def read_query(model: type[M], query: str) -> M:
    """The parameters that a model declares, checked."""
    return read_values(model, read_pairs(query))


def read_values(model: type[M], pairs: Mapping[str, list[str]]) -> M:
    """Check parameters that were read from an address or a form."""
    values: dict[str, Any] = {}  # Any: texts and lists of texts
    for name, info in model.model_fields.items():
        key = info.alias or name
        given = pairs.get(key, [])
        if is_marked(info, "x-csv-line"):
            if given:
                values[key] = [",".join(given)]
        elif is_list(info):
            items = [item for value in given for item in value.split(",") if item]
            if items:
                values[key] = items
        elif given and given[-1] != "":
            values[key] = given[-1]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise sentences(error) from None


def is_list(info: FieldInfo) -> bool:
    """Tell whether a field holds a list."""
    kinds = [info.annotation, *get_args(info.annotation)]
    return any(get_origin(kind) is list for kind in kinds)


def is_marked(info: FieldInfo, mark: str) -> bool:
    """Tell whether a field carries a mark, such as `x-csv-line`: a line of CSV that is read as a whole."""
    extra = info.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get(mark))

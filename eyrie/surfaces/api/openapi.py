"""Prints the OpenAPI 3 document of a door from the table of operations.

Operation ids, tags, parameters, bodies and statuses are the contract's; the descriptions are ours. Every
operation may answer 401, 403 and 500 besides the statuses that it declares.
"""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from eyrie import __version__
from eyrie.operations.operation import (
    Answer,
    BodyForm,
    Door,
    FormBody,
    JsonBody,
    Operation,
    QueryOrJsonBody,
    UploadBody,
)
from eyrie.surfaces.api.parameters import is_list

Json = dict[str, Any]  # Any: a JSON document
REF = "#/components/schemas/{model}"
HIDDEN = frozenset({"after"})
PHRASES = {
    200: "Done.",
    201: "Created.",
    202: "Accepted; look again later.",
    204: "Done; no body.",
    302: "Go on at `Location`.",
    400: "The request cannot be read, or a reference in it cannot be used.",
    401: "The token is missing, unknown, expired or revoked.",
    402: "Never answered; declared for clients of the hosted product.",
    403: "The token or its user may not do this.",
    404: "Unknown, or not visible to the token.",
    406: "Never answered; declared for clients of the hosted product.",
    413: "The body is too large.",
    415: "The body is of a type that is not read here.",
    422: "Well formed, but not acceptable.",
    429: "Too many requests; wait as `Retry-After` says.",
    500: "Our fault; the reference leads to the log line.",
}


def print_openapi(operations: Iterable[Operation], title: str) -> Json:
    """The document of these operations; who serves it adds its `servers`."""
    listed = list(operations)
    schemas, definitions = _schemas(listed)
    paths: dict[str, Json] = {}
    for operation in listed:
        path = operation.path if operation.door is Door.V2 else operation.full_path
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": __version__,
            "description": "Exact costs from every bill. Send `Authorization: Bearer <token>`; "
            "`eyrie token create` makes one.",
        },
        "security": [{"bearer": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in listed)],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {**definitions, "Links": _links(), "Errors": _errors()},
        },
    }


Schemas = dict[tuple[type[BaseModel], JsonSchemaMode], Json]


def _schemas(operations: list[Operation]) -> tuple[Schemas, Json]:
    """The schemas of all models at once, so that equal names are told apart.

    Parameters and the fields of uploads are written where they are used and need none.
    """
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = []
    for operation in operations:
        wanted += [
            (answer.shape, "serialization") for answer in (operation.answers, *operation.also) if answer.shape
        ]
        if operation.body is not None and not isinstance(operation.body, UploadBody):
            wanted.append((operation.body.model, "validation"))
    found, document = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REF)
    return {key: found[key] for key in wanted}, document.get("$defs", {})


def _operation(operation: Operation, schemas: Schemas) -> Json:
    written: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description or operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation, schemas),
    }
    if operation.scope is None:
        written["security"] = []
    if operation.body is not None:
        written["requestBody"] = _body(operation.body, schemas)
    return written


def _path_parameters(operation: Operation) -> list[Json]:
    names = re.findall(r"{(\w+)}", operation.path)
    return [{"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(operation: Operation) -> list[Json]:
    model = operation.body.model if isinstance(operation.body, QueryOrJsonBody) else operation.query
    fields = model.model_fields.items()
    return [_parameter(name, info, model) for name, info in fields if name not in HIDDEN]


def _parameter(name: str, info: FieldInfo, model: type[BaseModel]) -> Json:
    key = info.alias or name
    schema = model.model_json_schema(ref_template=REF)
    printed = _inlined(schema["properties"][key], schema.get("$defs", {}))
    written: Json = {"in": "query", "name": key, "required": info.is_required()}
    if description := printed.pop("description", None):
        written["description"] = description
    if is_list(info):
        written |= {"style": "form", "explode": False}
    return {**written, "schema": _without_null(printed)}


def _inlined(schema: Any, definitions: Json) -> Any:  # Any: any JSON value
    """Put what a schema refers to in its place: parameters stand alone."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            target = definitions[schema["$ref"].rpartition("/")[2]]
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return _inlined({**target, **rest}, definitions)
        return {key: _inlined(value, definitions) for key, value in schema.items() if key != "title"}
    if isinstance(schema, list):
        return [_inlined(value, definitions) for value in schema]
    return schema


def _without_null(schema: Json) -> Json:
    """A parameter that is absent is absent; it has no null."""
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if len(options) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "x-csv-line")}
    if rest.get("default", 0) is None:
        del rest["default"]
    return {**rest, **options[0]}


def _body(body: BodyForm, schemas: Schemas) -> Json:
    schema = schemas.get((body.model, "validation"), {})
    match body:
        case JsonBody():
            return {"required": True, "content": {"application/json": {"schema": schema}}}
        case QueryOrJsonBody():
            return {"required": False, "content": {"application/json": {"schema": schema}}}
        case FormBody():
            kinds = ("application/x-www-form-urlencoded", "application/json")
            return {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}
        case UploadBody():
            return _upload(body)


def _upload(body: UploadBody) -> Json:
    fields = body.model.model_json_schema(ref_template=REF).get("properties", {})
    file = {"type": "string", "format": "binary", "description": "The CSV file."}
    text = {**file, "format": "csv"}
    return {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _form(body.file, file, fields)},
            "application/x-www-form-urlencoded": {"schema": _form(body.file, text, fields)},
            "text/csv": {"schema": {"type": "string"}},
        },
    }


def _form(name: str, file: Json, fields: Json) -> Json:
    return {"type": "object", "required": [name], "properties": {name: file, **fields}}


def _responses(operation: Operation, schemas: Schemas) -> Json:
    written: Json = {}
    for answer in (operation.answers, *operation.also):
        written[str(answer.status)] = _answer(answer, schemas)
    refusals = {500, *operation.refuses}
    if operation.scope is not None:
        refusals |= {401, 403}
    if operation.finds:
        refusals.add(404)
    if operation.body is not None:
        refusals |= {400 if 422 not in operation.refuses else 422, 413, 415}
    if operation.query.model_fields and 422 not in operation.refuses:
        refusals.add(400)
    for status in sorted(refusals - {answer.status for answer in operation.also}):
        schema = {"$ref": "#/components/schemas/Errors"}
        written[str(status)] = {
            "description": PHRASES[status],
            "content": {"application/json": {"schema": schema}},
        }
    return written


def _answer(answer: Answer, schemas: Schemas) -> Json:
    written: Json = {"description": PHRASES[answer.status]}
    if answer.free:
        written["content"] = {"application/json": {"schema": {"type": "object"}}}
    if answer.media:
        file = {"type": "string", "format": "binary"}
        written["content"] = {media.partition(";")[0]: {"schema": file} for media in answer.media}
    if answer.shape is None:
        return written
    schema = schemas[(answer.shape, "serialization")]
    if answer.key is not None:
        properties: Json = {answer.key: {"type": "array", "items": schema}}
        for name, kind in answer.more.items():
            properties[name] = _inlined(*_split_definitions(TypeAdapter(kind).json_schema()))
        optional = answer.optional if answer.linked else {*answer.optional, "links"}
        properties = {"links": {"$ref": "#/components/schemas/Links"}, **properties}
        needed = [name for name in properties if name not in optional]
        schema = {"type": "object", "required": needed, "properties": properties}
    written["content"] = {"application/json": {"schema": schema}}
    return written


def _split_definitions(schema: Json) -> tuple[Json, Json]:
    return schema, schema.pop("$defs", {})


def _links() -> Json:
    told = {
        "self": "this page",
        "first": "the first page",
        "next": "the next page; null at the end",
        "last": "the last page, where a list tells it",
        "prev": "the page before; null on the first",
    }
    link: Json = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    properties = {name: {**link, "description": f"The address of {what}."} for name, what in told.items()}
    return {"type": "object", "properties": properties}


def _errors() -> Json:
    texts = {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "What to mend."}
    return {"type": "object", "required": ["errors"], "properties": {"errors": texts}}

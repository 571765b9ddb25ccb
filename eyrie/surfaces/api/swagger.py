"""Turns an OpenAPI 3 document into its Swagger 2 form, which older client generators fetch."""

from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]  # Any: a JSON document
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def to_swagger(document: Json) -> Json:
    """The same operations in the older form; null becomes `x-nullable`."""
    server = urlsplit(document["servers"][0]["url"])
    return {
        "swagger": "2.0",
        "info": document["info"],
        "host": server.netloc,
        "basePath": server.path or "/",
        "schemes": [server.scheme],
        "produces": ["application/json"],
        "securityDefinitions": {"bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}},
        "security": [{"bearer": []}],
        "tags": document["tags"],
        "paths": {
            path: {method: _operation(operation) for method, operation in item.items()}
            for path, item in document["paths"].items()
        },
        "definitions": {name: _schema(schema) for name, schema in document["components"]["schemas"].items()},
    }


def _operation(operation: Json) -> Json:
    parameters = [_parameter(parameter) for parameter in operation["parameters"]]
    written = {key: value for key, value in operation.items() if key not in ("requestBody", "parameters")}
    content = operation.get("requestBody", {}).get("content", {})
    if any(kind in content for kind in _FORMS):
        written["consumes"] = [kind for kind in _FORMS if kind in content]
        parameters += _form(content[written["consumes"][0]]["schema"])
    elif content:
        written["consumes"] = ["application/json"]
        schema = _schema(content["application/json"]["schema"])
        parameters.append(
            {"in": "body", "name": operation["operationId"], "required": True, "schema": schema}
        )
    responses = {status: _response(response) for status, response in operation["responses"].items()}
    return {**written, "parameters": parameters, "responses": responses}


def _parameter(parameter: Json) -> Json:
    kept = {key: value for key, value in parameter.items() if key not in ("schema", "style", "explode")}
    schema = _schema(parameter["schema"])
    if schema.get("type") == "array":
        kept["collectionFormat"] = "csv"
    return {**kept, **schema}


def _form(schema: Json) -> list[Json]:
    needed = schema.get("required", [])
    fields = []
    for name, inner in schema["properties"].items():
        written = {"in": "formData", "name": name, "required": name in needed, **_schema(inner)}
        if written.get("format") == "binary":
            del written["format"]
            written["type"] = "file"
        fields.append(written)
    return fields


def _response(response: Json) -> Json:
    written: Json = {"description": response["description"]}
    content = response.get("content", {}).get("application/json")
    if content:
        written["schema"] = _schema(content["schema"])
    return written


def _schema(schema: Any) -> Any:  # Any: any JSON value
    if isinstance(schema, list):
        return [_schema(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/definitions/")}
    options = schema.get("anyOf")
    if options:
        kept = [option for option in options if option.get("type") != "null"]
        rest = {key: _schema(value) for key, value in schema.items() if key != "anyOf"}
        nullable = {"x-nullable": True} if len(kept) < len(options) else {}
        return {**rest, **_schema(kept[0]), **nullable}
    return {key: _schema(value) for key, value in schema.items() if key not in ("const", "examples")}

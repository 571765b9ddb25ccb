"""The documents of both doors: whole, consistent, and true of what is really answered."""

import re

import pytest

from eyrie.operations.operation import Door
from eyrie.surfaces.api.documents import printed
from eyrie.surfaces.api.swagger import to_swagger
from tests.operations.examples import carried_out, example_of, make_names
from tests.operations.examples.traces import make_annotation, make_feedback
from tests.operations.table_of_tests import OPERATIONS, each
from tests.surfaces.schema_check import faults

SERVER = "http://eyrie.test"
DOCUMENTS = {door: printed(door, SERVER) for door in (Door.V2, Door.API)}
SWAGGER = to_swagger(DOCUMENTS[Door.V2])
EVERY = {"/v2": DOCUMENTS[Door.V2], "/api": DOCUMENTS[Door.API], "swagger": SWAGGER}
each_document = pytest.mark.parametrize("document", EVERY.values(), ids=EVERY)


def walk(value):
    """Every object inside a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def written_of(operation):
    """The document that an operation is in, and what is written of it there."""
    document = DOCUMENTS[Door.V2 if operation.door is Door.V2 else Door.API]
    path = operation.path if operation.door is Door.V2 else operation.full_path
    return document, document["paths"][path][operation.method.lower()]


@each_document
def test_every_reference_leads_somewhere(document):
    references = [inner["$ref"] for inner in walk(document) if isinstance(inner.get("$ref"), str)]
    assert references
    for reference in references:
        target = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


@each_document
def test_every_schema_is_used(document):
    schemas = document.get("definitions") or document["components"]["schemas"]
    used = {
        inner["$ref"].rpartition("/")[2] for inner in walk(document) if isinstance(inner.get("$ref"), str)
    }
    assert set(schemas) <= used | {"Links"}


@each_document
def test_every_operation_is_named_tagged_described_and_answered(document):
    written = [operation for item in document["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in written]
    tags = {tag["name"] for tag in document["tags"]}
    assert len(names) == len(set(names))
    for operation in written:
        assert operation["summary"]
        assert operation["description"].endswith(".") or operation["description"] == operation["summary"]
        assert operation["tags"]
        assert set(operation["tags"]) <= tags
        assert any(status[0] in "23" for status in operation["responses"])
        assert all(response["description"] for response in operation["responses"].values())


@each_document
def test_every_parameter_is_declared_once_and_those_in_the_path_are_all_there(document):
    for path, item in document["paths"].items():
        for operation in item.values():
            places = [(parameter["in"], parameter["name"]) for parameter in operation["parameters"]]
            in_path = {name for place, name in places if place == "path"}
            assert len(places) == len(set(places))
            assert in_path == set(re.findall(r"{(\w+)}", path))
            assert all(p["required"] is True for p in operation["parameters"] if p["in"] == "path")


@pytest.mark.parametrize("door", DOCUMENTS)
def test_the_newer_form_is_openapi(door):
    document = DOCUMENTS[door]
    assert document["openapi"].startswith("3.")
    assert set(document) <= {"openapi", "info", "servers", "security", "tags", "paths", "components"}
    assert document["info"]["title"]
    assert document["info"]["version"]
    for path, item in document["paths"].items():
        assert path.startswith("/")
        for method, operation in item.items():
            assert method in ("get", "post", "put", "patch", "delete")
            assert all(set(p) >= {"name", "in", "schema"} for p in operation["parameters"])
            for body in [operation.get("requestBody"), *operation["responses"].values()]:
                assert all("schema" in media for media in (body or {}).get("content", {}).values())
    assert not [inner for inner in walk(document["components"]) if "discriminator" in inner]


def test_the_older_form_is_swagger():
    assert SWAGGER["swagger"] == "2.0"
    assert (SWAGGER["host"], SWAGGER["basePath"], SWAGGER["schemes"]) == ("eyrie.test", "/v2", ["http"])
    assert set(SWAGGER["paths"]) == set(DOCUMENTS[Door.V2]["paths"])
    for item in SWAGGER["paths"].values():
        for operation in item.values():
            kinds = [parameter["in"] for parameter in operation["parameters"]]
            assert kinds.count("body") <= 1
            assert not ("body" in kinds and "formData" in kinds)
            assert "requestBody" not in operation
    assert not [inner for inner in walk(SWAGGER) if "anyOf" in inner or "oneOf" in inner]


@each(OPERATIONS)
def test_a_document_holds_what_the_table_says(operation):
    document, written = written_of(operation)
    statuses = {int(status) for status in written["responses"]}
    assert written["operationId"] == operation.name
    answered = {answer.status for answer in (operation.answers, *operation.also)}
    assert {*answered, *operation.refuses, 500} <= statuses
    assert (401 in statuses) is (operation.scope is not None or 401 in answered)
    assert (written.get("security") == []) is (operation.scope is None)
    assert ("requestBody" in written) is (operation.body is not None)
    assert document["security"] == [{"bearer": []}]


@each(OPERATIONS)
def test_what_is_answered_is_what_is_declared(shared, operation):
    document, written = written_of(operation)
    answer = carried_out(shared, operation)
    declared = written["responses"][str(answer.status_code)]
    if answer.status_code == 204:
        assert "content" not in declared
        return
    kind = answer.headers["content-type"].partition(";")[0]
    schema = declared["content"][kind]["schema"]
    if kind != "application/json":
        assert schema == {"type": "string", "format": "binary"}
        return
    assert list(faults(answer.json(), schema, document)) == []


@each([operation for operation in OPERATIONS if operation.answers.key is not None])
def test_an_item_of_a_list_is_what_is_declared(shared, operation):
    """A list says nothing while it is empty, so something is put into it first."""
    names = {**make_names(shared, operation), "integration_token": shared.custom_provider()}
    shared.imported(names["integration_token"], BILL)
    shared.owner.post("/v2/folders", json={"title": "x", "workspace_token": shared.main})
    shared.owner.post("/v2/saved_filters", json={"title": "x", "workspace_token": shared.main})
    for make in (make_annotation, make_feedback):
        make(shared, {}, shared.main)
    asked = {"groupings": "service,tag:a,tagged,usage_unit", "filter": "costs.provider = 'custom_provider'"}
    dates = {"start_date": "2025-01-01", "end_date": "2025-02-28", "settings[aggregate_by]": "usage"}
    example_of(operation).first(shared, names)
    sent = example_of(operation).sends(shared).get("params", {})
    more = {"params": {**sent, "workspace_token": shared.main, **asked, **dates}}
    if fills := example_of(operation).fills:
        more = fills(shared, names)
    answer = carried_out(shared, operation, names=names, **more)
    document, written = written_of(operation)
    assert answer.json()[operation.answers.key]
    schema = written["responses"]["200"]["content"]["application/json"]["schema"]
    assert list(faults(answer.json(), schema, document)) == []


BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags,ConsumedQuantity,ConsumedUnit
Usage,2025-01-01,1,Seats,"{""a"": ""b""}",3,Hours
"""


def test_the_documents_are_served_with_the_address_that_was_asked(shared):
    served = shared.anonymous.get("/v2/oas_v3.json")
    assert served.json() == DOCUMENTS[Door.V2]
    assert shared.anonymous.get("/v2/swagger.json").json() == SWAGGER
    assert shared.anonymous.get("/api/openapi.json").json() == DOCUMENTS[Door.API]
    elsewhere = shared.anonymous.get("/v2/oas_v3.json", headers={"Host": "elsewhere.example.com"})
    assert elsewhere.json()["servers"] == [{"url": "http://elsewhere.example.com/v2"}]


def test_a_document_is_printed_once_under_however_many_addresses():
    """Anybody can ask without a token and name any host, so nothing is kept for each of them."""
    one, another = (printed(Door.V2, f"http://{name}.example.com") for name in ("one", "another"))
    assert one["servers"] != another["servers"]
    assert one["paths"] is another["paths"]


def test_the_checker_finds_what_does_not_fit():
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {
            "a": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "b": {"type": "array", "items": {"$ref": "#/one"}},
        },
    }
    document = {"one": {"type": "integer"}}
    assert list(faults({"a": None, "b": [1, 2]}, schema, document)) == []
    assert set(faults({"a": 5, "b": [1, "x", True], "c": 1}, schema, document)) == {
        "$.a: 5 is no string",
        "$.b[1]: 'x' is no integer",
        "$.b[2]: True is no integer",
        "$.c is not declared",
    }
    assert list(faults({}, schema, document)) == ["$.a is missing", "$.b is missing"]

"""What holds for every text that a client can send: it is a text, whatever language it seems to be written in."""

import pytest

from eyrie.operations.operation import FormBody, JsonBody, QueryOrJsonBody
from tests.operations.examples import as_text, carried_out, example_of, make_names, parameters_of
from tests.operations.table_of_tests import NAMING, OPERATIONS, each, is_refusal, refusal_of

HOSTILE = (
    "'); DROP TABLE folders; DELETE FROM parts; --",
    'x" OR "1"="1\'; SELECT * FROM read_csv(\'/etc/passwd\'); /*',
    "{0} %s $1 ?1 :name ${HOME} %(x)s {{7*7}} <script>alert(1)</script>]]>",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "x\r\nSet-Cookie: a=b",
)
HAS_FIELDS = [some for some in OPERATIONS if isinstance(some.body, JsonBody | FormBody | QueryOrJsonBody)]
FIELDS = [
    pytest.param(operation, name, id=f"{operation.name}-{name}")
    for operation in HAS_FIELDS
    for name in operation.body.model.model_fields
]
PARAMETERS = [
    pytest.param(operation, info.alias or name, id=f"{operation.name}-{info.alias or name}")
    for operation in OPERATIONS
    for name, info in operation.query.model_fields.items()
]


@pytest.fixture(scope="module")
def witness(shared):
    """Tell whether everything that was there is still there and says the same."""
    shared.imported(shared.custom_provider("Witness"), BILL)
    shared.owner.post("/v2/folders", json={"title": "Witness", "workspace_token": shared.main})

    def seen():
        folders = shared.owner.get("/v2/folders", params={"q": "Witness"})
        return as_text(folders), shared.costs(groupings="service", filter=WITNESS)["costs"]

    before = seen()
    assert before[1]
    return lambda: seen() == before


BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-02,7,Witness\n"
WITNESS = "costs.provider = 'custom_provider' AND costs.service = 'Witness'"


def is_calm(answer):
    """Hold an answer to be one of an API that understood, or did not."""
    assert answer.status_code < 500, answer.text
    assert answer.status_code < 400 or "error" in answer.text
    return True


def prepared(shared, operation):
    """Make what the path of an operation names."""
    names = make_names(shared, operation)
    example_of(operation).first(shared, names)
    return names


def bodies(shared, operation, name, text):
    """Everything to send in place of a field: the text, a list of it, an object of it."""
    sent = example_of(operation).sends(shared)
    if "data" in sent:
        return [{"data": {**sent["data"], name: text}}]
    return [{"json": {**sent.get("json", {}), name: value}} for value in (text, [text], {text: text})]


@each(NAMING)
def test_in_a_path_it_names_nothing(shared, witness, operation):
    for text in (*HOSTILE, "a\0b"):
        names = dict.fromkeys(parameters_of(operation), text)
        assert is_refusal(carried_out(shared, operation, names=names), 404)
    assert witness()


@pytest.mark.parametrize(("operation", "name"), PARAMETERS)
def test_in_a_parameter_it_is_a_text(shared, witness, operation, name):
    names, asked = make_names(shared, operation), example_of(operation).sends(shared).get("params", {})
    for text in HOSTILE:
        assert is_calm(carried_out(shared, operation, names=names, params={**asked, name: text}))
    answer = carried_out(shared, operation, names=names, params={**asked, name: "a\0b"})
    assert is_refusal(answer, refusal_of(operation))
    assert witness()


@pytest.mark.parametrize(("operation", "name"), FIELDS)
def test_in_a_body_it_is_a_text(shared, witness, operation, name):
    names = prepared(shared, operation)
    for text in HOSTILE:
        for body in bodies(shared, operation, name, text):
            answer = carried_out(shared, operation, names=names, **body)
            assert is_calm(answer)
            if answer.status_code < 300 and isinstance(answer.json().get(name), str):
                assert answer.json()[name] == text
    assert witness()


@pytest.mark.parametrize(("operation", "name"), FIELDS)
def test_a_nul_in_a_body_is_refused(shared, operation, name):
    names = prepared(shared, operation)
    for body in bodies(shared, operation, name, "a\0b"):
        answer = carried_out(shared, operation, names=names, **body)
        assert 400 <= answer.status_code < 500
        assert "data" in body or is_refusal(answer, refusal_of(operation))

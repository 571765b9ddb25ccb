"""The router: paths are split before they are decoded, literals win, and nothing is routed by accident."""

import pytest

from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Nothing
from eyrie.surfaces.api.router import Router
from tests.operations.table_of_tests import is_refusal

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags
Usage,2025-01-01,1,Seats,"{""app.kubernetes.io/name"": ""shop""}"
Usage,2025-01-01,1,Seats,"{""aws:createdBy"": ""ann"", ""cost centre"": ""7""}"
"""


def operation(method, path):
    return Operation(
        name=f"{method} {path}",
        tag="Test",
        method=method,
        path=path,
        summary="Test",
        scope=None,
        answers=Answer(204),
        work=Work.NONE,
        run=lambda _: Nothing(),
    )


ROUTER = Router(
    operation(*line.split())
    for line in """\
GET /things
POST /things
GET /things/{thing_token}
PUT /things/{thing_token}
POST /things/special
GET /things/special/parts
GET /things/{thing_token}/parts/{part_token}
GET /things/{by_name}/children
""".splitlines()
)


def matched(method, path):
    """What a path leads to: the operation and its parameters, the methods allowed, or nothing."""
    match = ROUTER.match(method, path)
    if match is None:
        return None
    return (match.operation.name, match.path) if match.operation else match.allowed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v2/things", ("GET /things", {})),
        ("/v2/things/", ("GET /things", {})),
        ("/v2/things/a", ("GET /things/{thing_token}", {"thing_token": "a"})),
        ("/v2/things/a%2Fb", ("GET /things/{thing_token}", {"thing_token": "a/b"})),
        ("/v2/things/a%3Ab%20c", ("GET /things/{thing_token}", {"thing_token": "a:b c"})),
        ("/v2/things/%E2%98%83", ("GET /things/{thing_token}", {"thing_token": "☃"})),
        ("/v2/things/a%252Fb", ("GET /things/{thing_token}", {"thing_token": "a%2Fb"})),
        ("/v2/things/a+b", ("GET /things/{thing_token}", {"thing_token": "a+b"})),
        (
            "/v2/things/a/parts/b",
            ("GET /things/{thing_token}/parts/{part_token}", {"thing_token": "a", "part_token": "b"}),
        ),
        ("/v2/things/special/parts", ("GET /things/special/parts", {})),
    ],
)
def test_a_path_leads_to_its_operation(path, expected):
    assert matched("GET", path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v2",
        "/things",
        "/v2/thing",
        "/v2//things",
        "/v2/things//parts/b",
        "/v2/things/a/parts",
        "/v2/things/a/parts/b/c",
        "/v2/things%2Fa",
        "/V2/things",
        "/v2/things/a%00b",
    ],
)
def test_other_paths_lead_nowhere(path):
    assert matched("GET", path) is None


def test_each_operation_has_its_own_names_for_what_the_path_names():
    assert matched("GET", "/v2/things/a/children") == ("GET /things/{by_name}/children", {"by_name": "a"})
    assert matched("PUT", "/v2/things/a") == ("PUT /things/{thing_token}", {"thing_token": "a"})


def test_a_literal_that_leads_on_to_nothing_may_still_be_a_parameter():
    expected = {"thing_token": "special", "part_token": "b"}
    assert matched("GET", "/v2/things/special/parts/b")[1] == expected


def test_another_method_is_told_which_there_are():
    assert matched("DELETE", "/v2/things") == ("GET", "POST")
    assert matched("GET", "/v2/things/special") == ("POST",)


def test_head_is_a_get():
    assert matched("HEAD", "/v2/things") == ("GET /things", {})
    assert matched("HEAD", "/v2/things/special") == ("POST",)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("app.kubernetes.io%2Fname", "shop"),
        ("aws%3AcreatedBy", "ann"),
        ("aws:createdBy", "ann"),
        ("cost%20centre", "7"),
    ],
)
def test_tag_keys_hold_slashes_colons_and_blanks(shared, path, value):
    shared.imported(shared.custom_provider(), BILL)
    answer = shared.owner.get(f"/v2/tags/{path}/values")
    assert [one["tag_value"] for one in answer.json()["tag_values"]] == [value]


@pytest.mark.parametrize("path", ["app.kubernetes.io/name", "cost+centre", "a%00b", "%ff", "%ED%A0%80", "%"])
def test_a_path_that_names_no_tag_is_404(shared, path):
    assert is_refusal(shared.owner.get(f"/v2/tags/{path}/values"), 404)

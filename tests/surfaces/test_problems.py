"""The one table of statuses, and the neighbours of those that an operation does not declare."""

import pytest

from eyrie.basics import errors
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Nothing
from eyrie.surfaces.api.problems import status_of
from tests.operations.table_of_tests import is_refusal


def declaring(*statuses):
    return Operation(
        name="test",
        tag="Test",
        method="POST",
        path="/test",
        summary="Test",
        scope=None,
        answers=Answer(204),
        refuses=frozenset(statuses),
        work=Work.NONE,
        run=lambda _: Nothing(),
    )


@pytest.mark.parametrize(
    ("error", "declared", "status"),
    [
        (errors.Malformed, (400, 422), 400),
        (errors.Malformed, (422,), 422),
        (errors.Malformed, (404,), 400),
        (errors.Malformed, (), 400),
        (errors.Refused, (400, 422), 422),
        (errors.Refused, (400,), 400),
        (errors.Refused, (404,), 400),
        (errors.NotFound, (400, 404, 422), 404),
        (errors.NotFound, (400, 422), 400),
        (errors.NotFound, (422,), 422),
        (errors.NotFound, (), 400),
        (errors.Forbidden, (), 403),
        (errors.Unauthenticated, (), 401),
        (errors.TooLarge, (), 413),
        (errors.BodyUnsupported, (), 415),
        (errors.Unavailable, (), 503),
        (errors.LedgerMoved, (), 503),
        (errors.Fault, (400,), 500),
        (errors.LedgerBroken, (400,), 500),
    ],
)
def test_while_an_operation_runs_its_declared_statuses_are_used(error, declared, status):
    assert status_of(error(), declaring(*declared), running=True) == status


def test_before_it_runs_what_the_path_names_is_404_declared_or_not():
    assert status_of(errors.NotFound(), declaring(400), running=False) == 404
    assert status_of(errors.Refused(), declaring(400), running=False) == 422


def test_without_an_operation_there_is_nothing_to_declare():
    assert status_of(errors.NotFound(), None, running=False) == 404
    assert status_of(errors.MethodUnknown(["GET"]), None, running=False) == 405


def test_an_unknown_reference_in_a_body_is_404_only_where_that_is_declared(shared):
    unknown = {"title": "x", "workspace_token": "wrkspc_0123456789abcdef"}
    for path in ("/v2/saved_filters", "/v2/folders"):
        answer = shared.owner.post(path, json=unknown)
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == ["Workspace not found"]
    folder = shared.owner.post("/v2/folders", json={**unknown, "workspace_token": shared.main}).json()[
        "token"
    ]
    lost = {"parent_folder_token": "fldr_0123456789abcdef"}
    assert is_refusal(shared.owner.put(f"/v2/folders/{folder}", json=lost), 404)


def test_what_fails_on_our_side_is_told_as_a_reference_only(world):
    """A ledger that is gone is no fault of who asks; the inside of it is none of their business either."""
    world.imported(world.custom_provider(), BILL)
    for path in world.house.ledger.rglob("*.parquet"):
        path.unlink()
    answer = world.owner.get("/v2/tags", headers={"X-Request-Id": "a-reference"})
    assert is_refusal(answer, 500)
    assert answer.json()["errors"] == ["Internal server error (reference a-reference)"]


BILL = 'ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags\nUsage,2025-01-01,1,S,"{""a"": ""b""}"\n'

"""Feedback: everybody may say something, Owners read it, and nothing else happens."""

import pytest

from eyrie.access.caller import Scope
from tests.operations.table_of_tests import is_refusal


def test_what_is_said_is_shown_to_owners_newest_first(world):
    reader = world.client(world.user("viewer"), Scope.READ)
    told = reader.post("/v2/user_feedback", json={"message": "The first report\nis ☃ slow"})
    assert told.status_code == 201
    assert told.json()["token"].startswith("usr_fdbck_")
    assert {**told.json(), "token": ""} == {
        "token": "",
        "message": "The first report\nis ☃ slow",
        "created_by_token": world.user("viewer"),
        "created_at": "2025-02-15T12:00:00Z",
    }
    world.pass_time()
    later = world.editor.post("/v2/user_feedback", json={"message": "Now it is not"}).json()
    assert world.owner.get("/api/user_feedback").json()["user_feedback"] == [later, told.json()]
    for client in (world.editor, world.viewer):
        assert is_refusal(client.get("/api/user_feedback"), 403)


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({}, 400, "message is missing"),
        ({"message": None}, 400, "message is missing"),
        ({"message": ""}, 422, "message can't be blank"),
        ({"message": " \t\n"}, 422, "message can't be blank"),
        ({"message": ["x"]}, 400, "message is invalid"),
        ({"message": "x" * 100_001}, 400, "message is invalid"),
    ],
    ids=["none", "null", "empty", "blank", "a list", "too long"],
)
def test_nothing_is_not_feedback(shared, body, status, problem):
    answer = shared.owner.post("/v2/user_feedback", json=body)
    assert is_refusal(answer, status)
    assert answer.json()["errors"] == [problem]
    assert shared.owner.get("/api/user_feedback").json()["user_feedback"] == []

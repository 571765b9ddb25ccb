"""Questions that take long: they end when nobody waits for them, and keep nobody else waiting."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from eyrie.surfaces.api import waiting
from tests.engine.test_duckdb import endless
from tests.surfaces.real_server import served, until

BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-01,100,Seats\nUsage,2025-01-02,8,Chairs\n"
AT_ONCE = 4


@pytest.fixture
def server(world):
    world.imported(world.custom_provider(), BILL)
    with served(world) as made:
        yield made


def costs(server, **more):
    """The path of a question about all costs."""
    asked = {
        "filter": "costs.provider = 'custom_provider'",
        "workspace_token": server.world.main,
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
        **more,
    }
    return f"/v2/costs?{urlencode(asked)}"


def secret_of(server):
    return server.world.owner._client.headers["Authorization"]


def get(server, path):
    return httpx.get(server.address + path, headers={"Authorization": secret_of(server)}, timeout=60)


def connected(server, path):
    """A client that asks and does not wait for the answer."""
    parts = urlsplit(server.address)
    client = socket.create_connection((parts.hostname, parts.port), timeout=20)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {secret_of(server)}\r\n\r\n".encode())
    return client


def test_a_question_is_stopped_in_the_engine_when_its_client_leaves(server):
    server.engine.endless = endless(server.world.house.engine, server.house.ledger)
    client = connected(server, costs(server))
    until(lambda: server.engine.running == 1)
    client.close()
    until(lambda: server.engine.running == 0 and server.house.questions.count == 0)
    server.engine.endless = None
    assert get(server, costs(server)).json()["total_cost"]["amount"] == "108.0"


def test_a_question_goes_on_while_another_client_waits_for_it(server):
    server.engine.may_go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        leaving = connected(server, costs(server))
        until(lambda: server.engine.begun == 1)
        staying = pool.submit(get, server, costs(server))
        (asked,) = server.house.questions._asked.values()
        until(lambda: asked.waiting == 2)
        leaving.close()
        until(lambda: asked.waiting == 1)
        server.engine.may_go_on.set()
        assert staying.result().json()["total_cost"]["amount"] == "108.0"
    assert server.engine.begun == 1


def test_questions_that_wait_keep_nobody_else_waiting(server):
    known = costs(server, limit="1")
    assert get(server, known).status_code == 200
    server.engine.may_go_on.clear()
    slow = [
        costs(server, end_date=f"2025-02-{day:02}", limit=str(limit))
        for day in range(1, 28)
        for limit in (1, 2)
    ]
    with ThreadPoolExecutor(len(slow)) as pool:
        waiting = [pool.submit(get, server, path) for path in slow]
        until(lambda: server.house.questions.count == 27 and server.engine.begun == 1 + AT_ONCE)
        assert get(server, "/v2/ping").status_code == 200
        assert get(server, "/v2/workspaces").status_code == 200
        first = get(server, known).json()  # as it was sent before
        second = get(server, first["links"]["next"].removeprefix(server.address)).json()  # never sent before
        assert [row["service"] for row in first["costs"] + second["costs"]] == ["Chairs", "Seats"]
        server.engine.may_go_on.set()
        assert {each.result().status_code for each in waiting} == {200}
    assert server.house.questions.count == 0


def test_a_question_that_gets_no_turn_is_turned_away(server, monkeypatch):
    monkeypatch.setattr(waiting, "TURN_SECONDS", 0.05)
    server.engine.may_go_on.clear()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [
            pool.submit(get, server, costs(server, end_date=f"2025-02-0{day + 1}")) for day in range(AT_ONCE)
        ]
        until(lambda: server.engine.begun == AT_ONCE)
        refused = get(server, costs(server, end_date="2025-03-01"))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json() == {"errors": ["Too many questions at once; try again in a moment."]}
        server.engine.may_go_on.set()
        assert {each.result().status_code for each in running} == {200}


def test_an_answer_that_is_refused_is_refused_to_all_who_wait(server):
    euros = (
        BILL.replace("BilledCost", "BilledCost,BillingCurrency")
        .replace("100,", "100,EUR,")
        .replace(",8,", ",8,EUR,")
    )
    server.world.imported(server.world.custom_provider("Q"), euros)
    server.engine.may_go_on.clear()
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(get, server, costs(server)) for _ in range(2)]
        until(lambda: [each.waiting for each in server.house.questions._asked.values()] == [2])
        server.engine.may_go_on.set()
        for each in asked:
            assert each.result().status_code == 400
            assert "no exchange rate for EUR to USD" in each.result().json()["errors"][0]

"""Serving: ports, long URLs, requests that are no HTTP, and stopping in order."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from eyrie.basics.errors import Refused
from eyrie.start.protocol import HEAD_LIMIT_BYTES
from eyrie.start.serve import address_of, bind
from eyrie.start.worker import work_until_told


class Served:
    def __init__(self, grace_seconds=5):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.start.served", "0", str(grace_seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = self.process.stdout.readline().strip()
        self.started = self.process.stdout.readline().strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        said = self.process.stdout.read().splitlines()
        return self.process.wait(30), said

    def say(self, raw):
        """Send bytes as they are and give status line, headers and body."""
        parts = urlsplit(self.address)
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
            connection.sendall(raw)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.decode().splitlines()[0], head.decode().lower(), body


@pytest.fixture(scope="module")
def server():
    served = Served()
    yield served
    served.stop()


@pytest.mark.parametrize("size", [0, 1_000, 65_535, 65_536, 200_000, 1_000_000])
def test_a_long_query_string_arrives_whole(server, size):
    status, _, body = server.say(
        b"GET /v2/costs?filter=" + b"a" * size + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert status == "HTTP/1.1 200 OK"
    assert json.loads(body)["query_bytes"] == len("filter=") + size


def test_the_path_arrives_as_it_was_encoded(server):
    assert httpx.get(server.address + "/v2/tags/a%2Fb%20c/values?q=1#part").json() == {
        "query_bytes": 3,
        "raw_path": "/v2/tags/a%2Fb%20c/values",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_in_the_one_error_shape(server, raw):
    status, head, body = server.say(raw)
    assert status == "HTTP/1.1 400 Bad Request"
    assert "content-type: application/json" in head
    assert json.loads(body) == {"errors": ["Invalid HTTP request received."]}


def test_a_head_without_end_is_refused(server):
    status, head, body = server.say(b"GET /?" + b"a" * (HEAD_LIMIT_BYTES + 1))
    assert status == "HTTP/1.1 431 Request Header Fields Too Large"
    assert "content-type: application/json" in head
    assert json.loads(body) == {"errors": [f"URL and headers together may have {HEAD_LIMIT_BYTES} bytes"]}


def test_requests_follow_each_other_on_one_connection(server):
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=20)
    for size in (10, 100_000, 10):
        connection.request("GET", f"/x?{'a' * size}")
        assert json.loads(connection.getresponse().read())["query_bytes"] == size
    connection.close()


def test_a_fault_outside_the_doors_is_answered_in_the_one_error_shape(server):
    answer = httpx.get(server.address + "/broken")
    assert (answer.status_code, answer.json()) == (500, {"errors": ["Internal server error"]})


def test_a_running_request_is_finished_before_the_server_stops():
    server = Served()
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(httpx.get(server.address + "/slow", timeout=20).json())
    )
    asking.start()
    assert server.started == "background started"
    assert server.process.stdout.readline() == "working\n"
    code, said = server.stop()
    asking.join()
    assert answers == [{"query_bytes": 0, "raw_path": "/slow"}]
    assert said == ["background stopped 5", "left in order"]
    assert code == 0


def test_a_request_beyond_the_grace_period_is_told_so_and_does_not_hold_the_server():
    server, answers = Served(grace_seconds=0), []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(server.address + "/slow", timeout=20)))
    asking.start()
    assert server.process.stdout.readline() == "working\n"
    code, said = server.stop()
    asking.join()
    assert answers[0].status_code == 503
    assert answers[0].json() == {"errors": ["Eyrie is stopping; try again in a moment"]}
    assert said == ["background stopped 0", "left in order"]
    assert code == 0


def test_a_taken_port_gives_the_next_free_one():
    first = bind("127.0.0.1", 0)
    port = first.getsockname()[1]
    second = bind("127.0.0.1", port)
    assert port < second.getsockname()[1] <= port + 50
    assert address_of(second) == f"http://127.0.0.1:{second.getsockname()[1]}"
    first.close()
    second.close()


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Refused, match=r"Cannot listen on 192\.0\.2\.1 port 8080"):
        bind("192.0.2.1", 8080)


def test_listening_everywhere_is_told_as_an_address_one_can_open():
    listener = bind("0.0.0.0", 0)
    assert address_of(listener).startswith("http://127.0.0.1:")
    listener.close()


def test_a_worker_works_until_it_is_told_to_stop():
    told = []

    class Worker:
        def start(self):
            told.append("start")
            threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGTERM]).start()

        def stop(self, grace_seconds):
            told.append(f"stop {grace_seconds}")

    before = signal.getsignal(signal.SIGTERM)
    work_until_told(Worker(), 3)
    assert told == ["start", "stop 3"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_answers_do_not_wait_for_acknowledgements():
    """Asyncio switches Nagle's delay off only for sockets that say that they are TCP."""
    listener = bind("127.0.0.1", 0)
    try:
        assert listener.proto == socket.IPPROTO_TCP
    finally:
        listener.close()

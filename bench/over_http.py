"""Over HTTP: a real `eyrie serve` and a client of our own, both on this machine.

Questions that are new and pages that are known are asked for over HTTP and in process, one after the other:
the difference is what the door adds. The rate of pages is that of a server on one core, the client on another. Many clients at once ask for
everything there is, pages that are known and questions that are not, while the server's memory is watched.
"""

import datetime as dt
import hashlib
import itertools
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.asking import Asker
from bench.by_hand import OUR_MEMORY
from bench.client import Connection
from bench.figures import Figure, Section, Wrong, above, at_least, at_most
from bench.place import Clock, Place, open_house
from bench.processes import peak_of
from bench.shapes import DEFAULT, MONTH_TOTAL, SHAPES, Shape
from bench.timing import RUNS, in_turn
from eyrie.start.machine import MB, read_size
from tests.servers import RunningServer, running_server

CLIENTS = 16
REQUESTS = 100  # of each client
PAGES = 1_000
PAGES_AT_ONCE = 4
LOADED = 2_000_000  # rows from which the bars mean something
ADDED = above(10, "in process", LOADED)
AFTER_THE_BILL = dt.date(2026, 1, 1)
RATE = at_least(300, "pages/s", LOADED)
SPREAD = at_most(10, "times the median", LOADED)
NO_ERROR = at_most(0, "")
WITHIN = at_most((read_size(OUR_MEMORY) or 0) / MB, "MB")

Asked = Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """One request of many, and what came back."""

    asked: Asked
    status: int
    milliseconds: float
    body: bytes  # its digest


def measure(place: Place) -> Section:
    """Measure what the door adds, how many pages it sends, and how it bears many clients."""
    place.need_home()
    with served(place.home) as (server, token):
        figures = [*_added(place, server, token), *_many(server, token)]
    with _served_by_one_core(place.home) as (server, token):
        figures.insert(4, _rate(server, token))
    return Section(
        "HTTP",
        place.rows,
        f"`eyrie serve` with {OUR_MEMORY} on 127.0.0.1. Questions and pages: medians of {RUNS} runs, the "
        "same over HTTP and in process in turn; a known page comes from memory. The rate is that of a server on "
        f"one core, {PAGES:,} pages of 1,000 rows over {PAGES_AT_ONCE} connections. {CLIENTS} clients sent "
        f"{REQUESTS} requests each. The answers were the same as in process, and the same for all clients.",
        figures,
        ("over HTTP", "in process"),
    )


@contextmanager
def served(home: Path, scopes: str = "read", *flags: str) -> Iterator[tuple[RunningServer, str]]:
    """A server with the memory that the bench gives, and a token for it."""
    with running_server(home, "--set", f"memory={OUR_MEMORY}", *flags) as server:
        yield server, server.token(scopes)


@contextmanager
def _served_by_one_core(home: Path) -> Iterator[tuple[RunningServer, str]]:
    """A server that has one core; this process has the others, if there are any."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # what is started now has no other
    try:
        with served(home) as running:
            os.sched_setaffinity(0, cores - {min(cores)} or cores)
            yield running
    finally:
        os.sched_setaffinity(0, cores)


def _asked(report: str, shape: Shape) -> Asked:
    """HTTP wants a filter or a report: the standard report of a workspace is about everything."""
    return {**shape.asked, **({} if shape.filter else {"cost_report_token": report})}


def _report(connection: Connection) -> str:
    """The standard report."""
    reports = json.loads(connection.get("/v2/cost_reports").body)["cost_reports"]
    return str(reports[0]["token"])


def _page(connection: Connection, asked: Asked) -> bytes:
    """A page, as it came."""
    reply = connection.get("/v2/costs", asked)
    if reply.status != 200:
        raise Wrong(f"GET /v2/costs was answered {reply.status}: {reply.body.decode()}")
    return reply.body


def _costs(connection: Connection, asked: Asked) -> list[dict[str, Any]]:  # Any: JSON values
    return list(json.loads(_page(connection, asked))["costs"])


def _added(place: Place, server: RunningServer, token: str) -> Iterator[Figure]:
    """The same page over HTTP and in process: of a question that was not asked before, and known."""
    clock = Clock()
    with open_house(place.home, clock) as house, Connection(server.address, token) as connection:
        asker, report = Asker(house, clock), _report(connection)
        for shape in (MONTH_TOTAL, DEFAULT):
            asked = _asked(report, shape)
            if _costs(connection, asked) != list(asker.page(asked)):
                raise Wrong(f"{shape.name}: HTTP and in process differ")
            over, inside = in_turn(_new_pages(connection, asked).__next__, partial(asker.afresh, asked))
            yield Figure(f"a new question: {shape.name}", over, "ms", inside, ADDED)
            over, inside = in_turn(partial(_page, connection, asked), partial(asker.page, asked))
            yield Figure(f"a known page: {shape.name}", over, "ms", inside, ADDED)


def _new_pages(connection: Connection, asked: Asked) -> Iterator[bytes]:
    """The same question again and again, but new each time: the bill ends with the year, questions later."""
    for days in itertools.count():
        yield _page(connection, {**asked, "end_date": str(AFTER_THE_BILL + dt.timedelta(days=days))})


def _rate(server: RunningServer, token: str) -> Figure:
    """Pages a second, sent by a server on one core."""
    with Connection(server.address, token) as connection:
        asked = _asked(_report(connection), DEFAULT)
        _costs(connection, asked)
    begun = time.perf_counter()
    sent = _at_once(server, token, PAGES_AT_ONCE, PAGES // PAGES_AT_ONCE, lambda *_: asked)
    seconds = time.perf_counter() - begun
    return Figure("pages from the memory of answers, one core", len(sent) / seconds, "pages/s", None, RATE)


def _many(server: RunningServer, token: str) -> Iterator[Figure]:
    """Many clients at once: new questions first, then pages that are known."""
    with Connection(server.address, token) as connection:
        report = _report(connection)
    questions = [_asked(report, shape) for shape in SHAPES]
    new = _at_once(
        server,
        token,
        CLIENTS,
        len(questions),
        lambda client, number: {
            **questions[(client + number) % len(questions)],
            "order": ("asc", "desc")[client % 2],
        },
    )
    known = _at_once(
        server, token, CLIENTS, REQUESTS, lambda client, number: questions[(client + number) % len(questions)]
    )
    errors = sum(sent.status != 200 for sent in (*new, *known))
    pages = {(str(sent.asked), sent.body) for sent in known if sent.status == 200}
    if not errors and len(pages) != len(questions):
        raise Wrong(f"{len(questions)} questions were answered with {len(pages)} pages")
    times = sorted(sent.milliseconds for sent in known)
    median, late = statistics.median(times), times[len(times) * 99 // 100]
    yield Figure(f"{CLIENTS} clients: requests that failed", errors, "", None, NO_ERROR)
    yield Figure(f"{CLIENTS} clients: median", median, "ms")
    yield Figure(
        f"{CLIENTS} clients: the slowest of a hundred", late / median, "times the median", None, SPREAD
    )
    yield Figure("peak memory of the server", peak_of(server.process.pid) / MB, "MB", None, WITHIN)


def _at_once(
    server: RunningServer, token: str, clients: int, requests: int, asked: Callable[[int, int], Asked]
) -> Sequence[Sent]:
    """Several clients at once, each one request after the other."""

    def client(number: int) -> list[Sent]:
        done = []
        with Connection(server.address, token) as connection:
            for request in range(requests):
                parameters = asked(number, request)
                begun = time.perf_counter()
                reply = connection.get("/v2/costs", parameters)
                taken = (time.perf_counter() - begun) * 1000
                done.append(Sent(parameters, reply.status, taken, hashlib.sha256(reply.body).digest()))
        return done

    with ThreadPoolExecutor(clients) as pool:
        return [each for done in pool.map(client, range(clients)) for each in done]

"""Exports of everything there is: how long they take, and how a server that writes them answers others
meanwhile.

A real `eyrie serve` with the memory that the bench gives writes each schema; until it is written, questions
that are new and pages that are known are asked for over HTTP. What was written is compared with the totals
of the same questions, to the last digit.
"""

import csv
import io
import itertools
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any
from urllib.request import urlopen

from bench.by_hand import OUR_MEMORY
from bench.client import Connection
from bench.figures import Figure, Section, Wrong, at_most
from bench.over_http import WITHIN, served
from bench.place import FIRST, MONTHS, Place
from bench.processes import peak_of
from bench.timing import milliseconds
from eyrie.basics.money import WIDE
from eyrie.start.machine import MB
from tests.servers import RunningServer

LOADED = 5_000_000  # rows from which the bar means something
MEDIAN = at_most(100, "ms", LOADED)
LONGEST_SECONDS = 3_600
YEAR = {"start_date": str(FIRST), "end_date": f"{FIRST.year}-12-31"}
assert MONTHS == 12, "the bill is of a year"


@dataclass(frozen=True)
class Export:
    """One export, and the column that adds up to the total of its question."""

    name: str
    body: Mapping[str, object]
    amount: str


EXPORTS = (
    Export("stored rows as FOCUS", {"schema": "focus"}, "EffectiveCost"),
    Export(
        "groups by day and resource",
        {"groupings": ["resource_id", "service", "account_id"]},
        "Amount",
    ),
    Export("a comparison by resource", {"schema": "comparison", "groupings": ["resource_id"]}, "Amount"),
)


def measure(place: Place) -> Section:
    """Write each export, and ask other things until it is written."""
    place.need_home()
    with served(place.home, "read,write") as (server, token):
        figures = [figure for export in EXPORTS for figure in _measured(server, token, export)]
        figures.append(
            Figure("peak memory of the server", peak_of(server.process.pid) / MB, "MB", None, WITHIN)
        )
    return Section(
        "Exports",
        place.rows,
        f"`eyrie serve` with {OUR_MEMORY} writes all costs of a year; beside it, one client asks new questions "
        "and pages that are known, in turn, until the export is written. Every file adds up to the total of its "
        "question.",
        figures,
        ("ours", ""),
    )


def _measured(server: RunningServer, token: str, export: Export) -> Iterator[Figure]:
    with Connection(server.address, token) as connection:
        report = json.loads(connection.get("/v2/cost_reports").body)["cost_reports"][0]["token"]
        asked = {**YEAR, "cost_report_token": report}
        begun = time.perf_counter()
        reply = connection.send(
            "POST", "/v2/costs/data_exports", json.dumps({**asked, **export.body}).encode()
        )
        if reply.status != 202:
            raise Wrong(f"{export.name}: {reply.status} {reply.body.decode()}")
        path = f"/v2/data_exports/{json.loads(reply.body)['token']}"
        times = list(_beside(connection, asked, lambda: _pending(connection, path)))
        seconds = time.perf_counter() - begun
        told = json.loads(connection.get(path.replace("/v2", "/api")).body)
        if told["status"] != "completed":
            raise Wrong(f"{export.name}: {told['error']}")
    _compare(server, token, asked, export, told)
    yield Figure(f"{export.name}: {told['rows']:,} lines", seconds, "s")
    yield Figure(
        f"other requests meanwhile: {export.name}, median", statistics.median(times), "ms", None, MEDIAN
    )
    yield Figure(f"other requests meanwhile: {export.name}, slowest", max(times), "ms")


def _pending(connection: Connection, path: str) -> bool:
    return connection.get(path).status == 202


def _beside(connection: Connection, asked: Mapping[str, str], pending: Callable[[], bool]) -> Iterator[float]:
    """How long other requests take: a new question, a known page, and who one is."""
    end = time.monotonic() + LONGEST_SECONDS
    known = {**asked, "groupings": "service", "date_bin": "month"}
    connection.get("/v2/costs", known)
    for number in itertools.count():
        new = {**known, "filter": f"costs.provider = 'aws' AND costs.service != 'Nothing {number}'"}
        for path, parameters in (("/v2/costs", new), ("/v2/costs", known), ("/v2/me", {})):
            yield milliseconds(lambda path=path, parameters=parameters: connection.get(path, parameters))  # type: ignore[misc]
        if not pending():
            return
        if time.monotonic() > end:
            raise Wrong("the export takes for ever")


def _compare(
    server: RunningServer, token: str, asked: Mapping[str, str], export: Export, told: Mapping[str, Any]
) -> None:
    """Add up all files, and hold the sum against the answer to the same question."""
    added = Decimal(0)
    with localcontext(WIDE):
        for file in told["files"]:
            with urlopen(file["url"]) as answer:  # noqa: S310  our own server
                for row in csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")):
                    added += Decimal(row[export.amount] or 0)
    with Connection(server.address, token) as connection:
        total = json.loads(connection.get("/v2/costs", {**asked, "limit": "1"}).body)["total_cost"]["amount"]
    if WIDE.quantize(added, Decimal("0.01")) != Decimal(total):
        raise Wrong(f"{export.name}: the files add up to {added}, and the total is {total}")

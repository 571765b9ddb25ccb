"""Exports over the API: asked for, written, and their files read back."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from tests.in_process import Client
from tests.world import World

Rows = list[list[str]]


def asked(world: World, client: Client | None = None, **body: Any) -> str:
    """Ask for an export of January, of all custom providers in Main unless said otherwise; its token."""
    sent = {
        "workspace_token": world.main,
        "filter": "costs.provider = 'custom_provider'",
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
        **body,
    }
    answer = (client or world.owner).post("/v2/costs/data_exports", json=sent)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["token"])


def export(world: World, **body: Any) -> Rows:
    """Ask for an export, have it written, and give the rows of its files, the header first."""
    token = asked(world, **body)
    world.work()
    return rows_of(world, links(world, token))


def links(world: World, token: str) -> list[str]:
    """Where the files of a written export are."""
    answer = world.owner.get(f"/v2/data_exports/{token}")
    assert (answer.status_code, answer.json()["status"]) == (200, "completed"), answer.text
    return list(answer.json()["manifest"]["files"])


def rows_of(world: World, files: Sequence[str]) -> Rows:
    """The rows of files as one, without a token: every file has the same header, which is given once."""
    found: Rows = []
    for file in files:
        answer = world.anonymous.get(file)
        assert answer.status_code == 200, answer.text
        header, *rows = csv.reader(io.StringIO(answer.content.decode()))
        assert found[:1] in ([], [header])
        found = [header, *found[1:], *rows]
    return found


def as_dicts(rows: Rows) -> list[Mapping[str, str]]:
    """The rows under their titles."""
    header, *rest = rows
    return [dict(zip(header, row, strict=True)) for row in rest]

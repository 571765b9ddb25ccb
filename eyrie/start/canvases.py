"""Canvases at the terminal: what there is, and a prompt worked out at once."""

import os
from collections.abc import Sequence

from eyrie.answers.canvases import worked_out
from eyrie.basics.errors import NotFound
from eyrie.basics.period import iso_seconds
from eyrie.operations.house import House
from eyrie.operations.shapes import Json
from eyrie.records.reports.canvas_rows import CanvasRow
from eyrie.start.asking import workspace_of
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.cli.company_shapes import CanvasLine, CanvasTold
from eyrie.surfaces.cli.work import CostsWish, Flags


def canvases(flags: Flags) -> Sequence[CanvasLine]:
    """List the canvases."""
    with opened(read_settings(os.environ, flags)) as house:
        return canvases_of(house)


def canvas(flags: Flags, token: str) -> CanvasTold:
    """Show one."""
    with opened(read_settings(os.environ, flags)) as house:
        return canvas_of(house, token)


def try_prompt(flags: Flags, prompt: str, workspace: str | None) -> CanvasTold:
    """Work a prompt out."""
    with opened(read_settings(os.environ, flags)) as house:
        return tried(house, prompt, workspace)


def canvases_of(house: House) -> Sequence[CanvasLine]:
    """The canvases of all workspaces, by workspace and title."""
    with asking(house) as call:
        names = {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}
        listed = [
            CanvasLine(
                title=row.title,
                token=row.token,
                prompt=row.prompt,
                refreshed=iso_seconds(row.refreshed_at) if row.refreshed_at else "",
                workspace=names[row.workspace_token],
            )
            for row in call.rows.all(call.rows.query(CanvasRow))
        ]
        return sorted(listed, key=lambda line: (line.workspace, line.title, line.token))


def canvas_of(house: House, token: str) -> CanvasTold:
    """What a canvas shows now."""
    with asking(house) as call:
        row = call.rows.find(CanvasRow, token)
        if row is None:
            raise NotFound(f"There is no canvas {token!r}; `eyrie canvas list` lists those that there are")
        waiting = {"table": None, "error": "Not worked out yet; a running server or `eyrie worker` does it."}
        return _told(f"{row.title}: {row.prompt}", row.data or waiting)


def tried(house: House, prompt: str, workspace: str | None) -> CanvasTold:
    """What a canvas with this prompt would show."""
    with asking(house) as call:
        named = workspace_of(call, CostsWish(workspace=workspace))
        assert named is not None, "only a report brings a workspace of its own"
        return _told(f"{named.name}: {prompt}", worked_out(call, named.token, prompt))


def _told(about: str, data: Json) -> CanvasTold:
    table = data["table"]
    if table is None:
        return CanvasTold(about, (), (), data["error"] or "")
    about = f"{about}, {table['query']['start_date']} to {table['query']['end_date']}"
    heads = [column["label"] for column in table["columns"]]
    rows = [["" if cell is None else str(cell) for cell in row] for row in table["rows"]]
    return CanvasTold(about, heads, rows, data["error"] or "")

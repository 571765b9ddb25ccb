"""Canvases: a prompt in plain words, and the table that a job makes of it."""

from typing import Any

from pydantic import Field

from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import Change, Draft, Json, Moment, PagedQuery, Title, Token, View
from eyrie.records.reports.canvas_rows import CanvasRow
from eyrie.store.outbox import enqueue

REFRESH = "refresh canvas"


class CanvasColumn(View):
    """One column of the table."""

    key: str = Field(description="A grouping, `accrued_at`, `amount`, `usage`, `usage_unit` or `count`.")
    label: str = Field(description="What people read above it.")
    type: str = Field(description="`date`, `text`, `money` or `number`.")


class CanvasTable(View):
    """What was found, and the question that finds it again."""

    columns: list[CanvasColumn]
    rows: list[list[Any]] = Field(description="A cell for each column.")  # Any: texts, counts and nulls
    query: Json = Field(description="The question, in the parameters of `GET /costs`.")
    generated_at: str = Field(description="When it was found.")


class CanvasData(View):
    """What a refresh gave."""

    table: CanvasTable | None = Field(description="The table, unless nothing could be asked.")
    error: str | None = Field(description="What could not be understood, or what went wrong.")


class Canvas(View):
    """A prompt and its table."""

    token: Token
    title: str = Field(description="The title of the Canvas.")
    prompt: str = Field(description="What is asked, in plain words.")
    data: CanvasData | None = Field(description="Its table; null until it is worked out.")
    workspace_token: Token
    created_at: Moment
    updated_at: Moment


class CreateCanvas(Draft):
    """What makes a Canvas."""

    title: Title = Field(description="The title of the Canvas.")
    prompt: Title = Field(description="What is asked, in plain words.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )


class UpdateCanvas(Change):
    """What changes a Canvas."""

    title: Title | None = Field(None, description="The title of the Canvas.")
    prompt: Title | None = Field(None, description="What is asked; another one is worked out anew.")


class ListCanvases(PagedQuery):
    """Which Canvases to list."""

    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")
    q: str | None = Field(None, description="A part of the title.")


canvases = Record(
    name="canvas",
    thing="Canvas",
    tag="Canvases",
    path="/canvases",
    token_prefix="cnvs",
    row=CanvasRow,
    view=Canvas,
    create=CreateCanvas,
    update=UpdateCanvas,
    listed_by=ListCanvases,
    unaudited=frozenset({"data"}),
    refuses={Verbs.CREATE: frozenset({400}), Verbs.UPDATE: frozenset({400, 404})},
)


def _asked(call: Call, values: Values, row: CanvasRow | None) -> Values:
    """Another prompt has no table yet."""
    if row is not None and values.get("prompt", row.prompt) != row.prompt:
        values["data"] = None
        refresh(call, row)
    return values


def refresh(call: Call, row: CanvasRow) -> None:
    """Ask for its table; of one canvas one at a time, so that what was asked last counts."""
    enqueue(call.session, REFRESH, {"canvas": row.token}, run_at=call.now, lane=f"canvas {row.token}")


canvases.before_write = _asked
canvases.after_create = refresh


def operations() -> list[Operation]:
    """The operations of canvases."""
    return operations_of(canvases)

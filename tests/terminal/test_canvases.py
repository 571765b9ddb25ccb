"""`eyrie canvas`: what there is, what it shows, and prompts that are only tried."""

import pytest

from eyrie.basics.errors import Malformed, NotFound
from eyrie.start.canvases import canvas_of, canvases_of, tried
from eyrie.surfaces.cli.company_shapes import CanvasLine, CanvasTold

PROMPT = "top 2 services by cost last month"
TABLE = CanvasTold(
    f"Main: {PROMPT}, 2025-01-01 to 2025-01-31",
    ["Service", "Cost (USD)"],
    [["Seats", "1190.005"], ["Support", "300.0"]],
    "",
)


def make(world, title, prompt=PROMPT):
    body = {"title": title, "prompt": prompt, "workspace_token": world.main}
    return world.owner.post("/v2/canvases", json=body).json()["token"]


def test_a_prompt_is_tried_without_keeping_anything(billed):
    assert tried(billed.house, PROMPT, "Main") == TABLE
    assert canvases_of(billed.house) == []


def test_cells_without_a_value_and_words_without_a_meaning(billed):
    told = tried(billed.house, "elephants by tag:team last month", billed.main)
    assert told.rows == [["core", "1200.005"], ["Core-Team", "300.0"], ["", "30.0"]]
    assert '"elephants"' in told.error
    assert tried(billed.house, "elephants", billed.main).heads == ()


def test_a_canvas_shows_what_was_worked_out_last(billed):
    second, first = make(billed, "B"), make(billed, "A", "cost")
    line = CanvasLine("B", second, PROMPT, "", "Main")
    assert canvases_of(billed.house) == [CanvasLine("A", first, "cost", "", "Main"), line]
    assert "Not worked out yet" in canvas_of(billed.house, second).error
    billed.work()
    assert canvases_of(billed.house)[1].refreshed == "2025-02-15T12:00:00Z"
    shown = canvas_of(billed.house, second)
    assert (shown.about, shown.rows) == (f"B: {PROMPT}, 2025-01-01 to 2025-01-31", TABLE.rows)


def test_what_is_not_there_is_told(billed):
    with pytest.raises(NotFound, match="`eyrie canvas list`"):
        canvas_of(billed.house, "cnvs_0123456789abcdef")
    with pytest.raises(NotFound, match="no workspace 'Nowhere'"):
        tried(billed.house, PROMPT, "Nowhere")
    with pytest.raises(Malformed, match="--workspace"):
        tried(billed.house, PROMPT, None)

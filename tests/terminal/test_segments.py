"""`eyrie segment`: trees as they are kept, and what each of their segments costs."""

import json
from decimal import Decimal

import pytest

from eyrie.basics.errors import UserFault
from eyrie.start.explaining import explanation_of
from eyrie.start.segments import costs_of_segment, segments_of
from eyrie.surfaces.cli.reports import shown as explained
from eyrie.surfaces.cli.segments import shown
from eyrie.surfaces.cli.work import CostsWish
from tests.terminal.billed import SHOWN, STEERING

JANUARY = {"first": "2025-01-01", "last": "2025-01-31"}


@pytest.fixture
def tree(billed):
    """Tools, tracked: Core and Others by tag, and Support inside Others; give the tokens by title."""

    def segment(title, parent=None, **fields):
        place = {"parent_segment_token": parent} if parent else {"workspace_token": billed.main}
        made = billed.owner.post("/v2/segments", json={"title": title, **place, **fields})
        billed.pass_time()
        return made.json()["token"]

    def ours(condition):
        return f"costs.provider = 'custom_provider' AND {condition}"

    tools = segment("Tools", track_unallocated=True)
    core = segment("Core", tools, filter=ours("tags.name = 'team' AND tags.value = 'core'"), priority=1)
    others = segment("Others", tools, filter=ours("costs.region = 'eu-1'"))
    support = segment("Support", others, filter=ours("costs.service = 'Support'"))
    return {"Tools": tools, "Core": core, "Others": others, "Support": support}


def test_segments_are_listed_below_their_parents(billed, tree):
    listed = segments_of(billed.house)
    assert [(line.depth, line.title, line.token, line.priority) for line in listed] == [
        (0, "Tools", tree["Tools"], 100),
        (1, "Core", tree["Core"], 1),
        (1, "Others", tree["Others"], 100),
        (2, "Support", tree["Support"], 100),
    ]


def test_a_tree_is_shown_with_what_each_segment_keeps_for_itself(billed, tree):
    told = costs_of_segment(billed.house, CostsWish(report=tree["Tools"], **JANUARY))
    text = shown(told).replace(tree["Tools"], "tools").replace(tree["Core"], "core")
    text = text.replace(tree["Others"], "others").replace(tree["Support"], "support")
    assert text == (
        "Main, 2025-01-01 to 2025-01-31, amortized, without credits and refunds\n\n"
        "SEGMENT                  USD   SHARE  TOKEN\n"
        "Tools               1,530.01  100.0%  tools\n"
        "  Core              1,200.01   78.4%  core\n"
        "  Others              290.00   19.0%  others\n"
        "    Support           300.00   19.6%  support\n"
        "    its own filter    -10.00   -0.7%  -\n"
        "  Unallocated          40.00    2.6%  -"
    )


def test_amounts_are_those_of_each_report(billed, tree):
    told = costs_of_segment(
        billed.house, CostsWish(report=tree["Tools"], first="2024-12-01", last="2025-02-28")
    )
    for line in told.lines:
        if line.token:
            asked = {"cost_report_token": line.token, "start_date": "2024-12-01", "end_date": "2025-02-28"}
            rows = billed.owner.get("/v2/costs", params=asked).json()["costs"]
            assert sum(Decimal(row["amount"]) for row in rows) == line.amount
    assert json.dumps(told.body)


def test_children_of_one_title_have_each_their_own_amount(billed, tree):
    body = {"title": "Core", "parent_segment_token": tree["Tools"], "filter": "costs.provider = 'aws'"}
    billed.owner.post("/v2/segments", json=body)
    told = costs_of_segment(billed.house, CostsWish(report=tree["Tools"], **JANUARY))
    assert [line.amount for line in told.lines if line.title == "Core"] == [Decimal("1200.005"), 0]


def test_what_steers_a_terminal_is_not_printed(billed, tree):
    billed.owner.put(f"/v2/segments/{tree['Core']}", json={"title": STEERING})
    told = costs_of_segment(billed.house, CostsWish(report=tree["Tools"], **JANUARY))
    assert SHOWN in shown(told)


def test_an_explanation_tells_who_took_what(billed, tree):
    text = explained(explanation_of(billed.house, CostsWish(report=tree["Others"], **JANUARY), None))
    assert [line.split() for line in text.splitlines() if "fltr_sgmt" in line] == [
        ["Support", tree["Support"], "1", "300.0"],
        ["Others", tree["Others"], "1", "-10.0"],
    ]


def test_a_token_that_names_none_is_told(billed):
    with pytest.raises(UserFault, match="`eyrie segment list` shows"):
        costs_of_segment(billed.house, CostsWish(report="fltr_sgmt_0123456789abcdef"))

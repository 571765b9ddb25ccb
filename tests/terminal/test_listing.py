"""`eyrie integrations`, `tags`, `reports`: what there is, in columns that a script can cut."""

import pytest

from eyrie.basics.errors import UserFault
from eyrie.start.listing import integrations_of, reports_of, tags_of
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import ReportLine
from tests.terminal.billed import SHOWN, STEERING, its_provider


def test_integrations_tell_how_far_their_costs_reach(billed):
    billed.custom_provider("Silent", billed.main, billed.other)
    lines = {line.name: line for line in integrations_of(billed.house)}
    tools, silent = lines["Tools"], lines["Silent"]
    assert (tools.provider, tools.status, tools.rows) == ("custom_provider", "imported", 8)
    assert (tools.first, tools.last, tools.fresh) == ("2025-01-01", "2025-02-02", "13 days ago")
    assert (silent.rows, silent.first, silent.fresh) == (0, "", "")
    assert silent.workspaces == ("Main", "Other")


def test_tags_are_counted_and_their_values_listed(billed):
    [team] = tags_of(billed.house, None)
    provider = f"custom_provider:{its_provider(billed)}"
    assert (team.text, team.values, team.providers) == ("team", 2, (provider,))
    assert [value.text for value in tags_of(billed.house, "team")] == ["Core-Team", "core"]
    for unknown in ("Team", "", "\udcff"):
        with pytest.raises(UserFault, match="`eyrie tags` lists"):
            tags_of(billed.house, unknown)


def test_reports_are_listed_with_the_folders_around_them(world):
    outer = {"title": "Teams", "workspace_token": world.main}
    outer = world.owner.post("/v2/folders", json=outer).json()["token"]
    inner = {"title": "Core", "parent_folder_token": outer}
    inner = world.owner.post("/v2/folders", json=inner).json()["token"]
    body = {"title": "By service", "folder_token": inner, "groupings": "service"}
    token = world.owner.post("/v2/cost_reports", json=body).json()["token"]
    listed = reports_of(world.house)
    assert [(line.workspace, line.folder, line.title) for line in listed] == [
        ("Main", "", "All Resources"),
        ("Main", "Teams / Core", "By service"),
        ("Other", "", "All Resources"),
    ]
    assert listed[1] == ReportLine(
        "By service", token, "Teams / Core", "2025-02-01 to 2025-02-28", "service", "Main"
    )


def test_lists_show_such_names_too_and_stay_aligned():
    assert table(("NAME", "ROWS"), [(STEERING, "1"), ("東京", "22"), ("two\nlines", "3")]).splitlines() == [
        "NAME           ROWS",
        f"{SHOWN}  1",
        "東京           22",
        "two\ufffdlines      3",
    ]

"""Segments as records: where they stand, what they keep, what goes with them."""

import pytest

AWS = "costs.provider = 'aws'"
DEFAULTS = {
    "include_credits": False,
    "include_refunds": False,
    "include_discounts": True,
    "include_tax": True,
    "amortize": True,
}


@pytest.fixture
def segment(world):
    """Make a segment of Main, or a child of the one that is named; give what is shown."""

    def make(title="S", parent=None, **fields):
        place = {"parent_segment_token": parent} if parent else {"workspace_token": world.main}
        answer = world.owner.post("/v2/segments", json={"title": title, **place, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return make


def shown(world, token):
    return world.owner.get(f"/v2/segments/{token}").json()


def changed(world, token, **fields):
    return world.owner.put(f"/v2/segments/{token}", json=fields)


def test_a_root_has_defaults(segment, world):
    made = segment("Root", description="", priority=None, filter="", report_settings=None)
    assert {**made, "token": "", "created_at": ""} == {
        "token": "",
        "title": "Root",
        "parent_segment_token": None,
        "description": "",
        "track_unallocated": False,
        "report_settings": DEFAULTS,
        "priority": 100,
        "filter": None,
        "created_at": "",
        "workspace_token": world.main,
        "report_token": None,
    }
    assert made["token"].startswith("fltr_sgmt_")


def test_a_child_lies_where_its_parent_does_and_has_no_settings(segment, world):
    root = segment("Root")
    body = {
        "title": "Child",
        "parent_segment_token": root["token"],
        "workspace_token": world.other,
        "report_settings": {"include_credits": True},
        "priority": 0,
        "filter": f"{AWS}\n",
    }
    child = world.owner.post("/v2/segments", json=body).json()
    assert (child["workspace_token"], child["priority"], child["filter"]) == (world.main, 0, f"{AWS}\n")
    assert "report_settings" not in child


def test_settings_merge_and_go_when_a_root_becomes_a_child(segment, world):
    root, other = segment("Root", report_settings={"include_credits": True}), segment("Other")
    merged = changed(world, root["token"], report_settings={"include_tax": False}).json()
    assert merged["report_settings"] == {**DEFAULTS, "include_credits": True, "include_tax": False}
    moved = changed(world, root["token"], parent_segment_token=other["token"]).json()
    assert "report_settings" not in moved
    assert "report_settings" not in changed(world, root["token"], report_settings={"amortize": False}).json()
    freed = changed(world, root["token"], parent_segment_token=None, report_settings={"amortize": False})
    assert freed.json()["report_settings"] == {**DEFAULTS, "amortize": False}
    assert freed.json()["parent_segment_token"] is None


def test_what_is_not_sent_stays_and_what_get_gave_put_takes(segment, world):
    root = segment("Root")
    made = segment("Child", root["token"], filter=AWS, description="Ours", priority=7, track_unallocated=True)
    assert changed(world, made["token"]).json() == made
    assert world.owner.put(f"/v2/segments/{made['token']}", json=made).json() == made
    cleared = changed(world, made["token"], filter="", description="").json()
    assert (cleared["filter"], cleared["description"], cleared["priority"]) == (None, "", 7)
    assert changed(world, made["token"], filter=None).json() == cleared


def test_its_report_has_a_token_once_it_was_computed(segment, world):
    made = segment("Root")
    world.work()
    report = shown(world, made["token"])["report_token"]
    assert report.startswith("rprt_")
    changed(world, made["token"], title="Renamed")
    assert shown(world, made["token"])["report_token"] == report
    assert world.owner.get(f"/v2/cost_reports/{report}").json()["title"] == "Renamed"


def test_a_report_that_cannot_be_added_up_is_a_report_all_the_same(segment, world):
    bill = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\n"
    rows = "Usage,2025-02-01,1,Seats,USD\nUsage,2025-02-01,1,Seats,EUR\n"
    world.imported(world.custom_provider(), bill + rows)
    made = segment("Root", filter="costs.provider = 'custom_provider'")
    world.work()
    assert shown(world, made["token"])["report_token"]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"title": " "}, "title is missing"),
        ({"priority": -1}, "priority is invalid"),
        ({"priority": 2**31}, "priority is invalid"),
        ({"priority": "high"}, "priority is invalid"),
        ({"filter": "costs.colour = 'red'"}, "costs.colour"),
        ({"parent_segment_token": "fltr_sgmt_0123456789abcdef"}, "parent_segment_token: Segment not found"),
        ({"report_settings": {"amortize": "sometimes"}}, "report_settings.amortize is invalid"),
        ({"track_unallocated": "some"}, "track_unallocated is invalid"),
    ],
)
def test_what_cannot_be_kept_is_refused_on_both_ways(segment, world, sent, problem):
    made = segment("Root")
    refused = world.owner.post("/v2/segments", json={"title": "S", "workspace_token": world.main, **sent})
    assert refused.status_code == 400
    assert problem in refused.json()["errors"][0]
    refused = changed(world, made["token"], **sent)
    assert refused.status_code == 400
    assert problem in refused.json()["errors"][0]
    assert shown(world, made["token"]) == made


def test_a_tree_stays_a_tree_in_one_workspace(segment, world):
    root = segment("Root")
    child = segment("Child", root["token"])
    leaf = segment("Leaf", child["token"])
    for inside in (root, child, leaf):
        refused = changed(world, root["token"], parent_segment_token=inside["token"])
        assert refused.status_code == 400
        assert refused.json()["errors"] == ["parent_segment_token: a Segment cannot lie inside itself"]
    body = {"title": "Elsewhere", "workspace_token": world.other}
    elsewhere = world.owner.post("/v2/segments", json=body).json()
    refused = changed(world, leaf["token"], parent_segment_token=elsewhere["token"])
    assert refused.json()["errors"] == ["parent_segment_token: a Segment cannot move to another Workspace"]
    hidden = {"title": "S", "parent_segment_token": root["token"]}
    assert world.stranger.post("/v2/segments", json=hidden).status_code == 400
    moved = changed(world, leaf["token"], parent_segment_token=root["token"]).json()
    assert moved["parent_segment_token"] == root["token"]


def test_a_deleted_segment_takes_all_below_it_and_their_reports(segment, world):
    root, kept = segment("Root"), segment("Kept")
    child = segment("Child", root["token"])
    leaf = segment("Leaf", child["token"], filter=AWS)
    world.work()
    world.pass_time()
    tokens = [shown(world, each["token"])["report_token"] for each in (child, leaf)]
    assert world.owner.delete(f"/v2/segments/{child['token']}").status_code == 204
    for gone in (child, leaf):
        assert world.owner.get(f"/v2/segments/{gone['token']}").status_code == 404
        assert world.owner.get("/v2/costs", params={"cost_report_token": gone["token"]}).status_code == 404
    for report in tokens:
        assert world.owner.get(f"/v2/cost_reports/{report}").status_code == 404
    told = [(entry.object_title, entry.event) for entry in world.audit()[-2:]]
    assert sorted(told) == [("Child", "record_destroyed"), ("Leaf", "record_destroyed")]
    listed = world.owner.get("/v2/segments").json()["segments"]
    assert {each["token"] for each in listed} == {root["token"], kept["token"]}


def test_a_segment_that_is_gone_before_it_is_computed_troubles_nobody(segment, world):
    made = segment("Root")
    assert world.owner.delete(f"/v2/segments/{made['token']}").status_code == 204
    assert world.work() == 1


def test_a_workspace_takes_its_segments_along(world):
    body = {"title": "Root", "workspace_token": world.other}
    root = world.owner.post("/v2/segments", json=body).json()["token"]
    child = world.owner.post("/v2/segments", json={"title": "C", "parent_segment_token": root}).json()
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    assert world.owner.get(f"/v2/segments/{child['token']}").status_code == 404


def test_segments_are_listed_by_title_and_workspace(segment, world):
    segment("Web shop"), segment("Research")
    world.pass_time()
    world.owner.post("/v2/segments", json={"title": "Web of others", "workspace_token": world.other})

    def titles(**parameters):
        found = world.owner.get("/v2/segments", params=parameters).json()
        return [each["title"] for each in found["segments"]]

    assert titles(q="WEB") == ["Web shop", "Web of others"]
    assert titles(q="web", workspace_token=world.main) == ["Web shop"]

"""vantage-python, unchanged: a tree of segments, its costs, and its reports."""

import time

import pytest
from vantage import CreateSegment, UpdateSegment, VantageAPIError

from tests.clients.bills import IMPORT_SECONDS, JANUARY, imported


def report_of(client, segment):
    """The token of a segment's report, once it was computed."""
    end = time.monotonic() + IMPORT_SECONDS
    while time.monotonic() < end:
        token = client.segments.get(segment).report_token
        if token:
            return token
        time.sleep(0.1)
    raise AssertionError("the report is still not computed")


def test_a_tree_divides_costs_and_goes_as_a_whole(client, workspace):
    provider = f"costs.provider = 'custom_provider:{imported(client, workspace, JANUARY)}'"
    root = client.segments.create(
        CreateSegment(title="All", workspace_token=workspace, track_unallocated=True, filter=provider)
    )
    assert (root.priority, root.description, root.parent_segment_token) == (100, "", None)
    assert root.report_settings.include_tax is True
    child = client.segments.create(
        CreateSegment(
            title="Seats",
            parent_segment_token=root.token,
            priority=5,
            filter=f"{provider} AND costs.service = 'Seats'",
        )
    )
    assert (child.workspace_token, child.priority) == (workspace, 5)
    assert {root.token, child.token} <= {each.token for each in client.segments.list(limit=1000).segments}
    asked = {"start_date": "2025-01-01", "end_date": "2025-01-31", "date_bin": "month"}
    for token in (root.token, report_of(client, root.token)):
        costs = client.costs.list(cost_report_token=token, **asked)
        assert {row.segment: row.amount for row in costs.costs} == {"Seats": "98.0", "Unallocated": "50.0"}
        assert costs.total_cost.amount == "148.0"
    report = client.cost_reports.get(report_of(client, child.token))
    assert (report.title, report.workspace_token, report.date_interval) == ("Seats", workspace, "this_month")
    changed = client.segments.update(child.token, UpdateSegment(filter=provider, title="Mine"))
    assert (changed.title, changed.filter, changed.priority) == ("Mine", provider, 5)
    client.segments.delete(root.token)
    for gone in (root, child):
        with pytest.raises(VantageAPIError) as refused:
            client.segments.get(gone.token)
        assert (refused.value.status, refused.value.errors) == (404, ["Segment not found"])

"""vantage-python, unchanged: audit logs, feedback, and annotations, which it only knows as raw requests."""

import pytest
from vantage import CreateFolder, CreateUserFeedback, UpdateFolder, VantageAPIError


def test_a_change_is_found_with_its_values_before_and_after(client, workspace):
    folder = client.folders.create(CreateFolder(title="Before", workspace_token=workspace))
    client.folders.update(folder.token, UpdateFolder(title="After"))
    client.folders.delete(folder.token)
    listed = client.audit_logs.list(object_token=folder.token).audit_logs
    assert [entry.event for entry in listed] == ["record_destroyed", "record_updated", "record_created"]
    updated = listed[1]
    assert updated.changed_values == {"title": ["Before", "After"]}
    assert updated.unchanged_values["type"] == "CostFolder"
    assert (updated.object_type, updated.source, updated.workspace_token) == ("folder", "api", workspace)
    assert client.audit_logs.get(updated.token) == updated


def test_entries_are_filtered_and_a_user_is_a_number_to_this_client(client, workspace):
    folder = client.folders.create(CreateFolder(title="Only one", workspace_token=workspace))
    asked = {"object_name": "Only one", "action": "create", "source": "api", "workspace_token": workspace}
    [found] = client.audit_logs.list(user=1, **asked).audit_logs
    assert found.object_token == folder.token
    day = found.created_at[:10]
    assert client.audit_logs.list(start_date=day, end_date=day, **asked).audit_logs == [found]
    assert client.audit_logs.list(user=2, **asked).audit_logs == []
    assert client.audit_logs.list(object_type="segment", **asked).audit_logs == []
    client.folders.delete(folder.token)


def test_an_entry_that_is_not_there_is_404(client):
    with pytest.raises(VantageAPIError) as refused:
        client.audit_logs.get("adt_lg_0000000000000000")
    assert (refused.value.status, refused.value.errors) == (404, ["Audit log not found"])


def test_feedback_is_taken(client, server):
    said = client.user_feedback.create(CreateUserFeedback(message="Thanks"))
    assert said.token.startswith("usr_fdbck_")
    assert said.message == "Thanks"
    assert said.created_by_token.startswith("usr_")


def test_an_annotation_lives(client):
    report = client.cost_reports.list().cost_reports[0].token
    body = {"report_tokens": [report], "date": "2026-03-01", "message": "Moved"}
    made = client.request("POST", "/v2/annotations", body=body)
    path = f"/v2/annotations/{made['token']}"
    assert made["token"].startswith("issue_")
    assert client.request("PUT", path, body={"message": "Moved back"})["message"] == "Moved back"
    listed = client.request("GET", "/v2/annotations", params={"report_token": report})["annotations"]
    assert [one["message"] for one in listed] == ["Moved back"]
    assert client.request("DELETE", path) is None
    with pytest.raises(VantageAPIError) as refused:
        client.request("DELETE", path)
    assert (refused.value.status, refused.value.errors) == (404, ["Annotation not found"])

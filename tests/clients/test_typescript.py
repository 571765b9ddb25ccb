"""@vantage-sh/vantage-client, unchanged: each script is one story, told in the client's own language."""

import json

import pytest

from tests.clients.conftest import HERE


@pytest.mark.parametrize(
    "story",
    [
        "records.mjs",
        "costs.mjs",
        "reports.mjs",
        "traces.mjs",
        "teams.mjs",
        "company.mjs",
        "forecasts.mjs",
        "metrics.mjs",
        "exports.mjs",
        "currencies.mjs",
        "segments.mjs",
    ],
)
def test_the_story_runs(node, story):
    node.run(HERE / story)


def test_the_lock_names_the_client_alone_and_no_host():
    text = (HERE / "package-lock.json").read_text()
    assert "http" not in text
    assert "resolved" not in text
    assert list(json.loads(text)["packages"]) == ["", "node_modules/@vantage-sh/vantage-client"]

"""Requests generated from both documents: whatever a document allows or forbids is answered as it says.

Schemathesis generates them, the same ones each time, and sends them to a real server: as its owner, and with no
token at all. It runs in a process of its own, because inside this one it would change how hypothesis tells what
fails.

Left out of its checks, because they are not true of this API:

    positive_data_acceptance     filters, groupings and tokens have rules that no schema can tell
    negative_data_rejection      as it stands: some wrong spellings are understood (see `generated_checks`)
    unsupported_method           without a token: a stranger learns nothing about a path, not even its methods
    object_level_authorization   needs a second person; the tests of every operation have one
    ensure_resource_availability as it stands: a body may name what is not there (see `generated_checks`)
    max_response_time            no test here looks at a clock
"""

import subprocess
import sys

import httpx
import pytest

from eyrie.operations.operation import Door
from tests.servers import environment, eyrie, running_server
from tests.surfaces.test_documents import DOCUMENTS

SCHEMATHESIS = (sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()")
ADDRESSES = {Door.V2: "/v2/oas_v3.json", Door.API: "/api/openapi.json"}
ALWAYS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
)
AS_OWNER = (
    *ALWAYS,
    "wrong_data_is_refused",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
    "what_was_made_is_there",
)
AS_STRANGER = (*ALWAYS, "strangers_are_told_nothing")
CONFIGURATION = """
hooks = "tests.surfaces.generated_checks"
color = false
warnings = false
cache.enabled = false

[generation]
deterministic = true
max-examples = 15
database = "none"
no-shrink = true

[dictionaries]
filters.values = ["costs.provider = 'custom_provider'", "costs.provider = 'aws' AND costs.service = 'EC2'"]
groupings.values = ["service", "provider,service", "tag:team", "tagged,usage_unit"]
days.values = ["2025-01-01", "2025-01-31"]
keys.values = ["team"]
workspaces.values = ["WORKSPACE"]

[parameters]
"query.workspace_token" = { dictionary = "workspaces" }
"body.workspace_token" = { dictionary = "workspaces" }
"body.tag_key" = { dictionary = "keys" }
"path.key" = { dictionary = "keys" }
"query.filter" = { dictionary = "filters" }
"body.filter" = { dictionary = "filters" }
"query.groupings" = { dictionary = "groupings" }
"body.groupings" = { dictionary = "groupings" }
"query.start_date" = { dictionary = "days" }
"query.end_date" = { dictionary = "days" }
"""
BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags
Usage,2025-01-05,10,EC2,"{""team"": ""core""}"
Usage,2025-01-06,-2.5,S3,
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with a bill in it, and beside its home how to generate requests for it."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "january.csv").write_text(BILL)
    eyrie("import", str(folder / "january.csv"), "--integration", "Ours", "--home", str(folder / "home"))
    with running_server(folder / "home") as running:
        owner = {"Authorization": f"Bearer {running.token()}"}
        (workspace,) = httpx.get(f"{running.address}/v2/workspaces", headers=owner).json()["workspaces"]
        (folder / "schemathesis.toml").write_text(CONFIGURATION.replace("WORKSPACE", workspace["token"]))
        yield running


def generated(server, door, checks, *headers):
    """Generate requests and check what is answered."""
    configuration = server.home.parent / "schemathesis.toml"
    options = ["--checks", ",".join(checks), "--phases", "coverage,fuzzing,stateful", "--continue-on-failure"]
    options += [word for header in headers for word in ("--header", header)]
    return subprocess.run(
        [*SCHEMATHESIS, "--config-file", configuration, "run", server.address + ADDRESSES[door], *options],
        capture_output=True,
        text=True,
        cwd=server.home.parent,
        env=environment(),
    )


@pytest.mark.parametrize("door", ADDRESSES)
def test_an_owner_is_answered_as_the_document_says(server, door):
    told = generated(server, door, AS_OWNER, f"Authorization: Bearer {server.token()}")
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"Tested: {count(door)}" in told.stdout


@pytest.mark.parametrize("door", ADDRESSES)
def test_a_stranger_is_answered_as_the_document_says(server, door):
    told = generated(server, door, AS_STRANGER)
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"Tested: {count(door)}" in told.stdout


def count(door):
    """How many operations a document has, without the one that serves it."""
    return sum(len(item) for item in DOCUMENTS[door]["paths"].values()) - 1

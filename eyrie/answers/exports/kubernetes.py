"""Exports of Kubernetes efficiency: read and validated, and refused for what is not there to be exported.

What containers asked for and used comes from clusters, not from bills, and nothing brings it in yet. So
there is no report to name and no default one; the answer says so, and what can be had instead.
"""

import re
from enum import StrEnum
from typing import Annotated, NoReturn

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from eyrie.access.caller import Scope
from eyrie.basics.errors import Malformed, NotFound
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.shapes import Day, Draft, Query, Token
from eyrie.operations.workspace import the_workspace
from eyrie.records.exports import DataExport
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import KUBERNETES

_GROUPINGS = "cluster_id, namespace, region, labeled, category, pod, label, label:<name>"
_GROUPING = re.compile(r"cluster_id|namespace|region|labeled|category|pod|label|label:.+", re.DOTALL)


class KubernetesBin(StrEnum):
    """The width of the bins."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


def _known(groupings: list[str] | None) -> list[str] | None:
    for grouping in groupings or ():
        if not _GROUPING.fullmatch(grouping):
            problem = f"groupings: {grouping!r} is unknown; use {_GROUPINGS}"
            raise PydanticCustomError("spoken", "{problem}", {"problem": problem})
    return groupings


Groupings = Annotated[list[str] | None, AfterValidator(_known)]


class KubernetesExportQuery(Query):
    """What comes in the address."""

    groupings: Groupings = Field(
        None,
        description=f"{_GROUPINGS}. The body may have them too.",
    )


class CreateKubernetesExport(Draft):
    """What is to be exported."""

    kubernetes_efficiency_report_token: Token | None = Field(
        None, description="The report; else the default one of the Workspace."
    )
    filter: str | None = Field(None, description="A VQL filter over kubernetes; replaces that of the report.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )
    start_date: Day | None = Field(None, description="The first day.")
    end_date: Day | None = Field(None, description="The last day.")
    date_bin: KubernetesBin | None = Field(None, description="The width of the bins.")
    groupings: Groupings = Field(None, description="As in the address, which comes first.")


def _refused(call: Call) -> NoReturn:
    body = call.body
    assert isinstance(body, CreateKubernetesExport)
    if body.start_date and body.end_date and body.start_date > body.end_date:
        raise Malformed("start_date must not be after end_date")
    read_filter(body.filter, KUBERNETES)
    if body.kubernetes_efficiency_report_token is not None:
        raise NotFound("Kubernetes efficiency report not found")
    the_workspace(call, body.workspace_token)
    raise NotFound(
        "Kubernetes efficiency report not found: Eyrie does not read what containers ask for and use yet. "
        "For what Kubernetes costs, POST /v2/costs/data_exports with a filter such as "
        "costs.provider = 'kubernetes'"
    )


def operations() -> list[Operation]:
    """The one operation of exporting Kubernetes efficiency."""
    return [
        Operation(
            name="createKubernetesEfficiencyReportExport",
            tag="KubernetesEfficiencyReports",
            method="POST",
            path="/kubernetes_efficiency_reports/data_exports",
            summary="Export Kubernetes efficiency",
            description="Validates what is asked and answers 404: what containers use is not read yet.",
            scope=Scope.READ,
            query=KubernetesExportQuery,
            body=JsonBody(CreateKubernetesExport),
            answers=Answer(202, DataExport),
            refuses=frozenset({400, 404}),
            work=Work.READS,
            run=_refused,
        )
    ]

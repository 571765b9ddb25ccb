"""Scenario models: changes that people plan, by amounts a month or by percentages, over stretches of days."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from eyrie.access.rights import may
from eyrie.basics.errors import Forbidden, NotFound, Refused
from eyrie.basics.money import LARGEST, at_rest, plain
from eyrie.costs.insights.forecasts.scenarios import AmountType, PlannedChange, Scenario
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import (
    YEAR_ONE,
    Change,
    Clears,
    Day,
    Draft,
    Json,
    Moment,
    Part,
    Title,
    Token,
    View,
)
from eyrie.records.reports.forecast_rows import ReportForecastRow, ScenarioModelRow
from eyrie.store.rows import LinkRow

LARGEST_PRIORITY = 2**31 - 1


def _whole_in_18_decimals(amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount.copy_abs() >= LARGEST or amount != at_rest(amount):
        raise PydanticCustomError("decimal", "not an amount")
    return amount


def _no_truth(sent: Any) -> Any:  # Any: whatever a client sent
    if isinstance(sent, bool):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return sent


PlannedAmount = Annotated[Decimal, AfterValidator(_whole_in_18_decimals)]
Priority = Annotated[int, BeforeValidator(_no_truth), Field(ge=-LARGEST_PRIORITY, le=LARGEST_PRIORITY)]
Scope = Annotated[str, Field(max_length=1_000)]


class ScenarioModelPeriod(View):
    """A stretch of days and what changes on them."""

    start_at: str = Field(description="The first day.")
    end_at: str | None = Field(description="The last day; null is for ever.")
    amount: str = Field(description="By how much, exactly.")
    amount_type: AmountType = Field(description="Dollars for each calendar month, or percent.")


class ScenarioModel(View):
    """Changes that somebody plans."""

    token: Token
    title: str = Field(description="The title of the ScenarioModel.")
    priority: int | None = Field(description="Models apply in ascending order; null is last.")
    workspace_token: Token | None = Field(description="The Workspace that it is for; null is all.")
    provider: str | None = Field(description="The provider whose costs change; null is all.")
    service: str | None = Field(description="The service whose costs change; null is all.")
    periods: list[ScenarioModelPeriod] = Field(description="When, and by how much.")
    created_by_token: Token | None = Field(description="The token of its creator.")
    created_at: Moment
    updated_at: Moment


class PeriodDraft(Part):
    """A stretch of days and what is to change on them."""

    @classmethod
    def given(cls, sent: Json) -> Json:
        """An empty last day is none, as is the year 1."""
        return {key: value for key, value in sent.items() if value not in (None, "", *YEAR_ONE)}

    start_at: Day = Field(description="The first day.")
    end_at: Day | None = Field(None, description="The last day; without one it is for ever.")
    amount: PlannedAmount = Field(description="By how much: more, or less if it is negative.")
    amount_type: AmountType = Field(description="Dollars for each calendar month, or percent.")


class CreateScenarioModel(Draft):
    """What makes a ScenarioModel."""

    title: Title = Field(description="The title of the ScenarioModel.")
    priority: Priority | None = Field(None, description="Models apply in ascending order; null is last.")
    provider: Scope | None = Field(None, description="Only costs of this provider; needs a Workspace.")
    service: Scope | None = Field(None, description="Only costs of this service; needs a Workspace.")
    workspace_token: Token | None = Field(None, description="The Workspace; without one it is for all.")
    periods: list[PeriodDraft] = Field([], description="When, and by how much.")


class UpdateScenarioModel(Change):
    """What changes a ScenarioModel; at least one field."""

    title: Title | None = Field(None, description="The title of the ScenarioModel.")
    priority: Annotated[Priority | None, Clears.BY_NULL] = Field(None, description="Null clears.")
    provider: Annotated[Scope | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="Null and empty clear; needs `workspace_token`."
    )
    service: Annotated[Scope | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="Null and empty clear; needs `workspace_token`."
    )
    workspace_token: Token | None = Field(None, description="The Workspace, if it is for all so far.")
    periods: list[PeriodDraft] | None = Field(None, description="Replaces all periods.")


scenario_models = Record(
    name="scenario_model",
    thing="Scenario model",
    tag="ScenarioModels",
    path="/scenario_models",
    token_prefix="frcst_mdl",
    row=ScenarioModelRow,
    view=ScenarioModel,
    create=CreateScenarioModel,
    update=UpdateScenarioModel,
    refuses={
        Verbs.CREATE: frozenset({403, 422}),
        Verbs.UPDATE: frozenset({403, 404, 422}),
        Verbs.DELETE: frozenset({403, 404}),
    },
)


def _written(call: Call, values: Values, row: ScenarioModelRow | None) -> Values:
    """Hold what was sent against itself and the workspace; bring periods into the form that is kept."""
    if row is not None and not values:
        raise Refused(f"at least one of {', '.join(UpdateScenarioModel.model_fields)} must be sent")
    periods: Sequence[PeriodDraft] | None = values.get("periods")
    problems = [*_unscoped(values, row), *_backwards(periods or ())]
    if problems:
        raise Refused(*problems)
    if values.get("workspace_token") is not None:
        _check_workspace(call, values["workspace_token"], row)
    if periods is not None:
        values["periods"] = [_kept(period) for period in periods]
    return values if row else {**values, "created_by_token": call.caller.created_by}


def _unscoped(values: Values, row: ScenarioModelRow | None) -> list[str]:
    """Who sets or clears a provider or service says in which workspace."""
    changed = [
        name
        for name in ("provider", "service")
        if name in values and values[name] != (getattr(row, name) if row else None)
    ]
    if not changed or values.get("workspace_token") is not None:
        return []
    return [f"workspace_token is required when {' or '.join(changed)} is set or cleared"]


def _backwards(periods: Sequence[PeriodDraft]) -> list[str]:
    return [
        f"periods[{place}].end_at must not be before start_at"
        for place, period in enumerate(periods)
        if period.end_at is not None and period.end_at < period.start_at
    ]


def _check_workspace(call: Call, workspace: str, row: ScenarioModelRow | None) -> None:
    """It must be there and open to the caller, and no forecast elsewhere may use the model."""
    if workspace not in call.caller.workspaces:
        raise NotFound("Workspace not found")
    if not may(call.caller, scenario_models.needs, workspace):
        raise Forbidden
    if row is None or row.workspace_token == workspace:
        return
    if row.workspace_token is not None:
        raise Refused("workspace_token: a ScenarioModel cannot move to another Workspace")
    used = (
        sa.select(ReportForecastRow.token)
        .join(LinkRow, LinkRow.source == ReportForecastRow.token)
        .where(LinkRow.target == row.token, ReportForecastRow.workspace_token != workspace)
    )
    if call.session.scalar(used.limit(1)) is not None:
        raise Refused("workspace_token: forecasts of another Workspace use this ScenarioModel")


def _kept(period: PeriodDraft) -> Json:
    return {
        "start_at": period.start_at.isoformat(),
        "end_at": period.end_at.isoformat() if period.end_at else None,
        "amount": plain(period.amount),
        "amount_type": str(period.amount_type),
    }


def scenario_of(row: ScenarioModelRow) -> Scenario:
    """What a model does to a forecast."""
    changes = tuple(
        PlannedChange(
            first=dt.date.fromisoformat(period["start_at"]),
            last=dt.date.fromisoformat(period["end_at"]) if period["end_at"] else None,
            amount=Decimal(period["amount"]),
            kind=AmountType(period["amount_type"]),
        )
        for period in row.periods
    )
    return Scenario(changes, row.provider, row.service)


scenario_models.before_write = _written


def operations() -> list[Operation]:
    """The operations of scenario models."""
    return operations_of(scenario_models)

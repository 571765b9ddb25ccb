"""The shapes of forecasts: what is asked, the rows of the contract, and our own answer with ranges."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from eyrie.answers.cost_shapes import CostLinks
from eyrie.basics.words import Provider
from eyrie.operations.shapes import Amount, Day, PagedQuery, Query, View

ALL = "all"
_PROVIDERS = (*Provider, ALL)


def _known(provider: str) -> str:
    if provider not in _PROVIDERS:
        raise PydanticCustomError("enum", "not a provider")
    return provider


ProviderOrAll = Annotated[
    str, AfterValidator(_known), Field(json_schema_extra={"enum": [str(each) for each in _PROVIDERS]})
]


class ForecastQuery(Query):
    """Which forecasted costs to give."""

    start_date: Day | None = Field(
        None, description="The first day; default is the first that is not complete."
    )
    end_date: Day | None = Field(None, description="The last day; default is the end of the month.")
    provider: ProviderOrAll | None = Field(
        None, description="Only costs of this provider; `all` is all providers together."
    )
    service: str | None = Field(
        None, description="Only costs of this service; `all` is all services together."
    )


class ListForecastQuery(ForecastQuery, PagedQuery):
    """Which forecasted costs to list."""


class ForecastedCost(View):
    """What is expected on one day."""

    date: str = Field(description="The day, as its first moment.")
    amount: str = Field(description="The amount.")
    provider: ProviderOrAll = Field(description="The provider; `all` is all together.")
    service: str = Field(description="The service; `all` is all together.")
    links: CostLinks | None = Field(None, description="Never sent; the contract knows it.")


class Expected(View):
    """What is expected, and between what it will be on four of five days."""

    median: Amount
    min: Amount | None = Field(description="Null while too little is known.")
    max: Amount | None = Field(description="Null while too little is known.")


class ExpectedDay(Expected):
    """What is expected on one day."""

    date: str


class ExpectedMonth(View):
    """What a month comes to."""

    month: str = Field(description="Year and month.")
    spent: Amount = Field(description="What its complete days cost.")
    expected: Amount = Field(description="What is expected of its days that were asked for.")
    together: Amount


class Realised(View):
    """How far off the forecasts of earlier days were, and how often what came was inside their range."""

    runs: int = Field(description="How many days' forecasts were held against what came.")
    days: int = Field(description="How many forecast days have come since.")
    wape: str | None = Field(description="All that they were off, as a part of all that came.")
    coverage: str | None = Field(description="The share of days inside the range.")


class ForecastTold(View):
    """A forecast with ranges."""

    currency: str
    provider: str
    service: str
    complete_through: str | None = Field(description="The last day that is complete; null without costs.")
    total: Expected = Field(description="All days together.")
    days: list[ExpectedDay]
    months: list[ExpectedMonth]
    realised: Realised

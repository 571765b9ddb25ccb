"""Random questions about costs, asked over HTTP page by page, and a place of its own for each example."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import httpx
from hypothesis import strategies as st

from tests.bills.slow_reading import EXACT, Upload, slow_costs
from tests.bills.strategies import FIRST_DAY, RandomBill
from tests.world import World

LAST_DAY = FIRST_DAY + dt.timedelta(days=150)  # bills end on 31 March, and are spread over 60 days at most
DIMENSIONS = (
    "provider",
    "service",
    "region",
    "resource_id",
    "charge_type",
    "account_id",
    "billing_account_id",
    "cost_category",
    "cost_subcategory",
    "usage_unit",
    "tagged",
    "tag:team",
    "tag:env",
    "tag:cost,center",
    "tag:nobody",
)
CLASSES = ("include_credits", "include_refunds", "include_discounts", "include_tax")
EVERYTHING = dict.fromkeys(CLASSES, "true")
_names = count(1)


@dataclass(frozen=True)
class Question:
    """What `GET /costs` is asked."""

    start: dt.date = FIRST_DAY
    end: dt.date = LAST_DAY
    groupings: str = ""
    date_bin: str = "day"
    order: str = "asc"
    settings: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """The question as HTTP wants it."""
        return {
            "start_date": str(self.start),
            "end_date": str(self.end),
            "groupings": self.groupings,
            "date_bin": self.date_bin,
            "order": self.order,
            **{f"settings[{name}]": value for name, value in self.settings.items()},
        }

    def slowly(self, uploads: Sequence[Upload], today: dt.date, **more: Any) -> dict[str, Any]:
        """The answer as plain Python works it out."""
        words = {"true": True, "false": False}
        return slow_costs(
            uploads,
            start_date=self.start,
            end_date=self.end,
            today=today,
            groupings=self.groupings,
            date_bin=self.date_bin,
            order=self.order,
            settings={name: words.get(value, value) for name, value in self.settings.items()},
            **more,
        )


class Place:
    """A workspace of its own in a world, with what was uploaded for it."""

    def __init__(self, world: World, **sees: object) -> None:
        self.world = world
        made = world.owner.post("/v2/workspaces", json={"name": f"Place {next(_names)}", **sees})
        self.workspace: str = made.json()["token"]

    def integration(self) -> str:
        """Add a custom provider that this place sees."""
        return self.world.custom_provider("CRM", self.workspace)

    def upload(self, integration: str, bill: RandomBill, name: str = "costs.csv") -> str:
        """Upload a bill and import it; give the token of the upload."""
        files = {"csv": (name, bill.content)}
        answer = self.world.owner.post(f"/v2/integrations/{integration}/costs.csv", files=files)
        assert answer.status_code == 201, answer.text
        self.world.work()
        return str(answer.json()["token"])

    def delete(self, integration: str, upload: str) -> None:
        """Delete an upload."""
        answer = self.world.owner.delete(f"/v2/integrations/{integration}/costs/{upload}")
        assert answer.status_code == 204

    def get(self, question: Question, integration: str | None = None, **more: str) -> httpx.Response:
        """Ask for one page: of one integration, or of all custom providers that the place sees."""
        provider = f"custom_provider:{integration}" if integration else "custom_provider"
        asked = {
            "workspace_token": self.workspace,
            "filter": f"costs.provider = '{provider}'",
            **question.parameters(),
            **more,
        }
        return self.world.owner.get("/v2/costs", params=asked)

    def ask(
        self, question: Question, integration: str | None = None, limit: int = 5000
    ) -> list[dict[str, Any]]:
        """Ask for all pages, following the links."""
        answer = self.get(question, integration, limit=str(limit))
        pages = []
        while True:
            assert answer.status_code == 200, answer.text
            pages.append(answer.json())
            following = pages[-1]["links"]["next"]
            if following is None:
                return pages
            answer = self.world.owner.get(following)

    def rows(self, question: Question, integration: str | None = None) -> list[dict[str, Any]]:
        """All rows of an answer."""
        return [row for page in self.ask(question, integration) for row in page["costs"]]

    def exact_total(self, question: Question, integration: str | None = None) -> Decimal:
        """What an answer adds up to, without any rounding."""
        return total(self.rows(question, integration))


def total(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    """Add up the amounts of rows exactly."""
    added = Decimal(0)
    for row in rows:
        added = EXACT.add(added, Decimal(row["amount"]))
    return added


def cents(amount: Decimal) -> str:
    """Round to cents, half away from zero, and write it as totals are written."""
    rounded = amount.quantize(Decimal("0.01"), context=EXACT)
    whole, _, decimals = f"{abs(rounded):f}".partition(".")
    sign = "-" if rounded < 0 else ""
    return f"{sign}{whole}.{decimals.rstrip('0') or '0'}"


def as_line(names: Sequence[str]) -> str:
    """Write groupings as the one CSV line that the parameter is."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()


def groupings(most: int = 3) -> st.SearchStrategy[str]:
    """Up to three groupings in any order."""
    return st.lists(st.sampled_from(DIMENSIONS), max_size=most, unique=True).map(as_line)


def chosen_settings() -> st.SearchStrategy[dict[str, str]]:
    """Any of the settings, each said or left to its default."""
    truth = st.sampled_from(("true", "false"))
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys((*CLASSES, "amortize"), truth),
            "aggregate_by": st.sampled_from(("cost", "usage", "count")),
        },
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any question; about hours only for as long as they may be asked about."""
    start = draw(st.dates(FIRST_DAY, LAST_DAY))
    date_bin = draw(st.sampled_from(("day", "week", "month", "quarter", "hour")))
    longest = 13 if date_bin == "hour" else 150
    return Question(
        start=start,
        end=start + dt.timedelta(days=draw(st.integers(0, longest))),
        groupings=draw(groupings()),
        date_bin=date_bin,
        order=draw(st.sampled_from(("asc", "desc"))),
        settings=draw(chosen_settings()),
    )

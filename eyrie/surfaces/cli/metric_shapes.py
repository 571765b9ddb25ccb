"""What the commands of metrics and unit costs ask for, and what they are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Flags = Mapping[str, str]


@dataclass(frozen=True)
class MetricLine:
    """A business metric as it is listed."""

    title: str
    token: str
    source: str
    state: str
    values: int
    first: str
    last: str
    reports: int
    error: str  # why its values did not come


@dataclass(frozen=True)
class MetricImportWish:
    """A CSV of values that somebody wants imported."""

    path: str  # - is standard input
    metric: str  # title or token; a title that is new makes one
    forecasted: bool = False


@dataclass(frozen=True)
class MetricImportTold:
    """What an import of values did."""

    title: str
    token: str
    is_new: bool
    rows: int
    written: int
    deleted: int


@dataclass(frozen=True)
class MetricValuesWish:
    """Values that somebody wants to see."""

    metric: str
    bin: str | None = None
    first: str | None = None
    label: str | None = None
    forecasted: bool = False


@dataclass(frozen=True)
class MetricValueLine:
    """One value, as the API writes it."""

    date: str
    amount: str
    label: str


@dataclass(frozen=True, kw_only=True)
class AttachWish:
    """A metric that somebody wants on a report."""

    metric: str
    report: str
    scale: str = "per_unit"
    calculation: str = "unit_cost"
    label: str | None = None
    only: tuple[str, ...] = ()  # labels


@dataclass(frozen=True)
class UnitCostsWish:
    """A question about unit costs; what is not given is as the report has it."""

    report: str
    bin: str | None = None
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class UnitCostLine:
    """One metric in one bin, as the API writes it."""

    date: str
    metric: str
    calculation: str
    scale: str
    counted: str
    amount: str


@dataclass(frozen=True)
class UnitCostsTold:
    """What a question about unit costs gave."""

    lines: Sequence[UnitCostLine]
    body: Mapping[str, Any]  # the API's answer, all pages as one, without links  # Any: JSON values


@dataclass(frozen=True)
class MetricWork:
    """The work behind the commands of metrics."""

    listed: Callable[[Flags], Sequence[MetricLine]]
    imported: Callable[[Flags, MetricImportWish], MetricImportTold]
    values: Callable[[Flags, MetricValuesWish], Sequence[MetricValueLine]]
    attached: Callable[[Flags, AttachWish], str]  # what there is now, in a sentence
    fetched: Callable[[Flags, str], str]
    unit_costs: Callable[[Flags, UnitCostsWish], UnitCostsTold]
    add_source: Callable[[Flags, str, str], str]  # provider and name; gives the integration's token
    set_credentials: Callable[[Flags, str, str], Sequence[str]]  # of a token, as JSON; gives names

"""The questions that are asked, as parameters of `GET /costs`, and each of them written by hand.

By hand means the best plain SQL over the raw Parquet files of the same home, also for what cubes answer. Its
columns are the bin, the groups, a resource's name and the amount. It is written by somebody who knows the
data: no row is of another currency or view, so nothing tests that. A group without cost and usage is no row
of an answer.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.figures import Bar, at_most, near_hand
from eyrie.basics.period import Period

AT_SIZE = 20_000_000  # rows from which the bars of questions hold
OF_CUBE, OF_MONTH, OF_TAGS = (at_most(limit, "ms", AT_SIZE) for limit in (20, 60, 60))
OF_ROWS = near_hand(1.3, 5, AT_SIZE)


@dataclass(frozen=True)
class Shape:
    """A question, the same by hand, and the bar for the time that it takes."""

    name: str
    first: str
    last: str
    groupings: tuple[str, ...]
    bin: str
    by_hand: str  # over {rows} and {tags}
    bar: Bar
    filter: str | None = None

    @property
    def period(self) -> Period:
        """The days that it asks about."""
        return Period.through(dt.date.fromisoformat(self.first), dt.date.fromisoformat(self.last))

    @property
    def asked(self) -> Mapping[str, str]:
        """The parameters of the request; without a filter it is about everything."""
        given = {
            "start_date": self.first,
            "end_date": self.last,
            "date_bin": self.bin,
            "groupings": ",".join(self.groupings),
        }
        return given | ({"filter": self.filter} if self.filter else {})


def summed(bin_: str, groups: Sequence[str], where: str = "") -> str:
    """Add up rows by plain columns."""
    keys = ", ".join(map(str, range(1, len(groups) + 2)))
    named = "max(resource_name) AS resource_name, " if "resource_id" in groups else ""
    return (
        f"SELECT {bin_} AS bin, {''.join(f'{group}, ' for group in groups)}{named}sum(effective_cost) AS amount "
        f"FROM {{rows}} WHERE {_COUNTED} {where} GROUP BY {keys} "
        "HAVING sum(effective_cost) <> 0 OR sum(usage_amount) <> 0"
    )


def by_tags(keys: Sequence[str], where: str) -> str:
    """Add up rows by tag set, look up what the sets say, and add up again."""
    joins = " ".join(
        f"LEFT JOIN (SELECT DISTINCT id, value AS tag_{place} FROM {{tags}} WHERE key = '{key}') AS tags_{place} "
        f"ON tags_{place}.id = tag_set_id"
        for place, key in enumerate(keys)
    )
    tags = ", ".join(f"tag_{place}" for place in range(len(keys)))
    by_set = (
        f"SELECT {_BY_MONTH} AS bin, tag_set_id, sum(effective_cost) AS cost, sum(usage_amount) AS usage "
        f"FROM {{rows}} WHERE {_COUNTED} {where} GROUP BY 1, 2"
    )
    return (
        f"SELECT bin, {tags}, sum(cost) AS amount FROM ({by_set}) {joins} GROUP BY ALL "
        "HAVING sum(cost) <> 0 OR sum(usage) <> 0"
    )


_COUNTED = "adjustment_class NOT IN ('credit', 'refund')"
_BY_DAY, _BY_MONTH, _BY_QUARTER = (
    "accrued_on",
    "date_trunc('month', accrued_on)::DATE",
    "date_trunc('quarter', accrued_on)::DATE",
)
_BY_HOUR = (
    "CASE granularity WHEN 'hour' THEN date_trunc('hour', charge_period_start) ELSE accrued_on::TIMESTAMP END"
)
_IN_DECEMBER = "AND accrued_on >= DATE '2025-12-01'"
_SINCE_NOVEMBER = "AND accrued_on >= DATE '2025-11-01'"
_SINCE_OCTOBER = "AND accrued_on >= DATE '2025-10-01'"
_AWS = "AND provider = 'aws'"
_SETS_NAMED = "tag_set_id IN (SELECT id FROM {tags} WHERE key = 'Name' AND value"

MONTH_TOTAL = Shape(
    *("month total", "2025-12-01", "2025-12-31", (), "month"),
    by_hand=summed(_BY_MONTH, (), _IN_DECEMBER),
    bar=OF_CUBE,
)
BY_SERVICE = Shape(
    *("daily by service, two months", "2025-11-01", "2025-12-31", ("service",), "day"),
    by_hand=summed(_BY_DAY, ("service",), _SINCE_NOVEMBER),
    bar=OF_CUBE,
)
# What the forecast of January rests on.
LAST_QUARTER = Shape(
    *("daily by service, 90 days", "2025-10-04", "2025-12-31", ("provider", "service"), "day"),
    by_hand=summed(_BY_DAY, ("provider", "service"), "AND accrued_on >= DATE '2025-10-04'"),
    bar=OF_MONTH,
)
# What `GET /costs` gives of a month if nothing else is said.
DEFAULT = Shape(
    *(
        "default `GET /costs`, a month",
        "2025-12-01",
        "2025-12-31",
        ("provider", "service", "account_id"),
        "day",
    ),
    by_hand=summed(_BY_DAY, ("provider", "service", "account_id"), _IN_DECEMBER),
    bar=OF_MONTH,
)
SHAPES = (
    MONTH_TOTAL,
    Shape(
        *("top accounts, a quarter", "2025-10-01", "2025-12-31", ("account_id",), "quarter"),
        by_hand=summed(_BY_QUARTER, ("account_id",), _SINCE_OCTOBER),
        bar=OF_CUBE,
    ),
    BY_SERVICE,
    Shape(
        *("month on month by service", "2025-11-01", "2025-12-31", ("service",), "month"),
        by_hand=summed(_BY_MONTH, ("service",), _SINCE_NOVEMBER),
        bar=OF_CUBE,
    ),
    Shape(
        *("daily by provider, a year", "2025-01-01", "2025-12-31", ("provider",), "day"),
        by_hand=summed(_BY_DAY, ("provider",)),
        bar=OF_CUBE,
    ),
    DEFAULT,
    Shape(
        *("one tag by month, a quarter", "2025-10-01", "2025-12-31", ("tag:team",), "month"),
        by_hand=by_tags(("team",), _SINCE_OCTOBER),
        bar=OF_TAGS,
    ),
    Shape(
        *("two tags by month, a quarter", "2025-10-01", "2025-12-31", ("tag:env", "tag:team"), "month"),
        by_hand=by_tags(("env", "team"), _SINCE_OCTOBER),
        bar=OF_TAGS,
    ),
    Shape(
        *("resources of a service, a month", "2025-12-01", "2025-12-31", ("resource_id",), "month"),
        filter="costs.provider = 'aws' AND costs.service = 'Service 003'",
        by_hand=summed(_BY_MONTH, ("resource_id",), f"{_IN_DECEMBER} {_AWS} AND service = 'Service 003'"),
        bar=OF_ROWS,
    ),
    Shape(
        *("all resources, a month", "2025-12-01", "2025-12-31", ("resource_id",), "month"),
        by_hand=summed(_BY_MONTH, ("resource_id",), _IN_DECEMBER),
        bar=OF_ROWS,
    ),
    Shape(
        *("names that are LIKE, by day, a quarter", "2025-10-01", "2025-12-31", (), "day"),
        filter="costs.provider = 'aws' AND tags.name = 'Name' AND tags.value LIKE 'host-%7'",
        by_hand=summed(_BY_DAY, (), f"{_SINCE_OCTOBER} {_AWS} AND {_SETS_NAMED} LIKE 'host-%7')"),
        bar=OF_ROWS,
    ),
    Shape(
        *("a rare tag, by day, a quarter", "2025-10-01", "2025-12-31", ("service",), "day"),
        filter="costs.provider = 'aws' AND tags.name = 'release' AND tags.value = 'release-007'",
        by_hand=summed(
            _BY_DAY,
            ("service",),
            f"{_SINCE_OCTOBER} {_AWS} AND tag_set_id IN "
            "(SELECT id FROM {tags} WHERE key = 'release' AND value = 'release-007')",
        ),
        bar=OF_ROWS,
    ),
    Shape(
        *("hours by provider, a week", "2025-12-08", "2025-12-14", ("provider",), "hour"),
        by_hand=summed(
            _BY_HOUR, ("provider",), "AND accrued_on BETWEEN DATE '2025-12-08' AND DATE '2025-12-14'"
        ),
        bar=OF_ROWS,
    ),
)

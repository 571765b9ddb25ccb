"""How far the bills of a snapshot reach: the last day on which something was used, of each integration.

Purchases do not count: a fee that was spread over a year is on days of which nothing else is known yet.
"""

import datetime as dt
from collections.abc import Mapping

from eyrie.basics.period import Period
from eyrie.basics.words import PURCHASES
from eyrie.costs.ledger.cubes import quickest
from eyrie.costs.ledger.parts import Snapshot, files_of, pruned
from eyrie.costs.query.catalogue import Origin
from eyrie.engine.plan import Compared, Comparison, Every, Field, Largest, Not, OneOf, Totals
from eyrie.engine.port import Cancel, Engine
from eyrie.engine.reach import Reach, of_condition

DAY = "accrued_on"
_KEYS = ("provider", "integration")


def latest_days(
    engine: Engine, snapshot: Snapshot, period: Period, cancel: Cancel | None = None
) -> Mapping[Origin, dt.date]:
    """Give the last day inside a period with something but purchases, by provider and integration."""
    where = Every(
        (
            Not(OneOf("charge_type", PURCHASES)),
            Compared(DAY, Comparison.AT_LEAST, period.start),
            Compared(DAY, Comparison.LESS, period.end),
        )
    )
    reach = Reach(frozenset({*_KEYS, DAY})) | of_condition(where)
    files = files_of(snapshot, (quickest(snapshot, part, reach) for part in pruned(snapshot, period)))
    if not files.files:
        return {}
    plan = Totals(
        files,
        keys=tuple((name, Field(name)) for name in _KEYS),
        measures=((DAY, Largest(DAY)),),
        where=where,
    )
    return {Origin(provider, token): day for provider, token, day in engine.run(plan, cancel).rows}

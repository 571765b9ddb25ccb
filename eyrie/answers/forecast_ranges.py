"""A forecast with its ranges, what the month cost so far, and how far off earlier forecasts were."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from eyrie.answers.forecast_shapes import ALL, Expected, ExpectedDay, ExpectedMonth, ForecastTold, Realised
from eyrie.answers.forecasting import Forecasted
from eyrie.basics.money import WIDE
from eyrie.costs.insights.forecasts.backtest import wape
from eyrie.costs.insights.forecasts.forecast import ranges, rounded
from eyrie.costs.insights.forecasts.history import ZERO, Leaf
from eyrie.costs.insights.forecasts.ranges import Range, Ranges

Came = Mapping[dt.date, Decimal]  # what complete days cost


@dataclass(frozen=True)
class Run:
    """What a forecast said on a day: of each day from `begins` on the median, the least and the most."""

    begins: dt.date
    amounts: Sequence[Sequence[str | None]]


def ranged(
    found: Forecasted, provider: str | None, service: str | None, runs: Sequence[Run] = ()
) -> ForecastTold:
    """Tell one series: of a provider, of a service, or of everything."""
    leaves = found.leaves(provider, service)
    period, together = found.forecast.period, found.forecast.together(leaves)
    known = ranges(found.basis.histories, leaves) if found.basis else Ranges((), ())
    complete = found.basis.complete_through if found.basis else None
    ahead = (period.start - complete).days if complete else 1
    total = _sum(together)
    return ForecastTold(
        currency=found.currency,
        provider=provider or ALL,
        service=service or ALL,
        complete_through=complete.isoformat() if complete else None,
        total=Expected(median=total, **_around(total, known.of_sum(len(together)) if ahead == 1 else None)),
        days=[
            ExpectedDay(date=day.isoformat(), median=amount, **_around(amount, known.at(place)))
            for place, (day, amount) in enumerate(zip(period, together, strict=True), start=ahead)
        ],
        months=_months(_came(found, leaves), dict(zip(period, together, strict=True))),
        realised=realised(runs, _came(found, found.leaves(None, None))),
    )


def realised(runs: Sequence[Run], came: Came) -> Realised:
    """Hold what forecasts said against the complete days that have come since."""
    tries, held, inside = [], 0, 0
    for run in runs:
        days = [(run.begins + dt.timedelta(days=place), said) for place, said in enumerate(run.amounts)]
        since = [(Decimal(said[0] or 0), said[1], said[2], came[day]) for day, said in days if day in came]
        if not since:
            continue
        tries.append(([float(median) for median, *_ in since], [float(actual) for *_, actual in since]))
        ranged_days = [each for each in since if each[1] is not None and each[2] is not None]
        held += len(ranged_days)
        inside += sum(
            Decimal(least or 0) <= actual <= Decimal(most or 0) for _, least, most, actual in ranged_days
        )
    off = wape(tries)
    return Realised(
        runs=len(tries),
        days=sum(len(actuals) for _, actuals in tries),
        wape=None if off is None else as_share(off),
        coverage=as_share(inside / held) if held else None,
    )


def as_share(value: float) -> str:
    """A share with three decimals, as 0.083."""
    return f"{value:.3f}"


def _came(found: Forecasted, leaves: Collection[Leaf]) -> Came:
    if found.basis is None:
        return {}
    with localcontext(WIDE):
        costs: dict[dt.date, Decimal] = {}
        for history in found.basis.histories:
            for day, cost in history.came(leaves).items():
                costs[day] = costs.get(day, ZERO) + cost
        return costs


def _months(came: Came, expected: Mapping[dt.date, Decimal]) -> list[ExpectedMonth]:
    """Each month of which a day is expected, with those of its days that are complete."""
    months: dict[str, tuple[list[Decimal], list[Decimal]]] = {}
    for day, amount in expected.items():
        months.setdefault(f"{day:%Y-%m}", ([], []))[1].append(amount)
    for day, cost in came.items():
        if (month := f"{day:%Y-%m}") in months:
            months[month][0].append(cost)
    return [
        ExpectedMonth(
            month=month, spent=_sum(costs), expected=_sum(amounts), together=_sum([*costs, *amounts])
        )
        for month, (costs, amounts) in months.items()
    ]


def _around(amount: Decimal, known: Range | None) -> dict[str, Decimal | None]:
    if known is None:
        return {"min": None, "max": None}
    least, most = known.around(float(amount))
    return {"min": min(amount, rounded(least)), "max": max(amount, rounded(most))}


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    with localcontext(WIDE):
        return sum(amounts, ZERO)

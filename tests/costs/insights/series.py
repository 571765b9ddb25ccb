"""Made-up daily costs in shapes that bills have, the same on every machine: chance comes from a seed."""

import datetime as dt
import random
from decimal import Decimal

from eyrie.basics.period import Period
from eyrie.costs.insights.forecasts.history import History, Leaf

FIRST = dt.date(2025, 1, 1)
AWS = Leaf("aws", "AmazonEC2")


def days_of(count, first=FIRST):
    return tuple(Period(first, first + dt.timedelta(days=count)))


def history(leaves, first=FIRST, **known):
    """A history of leaves by name, each a list of daily costs."""
    costs = {Leaf("aws", name): tuple(Decimal(str(cost)) for cost in days) for name, days in leaves.items()}
    count = len(next(iter(costs.values())))
    return History(Period(first, first + dt.timedelta(days=count)), costs, **known)


def shapes(count, seed=1):
    """Eleven kinds of series, all with noise."""
    chance = random.Random(seed)
    days = days_of(count)

    def noise(share):
        return max(0.0, chance.gauss(1, share))

    def working(day):
        return 1.0 if day.weekday() < 5 else 0.35

    def grown(rate):
        level, levels = 1.0, []
        for _ in days:
            levels.append(level)
            level *= 1 + rate
        return levels

    def wandering():
        level, levels = 100.0, []
        for _ in days:
            level *= 1 + chance.gauss(0, 0.02)
            levels.append(level)
        return levels

    growth, decline = grown(0.004), grown(-0.003)
    return {
        "flat": [100 * noise(0.05) for _ in days],
        "working days": [100 * working(day) * noise(0.08) for day in days],
        "growth": [50 * level * noise(0.06) for level in growth],
        "decline": [200 * level * noise(0.06) for level in decline],
        "month starts": [40 * noise(0.05) * (8 if day.day == 1 else 1) for day in days],
        "jumps": [(100 if place // 110 % 2 == 0 else 220) * noise(0.05) for place, _ in enumerate(days)],
        "spikes": [100 * noise(0.05) * (6 if chance.random() < 0.02 else 1) for _ in days],
        "now and then": [300 * chance.random() if chance.random() < 0.15 else 0.0 for _ in days],
        "noise": [100 * noise(0.35) for _ in days],
        "growing weeks": [
            80 * working(day) * level * noise(0.1) for day, level in zip(days, growth, strict=True)
        ],
        "wandering": [level * noise(0.03) for level in wandering()],
    }

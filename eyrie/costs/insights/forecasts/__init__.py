"""Forecasts daily costs, each provider's service by itself; the total is their exact sum.

`history.py` is what is known, `statistics.py` and `shape.py` take a series apart, `projection.py` carries it
on, `ranges.py` says how far off that was in the past, `forecast.py` puts the leaves together, `scenarios.py`
applies what people plan, and `backtest.py` holds it all against simpler ways.

Inside, statistics are binary floats, and only of kinds that every machine reckons alike: the four rules,
square roots, comparisons and `math.fsum`, never a logarithm, a power or a plain sum of floats. What comes out
is rounded once, to decimals, and everything after that is exact.
"""

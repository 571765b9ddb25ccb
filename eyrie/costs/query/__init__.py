"""Asks the ledger what things cost: an `Ask` is planned, answered exactly, and cut into pages.

`ask.py` is the question as people put it, `plan.py` decides how the engine finds it out, `answer.py` is what
comes back, `catalogue.py` lists what there is to ask about. Grouping, binning and ordering never change a
total.
"""

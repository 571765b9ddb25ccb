"""The demo: a year of costs of a company that does not exist, made from a seed, to look at and learn from.

    company    whose costs: teams, accounts, workspaces, people
    meters     what the company pays for by use, line by line, with prices and habits
    bills      days times meters: line items
    charges    what is not paid by use: commitments, discounts, credits, refunds, taxes
    reports    what its people keep: folders, saved filters, cost reports
    home       puts all of it into an empty home, in one step

The same seed and the same day give the same rows, to the byte: whole numbers and decimals only.
"""

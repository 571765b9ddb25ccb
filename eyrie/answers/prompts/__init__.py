"""Prompts of canvases, read as one question about costs. No guessing: a word is understood or it is named.

A prompt is words in any order: `top 5 services of aws last month`, `daily cost by region and tag:team since
2025-01-01`. Understood are

    what           cost, spend · usage · count of, number of, how many
    bins           daily, weekly, monthly, quarterly; by, per, each day …; over time
    dimensions     provider, service, region, account, billing account, resource, category, subcategory,
                   charge type, unit, tag:<key>
    days           today, yesterday, last month, last 3 months, this year, year to date, January 2025,
                   Q1 2025, 2025-01-31, 2025-01, 2025, since <day>, from <day> to <day>
    how many       top 5, 5 largest
    names          of providers and services that have costs in the workspace; in quotes they are names only

and words that say nothing (the, of, show me). Whoever wants more says it in a filter of a cost report.
"""

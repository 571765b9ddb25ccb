"""FOCUS files of any size: read by the engine, checked by rule, turned into parts, and written back out.

    paths ─► gather ─► unpack ─► sheet ─► read ─► check ─► line_items ─► parts
             files     bytes     header   cells    rules    our columns
                                            └── tags, sellers, units: looked up once for each text

Reading writes a draft: the rows of the file in their order, each FOCUS column with its type. Everything after
it asks the draft, so the text of a bill is parsed once. `bill.read_bill` is the way in, `export` the way out.

What a file said is never lost. Where the column of a line item holds something else than the cell (it could
not be read, was normalised, or was blank and filled), the cell stays in `extra` under its FOCUS name, and the
way out writes that: importing what was exported gives the same rows.
"""

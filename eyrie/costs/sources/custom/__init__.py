"""Bills that people upload as CSV: read, checked, transformed where asked, and turned into line items.

    bytes ─► read ─► sheet ─► check ─► charges ─► focus ─► line items
                       └── transform ──┘

`bill.read_upload` is the way in. All of it is values: no files, no clock, nothing saved.
"""

"""A folder for each kind of bill: how to read it and how it becomes line items."""

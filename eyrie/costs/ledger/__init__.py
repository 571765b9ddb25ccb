"""Books of facts: line items in immutable parts, their tag sets, and the snapshot a question sees."""

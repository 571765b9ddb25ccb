"""One table of operations: what every door reads, and what every operation gets."""

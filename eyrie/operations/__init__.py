"""One table of operations: what the HTTP doors and the documents read, and what every operation gets."""

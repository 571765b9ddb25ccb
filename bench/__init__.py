"""Benchmarks and crash runs: figures, never assertions of time."""

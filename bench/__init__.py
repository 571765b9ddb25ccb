"""Benchmarks and crash runs: figures, never assertions of time; `README.md` tells how to read them."""

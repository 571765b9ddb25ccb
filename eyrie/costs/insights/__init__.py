"""Tells what costs mean: what they will be, from what they were."""

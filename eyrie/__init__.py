"""Eyrie: takes in every bill, keeps it exactly, and answers who bears each cent."""

__version__ = "0.1.0"

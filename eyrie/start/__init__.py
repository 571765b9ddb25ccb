"""Wires the house: settings, serve, worker, command line."""

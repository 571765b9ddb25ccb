"""Asks other services for metrics, each through its public HTTP API."""

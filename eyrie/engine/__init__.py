"""Runs plans: a small family of typed questions, printed and executed by one engine behind a port."""

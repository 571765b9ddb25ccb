"""Tests of jobs run on both databases."""

from tests.store_fixtures import database, database_url, postgresql  # noqa: F401  fixtures

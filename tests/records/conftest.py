"""What the tests of this folder share."""

from tests.operations.shared import shared  # noqa: F401  fixture

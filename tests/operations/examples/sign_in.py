"""Examples of signing in, as far as no secret is needed for it."""

from collections.abc import Mapping

from tests.operations.examples.example import Example

EXAMPLES: Mapping[str, Example] = {
    "deleteSession": Example(),
}

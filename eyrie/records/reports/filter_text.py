"""Filters as people write them: kept character for character, blank meaning none."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

LONGEST_FILTER = 65_536


def _readable(text: str) -> str | None:
    if len(text) > LONGEST_FILTER:
        raise PydanticCustomError("filter_too_long", "filter is longer than 65,536 characters")
    return text if text.strip() else None


FilterText = Annotated[str, AfterValidator(_readable)]

"""Filters as people write them: they must hold for costs, are kept to the letter, and blank means none."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS


def _readable(text: str) -> str | None:
    try:
        return text if read_filter(text, COSTS) else None
    except InvalidFilter as error:
        raise PydanticCustomError("filter", "{problems}", {"problems": error}) from None


FilterText = Annotated[str, AfterValidator(_readable)]

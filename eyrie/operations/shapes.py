"""The shapes of what goes over the wire: views out; drafts, changes and questions in.

Clients cannot always say "not given": some write null for every unset list, "" for unset strings and the
year 1 for unset dates. What each of these means is settled here, once, before a field is looked at:

    in a body     a draft (POST)     a change (PUT)
    absent        default            unchanged
    null          default            unchanged, or cleared where the field says `Clears.BY_NULL`
    ""            default            cleared where the field says `Clears.BY_EMPTY`, else taken as it is
    []            empty              empty
    year 1        default            unchanged

`model_fields_set` then tells which keys were really sent.
"""

import datetime as dt
import re
from decimal import Decimal
from enum import Enum, Flag, auto
from typing import Annotated, Any, ClassVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from eyrie.basics.money import plain
from eyrie.basics.period import iso_milliseconds, iso_seconds, read_day

Json = dict[str, Any]  # Any: JSON values have many types
YEAR_ONE = ("0001-01-01", "0001-01-01T00:00:00Z")
DEEPEST = 100  # levels of lists and objects inside a field
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


class Clears(Flag):
    """How a change can clear a field."""

    BY_NULL = auto()
    BY_EMPTY = auto()


class Shape(BaseModel):
    """The base of all shapes."""

    model_config = ConfigDict(
        extra="ignore",
        coerce_numbers_to_str=True,
        populate_by_name=True,
        use_enum_values=True,
        validate_default=True,
    )


class View(Shape):
    """What is shown of something; every field is always present."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Body(Shape):
    """What came in a body, its texts checked for what no database keeps."""

    defaults: ClassVar[Json] = {}  # what "" stands for, where it can be no value itself

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, sent: Any) -> Any:  # Any: whatever JSON a client sent
        if not isinstance(sent, dict):
            raise PydanticCustomError("not_an_object", "The body must be a JSON object")
        for key, value in sent.items():
            if not storable(value):
                raise PydanticCustomError("unstorable", "{key} is invalid", {"key": str(key)[:100]})
        return cls.given(sent)

    @classmethod
    def given(cls, sent: Json) -> Json:
        """What of a body counts as given."""
        raise NotImplementedError

    @classmethod
    def takes_text(cls, key: str) -> bool:
        """Tell whether "" can be a value of this field: not for one of a few choices, nor for a day."""
        field = cls.model_fields.get(key)
        kinds = get_args(field.annotation) or (field.annotation,) if field else ()
        return not any(isinstance(kind, type) and issubclass(kind, Enum | dt.date) for kind in kinds)


class Draft(Body):
    """What is sent to make something."""

    blanks: ClassVar[frozenset[str]] = frozenset()  # fields in which "" is a blank text, and none is missing

    @classmethod
    def given(cls, sent: Json) -> Json:
        """Null, "" and the year 1 stand for the default."""
        return {
            key: value
            for key, value in sent.items()
            if value is not None and (value != "" or key in cls.blanks) and value not in YEAR_ONE
        }


class Part(Body):
    """An object inside a draft or change: its keys are merged, "" and null being no value there."""

    @classmethod
    def given(cls, sent: Json) -> Json:
        """An empty choice stands for the default, null for nothing."""
        return {
            key: cls.defaults.get(key) if value == "" else value
            for key, value in sent.items()
            if value is not None
        }

    def sent(self) -> Json:
        """The keys that were sent."""
        return {key: value for key, value in self.model_dump().items() if key in self.model_fields_set}


class Change(Body):
    """What is sent to change something: only the keys that were sent take part."""

    @classmethod
    def given(cls, sent: Json) -> Json:
        """Null clears where the field says so; "" stands for the default where it can be no value."""
        kept: Json = {}
        for key, value in sent.items():
            if value == "" and not cls.takes_text(key):
                if key in cls.defaults:
                    kept[key] = cls.defaults[key]
            elif value is None:
                if Clears.BY_NULL in cls.clears(key):
                    kept[key] = None
            elif value not in YEAR_ONE:
                kept[key] = value
        return kept

    @classmethod
    def clears(cls, key: str) -> Clears:
        """How this field is cleared."""
        field = cls.model_fields.get(key)
        marks = [mark for mark in field.metadata if isinstance(mark, Clears)] if field else []
        return marks[0] if marks else Clears(0)

    def sent(self) -> Json:
        """The fields that were sent, cleared ones as None."""
        values: Json = {}
        for key in type(self).model_fields:
            if key in self.model_fields_set:
                value = getattr(self, key)
                cleared = value == "" and Clears.BY_EMPTY in self.clears(key)
                values[key] = None if cleared else value
        return values


def _whole(sent: Any) -> Any:  # Any: whatever a client sent
    if isinstance(sent, bool) or (isinstance(sent, str) and not _WHOLE.fullmatch(sent)):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return sent


Whole = Annotated[int, BeforeValidator(_whole)]


class Query(Shape):
    """The parameters of a question, from the address; empty values are absent."""


class PagedQuery(Query):
    """The parameters of a list."""

    page: Annotated[Whole, Field(ge=1, description="The page of results to return.")] = 1
    limit: Annotated[Whole | None, Field(ge=1, description="The amount of results to return.")] = None
    after: Annotated[str | None, Field(description="Where the page before ended; links carry it.")] = None


def storable(value: Any, room: int = DEEPEST) -> bool:  # Any: whatever JSON a client sent
    """Tell whether a value can be kept: not endlessly deep, no NUL in a text, no half of a surrogate pair."""
    match value:
        case str():
            return _encodable(value)
        case dict():
            return room > 0 and all(
                _encodable(key) and storable(inner, room - 1) for key, inner in value.items()
            )
        case list():
            return room > 0 and all(storable(inner, room - 1) for inner in value)
        case _:
            return True


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _day(sent: Any) -> Any:  # Any: whatever a client sent
    if isinstance(sent, str):
        day = read_day(sent)
        if day is None:
            raise PydanticCustomError("date_invalid", "not a date")
        return day
    if not isinstance(sent, dt.date):
        raise PydanticCustomError("date_invalid", "not a date")
    return sent


def _nonblank(sent: Any) -> Any:  # Any: whatever a client sent
    if isinstance(sent, str) and not sent.strip():
        raise PydanticCustomError("blank", "blank")
    return sent


def _unique(sent: list[str]) -> list[str]:
    return list(dict.fromkeys(sent))


def _flag(sent: Any) -> Any:  # Any: whatever a client sent
    if isinstance(sent, bool):
        return sent
    truths = {"true": True, "1": True, "false": False, "0": False}
    try:
        return truths[str(sent).lower()]
    except KeyError:
        raise PydanticCustomError("bool_parsing", "not a boolean") from None


Token = Annotated[str, Field(max_length=64)]
Tokens = Annotated[list[Token], AfterValidator(_unique)]
Title = Annotated[str, BeforeValidator(_nonblank), Field(max_length=10_000)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Truth = Annotated[bool, BeforeValidator(_flag)]
Moment = Annotated[dt.datetime, PlainSerializer(iso_seconds, return_type=str)]
MomentWithMilliseconds = Annotated[dt.datetime, PlainSerializer(iso_milliseconds, return_type=str)]
Amount = Annotated[Decimal, PlainSerializer(plain, return_type=str)]

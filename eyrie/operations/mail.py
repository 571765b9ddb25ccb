"""Mail as the house sees it: what is to be carried, and the sink that carries it, chosen at the start."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """One e-mail in plain text."""

    to: str
    subject: str
    text: str
    name: str  # the same in every try, so that whoever gets it twice can tell


class Sink(Protocol):
    """What carries mail out of the house."""

    @property
    def name(self) -> str:
        """What the history calls it."""

    def carry(self, mail: Mail) -> None:
        """Hand it over, or raise `Undelivered`."""


@dataclass(frozen=True)
class Post:
    """How messages leave the house."""

    sink: Sink
    hour: int  # of the day in UTC at which regular ones go
    address: str | None  # what their links begin with

"""How far an import has come, for whoever shows it."""

from typing import Protocol


class Progress(Protocol):
    """Hears of each step of an import."""

    def begins(self, name: str, size: int, /) -> None:
        """A file of so many bytes is looked at."""
        ...

    def reads(self, name: str, /) -> None:
        """Its rows are read."""
        ...

    def writes(self, name: str, rows: int, /) -> None:
        """All its rows were read; now they are sorted and written."""
        ...

    def wrote(self, rows: int, /) -> None:
        """So many more of them are written."""
        ...

    def ends(self, name: str, /) -> None:
        """The file is done with."""
        ...

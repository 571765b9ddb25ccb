"""Tables for people: aligned columns without frames, so that they can be read and cut by scripts."""

from collections.abc import Sequence


def printable(text: str) -> str:
    """A line as it may be printed: what steers a terminal is shown as unknown, for bills hold any text."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows under a head; an empty cell is shown as a dash.

    >>> print(table(("NAME", "SCOPES"), [("ci", "read,write"), ("", "read")]))
    NAME  SCOPES
    ci    read,write
    -     read
    """
    from rich.cells import cell_len, set_cell_size  # help should not wait for it

    lines = [list(head), *([printable(cell) or "-" for cell in row] for row in rows)]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(set_cell_size(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )

"""Tables for people: aligned columns without frames, so that they can be read and cut by scripts."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows under a head; an empty cell is shown as a dash.

    >>> print(table(("NAME", "SCOPES"), [("ci", "read,write"), ("", "read")]))
    NAME  SCOPES
    ci    read,write
    -     read
    """
    lines = [list(head), *([cell or "-" for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )

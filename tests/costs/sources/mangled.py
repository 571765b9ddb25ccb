"""Bills that something happened to: bytes flipped, cut, doubled, put in, separators and encodings changed."""

import re
from collections.abc import Sequence

from hypothesis import strategies as st

HEADER = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency,Tags,x_Own"
ROWS = (
    'Usage,2025-01-01,1.5,"EC2, large",USD,"{""team"": ""core""}",a',
    "Usage,2025-01-02,-0.000000000000000001,S3,USD,,b",
    'Tax,2025-01-31,19.99,"two\nlines",USD,{},c',
    "Credit,2025-01-15,-20,Größe ☃,USD,,",
)
BILL = "\n".join((HEADER, *ROWS, ""))
PIECES = (
    *(
        b'"',
        b'""',
        b'"' * 5_000,
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n\n",
        b"\0",
        b",",
        b";",
        b"\t",
        b"|",
        b"\\",
        b"'",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xc3",
        b"\x01",
        b"\x1a",
        b"\x85",
        b"\xe2\x80\xa8",
    ),
    *(
        b"x" * 150_000,
        b"9" * 30,
        b"1e9",
        b"NULL",
        b"\n,,,,,,\n",
        b"," * 3_000,
        b"\n" + ROWS[0].encode() + b"\n",
    ),
)


def _at(content: bytes, place: float) -> int:
    return int(place * len(content))


def _flipped(content: bytes, place: float, end: float, byte: int) -> bytes:
    at = _at(content, place)
    return content[:at] + bytes((byte,)) + content[at + 1 :]


def _cut(content: bytes, place: float, end: float, byte: int) -> bytes:
    return content[: _at(content, place)]


def _without(content: bytes, place: float, end: float, byte: int) -> bytes:
    first, last = sorted((_at(content, place), _at(content, end)))
    return content[:first] + content[last:]


def _doubled(content: bytes, place: float, end: float, byte: int) -> bytes:
    first, last = sorted((_at(content, place), _at(content, end)))
    return content[:last] + content[first:]


def _with_piece(content: bytes, place: float, end: float, byte: int) -> bytes:
    at = _at(content, place)
    return content[:at] + PIECES[byte % len(PIECES)] + content[at:]


def _between_lines(content: bytes, place: float, end: float, byte: int) -> bytes:
    lines = content.split(b"\n")
    return b"\n".join((*lines[:1], *[PIECES[byte % len(PIECES)]], *lines[1:]))


def _with_separator(content: bytes, place: float, end: float, byte: int) -> bytes:
    return content.replace(b",", b";\t|:"[byte % 4 : byte % 4 + 1])


def _with_line_ends(content: bytes, place: float, end: float, byte: int) -> bytes:
    """Other ends for all lines, or for those behind a place only."""
    at = _at(content, place) if byte % 2 else 0
    return content[:at] + content[at:].replace(b"\n", (b"\r\n", b"\r")[byte // 2 % 2])


def _encoded(content: bytes, place: float, end: float, byte: int) -> bytes:
    encodings = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "utf-7")
    return content.decode(errors="replace").encode(encodings[byte % len(encodings)], "replace")


def _wider(content: bytes, place: float, end: float, byte: int) -> bytes:
    """Hundreds of columns more, in some rows or in all."""
    lines = content.split(b"\n")
    more = b"".join(b",x_%d" % column for column in range(byte * 2))
    last = len(lines) if byte % 2 else _at(content, place) % len(lines)
    return b"\n".join(line + more if line and row <= last else line for row, line in enumerate(lines))


CHANGES = (
    *(_flipped, _cut, _without, _doubled, _with_piece, _with_piece, _between_lines),
    *(_with_separator, _with_line_ends, _encoded, _wider),
)
_places = st.floats(0, 1, exclude_max=True)
_changes = st.tuples(st.sampled_from(CHANGES), _places, _places, st.integers(0, 255))


def _changed(content: bytes, changes: list[tuple]) -> bytes:
    for change, place, end, byte in changes:
        content = change(content, place, end, byte)
    return content


def mangled_bills() -> st.SearchStrategy[bytes]:
    """Bytes that were a good bill, before up to three things happened to it."""
    return st.builds(_changed, st.just(BILL.encode()), st.lists(_changes, max_size=3))


def are_ours(problems: Sequence[str], name: str = "") -> bool:
    """Hold problems to be told in our words: none of the engine's, of Python's, or of where we work."""
    foreign = re.compile(r"Error|Exception|Invalid Input|Possible|strict_mode|/tmp|work/|unpacked_|0x|codec")
    assert problems
    for problem in problems:
        assert problem.startswith(name)
        assert foreign.search(problem) is None, problem
    return True

"""Files that are broken, foreign or malicious: read right, or refused with what is wrong and where."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from eyrie.basics.errors import Malformed, Refused
from eyrie.costs.sources.custom.bill import read_upload
from eyrie.costs.sources.custom.settings import UploadLimits
from tests.bills.strategies import as_csv
from tests.costs.sources.uploads import INTEGRATION, LIMITS, only_item, problems, upload

HEADER = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName"
ROW = "Usage,2025-01-01,1,Seats"
QUOTE = "a quotation mark is opened and never closed"
EMPTY = "The file is empty; its first line must name the columns"


def services(text: str) -> list[str | None]:
    return [item.service for item in upload(text).items]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [EMPTY]),
        ("\n\r\n  \n,,,\n", [EMPTY]),
        (HEADER, ["The file has a header but no data rows"]),
        (f"{HEADER}\n\n,,,\n", ["The file has a header but no data rows"]),
        (f'{HEADER}\n{ROW}\nUsage,2025-01-01,1,"Seats\n{ROW}\n', [f"Row 2: {QUOTE}"]),
        (f'{HEADER},"Tags\n{ROW},\n', [f"The header: {QUOTE}"]),
        (
            f'{HEADER}\n{ROW}\nUsage,2025-01-01,1,"Seats"x\n',
            ["Row 2: a closing quotation mark must be followed by a separator or the end of the line"],
        ),
        (f"{HEADER}\n{ROW},\n{ROW},,more\n", ["Row 2: has 6 cells, but the header names 4 columns"]),
        (f"{HEADER}\nUsage\n", [
            "Row 1: ChargePeriodStart must be a valid date",
            "Row 1: BilledCost must be a valid number",
            "Row 1: ServiceName must not be blank",
        ]),
        (f"{HEADER}\n{ROW}\nUsage,2025-01-01,1,Se\0ats\n", [
            "Row 2: holds a NUL character; save the file as UTF-8 text"
        ]),
        (f"{HEADER},x\0\n{ROW},1\n", ["The header holds a NUL character; save the file as UTF-8 text"]),
        ("," + "c," * 9_999, ["The header names 10,001 columns; at most 2,000 are taken"]),
        (f"{HEADER}\nUsage,2025-01-01,1,{'x' * 1_000_000}\n", [
            "Row 1: a cell is longer than 131,072 characters; perhaps a quotation mark is never closed"
        ]),
        (f"{HEADER}\nUsage,2025-01-01,{'9' * 100_000},A\n", ["Row 1: BilledCost must be a valid number"]),
    ],
)  # fmt: skip
def test_how_a_broken_file_is_told(text: str, told: Sequence[str]) -> None:
    assert problems(text) == told


def test_bytes_that_are_not_utf_8_cannot_be_read() -> None:
    for content, told in (
        (f"{HEADER}\nUsage,2025-01-01,1,Büro\n".encode("latin-1"), "byte 77, on line 2"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "byte 1, on line 1"),
    ):
        with pytest.raises(Malformed, match=f"The file is not UTF-8: {told}, cannot be read"):
            read_upload(content, INTEGRATION, False, LIMITS)


def test_limits_are_told_with_what_to_do() -> None:
    small = UploadLimits(max_rows=2, max_bytes=200)
    assert len(upload(f"{HEADER}\n{ROW}\n\n{ROW}\n", limits=small).items) == 2
    advice = "Split it and upload each piece under a name of its own"
    assert problems(f"{HEADER}\n{ROW}\n{ROW}\n{ROW}\n", limits=small) == [
        f"The file has more than 2 data rows. {advice}"
    ]
    assert problems("x" * 201, limits=small) == [f"The file has 201 bytes; at most 200 are taken. {advice}"]


def test_refusals_are_not_unreadable_requests() -> None:
    for text in ("", HEADER, f'{HEADER}\n"', f"{HEADER}\nx"):
        with pytest.raises(Refused):
            upload(text)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_marks_line_ends_and_separators(mark: bytes, line_end: str, separator: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace("\n", line_end).replace(",", separator)
    (item,) = read_upload(mark + text.encode(), INTEGRATION, False, LIMITS).items
    assert (item.service, item.charge_type) == ("Seats", "Usage")


def test_beside_semicolons_a_comma_alone_may_be_a_decimal_one_and_is_refused() -> None:
    file = f"{HEADER}\nUsage,2025-01-01,COST,Seats\n".replace(",", ";")
    assert only_item(file.replace("COST", "1,234.50")).billed_cost * 100 == 123450
    told = "must be a valid number, with a point before the decimals"
    assert problems(file.replace("COST", "12,340")) == [f"Row 1: BilledCost {told}"]
    usage = f"{HEADER};ConsumedQuantity;ConsumedUnit;ListCost\n{ROW};QUANTITY;GB;9,999\n".replace(",", ";")
    usage = usage.replace("9;999", "9,999")
    assert problems(usage.replace("QUANTITY", "1,024")) == [f"Row 1: ConsumedQuantity {told}"]
    item = only_item(usage.replace("QUANTITY", "1024"))
    assert (item.usage_amount, item.list_cost, item.extra) == (1024, None, {"ListCost": "9,999"})


def test_quoting_as_rfc_4180_has_it() -> None:
    text = f'{HEADER}\nUsage,2025-01-01,"1,000","a ""b""\nc, d"\n{ROW}\n'
    assert services(text) == ['a "b"\nc, d', "Seats"]
    assert services(f'{HEADER}\nUsage,2025-01-01,1,12" pipe\n') == ['12" pipe']


def test_blank_lines_are_no_rows_and_short_rows_end_blank() -> None:
    text = f"{HEADER},Tags\n\n{ROW}\n   \n{ROW},\n,,,,\n{ROW},no\n"
    assert problems(text) == ["Row 3: Tags must be a valid JSON object"]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("ConsumedUnit", "1" + " " * 100_000 + "\n2"),
        ("End Date", "2025-01-01 10:00" + " " * 100_000 + "x"),
        ("End Date", "1/1/2025 10:00" + " " * 100_000 + "x"),
        ("tag:" + "x" * 100_000 + "\ny", "core"),
        ("Tags", "[" * 100_000 + "]" * 100_000),
        ("Tags", '{"a":' * 20_000),
        ("ListCost", "1," * 60_000),
    ],
)
def test_no_cell_takes_endlessly_long_to_read(header: str, cell: str) -> None:
    """A pattern that backtracks would not come back here before the time limit of all tests."""
    row = {"Date": "2025-01-01", "Cost": "1", "Service": "A", "Quantity": "1", header: cell}
    with suppress(Refused):
        upload(as_csv(list(row), [row]), auto_transform=True)


def test_a_wide_file_of_short_rows_stays_small() -> None:
    wide = ",".join((HEADER, *(f"x_{n}" for n in range(1_900))))
    assert services(f"{wide}\n" + f"{ROW}\n" * 100) == ["Seats"] * 100

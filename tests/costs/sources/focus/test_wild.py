"""Files as they come: read right, or refused with the row, the column and the reason."""

import gzip
import io
import zipfile
from decimal import Decimal

import pytest

from eyrie.basics.errors import Malformed
from eyrie.costs.sources.focus.diagnose import in_our_words
from eyrie.costs.sources.focus.settings import ImportLimits
from tests.costs.sources.focus.desk import warnings

HEADER = "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,ServiceName,ListCost,Tags"
LINE = "Usage,2025-01-01,2025-01-02,{cost},1,EC2,{list},{tags}"
PLAIN = f"{HEADER}\n{LINE.format(cost='1.5', list='2', tags='')}\n"
BLOCK = 128 * 1024  # of zstd: no block is longer


def zstd_stored(content: bytes) -> bytes:
    """A zstd frame of blocks that are not compressed: the machine need not have the program."""
    blocks = [content[start : start + BLOCK] for start in range(0, len(content), BLOCK)] or [b""]
    return _zstd(len(content), [(block, len(block), 0) for block in blocks])


def zstd_repeated(byte: bytes, times: int) -> bytes:
    """A zstd frame of one block that says a byte over and over."""
    assert times <= BLOCK
    return _zstd(times, [(byte, times, 1)])


def _zstd(size: int, blocks: list[tuple[bytes, int, int]]) -> bytes:
    frame = b"\x28\xb5\x2f\xfd\xa0" + size.to_bytes(4, "little")  # one segment, its size in four bytes
    for number, (block, length, kind) in enumerate(blocks, 1):
        frame += (length << 3 | kind << 1 | (number == len(blocks))).to_bytes(3, "little") + block
    return frame


def line(cost="1", list_="", tags=""):
    quoted = '"' + tags.replace('"', '""') + '"' if tags else ""
    return f"{HEADER}\n{LINE.format(cost=cost, list=list_, tags=quoted)}\n"


SAME = {
    "as it should be": PLAIN,
    "with a byte order mark": "\ufeff" + PLAIN,
    "with Windows line ends": PLAIN.replace("\n", "\r\n"),
    "with old Macintosh line ends": PLAIN.replace("\n", "\r"),
    "with mixed line ends": PLAIN.replace("\n", "\r\n", 1),
    "with semicolons": PLAIN.replace(",", ";"),
    "with tabs": PLAIN.replace(",", "\t"),
    "with bars": PLAIN.replace(",", "|"),
    "without a last line end": PLAIN.rstrip("\n"),
    "with blank lines": "\n\n" + PLAIN.replace("\n", "\n\n"),
    "with lines of separators": PLAIN + ",,,,,,,\n,,,,,,,\n",
    "with one separator too many": PLAIN.replace("\n", ",\n"),
    "with quoted cells": PLAIN.replace("EC2", '"EC2"').replace("Usage", '"Usage"'),
    "with other cases in the header": PLAIN.replace("BilledCost", "billed_cost").replace(
        "ServiceName", "SERVICE NAME"
    ),
    "with words for nothing": PLAIN.replace(",2,\n", ",2,NULL\n"),
    "packed with gzip": gzip.compress(PLAIN.encode()),
    "packed with zstd": zstd_stored(PLAIN.encode()),
    "packed with zstd, with Windows line ends": zstd_stored(PLAIN.replace("\n", "\r\n").encode()),
    "packed with zstd, with old Macintosh line ends": zstd_stored(PLAIN.replace("\n", "\r").encode()),
    "packed with gzip, with mixed line ends": gzip.compress(PLAIN.replace("\n", "\r\n", 1).encode()),
}


@pytest.mark.parametrize("how", SAME)
def test_one_bill_in_many_shapes(desk, how):
    row = desk.row(SAME[how])
    assert (row["billed_cost"], row["effective_cost"], row["list_cost"]) == (Decimal("1.5"), 1, 2)
    assert (row["service"], str(row["accrued_on"]), row["tags"]) == ("EC2", "2025-01-01", {})
    assert row["source_row"] == 1


NUMBERS = {
    "1": "1",
    "-1.5": "-1.5",
    " 1.5 ": "1.5",
    "1e3": "1000",
    "1.23E-05": "0.0000123",
    "0.123456789012345678512345": "0.123456789012345679",
    "0.0000000000000000005": "0.000000000000000001",
    "-0.0000000000000000005": "-0.000000000000000001",
    "49999999999999999999.999999999999999999": "49999999999999999999.999999999999999999",
    "$1.23": "1.23",
    "-$1.23": "-1.23",
    "(1.23)": "-1.23",
    '"1,234.50"': "1234.5",
    "+1": "1",
}


def test_numbers(desk):
    content = "\n".join([HEADER, *(LINE.format(cost=text, list="", tags="") for text in NUMBERS), ""])
    read = [row["billed_cost"] for row in desk.rows(content)]
    assert dict(zip(NUMBERS, read, strict=True)) == {text: Decimal(each) for text, each in NUMBERS.items()}


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "abc",
        "1.2.3",
        "100000000000000000000",
        "1e20",
        '"12,34"',
        "1%",
        "€5",
        "inf",
        "0x10",
        "--1",
        "1e",
    ],
)
def test_numbers_that_are_none_refuse_the_file_with_row_and_column(desk, text):
    content = line(cost="1") + LINE.format(cost=text, list="", tags="") + "\n"
    assert desk.problems(content) == ["bill.csv: Row 2: BilledCost must be a number"]


def test_costs_that_add_up_to_more_than_a_sum_can_hold(desk):
    content = line(cost="99999999999999999999.999999999999999999")
    assert desk.problems(content) == [
        "bill.csv: BilledCost adds up to more than can be kept, which has 20 digits before the point"
    ]


def test_a_comma_beside_semicolons_may_be_a_decimal_one_and_is_not_read(desk):
    content = line(cost="1.5").replace(",", ";").replace("1.5", "1,234")
    assert desk.problems(content) == ["bill.csv: Row 1: BilledCost must be a number"]


TIMES = {
    "2025-01-31": "2025-01-31 00:00:00",
    "2025-01-31T10:00:00Z": "2025-01-31 10:00:00",
    "2025-01-31 10:00:00": "2025-01-31 10:00:00",
    "2025-01-31T10:00:00.987654Z": "2025-01-31 10:00:00",
    "2025-02-01T00:30:00+02:00": "2025-01-31 22:30:00",
    "2025-01-31T00:00:00-0530": "2025-01-31 05:30:00",
    "2025-01-31T10:00": "2025-01-31 10:00:00",
    "2025-01-31 10:00:00 UTC": "2025-01-31 10:00:00",
}


def test_times_are_utc(desk):
    lines = [f"Usage,{text},1,EC2" for text in TIMES]
    rows = desk.rows("\n".join(["ChargeCategory,ChargePeriodStart,BilledCost,ServiceName", *lines]))
    read = [str(row["charge_period_start"]) for row in rows]
    assert dict(zip(TIMES, read, strict=True)) == TIMES
    assert [str(row["accrued_on"]) for row in rows] == [each[:10] for each in TIMES.values()]


@pytest.mark.parametrize(
    "text", ["31/01/2025", "2025-02-30", "20250-01-01", "infinity", "1899-12-31", "2025-1-1", "soon"]
)
def test_times_that_are_none(desk, text):
    content = f"ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,{text},1,EC2\n"
    assert desk.problems(content) == [
        "bill.csv: Row 1: ChargePeriodStart must be a date, such as 2025-01-31 or 2025-01-31T00:00:00Z"
    ]


def test_a_date_that_ends_where_it_begins_is_that_whole_day(desk):
    row = desk.row(PLAIN.replace("2025-01-02", "2025-01-01"))
    assert str(row["charge_period_end"]) == "2025-01-02 00:00:00"
    assert row["granularity"] == "day"


def test_a_period_that_ends_before_it_begins(desk):
    content = PLAIN.replace("2025-01-02", "2024-12-31")
    assert desk.problems(content) == ["bill.csv: Row 1: ChargePeriodEnd must be after ChargePeriodStart"]


TAGS = {
    '{"env": "prod", "n": 1.10, "on": true}': {"env": "prod", "n": "1.10", "on": "true"},
    '"env": "prod", "team": "core"': {"env": "prod", "team": "core"},
    '[{"key": "env", "value": "prod"}]': {"env": "prod"},
    '[{"name": "env", "value": 7}]': {"env": "7"},
    '{" env ": "prod"}': {"env": "prod"},
    '{"env": "dev", "env": "prod"}': {"env": "prod"},
    '{"env": "prod", "off": null, "deep": {"a": 1}}': {"env": "prod"},
    "{}": {},
    "env=prod": {},
    '{"env": "\\ud800"}': {},
}


def test_tags(desk):
    content = HEADER + "".join("\n" + line(tags=text).splitlines()[1] for text in TAGS)
    assert [row["tags"] for row in desk.rows(content)] == list(TAGS.values())


def test_tags_that_say_more_stay_as_they_are(desk):
    assert desk.row(line(tags='{"a": "b", "deep": {"c": 1}}'))["extra"] == (
        '{"Tags":"{\\"a\\": \\"b\\", \\"deep\\": {\\"c\\": 1}}"}'
    )
    bill = desk.bill(line(tags="env=prod"))
    assert "1 row: Tags must be a JSON object; the row counts as untagged (row 1)" in warnings(bill)


def test_quoted_line_ends_and_quotation_marks(desk):
    content = (
        PLAIN.replace("EC2", '"a ""big""\nmachine, indeed"') + LINE.format(cost="2", list="", tags="") + "\n"
    )
    rows = desk.rows(content)
    assert [row["service"] for row in rows] == ['a "big"\nmachine, indeed', "EC2"]
    assert [row["source_row"] for row in rows] == [1, 2]


def test_a_header_that_stands_twice(desk):
    bill = desk.bill(PLAIN.replace("ListCost", "BilledCost"))
    assert desk.rows_of(bill)[0]["billed_cost"] == Decimal("1.5")
    assert "BilledCost stands twice in the header; the first one counts" in [
        str(each) for each in bill.findings
    ]


def test_blanks_around_are_part_of_a_name_and_nothing_else(desk):
    row = desk.row(PLAIN.replace("EC2", " EC2 ").replace("Usage", " usage "))
    assert (row["service"], row["charge_category"]) == (" EC2 ", "Usage")


REFUSED = {
    "": "bill.csv: it is empty; its first line must name the columns",
    "\n\n": "bill.csv: it is empty; its first line must name the columns",
    f"{HEADER}\n": "bill.csv: the file has a header but no data rows",
    HEADER: "bill.csv: the file has a header but no data rows",
    "a,b\n1,2\n": "bill.csv: This is not FOCUS: its header has hardly any of FOCUS's columns",
    PLAIN.replace("BilledCost", "x_Cost"): "bill.csv: Missing required column: BilledCost",
    PLAIN + "Usage,2025-01-01\n": "bill.csv: Row 2: has 2 cells, but the header names 8 columns",
    PLAIN + PLAIN.splitlines()[1] + ",x\n": "bill.csv: Row 2: has 9 cells, but the header names 8 columns",
    PLAIN + 'Usage,"2025': "bill.csv: Row 2: a quotation mark is opened and never closed",
    PLAIN.replace(
        "EC2", '"EC"2'
    ): "bill.csv: Row 1: a closing quotation mark must be followed by a separator or the end of the line",
    PLAIN.replace("EC2", "EC\0"): "bill.csv holds a NUL character on line 2; save it as UTF-8 text",
    PLAIN.replace("Usage", ""): "bill.csv: Row 1: ChargeCategory must not be blank",
    PLAIN.replace("1.5", "NULL"): "bill.csv: Row 1: BilledCost must not be blank",
}


@pytest.mark.parametrize("content", REFUSED, ids=[text[-40:] for text in REFUSED.values()])
def test_refused_with_the_reason(desk, content):
    assert desk.problems(content) == [REFUSED[content]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            PLAIN.replace("EC2", "Größe").encode("latin-1"),
            "it is not UTF-8: byte 137, on line 2, cannot be read",
        ),
        (PLAIN.encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
        (b"PAR1" + b"\0" * 100, "the file cannot be read"),
        (b"\x1f\x8b" + b"\0" * 100, "is damaged or cut off"),
        (gzip.compress(PLAIN.encode())[:-10], "is damaged or cut off"),
        (gzip.compress(gzip.compress(PLAIN.encode())), "is packed twice; unpack it once"),
        (SAME["packed with zstd"][:-6], "is cut off; fetch it again"),
        (b"BZh91AY", "is packed with bzip2"),
        (b"PK\x05\x06" + b"\0" * 18, "has no bill in it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)), "it is not UTF-8"),
    ],
)
def test_what_is_no_text(desk, content, reason):
    (problem,) = desk.problems(content)
    assert problem.startswith("bill.csv")
    assert reason in problem


LINES = "Line {}, where a cell over several lines counts as one: "
MIXED = (
    "Rows {}: line ends are of several kinds, between rows or inside cells. "
    "Unpack the file, or pack it with gzip or zip, and they may be"
)
ROW = PLAIN.splitlines()[1] + "\n"
IN_ZSTD = {
    PLAIN + "Usage,2025-01-01\n": LINES.format(3) + "has 2 cells, but the header names 8 columns",
    PLAIN.replace("EC2", '"EC\n2"') + ROW[:-1] + ",x\n": LINES.format(3)
    + "has 9 cells, but the header names 8 columns",
    PLAIN + 'Usage,"2025': LINES.format(3)
    + "a quotation mark is opened and never closed, or closed before the cell ends",
    PLAIN + 'Usage,2025-01-01,2025-01-02,9,9,"S3': LINES.format(3)
    + "a quotation mark is opened and never closed, or closed before the cell ends",
    PLAIN.replace("EC2", "Gr\udcf6\udcdfe"): LINES.format(2) + "is not UTF-8. Save the file as UTF-8",
    PLAIN.replace("\n", "\r\n", 1): MIXED.format("1 to 2,048"),
    PLAIN + ROW * 600 + ROW.replace("\n", "\r\n"): MIXED.format("1 to 2,048"),
    PLAIN.replace("EC2", '"EC\r\n2"'): MIXED.format("1 to 2,048"),
    HEADER + "\r" + ROW: MIXED.format("1 to 2,048"),
}


@pytest.mark.parametrize("text", IN_ZSTD, ids=[told[:50] for told in IN_ZSTD.values()])
def test_what_only_the_engine_can_unpack_is_refused_in_our_words(desk, text):
    content = text.encode(errors="surrogateescape")
    assert desk.problems(zstd_stored(content)) == [f"bill.csv: {IN_ZSTD[text]}"]


@pytest.mark.parametrize(
    ("readable", "rows"), [(0, "1 to 2,048"), (98_304, "98,305 to 100,352"), (99_000, "98,305 to 100,352")]
)
def test_the_rows_with_other_line_ends_are_found_far_down(readable, rows):
    refused = in_our_words(Malformed("The CSV Parser state machine …"), lambda most: most <= readable)
    assert refused.problems == (MIXED.format(rows),)


def test_a_carriage_return_in_a_cell_survives_that_lines_end_in_several_ways(desk):
    content = PLAIN.replace("EC2", '"E\rC\r\n2"').replace("\n", "\r", 1) + ROW
    assert [row["service"] for row in desk.rows(content)] == ["E\rC\r\n2", "EC2"]


def test_bytes_that_are_not_utf8_far_down(desk):
    many = (LINE.format(cost="1", list="", tags="") + "\n") * 30_000
    content = (PLAIN + many).encode() + b"Usage,2025-01-01,2025-01-02,1,1,Gr\xf6\xdfe,,\n"
    assert desk.problems(content) == [
        "bill.csv: Line 30,003: byte 35 of it is not UTF-8. Save the file as UTF-8"
    ]


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def test_each_bill_in_a_zip_is_a_file_of_its_own(desk):
    content = zipped(
        **{"a__jan.csv": PLAIN, "feb.csv.gz": gzip.compress(PLAIN.encode()), "manifest.json": "{}"}
    )
    bills = desk.bills(content, name="all.zip")
    assert [bill.file.name for bill in bills] == ["all.zip/a/jan.csv", "all.zip/feb.csv.gz"]
    assert [bill.rows for bill in bills] == [1, 1]
    assert bills[0].file.sha256 == bills[1].file.sha256, "the same bill however it is packed"


def test_an_excel_workbook_and_a_zip_in_a_zip(desk):
    assert desk.problems(zipped(**{"[Content_Types].xml": "<x/>", "xl__a.xml": "<x/>"})) == [
        "bill.csv is an Excel workbook; save the sheet as CSV"
    ]
    assert desk.problems(zipped(inner=zipped(a=PLAIN))) == ["bill.csv is packed twice; unpack it once"]


@pytest.mark.parametrize("pack", ["gzip", "zip", "zstd"])
def test_a_bomb_is_stopped(desk, pack):
    limits = ImportLimits(max_ratio=20, ratio_from_bytes=100_000)
    content = (PLAIN + LINE.format(cost="1", list="", tags="") * 1 + "\n").encode() + b"\n" * 3_000_000
    packed = {
        "gzip": lambda: gzip.compress(content),
        "zip": lambda: zipped(a=content),
        "zstd": lambda: zstd_repeated(b"\n", 128 * 1024),
    }[pack]()
    (problem,) = desk.problems(packed, limits=limits)
    assert "unpacks to" in problem


def test_all_that_is_unpacked_has_a_limit(desk):
    limits = ImportLimits(max_unpacked_bytes=len(PLAIN) + 10)
    (problem,) = desk.problems(zipped(a=PLAIN, b=PLAIN.replace("EC2", "S3")), limits=limits)
    assert "unpacks to" in problem


def test_every_error_is_told_in_row_order_up_to_a_hundred(desk):
    rows = "".join(LINE.format(cost="x" if row % 2 else "1", list="", tags="") + "\n" for row in range(300))
    problems = desk.problems(f"{HEADER}\n{rows}")
    assert problems[:2] == [f"bill.csv: Row {row}: BilledCost must be a number" for row in (2, 4)]
    assert len(problems) == 101
    assert problems[-1] == "bill.csv: … and 50 more errors"

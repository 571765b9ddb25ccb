"""Files that mean harm, or might: read or refused, never a fault of ours, and nothing is left of them."""

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import UserFault
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.costs.sources.focus.tags import read_cell
from eyrie.costs.sources.focus.zstd_size import unpacked_at_most
from eyrie.engine.sql import name, sql, value
from tests.costs.sources.focus.test_wild import zstd_stored

REQUIRED = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName"
LINE = "Usage,2025-01-01,1,EC2"
INJECTION = "'); DROP TABLE import_tag_cells; SELECT ('\"; -- {}?$1 %s \\"


def test_sql_in_every_string(desk):
    names = [
        "ServiceName",
        "Tags",
        "ConsumedUnit",
        "ProviderName",
        "PublisherName",
        INJECTION,
        INJECTION + "2",
    ]
    row = dict.fromkeys(names, INJECTION) | {"Tags": json.dumps({INJECTION: INJECTION})}
    head = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    cells = ",".join('"' + cell.replace('"', '""') + '"' for cell in row.values())
    item = desk.row(f"ChargeCategory,ChargePeriodStart,BilledCost,{head}\nUsage,2025-01-01,1,{cells}\n")
    assert (item["service"], item["tags"]) == (INJECTION, {INJECTION: INJECTION})
    extra = json.loads(item["extra"])
    assert (extra[INJECTION], extra[INJECTION + "2"], extra["ProviderName"]) == (INJECTION,) * 3


NUL = "holds a NUL character; save the file as UTF-8 text"
WITH_NUL = {
    f"{REQUIRED}\n{LINE}\n{LINE}\0\n": f"Row 2: {NUL}",
    f"{REQUIRED},x_Own\n{LINE},a\0b\n": f"Row 1: {NUL}",
    f"{REQUIRED},ListCost\n{LINE},1\n{LINE},n\0a\n": f"Row 2: {NUL}",
    f"{REQUIRED},x_\0Own\n{LINE},a\n": f"The header {NUL}",
}


@pytest.mark.parametrize("text", WITH_NUL, ids=["text", "own column", "number", "header"])
def test_a_nul_in_a_text_that_only_the_engine_unpacks(desk, text):
    assert desk.problems(zstd_stored(text.encode())) == [f"bill.csv: {WITH_NUL[text]}"]


def test_a_nul_in_parquet(desk):
    path = desk.folder / "nul.parquet"
    rows = sql(
        "SELECT 'Usage' AS {}, '2025-01-01' AS {}, 1.5 AS {}, 'E' || chr(0) AS {}",
        *(name(column) for column in REQUIRED.split(",")),
    )
    desk.engine.carry_out(sql("COPY ({}) TO {} (FORMAT parquet)", rows, value(str(path))))
    assert desk.problems(path.read_bytes()) == [f"bill.csv: Row 1: {NUL}"]


def test_what_only_looks_like_a_nul_is_kept(desk):
    row = desk.row(zstd_stored(f"{REQUIRED},x_Own\n{LINE},C:\\u0000\n".encode()))
    assert json.loads(row["extra"]) == {"x_Own": "C:\\u0000"}


@pytest.mark.parametrize(
    "name", ["a'b.csv", 'a"b.csv', "a*b?.csv", "[x].csv", "x;--.csv", "münchen.csv", "a b.csv", "?1"]
)
def test_names_of_files_are_names_and_nothing_else(desk, name):
    assert desk.row(f"{REQUIRED}\n{LINE}\n", name=name)["service"] == "EC2"


@pytest.mark.parametrize("inside", ["/etc/evil.csv", "C:\\evil.csv", "a\\..\\evil.csv", "a/b.csv"])
def test_names_in_a_zip_lead_nowhere(desk, inside):
    (bill,) = desk.bills(zipped(inside), name="x.zip")
    assert bill.file.name == f"x.zip/{inside}"
    assert bill.file.path.parent.name == "work"


@pytest.mark.parametrize("inside", ["../../evil.csv", "../evil.csv", "a/../../evil.csv", "..\\evil.csv"])
def test_a_name_in_a_zip_that_climbs_up_is_no_bill(desk, inside):
    assert desk.problems(zipped(inside)) == ["bill.csv has no bill in it"]


def test_a_name_in_a_zip_that_cannot_be_shown_is_refused(desk):
    (problem,) = desk.problems(zipped("a\r\nb.csv"))
    assert problem == (
        "bill.csv 'bill.csv/a\\r\\nb.csv' cannot be the name of a file here: "
        "it must be printable and have at most 1,000 characters"
    )


def zipped(name, content=f"{REQUIRED}\n{LINE}\n"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


BOMB = b"\n" * 20_000_000
NESTED = {
    "gzip in zip": zipped("a.csv.gz", gzip.compress(BOMB)),
    "gzip in gzip": gzip.compress(gzip.compress(BOMB)),
    "zip in gzip": gzip.compress(zipped("a.csv", BOMB)),
    "zip in zip in zip": zipped("a.zip", zipped("b.zip", zipped("c.csv", BOMB))),
}


@pytest.mark.parametrize("content", NESTED.values(), ids=NESTED)
def test_a_bomb_inside_something_is_stopped(desk, content):
    (problem,) = desk.problems(content)
    assert "unpacks to far more than its size" in problem or "is packed twice" in problem


def test_very_many_columns(desk):
    many = [f"x_{n}" for n in range(1_500)]
    item = desk.row(f"{REQUIRED},{','.join(many)}\n{LINE},{','.join('1' for _ in many)}\n")
    assert len(json.loads(item["extra"])) == 1_500
    limits = ImportLimits(max_columns=1_000)
    assert desk.problems(f"{REQUIRED},{','.join(many)}\n{LINE}\n", limits=limits) == [
        "bill.csv: the header names 1,504 columns; at most 1,000 are taken"
    ]


def test_a_header_without_an_end(desk):
    limits = ImportLimits(max_header_bytes=1_000)
    (problem,) = desk.problems(REQUIRED + "x" * 5_000, limits=limits)
    assert problem == "bill.csv: the header is longer than 1,000 bytes"


def test_a_cell_that_fills_a_line(desk):
    assert len(desk.row(f"{REQUIRED}\n{LINE}{'x' * 3_000_000}\n")["service"]) == 3_000_003
    (problem,) = desk.problems(f"{REQUIRED}\n{LINE}{'x' * 17_000_000}\n")
    assert "longer than" in problem


def test_tags_without_measure():
    deep = '{"a":' * 50_000 + "1" + "}" * 50_000
    assert read_cell(deep).pairs == ()
    many = read_cell(json.dumps({f"k{n}": "v" * 2_000 for n in range(500)}))
    assert (len(many.pairs), len(many.pairs[0][1]), many.whole) == (200, 1_000, False)


@settings(max_examples=30)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"{REQUIRED}\n{text}".encode()))
)
def test_any_bytes_are_read_or_refused(desk, content):
    try:
        told = [f"bill.csv has {bill.rows} rows" for bill in desk.bills(content)]
    except UserFault as refused:
        told = list(refused.problems)
    assert told
    assert all(each.startswith("bill.csv") for each in told)


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_tag_cell_is_read(text):
    cell = read_cell(text)
    assert all(isinstance(each, str) for pair in cell.pairs for each in pair)


@settings(max_examples=40)
@given(st.binary(max_size=100))
def test_any_bytes_after_zstds_magic_are_measured_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "measured.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + content)
    try:
        size = unpacked_at_most(path)
    except UserFault:
        size = 0
    assert size >= 0

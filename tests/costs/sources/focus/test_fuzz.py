"""FOCUS files that something happened to: read as Python alone reads them, or refused in words of ours."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import UserFault
from eyrie.engine.sql import sql, value
from tests.costs.sources.focus.test_wild import zstd_stored
from tests.costs.sources.mangled import BILL, HEADER, ROWS, are_ours, mangled_bills
from tests.costs.sources.plain_reading import billed


def is_read_or_refused(desk, content, whole=None):
    """Hold a file to be read without loss, or refused with reasons and no trace; tell whether it was read.

    `whole` is the text that is packed in the file, if it is packed.
    """
    try:
        (bill,) = desk.bills(content)
    except UserFault as refused:
        return not (are_ours(refused.problems, "bill.csv") and nothing_is_stored(desk))
    known = billed(content if whole is None else whole)
    assert known in (None, (bill.rows, sum(each.billed for each in bill.sums)))
    return True


def nothing_is_stored(desk):
    """Hold that nothing came into the ledger."""
    assert not any(desk.ledger.rglob("*"))
    return True


def test_the_bill_that_is_mangled_is_good(desk):
    assert billed(BILL.encode()) is not None
    assert is_read_or_refused(desk, BILL.encode())


@settings(max_examples=120)
@given(mangled_bills())
def test_a_mangled_bill_is_read_or_refused(desk, content):
    is_read_or_refused(desk, content)


@settings(max_examples=60)
@given(mangled_bills())
def test_a_mangled_bill_in_zstd_is_read_or_refused(desk, content):
    is_read_or_refused(desk, zstd_stored(content[:100_000]), content[:100_000])


@settings(max_examples=60)
@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(desk, content):
    is_read_or_refused(desk, content)


@pytest.fixture(scope="module")
def packed(desk):
    """The same bill, packed in each way."""
    text = "\n".join((HEADER, *ROWS * 40, "")).encode()
    (desk.folder / "whole.csv").write_bytes(BILL.encode())
    source = sql("SELECT * FROM read_csv({}, all_varchar = true)", value(str(desk.folder / "whole.csv")))
    found = {"gzip": gzip.compress(text), "zip": zipped(text)}
    for form, options in (("parquet", "FORMAT parquet"), ("zstd", "FORMAT csv, COMPRESSION zstd")):
        path = desk.folder / f"whole.{form}"
        desk.engine.carry_out(sql("COPY ({}) TO {} (" + options + ")", source, value(str(path))))
        found[form] = path.read_bytes()
    return found


def zipped(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bill.csv", content)
    return out.getvalue()


@pytest.mark.parametrize("form", ["gzip", "zip", "zstd", "parquet"])
@settings(max_examples=40)
@given(data=st.data())
def test_what_is_packed_and_cut_off_is_refused(desk, packed, form, data):
    whole = packed[form]
    kept = data.draw(st.integers(4, len(whole) - 1))
    assert not is_read_or_refused(desk, whole[:kept])


@pytest.mark.parametrize("form", ["gzip", "zip", "zstd", "parquet"])
def test_what_is_packed_and_whole_is_read(desk, packed, form):
    assert desk.bills(packed[form])


@pytest.mark.parametrize("form", ["gzip", "zip", "zstd"])
@settings(max_examples=40)
@given(data=st.data())
def test_what_is_packed_and_flipped_is_read_or_refused(desk, packed, form, data):
    whole = packed[form]
    place = data.draw(st.integers(4, len(whole) - 1))
    flipped = whole[:place] + bytes((whole[place] ^ data.draw(st.integers(1, 255)),)) + whole[place + 1 :]
    is_read_or_refused(desk, flipped, b"")

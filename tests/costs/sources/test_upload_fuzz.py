"""Uploads that something happened to: read as Python alone reads them, or refused in words of ours."""

from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import UserFault
from eyrie.costs.sources.custom.bill import read_upload
from tests.costs.sources.mangled import BILL, are_ours, mangled_bills
from tests.costs.sources.plain_reading import billed
from tests.costs.sources.uploads import INTEGRATION, LIMITS


def is_read_or_refused(content: bytes, auto_transform: bool = False) -> bool:
    """Hold a file to be read without loss, or refused with reasons; tell whether it was read."""
    try:
        found = read_upload(content, INTEGRATION, auto_transform, LIMITS)
    except UserFault as refused:
        return not are_ours(refused.problems)
    known = billed(content)
    rows = {item.source_row for item in found.items}
    assert known in (None, (len(rows), found.amount))
    return True


def test_the_bill_that_is_mangled_is_good() -> None:
    assert billed(BILL.encode()) is not None
    assert is_read_or_refused(BILL.encode())


@settings(max_examples=400)
@given(mangled_bills())
def test_a_mangled_bill_is_read_or_refused(content: bytes) -> None:
    is_read_or_refused(content)


@settings(max_examples=100)
@given(mangled_bills())
def test_a_mangled_bill_is_transformed_or_refused(content: bytes) -> None:
    is_read_or_refused(content, auto_transform=True)


@settings(max_examples=100)
@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    is_read_or_refused(content)

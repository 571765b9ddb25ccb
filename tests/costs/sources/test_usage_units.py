"""Units: many spellings, one name."""

import pytest

from eyrie.costs.sources.units import read_unit


@pytest.mark.parametrize(
    ("spellings", "unit"),
    [
        ("h hr hrs Hrs hours HOUR", "Hours"),
        ("sec secs second seconds", "Seconds"),
        ("min minute minutes", "Minutes"),
        ("day days", "Days"),
        ("gb-mo GB-Month gbmo", "GB-Months"),
        ("gb-hour GigabyteHours", "GB-Hours"),
        ("gb gbs gigabytes", "GB"),
        ("byte bytes", "Bytes"),
        ("request requests", "Requests"),
        ("count counts quantity each", "Count"),
        ("token tokens", "Tokens"),
        ("usermonths", "User-Months"),
        ("Seats", "Seats"),
    ],
)
def test_spellings_of_one_unit(spellings: str, unit: str) -> None:
    assert {read_unit(f" {spelling} ") for spelling in spellings.split()} == {(unit, None)}


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("gigabyte month", "GB-Months"),
        ("gigabyte months", "GB-Months"),
        ("gigabyte hour", "GB-Hours"),
        ("gibibyte month", "GiB-Months"),
        ("gibibyte hour", "GiB-Hours"),
    ],
)
def test_spellings_of_two_words(written: str, unit: str) -> None:
    assert read_unit(written) == (unit, None)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("100 Hours", "Hours"),
        ("10K", "Count"),
        ("1M", "Count"),
        ("10K requests", "Requests"),
        ("1 GB/Month", "GB/Month"),
    ],
)
def test_a_block_is_how_the_price_is_told(written: str, unit: str) -> None:
    assert read_unit(written) == (unit, written)


@pytest.mark.parametrize("written", ["2xlarge", "1MB", "3 2"])
def test_a_number_alone_makes_no_block(written: str) -> None:
    assert read_unit(written) == (written, None)

"""Parameters of an address, as every client writes them."""

import datetime as dt

import pytest
from pydantic import Field

from eyrie.basics.errors import Malformed
from eyrie.operations.shapes import Day, PagedQuery, Truth
from eyrie.surfaces.api.parameters import read_query
from tests.operations.table_of_tests import is_refusal


class Asked(PagedQuery):
    """Every kind of parameter."""

    names: list[str] | None = None
    line: list[str] | None = Field(None, json_schema_extra={"x-csv-line": True})
    day: Day | None = None
    tax: Truth | None = Field(None, alias="settings[include_tax]")
    q: str | None = None


def read(query):
    return read_query(Asked, query)


@pytest.mark.parametrize(
    "query",
    [
        "names=x,y",
        "names=x&names=y",
        "names[]=x&names[]=y",
        "names%5B%5D=x&names%5b%5d=y",
        "names=x%2Cy",
        "names=x,,y,",
        "names=&names=x&names=y",
    ],
)
def test_a_list_has_many_forms(query):
    assert read(query).names == ["x", "y"]


def test_a_line_of_csv_is_left_as_it_is():
    assert read("line=service,tag:a%2Cb").line == ["service,tag:a,b"]
    assert read("line=").line == [""]
    assert read("line[]=service&line[]=region").line == ["service,region"]


@pytest.mark.parametrize("key", ["settings[include_tax]", "settings%5Binclude_tax%5D"])
@pytest.mark.parametrize(
    ("text", "truth"),
    [("true", True), ("1", True), ("True", True), ("false", False), ("0", False), ("", None)],
)
def test_a_truth_inside_an_object(key, text, truth):
    assert read(f"{key}={text}").tax is truth


@pytest.mark.parametrize("text", ["yes", "2", "on", "truefalse"])
def test_what_is_neither_true_nor_false(text):
    with pytest.raises(Malformed) as refused:
        read(f"settings[include_tax]={text}")
    assert refused.value.problems == ("settings[include_tax] is invalid",)


@pytest.mark.parametrize("name", ["names", "names[]", "day", "settings[include_tax]", "q", "page", "limit"])
def test_an_empty_value_is_absent(name):
    assert read(f"{name}=") == read("")


def test_of_a_repeated_value_the_last_counts():
    assert read("q=a&q=b").q == "b"
    assert read("page=1&page=3").page == 3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01-31", dt.date(2025, 1, 31)),
        ("2025-01-31T23:30:00Z", dt.date(2025, 1, 31)),
        ("2025-02-01T00:30:00%2B02:00", dt.date(2025, 1, 31)),
    ],
)
def test_a_moment_is_reduced_to_its_utc_day(text, day):
    assert read(f"day={text}").day == day


@pytest.mark.parametrize(
    "text", ["31.01.2025", "2025-02-30", "20250131", "0", "today", "0001-01-01T00:00:00+10:00"]
)
def test_what_is_no_day(text):
    with pytest.raises(Malformed) as refused:
        read(f"day={text.replace('+', '%2B')}")
    assert refused.value.problems == ("day is invalid",)


def test_all_problems_are_told_at_once():
    with pytest.raises(Malformed) as refused:
        read("page=0&limit=x&day=never")
    assert set(refused.value.problems) == {"page is invalid", "limit is invalid", "day is invalid"}


@pytest.mark.parametrize("query", ["q=%ff", "q=%ED%A0%80", "%ff=q", "q=a%00b"])
def test_what_is_no_text_is_refused(shared, query):
    assert is_refusal(shared.owner.get(f"/v2/folders?{query}"), 400)


@pytest.mark.parametrize("query", ["", "?", "?&&", "?=", "?q", "?unknown=%00", "?q=%2500", "?q=%25_'\"\\"])
def test_odd_addresses_are_read(shared, query):
    if "%00" in query:
        assert is_refusal(shared.owner.get(f"/v2/folders{query}"), 400)
    else:
        assert shared.owner.get(f"/v2/folders{query}").status_code == 200


def test_the_signs_of_a_pattern_are_letters_like_others(shared):
    for title in ("100% of it", "under_score", "back\\slash"):
        shared.owner.post("/v2/folders", json={"title": title, "workspace_token": shared.main})
    for sought, found in (("0%", ["100% of it"]), ("R_S", ["under_score"]), ("k\\s", ["back\\slash"])):
        listed = shared.owner.get("/v2/folders", params={"q": sought}).json()["folders"]
        assert [folder["title"] for folder in listed] == found

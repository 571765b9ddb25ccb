"""JSON bodies: numbers stay exact, other spellings are understood, hostile texts are refused."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field

from eyrie.basics.errors import Malformed
from eyrie.operations.shapes import Amount, Change, Clears, Day, Draft, Title, Tokens, Truth
from eyrie.surfaces.api.bodies import read_json
from tests.operations.table_of_tests import is_refusal


class Made(Draft):
    """A draft with every kind of field."""

    title: Title
    amount: Amount = Decimal(0)
    count: int = 7
    active: Truth = False
    day: Day | None = None
    tokens: Tokens = Field([])


class Changed(Change):
    """A change with every way of clearing."""

    title: Title | None = None
    note: Annotated[str | None, Clears.BY_EMPTY] = None
    parent: Annotated[str | None, Clears.BY_NULL | Clears.BY_EMPTY] = None
    tokens: Tokens | None = None
    day: Day | None = None


def made(fields):
    return read_json(f'{{"title": "x", {fields}}}'.encode(), "application/json", Made)


def changed(text):
    return read_json(text.encode(), "application/json", Changed).sent()


@pytest.mark.parametrize(
    "number", ["0.1", "0.1000000000000000055511151231257827", "123456789012345678.123456789012345678"]
)
def test_numbers_never_pass_through_binary_floats(number):
    assert made(f'"amount": {number}').amount == Decimal(number)
    assert made(f'"amount": "{number}"').amount == Decimal(number)
    assert read_json(f'{{"title": {number}}}'.encode(), "", Made).title == number


def test_a_title_that_is_a_long_number_comes_back_digit_for_digit(shared):
    for number in ("12345678901234567890", "0.12345678901234567890123456789"):
        body = f'{{"title": {number}, "workspace_token": "{shared.main}"}}'
        answer = shared.owner.post("/v2/folders", content=body)
        assert answer.json()["title"] == number


def test_numbers_as_texts_and_texts_as_numbers():
    assert made('"count": "12"').count == 12
    assert made('"count": 12').count == 12
    assert read_json(b'{"title": 12}', "", Made).title == "12"
    assert made('"tokens": [1, "2"]').tokens == ["1", "2"]


@pytest.mark.parametrize(
    ("sent", "truth"),
    [
        ("true", True),
        ("1", True),
        ('"true"', True),
        ('"1"', True),
        ("false", False),
        ("0", False),
        ('"false"', False),
    ],
)
def test_truths(sent, truth):
    assert made(f'"active": {sent}').active is truth


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("title", "true"),
        ("title", "[]"),
        ("title", "{}"),
        ("count", "1.5"),
        ("count", '"many"'),
        ("count", "[1]"),
        ("active", '"yes"'),
        ("active", "2"),
        ("active", "[true]"),
        ("day", "20250131"),
        ("day", "0"),
        ("day", "1.5"),
        ("day", '"soon"'),
        ("day", "true"),
        ("tokens", '"a,b"'),
        ("tokens", '{"a": 1}'),
        ("amount", '"much"'),
        ("amount", "[1]"),
    ],
)
def test_any_other_type_is_refused_by_name(field, sent):
    with pytest.raises(Malformed) as refused:
        read_json(f'{{"title": "x", "{field}": {sent}}}'.encode(), "", Made)
    assert refused.value.problems == (f"{field} is invalid",)


def test_inside_a_list_the_place_is_told():
    with pytest.raises(Malformed) as refused:
        made('"tokens": ["a", {"b": 1}, "c"]')
    assert refused.value.problems == ("tokens[1] is invalid",)


@pytest.mark.parametrize("sent", ["null", '""', '"0001-01-01"', '"0001-01-01T00:00:00Z"'])
def test_in_a_draft_null_empty_and_year_one_are_not_given(sent):
    draft = made(f'"count": {sent}, "day": {sent}, "amount": {sent}, "active": {sent}')
    assert draft == made('"unknown": 1')
    assert "count" not in draft.model_fields_set


@pytest.mark.parametrize("title", ["null", '""', '"  "', '"\\t\\n"'])
def test_a_blank_title_is_missing(title):
    with pytest.raises(Malformed) as refused:
        read_json(f'{{"title": {title}}}'.encode(), "", Made)
    assert refused.value.problems == ("title is missing",)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("{}", {}),
        ('{"title": null, "tokens": null, "note": null, "day": null}', {}),
        ('{"parent": null}', {"parent": None}),
        ('{"parent": "", "note": ""}', {"parent": None, "note": None}),
        ('{"tokens": []}', {"tokens": []}),
        ('{"tokens": ["b", "a", "b"]}', {"tokens": ["b", "a"]}),
        ('{"day": "0001-01-01", "note": "0001-01-01T00:00:00Z"}', {}),
        ('{"day": "2025-01-31T23:00:00-02:00"}', {"day": dt.date(2025, 2, 1)}),
        ('{"title": "x", "unknown": 1}', {"title": "x"}),
    ],
)
def test_in_a_change_only_what_was_sent_takes_part(sent, kept):
    assert changed(sent) == kept


def test_of_a_repeated_key_the_last_counts():
    assert changed('{"title": "a", "title": "b"}') == {"title": "b"}


HOSTILE = {
    "a NUL": '{"title": "a\\u0000b"}',
    "a NUL in a list": '{"title": "x", "saved_filter_tokens": ["\\u0000"]}',
    "a NUL in a key inside": '{"title": "x", "unknown": {"\\u0000": 1}}',
    "half a surrogate pair": '{"title": "\\ud800"}',
    "the other half": '{"title": "\\udc00"}',
    "halves in the wrong order": '{"title": "\\udc00\\ud800"}',
    "deep lists": '{"title": "x", "unknown": ' + "[" * 300 + "]" * 300 + "}",
    "deep objects": '{"title": "x", "unknown": ' + '{"a":' * 300 + "1" + "}" * 300 + "}",
    "deeper": "[" * 100_000 + "]" * 100_000,
    "deep and unfinished": '{"a":' * 100_000,
    "a number out of range": '{"title": 1e99999999999999999999}',
    "a number without an end": '{"title": ' + "9" * 5000 + "}",
    "no number": '{"title": NaN}',
    "two values": "{} {}",
    "a comma too much": '{"title": "x",}',
    "a title without an end": '{"title": "' + "x" * 10_001 + '"}',
    "a token that is too long": '{"title": "x", "workspace_token": "' + "x" * 65 + '"}',
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bodies_are_refused_calmly(shared, sent):
    assert is_refusal(shared.owner.post("/v2/folders", content=sent), 400)
    folder = shared.owner.post("/v2/folders", json={"title": "x", "workspace_token": shared.main})
    if "workspace_token" not in sent:
        assert is_refusal(shared.owner.put(f"/v2/folders/{folder.json()['token']}", content=sent), 400)


def test_every_character_that_text_has_comes_back(shared):
    title = "Größe ☃ 💶 \u202e\u0001\u007f\ufeff\uffff 'quoted' \"too\" \\ % _ </script>"
    made = shared.owner.post("/v2/folders", json={"title": title, "workspace_token": shared.main}).json()
    assert made["title"] == title
    assert shared.owner.get(f"/v2/folders/{made['token']}").json()["title"] == title


@pytest.mark.parametrize(
    "kind", ["application/json", "application/vnd.api+json; charset=utf-8", "APPLICATION/JSON", ""]
)
def test_json_goes_by_many_names(shared, kind):
    body = f'{{"title": "x", "workspace_token": "{shared.main}"}}'
    answer = shared.owner.post("/v2/folders", content=body, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 201

"""Links differ from the address that was asked only in where they point."""

import pytest

from eyrie.operations.call import Address
from eyrie.operations.outcome import Page
from eyrie.surfaces.api.links import links_of

BASE = "https://costs.example.com"


def links(target, **page):
    told = links_of(Address(BASE, target), Page("things", [], **page))
    return {name: link.removeprefix(BASE) if link else None for name, link in told.items()}


def test_a_single_page_has_a_first_and_a_last_but_no_neighbours():
    assert links("/v2/things", last=1) == {
        "self": "/v2/things",
        "first": "/v2/things?page=1",
        "next": None,
        "last": "/v2/things?page=1",
        "prev": None,
    }


def test_in_the_middle_there_are_all_five():
    told = links("/v2/things?limit=1&page=2", number=2, last=3, has_next=True, next_after="a=b")
    assert told == {
        "self": "/v2/things?limit=1&page=2",
        "first": "/v2/things?limit=1&page=1",
        "next": "/v2/things?limit=1&page=3&after=a%3Db",
        "last": "/v2/things?limit=1&page=3",
        "prev": "/v2/things?limit=1&page=1",
    }


def test_where_no_list_tells_its_last_page_the_link_is_null():
    assert links("/v2/costs", last=None)["last"] is None


def test_the_place_of_the_page_before_is_not_carried_on():
    told = links("/v2/things?after=old&page=2&limit=1", number=2, has_next=True, next_after="new")
    assert told["next"] == "/v2/things?limit=1&page=3&after=new"
    assert told["first"] == "/v2/things?limit=1&page=1"


@pytest.mark.parametrize(
    "query", ["q=a%20b", "q=a+b", "names[]=x&names[]=y", "names%5B%5D=x", "settings[include_tax]=true", "q="]
)
def test_other_parameters_stay_as_they_were_written(query):
    assert links(f"/v2/things?{query}")["first"] == f"/v2/things?{query}&page=1"


def test_an_encoded_path_stays_encoded():
    assert links("/v2/tags/a%2Fb/values")["first"] == "/v2/tags/a%2Fb/values?page=1"

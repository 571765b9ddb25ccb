"""Pages: numbers and places that somebody made up are refused or lead past the end, never to a failure."""

import base64
import datetime as dt
import json

import pytest
from sqlalchemy import select

from eyrie.operations.paging import DEFAULT_LIMIT, MAXIMUM_LIMIT, limit_of, one_page, one_slice
from eyrie.operations.shapes import PagedQuery
from eyrie.records.reports.rows import SavedFilterRow
from eyrie.store.people import UserRow
from tests.operations.table_of_tests import is_refusal

BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,SubAccountId\nUsage,2025-01-01,1,Seats,a\n"
NOT_POSITIVE = ["0", "-1", "x", "1.0", "1_0", "+1", " 1", "1e1", "٣", "9" * 30]


def place(values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


MADE_UP = {
    "nothing": "~",
    "no list": place(5),
    "too short": place(["fldr_1"]),
    "too long": place([{"at": "2025-01-01"}, "x", "y"]),
    "other types": place(["x", {"at": "2025-01-01"}]),
    "numbers": place([1, 2]),
    "nulls": place([None, None]),
    "a moment with a zone": place([{"at": "2025-01-01T00:00:00+02:00"}, "x"]),
    "no moment": place([{"at": 5}, "x"]),
    "a NUL": place([{"at": "2025-01-01"}, "\0"]),
    "half a surrogate pair": place([{"at": "2025-01-01"}, "\ud800"]),
    "a number that no column holds": place([10**30]),
    "a truth": place([True]),
    "no day": place([{"on": "2025-02-30"}, "x"]),
    "a moment for a day": place([{"on": "2025-02-01T00:00:00"}, "x"]),
    "too deep": base64.urlsafe_b64encode(b"[" * 20_000).decode(),
}


@pytest.fixture(scope="module")
def accounts(shared):
    """Costs of an account, so that there are computed items to walk."""
    return shared.imported(shared.custom_provider(), BILL)


@pytest.mark.parametrize("after", MADE_UP.values(), ids=MADE_UP)
@pytest.mark.parametrize(
    "path", ["/v2/folders", "/v2/cost_provider_accounts", "/v2/audit_logs", "/v2/annotations"]
)
def test_a_place_that_somebody_made_up_is_refused(shared, accounts, path, after):
    answer = shared.owner.get(path, params={"after": after, "workspace_token": shared.main, "limit": 1})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["after is invalid"]


@pytest.mark.parametrize("text", NOT_POSITIVE)
@pytest.mark.parametrize("name", ["page", "limit"])
def test_a_page_or_limit_that_is_no_positive_whole_number_is_refused(shared, name, text):
    answer = shared.owner.get("/v2/folders", params={name: text})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [f"{name} is invalid"]


@pytest.mark.parametrize("page", [2, 10**9, 10**18 - 1])
def test_a_page_past_the_end_is_empty(shared, page):
    answer = shared.owner.get("/v2/saved_filters", params={"page": page, "limit": 1000})
    assert answer.status_code == 200
    assert answer.json()["saved_filters"] == []
    assert answer.json()["links"]["next"] is None


def test_the_limit_is_a_hundred_and_at_most_a_thousand():
    assert limit_of(PagedQuery()) == DEFAULT_LIMIT == 100
    assert limit_of(PagedQuery(limit=7)) == 7
    assert limit_of(PagedQuery(limit=5000)) == MAXIMUM_LIMIT == 1000
    assert limit_of(PagedQuery(limit=9999), 1000, 5000) == 5000


@pytest.fixture(scope="module")
def many(shared):
    """A saved filter more than a page can hold, many of them of one moment."""
    with shared.house.database.writing() as session:
        account = session.scalars(select(UserRow.account_token)).first()
        session.add_all(
            SavedFilterRow(
                token=f"svd_fltr_{number:016x}",
                account_token=account,
                created_at=shared.now + dt.timedelta(seconds=number // 300),
                updated_at=shared.now,
                workspace_token=shared.main,
                title="x",
                filter=None,
                created_by="usr_1",
            )
            for number in range(1001)
        )
    return shared


def test_a_limit_above_the_maximum_is_cut_to_it(many):
    first = many.owner.get("/v2/saved_filters", params={"limit": 5000}).json()
    second = many.owner.get(first["links"]["next"]).json()
    assert [len(page["saved_filters"]) for page in (first, second)] == [1000, 1]
    assert first["links"]["last"].endswith("page=2")
    shown = many.owner.get("/v2/saved_filters").json()["saved_filters"]
    assert len(shown) == 100


def test_rows_of_one_moment_have_an_order_too(many):
    """The order ends with the token, so the place of a page is never between two equals."""
    with many.house.database.reading() as session:
        seen, after = [], None
        for number in range(1, 10_000):
            query = PagedQuery(page=number, limit=400, after=after)
            page = one_page(session, select(SavedFilterRow), SavedFilterRow, query)
            seen += [row.token for row in page.rows]
            if (after := page.next_after) is None:
                break
    assert len(seen) == len(set(seen)) == 1001


@pytest.mark.parametrize("descending", [False, True])
def test_computed_items_are_walked_by_their_place_when_the_list_changes(descending):
    def walk(items, after, page):
        ordered = sorted(items, reverse=descending)
        query = PagedQuery(page=page, limit=2, after=after)
        return one_slice(ordered, query, 2, lambda pair: pair, descending=descending)

    items = [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"), ("c", "1")]
    first = walk(items, None, 1)
    gone_and_new = [item for item in items if item != first.rows[0]] + [("aa", "1"), ("0", "0"), ("d", "0")]
    second = walk(gone_and_new, first.next_after, 2)
    third = walk(gone_and_new, second.next_after, 3)
    seen = [*first.rows, *second.rows, *third.rows]
    assert set(items) <= set(seen)
    assert len(seen) == len(set(seen))

"""Laws of any bill, each alone: no way of cutting costs changes their sum, and each change is undone exactly.

The numbers are those of the invariants in the specification of costs.
"""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bills.strategies import bills
from tests.laws.asking import (
    CLASSES,
    EVERYTHING,
    Place,
    Question,
    as_line,
    cents,
    chosen_settings,
    groupings,
    questions,
    total,
)

WITHOUT_HOURS = ("day", "week", "month", "quarter")
few = settings(max_examples=12)
two_groupings = st.lists(
    st.sampled_from(("service", "region", "charge_type", "resource_id", "tag:team", "tag:cost,center")),
    min_size=2,
    max_size=2,
    unique=True,
)


@pytest.fixture(scope="module", autouse=True)
def _the_future_has_come(world):
    """All days of all bills are over, but for the tests that say otherwise."""
    world.pass_time(days=365)


def filled(world, *bills_of_it):
    """A place with one integration and a file for each bill."""
    place = Place(world)
    integration = place.integration()
    for number, bill in enumerate(bills_of_it):
        place.upload(integration, bill, f"{number}.csv")
    return place, integration


@few
@given(bill=bills(8), question=questions(), limit=st.integers(5, 60))
def test_1_all_pages_together_hold_each_row_once_and_add_up_to_the_total(world, bill, question, limit):
    place, _ = filled(world, bill)
    pages = place.ask(question, limit=limit)
    rows = [row for page in pages for row in page["costs"]]
    assert rows == place.rows(question)
    assert {len(page["costs"]) for page in pages[:-1]} <= {limit}
    assert {page["total_cost"]["amount"] for page in pages} == {cents(total(rows))}


@few
@given(bill=bills(8), grouped=groupings(), date_bin=st.sampled_from(WITHOUT_HOURS), chosen=chosen_settings())
def test_1_groupings_bins_and_orders_never_change_the_total(world, bill, grouped, date_bin, chosen):
    place, _ = filled(world, bill)
    question = Question(settings=chosen)
    expected = place.exact_total(question)
    for order in ("asc", "desc"):
        cut = dataclasses.replace(question, groupings=grouped, date_bin=date_bin, order=order)
        assert place.exact_total(cut) == expected


@few
@given(bill=bills(8), pair=two_groupings, question=questions())
def test_1_grouping_by_two_and_adding_up_one_is_grouping_by_the_other(world, bill, pair, question):
    place, _ = filled(world, bill)

    def by_first(names):
        """Totals by bin and by what the first grouping shows."""
        asked = dataclasses.replace(question, groupings=as_line(names), settings=EVERYTHING)
        found = {}
        for row in place.rows(asked):
            key = (row["accrued_at"], row["tag"] if pair[0].startswith("tag:") else row[pair[0]])
            found.setdefault(key, []).append(row)
        # A group of nothing is left out, whether it is nothing at once or only together.
        return {key: total(rows) for key, rows in found.items() if total(rows)}

    assert by_first(pair) == by_first(pair[:1])


@few
@given(bill=bills(8), chosen=chosen_settings())
def test_2_amortized_and_unamortized_are_the_same_in_the_end(world, bill, chosen):
    place, _ = filled(world, bill)
    spread, at_once = (
        place.exact_total(Question(date_bin="month", settings={**chosen, "amortize": amortize}))
        for amortize in ("true", "false")
    )
    assert spread == at_once


@few
@given(kept=bills(8), passing=bills(8), question=questions())
def test_3_uploading_and_deleting_restores_every_row(world, kept, passing, question):
    place, integration = filled(world, kept)
    before = place.ask(question)
    upload = place.upload(integration, passing, "passing.csv")
    place.delete(integration, upload)
    after = place.ask(question)
    assert [without_links(page) for page in after] == [without_links(page) for page in before]


@few
@given(kept=bills(8), first=bills(8), second=bills(8), grouped=groupings(1))
def test_3_replacing_changes_totals_by_the_difference_only(world, kept, first, second, grouped):
    question = Question(groupings=grouped, settings=EVERYTHING)
    place, integration = filled(world, kept, first)
    with_first = place.exact_total(question)
    place.upload(integration, second, "1.csv")
    with_second = place.exact_total(question)
    alone = [filled(world, bill)[0].exact_total(question) for bill in (first, second)]
    assert with_second - with_first == alone[1] - alone[0]


@few
@given(bill=bills(8), question=questions(), switched=st.sampled_from((*CLASSES, "amortize")))
def test_4_turning_a_setting_off_and_on_changes_nothing(world, bill, question, switched):
    place, _ = filled(world, bill)
    on, off = (
        dataclasses.replace(question, settings={**question.settings, switched: value})
        for value in ("true", "false")
    )
    first_on, first_off = place.ask(on), place.ask(off)
    assert (place.ask(on), place.ask(off)) == (first_on, first_off)


@few
@given(bill=bills(8), date_bin=st.sampled_from(WITHOUT_HOURS), amortize=st.sampled_from(("true", "false")))
def test_4_the_five_classes_partition_the_rows(world, bill, date_bin, amortize):
    place, _ = filled(world, bill)
    question = Question(groupings="charge_type", date_bin=date_bin)

    def rows(**classes):
        return place.rows(dataclasses.replace(question, settings={**classes, "amortize": amortize}))

    every = rows(**EVERYTHING)
    for name, charge_type in zip(CLASSES, ("Credit", "Refund", "Discount", "Tax"), strict=True):
        assert rows(**{**EVERYTHING, name: "false"}) == [
            row for row in every if row["charge_type"] != charge_type
        ]
    none = rows(**dict.fromkeys(CLASSES, "false"))
    assert none == [row for row in every if row["charge_type"] in ("Usage", "Fee", "Purchase", "Adjustment")]


@few
@given(bill=bills(8), chosen=chosen_settings())
def test_5_default_empty_and_tag_groupings_agree(world, bill, chosen):
    place, _ = filled(world, bill)
    asked = {"filter": "costs.provider = 'custom_provider'", "workspace_token": place.workspace}
    asked |= {"start_date": "2025-01-01", "end_date": "2025-06-30", "limit": "5000"}
    asked |= {f"settings[{name}]": value for name, value in chosen.items()}
    default, empty, tag = (
        world.owner.get("/v2/costs", params={**asked, **more}).json()
        for more in ({}, {"groupings": ""}, {"groupings": "tag:team"})
    )
    assert default["total_cost"] == empty["total_cost"] == tag["total_cost"]
    assert total(default["costs"]) == total(empty["costs"]) == total(tag["costs"])
    assert default.get("total_usage") == empty.get("total_usage") == tag.get("total_usage")


@few
@given(ours=bills(8), theirs=bills(8), question=questions())
def test_9_what_another_workspace_sees_never_appears(world, ours, theirs, question):
    place, integration = filled(world, ours)
    elsewhere, other = filled(world, theirs)
    everything = dataclasses.replace(question, settings=EVERYTHING)
    alone = place.ask(everything, integration)
    assert [page["costs"] for page in place.ask(everything)] == [page["costs"] for page in alone]
    assert place.rows(everything, other) == []
    for here, bill, token in ((place, ours, integration), (elsewhere, theirs, other)):
        assert catalogue(here, "cost_providers", "key") == {f"custom_provider:{token}"}
        assert catalogue(here, "cost_services", "name") == {row["ServiceName"] for row in bill.rows}
        accounts = {row.get("SubAccountId") or token for row in bill.rows}
        assert catalogue(here, "cost_provider_accounts", "account_id") == accounts


def catalogue(place, path, column):
    """What a catalogue names in the workspace of a place."""
    answer = place.world.owner.get(f"/v2/{path}", params={"workspace_token": place.workspace})
    return {entry[column] for entry in answer.json()[path]}


def without_links(page):
    """What a page says, but for the version in its links."""
    return {key: value for key, value in page.items() if key != "links"}

"""Laws of exports: whatever was billed and is asked, the file adds up to the answer at its execution."""

import csv
import io
from decimal import Decimal

from hypothesis import given, settings

from eyrie.basics.period import Period
from eyrie.records.reports.intervals import previous
from tests.bills.slow_reading import EXACT
from tests.bills.strategies import bills
from tests.exporting import as_dicts, links, rows_of
from tests.laws.asking import EVERYTHING, Place, Question, cents, questions, total


def exported(place, question, **more):
    """The rows of an export of a question, under their titles."""
    truths = {"true": True, "false": False}
    body = {
        "workspace_token": place.workspace,
        "filter": "costs.provider = 'custom_provider'",
        "start_date": str(question.start),
        "end_date": str(question.end),
        "groupings": next(csv.reader([question.groupings]), []),
        "date_bin": question.date_bin,
        "settings": {name: truths.get(value, value) for name, value in question.settings.items()},
        **more,
    }
    answer = place.world.owner.post("/v2/costs/data_exports", json=body)
    assert answer.status_code == 202, answer.text
    place.world.work()
    return as_dicts(rows_of(place.world, links(place.world, answer.json()["token"])))


def added_up(rows, title):
    found = Decimal(0)
    for row in rows:
        found = EXACT.add(found, Decimal(row[title] or 0))
    return found


@settings(max_examples=15)
@given(bill=bills(), question=questions())
def test_the_lines_of_vntg_are_the_rows_of_costs(world, bill, question):
    place = Place(world)
    place.upload(place.integration(), bill)
    asked = Question(
        question.start, question.end, question.groupings, question.date_bin, "asc", question.settings
    )
    rows = place.rows(asked)
    lines = exported(place, question)
    assert [(line["Date"], line["Amount"], line["Currency"]) for line in lines] == [
        (row["accrued_at"], row["amount"], row["currency"]) for row in rows
    ]
    if question.settings.get("aggregate_by") == "count":
        assert added_up(lines, "Count") == sum(row["amount"] != "0.0" for row in rows)


@settings(max_examples=10)
@given(bill=bills(), question=questions())
def test_the_lines_of_focus_in_groups_add_up_to_the_total(world, bill, question):
    place = Place(world)
    place.upload(place.integration(), bill)
    lines = exported(place, question, schema="focus", groupings=["service", "charge_type"])
    asked = Question(
        question.start, question.end, "service,charge_type", question.date_bin, "asc", question.settings
    )
    assert added_up(lines, "BilledCost") == place.exact_total(asked)


@settings(max_examples=10)
@given(bill=bills(), question=questions())
def test_the_stored_rows_add_up_in_either_view(world, bill, question):
    place = Place(world)
    place.upload(place.integration(), bill)
    lines = exported(place, question, schema="focus", groupings=[])
    for amortize, title in (("true", "EffectiveCost"), ("false", "BilledCost")):
        view = Question(
            question.start, question.end, "", "month", "asc", {**question.settings, "amortize": amortize}
        )
        assert added_up(lines, title) == place.exact_total(view)


@settings(max_examples=8)
@given(bill=bills(), question=questions())
def test_both_columns_of_a_comparison_add_up_to_their_totals(world, bill, question):
    place = Place(world)
    place.upload(place.integration(), bill)
    lines = exported(place, question, schema="comparison")
    before = previous(Period.through(question.start, question.end))
    for title, period in (
        ("Amount", (question.start, question.end)),
        ("Previous Amount", (before.start, before.last)),
    ):
        asked = Question(*period, question.groupings, question.date_bin, "asc", question.settings)
        assert added_up(lines, title) == place.exact_total(asked)
    assert added_up(lines, "Change") == added_up(lines, "Amount") - added_up(lines, "Previous Amount")


@settings(max_examples=8)
@given(bill=bills())
def test_what_was_exported_row_by_row_costs_the_same_when_it_is_uploaded_again(world, bill):
    """In either view, as long as every class counts: FOCUS has no words for discounts, fees and refunds."""
    ours, theirs = Place(world), Place(world)
    ours.upload(ours.integration(), bill)
    everything = Question(settings=EVERYTHING)
    lines = exported(ours, everything, schema="focus", groupings=[])
    again = io.StringIO()
    writer = csv.DictWriter(again, list(lines[0]) if lines else ["ChargeCategory"])
    writer.writeheader()
    writer.writerows(lines)
    if not lines:
        return
    files = {"csv": ("again.csv", again.getvalue().encode())}
    answer = world.owner.post(f"/v2/integrations/{theirs.integration()}/costs.csv", files=files)
    assert answer.status_code == 201, answer.text
    world.work()
    for amortize in ("true", "false"):
        asked = Question(settings={**EVERYTHING, "amortize": amortize})
        assert cents(total(theirs.rows(asked))) == cents(total(ours.rows(asked)))

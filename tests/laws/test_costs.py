"""The law of laws: whatever was uploaded and whatever is asked, the answer is that of plain Python."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bills.slow_reading import Upload
from tests.bills.strategies import bills
from tests.laws.asking import Place, questions

SEVERAL_QUESTIONS = st.lists(questions(), min_size=4, max_size=4)


def assert_same(pages, expected):
    """All pages together are the answer, and what holds for all of them stands on each."""
    assert [row for page in pages for row in page["costs"]] == expected["costs"]
    for page in pages:
        assert {key: page[key] for key in page if key not in ("links", "costs")} == {
            key: expected[key] for key in expected if key != "costs"
        }


@settings(max_examples=30)
@given(bill=bills(), asked=SEVERAL_QUESTIONS, limit=st.sampled_from((7, 40, 5000)))
def test_one_bill(world, bill, asked, limit):
    place = Place(world)
    integration = place.integration()
    place.upload(integration, bill)
    for question in asked:
        expected = question.slowly([Upload(bill.text, integration)], world.now.date())
        assert_same(place.ask(question, limit=limit), expected)


@settings(max_examples=15)
@given(first=bills(6), second=bills(6), third=bills(6), asked=SEVERAL_QUESTIONS)
def test_three_files_of_two_integrations_of_which_one_is_replaced(world, first, second, third, asked):
    place = Place(world)
    ours, theirs = place.integration(), place.integration()
    uploads = [
        Upload(first.text, ours, "first.csv"),
        Upload(second.text, ours, "second.csv"),
        Upload(second.text, theirs, "first.csv"),
        Upload(third.text, ours, "first.csv"),
    ]
    for bill, upload in zip((first, second, second, third), uploads, strict=True):
        place.upload(upload.integration, bill, upload.name)
    for question in asked:
        today = world.now.date()
        assert_same(place.ask(question), question.slowly(uploads, today))
        own = [upload for upload in uploads if upload.integration == ours]
        assert_same(place.ask(question, ours), question.slowly(own, today))

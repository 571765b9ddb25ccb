"""Which days are complete, by bills that reach to different days."""

import datetime as dt

from eyrie.costs.insights.completeness import complete_through, watermark
from eyrie.costs.query.catalogue import Origin

AWS, CRM = ("aws", None), ("custom_provider", "accss_crdntl_crm")


def january(day):
    return dt.date(2025, 1, day)


LATEST = {
    Origin("aws", "accss_crdntl_1"): january(14),
    Origin("aws", "accss_crdntl_2"): january(12),
    Origin("custom_provider", "accss_crdntl_crm"): january(13),
    Origin("custom_provider", "accss_crdntl_chat"): january(20),
}


def test_a_day_of_a_provider_counts_once_the_next_has_begun_to_arrive():
    assert watermark(AWS, LATEST) == january(13)


def test_a_day_that_somebody_uploaded_counts_at_once():
    assert watermark(CRM, LATEST) == january(13)
    assert watermark(("custom_provider", "accss_crdntl_chat"), LATEST) == january(20)


def test_a_report_is_complete_as_far_as_the_slowest_of_its_providers():
    assert complete_through({AWS: january(14), CRM: january(10)}, LATEST) == january(13)
    slow = {**LATEST, Origin("custom_provider", "accss_crdntl_crm"): january(2)}
    assert complete_through({AWS: january(14), CRM: january(2)}, slow) == january(2)


def test_who_had_no_cost_for_thirty_days_holds_nobody_up():
    left = {**LATEST, Origin("custom_provider", "accss_crdntl_crm"): dt.date(2024, 12, 15)}
    assert complete_through({AWS: january(14), CRM: dt.date(2024, 12, 15)}, left) == january(13)
    assert complete_through({AWS: january(14), CRM: dt.date(2024, 12, 16)}, left) == dt.date(2024, 12, 15)


def test_who_only_bought_something_is_complete_to_the_last_cost():
    assert complete_through({("gcp", None): january(9)}, LATEST) == january(9)


def test_without_costs_nothing_is_complete():
    assert complete_through({}, LATEST) is None

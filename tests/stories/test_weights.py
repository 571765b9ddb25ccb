"""Weights: a filter may count some costs by a fraction, once and exactly."""

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ConsumedQuantity,ConsumedUnit
Usage,2025-01-01,40,Seats,4,Count
Usage,2025-01-01,10,Support,1,Count
Usage,2025-01-02,0.30,Seats,3,Count
"""


def asked(world, condition, **parameters):
    world.imported(world.custom_provider(), BILL)
    found = world.costs(
        filter=f"costs.provider = 'custom_provider' AND {condition}", order="asc", **parameters
    )
    return found["total_cost"]["amount"], found


def test_a_half_of_forty_is_twenty(world):
    total, found = asked(
        world,
        "costs.service = 'Seats' AND costs.allocation = 0.5",
        groupings="service",
        end_date="2025-01-01",
    )
    assert total == "20.0"
    assert [(row["service"], row["amount"]) for row in found["costs"]] == [("Seats", "20.0")]


def test_of_overlapping_branches_the_first_counts(world):
    total, found = asked(
        world,
        "(costs.service = 'Seats' AND costs.allocation = 0.1 OR costs.service IN ('Seats', 'Support'))",
        groupings="",
        date_bin="month",
    )
    assert [row["amount"] for row in found["costs"]] == ["14.03"]
    assert total == "14.03"


def test_usage_is_weighed_and_counts_are_not(world):
    condition = "costs.allocation = 0.25"
    _, found = asked(world, condition, **{"settings[aggregate_by]": "usage", "groupings": "service"})
    assert found["total_usage"] == [{"amount": "2.0", "unit": "Count"}]
    _, found = asked(
        world, "costs.allocation = 0", **{"settings[aggregate_by]": "count", "groupings": "service"}
    )
    assert found["total_count"] == 3
    assert {row["amount"] for row in found["costs"]} == {"0.0"}


def test_a_weight_of_many_digits_stays_exact_on_every_page(world):
    total, found = asked(world, "costs.allocation = 0.123456789", groupings="service", limit="1")
    amounts = [row["amount"] for row in found["costs"]]
    while found["links"]["next"]:
        found = world.owner.get(found["links"]["next"]).json()
        amounts += [row["amount"] for row in found["costs"]]
    assert amounts == ["4.93827156", "1.23456789", "0.0370370367"]
    assert total == "6.21"

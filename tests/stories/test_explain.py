"""Explaining: a total is followed down to the rows of the file that was delivered."""

from decimal import Decimal

BILL = """\
ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName
Usage,2025-01-01,,100,Seats
Credit,2025-01-02,,-5,Seats
Tax,2025-01-02,,8,Seats
Fee,2025-01-30,2025-02-02,40,Support
"""


def test_a_total_is_its_parts_and_a_part_is_its_rows(world):
    provider = world.custom_provider()
    upload = world.imported(provider, BILL, "january.csv")
    world.imported(provider, BILL, "copy.csv")
    told = world.explained()
    assert (told["total"], told["total_shown"], told["adds_up"]) == ("256.0", "256.0", True)
    assert [(part["source_name"], part["amount"], part["rows"]) for part in told["parts"]] == [
        ("january.csv", "128.0", 4),
        ("copy.csv", "128.0", 4),
    ]
    first = told["parts"][0]
    assert (first["source"], first["integration_token"]) == (upload, provider)
    rows = world.explained(part=first["part"])["rows"]
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal(first["amount"])
    assert {(row["source_row"], row["amount"]) for row in rows} == {(1, "100.0"), (3, "8.0"), (4, "10.0")}


def test_what_the_settings_left_out_is_told(world):
    world.imported(world.custom_provider(), BILL)
    assert world.explained()["left_out"] == [{"setting": "include_credits", "amount": "-5.0"}]
    told = world.explained(**{"settings[include_credits]": "true", "settings[include_tax]": "false"})
    assert (told["total"], told["left_out"]) == ("115.0", [{"setting": "include_tax", "amount": "8.0"}])
    assert told["asked"]["settings"]["include_credits"] is True


def test_weights_are_told_row_by_row(world):
    world.imported(world.custom_provider(), BILL)
    told = world.explained(filter="costs.provider = 'custom_provider' AND costs.allocation = 0.1")
    rows = world.explained(
        filter="costs.provider = 'custom_provider' AND costs.allocation = 0.1",
        part=told["parts"][0]["part"],
    )["rows"]
    assert (told["total"], {row["weight"] for row in rows}) == ("12.8", {"0.1"})
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("12.8")


def test_a_part_that_adds_nothing_cannot_be_opened(world):
    world.imported(world.custom_provider(), BILL)
    asked = {"workspace_token": world.main, "filter": "costs.provider = 'aws'", "part": "part_1"}
    assert world.owner.get("/api/costs/explain", params=asked).status_code == 404

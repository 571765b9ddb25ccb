"""Sums over the API are those of Python's Decimal over the source file, to the last digit."""

import csv
import io
import random
from decimal import Decimal

import pytest

from eyrie.basics.errors import UserFault
from tests.costs.sources.focus.test_rules import bill as good
from tests.imports.deliveries import added_up, deliver, export, total, written

SERVICES, REGIONS, ACCOUNTS, TEAMS = (
    ("EC2", "S3", "RDS"),
    ("eu-west-1", "us-east-1"),
    ("a-1", "a-2"),
    ("core", "web"),
)
KEYS = {
    "service": "ServiceName",
    "region": "RegionId",
    "account_id": "SubAccountId",
}


def rows(currency="USD"):
    chance = random.Random(7)
    made = []
    for number in range(600):
        digits = chance.choice((2, 10, 17))
        team = chance.choice(TEAMS)
        made.append(
            {
                "ChargeCategory": "Usage",
                "ChargePeriodStart": f"2025-01-{1 + number % 28:02}T00:00:00Z",
                "BilledCost": str(Decimal(chance.randrange(10**8)).scaleb(-digits)),
                "EffectiveCost": str(Decimal(chance.randrange(-(10**6), 10**8)).scaleb(-digits)),
                "ServiceName": chance.choice(SERVICES),
                "RegionId": chance.choice(REGIONS),
                "SubAccountId": chance.choice(ACCOUNTS),
                "BillingCurrency": currency if number % 5 or currency == "USD" else "USD",
                "Tags": f'{{"team": "{team}"}}',
                "x_Team": team,
            }
        )
    return made


def as_csv(listed):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


@pytest.mark.parametrize("amortize", ["true", "false"])
def test_sums_by_day_service_account_region_and_tag(world, tmp_path, amortize):
    made = rows()
    deliver(world, written(tmp_path / "a", jan=as_csv(made)))
    cost = "EffectiveCost" if amortize == "true" else "BilledCost"
    settings = {"settings[amortize]": amortize, "limit": 1000}
    for grouping, column in (*KEYS.items(), ("tag:team", "x_Team")):
        found = world.costs(groupings=grouping, date_bin="day", **settings)
        field = "tag" if grouping.startswith("tag") else grouping
        answered = {(row["accrued_at"][:10], row[field]): Decimal(row["amount"]) for row in found["costs"]}
        expected = added_up(made, cost, "ChargePeriodStart", column)
        assert answered == {(day[:10], key): amount for (day, key), amount in expected.items() if amount}


def test_sums_by_currency(world, tmp_path):
    made = rows("EUR")
    deliver(world, written(tmp_path / "a", jan=as_csv(made)))
    told = deliver(world, written(tmp_path / "a", jan=as_csv(made[:-1])))
    expected = added_up(made[:-1], "BilledCost", "BillingCurrency")
    assert {(line.currency,): line.billed for line in told.files[0].sums} == expected


def test_more_decimals_than_are_kept(world, tmp_path):
    content = (
        "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\n"
        "Usage,2025-01-01,0.1234567890123456785,A\nUsage,2025-01-01,1e-18,A\nUsage,2025-01-01,-0.0000000000000000005,A\n"
    )
    deliver(world, written(tmp_path / "a", jan=content))
    found = world.costs(groupings="service")["costs"]
    assert [row["amount"] for row in found] == ["0.123456789012345679"]


def test_what_is_exported_can_be_imported_with_the_same_rows(world, tmp_path):
    deliver(world, written(tmp_path / "a", jan=as_csv(rows())), provider="aws")
    first, second, third = (tmp_path / name for name in ("1.csv", "2.csv", "3.parquet"))
    told = export(world, first, integration="AWS")
    assert told.rows == 600
    deliver(world, first, integration="Copy", provider="gcp")
    export(world, second, integration="Copy", month="2025-01")
    assert first.read_bytes() == second.read_bytes()
    assert total(world, "gcp") == total(world, "aws")
    export(world, third, integration="AWS", format="parquet")
    deliver(world, third, integration="Third", provider="azure")
    export(world, first, integration="Third")
    assert first.read_bytes() == second.read_bytes()


def test_an_export_keeps_to_our_own_rules(world, tmp_path):
    deliver(world, written(tmp_path / "a", jan=good()))
    export(world, tmp_path / "out.csv")
    told = deliver(world, tmp_path / "out.csv", integration="Strict", strict=True)
    assert (told.files[0].version, told.files[0].rows) == ("1.2", 1)


def test_what_cannot_be_exported(world, tmp_path):
    for wish, reason in (
        ({}, "There are no costs to export"),
        ({"month": "January"}, "--month must be a month such as 2025-01"),
        ({"format": "xlsx"}, "--format must be one of csv, parquet"),
        ({"integration": "Nobody"}, "There is no integration Nobody"),
    ):
        with pytest.raises(UserFault, match=reason):
            export(world, tmp_path / "out.csv", **wish)
    assert list(tmp_path.glob("*.csv")) == []

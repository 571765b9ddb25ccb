"""Closed months that lose more than half of what was billed: told, and refused where nobody looks."""

import datetime as dt
from decimal import Decimal

import pytest

from eyrie.costs.sources.drops import MonthChange, drops
from eyrie.surfaces.cli.bill_shapes import Outcome
from tests.imports.deliveries import bill, deliver, refused, total, written

WHOLE = bill(("2025-01-05", "60", "EC2"), ("2025-01-06", "40", "S3"), ("2025-02-03", "40", "S3"))
HELD = "Nothing was imported. If that is right, leave out --hold-drops"


def dropped(before, after, currency="USD", month="2025-01"):
    return (
        f"{month} is closed, and what was billed in {currency} drops from {before} to {after}, "
        "by more than half"
    )


def january(cost):
    return bill(("2025-01-05", cost, "EC2"), ("2025-02-03", "40", "S3"))


def test_a_file_that_comes_again_with_less_is_told_and_refused_if_so_wished(world, tmp_path):
    folder = written(tmp_path / "a", all=WHOLE)
    deliver(world, folder)
    written(folder, all=january("49.99"))
    assert refused(world, folder, hold_drops=True) == [dropped("100.0", "49.99"), HELD]
    assert total(world) == "140.0"
    told = deliver(world, folder)
    assert [file.outcome for file in told.files] == [Outcome.REPLACED]
    assert told.dropped == [dropped("100.0", "49.99")]
    assert total(world) == "89.99"


def test_half_may_go(world, tmp_path):
    folder = written(tmp_path / "a", all=WHOLE)
    deliver(world, folder)
    assert deliver(world, written(folder, all=january("50"))).dropped == []
    assert total(world) == "90.0"


def test_a_month_that_is_no_longer_there_at_all_has_dropped_to_nothing(world, tmp_path):
    folder = written(tmp_path / "a", all=WHOLE)
    deliver(world, folder)
    written(folder, all=bill(("2025-02-03", "40", "S3")))
    assert refused(world, folder, hold_drops=True) == [dropped("100.0", "0.0"), HELD]


def test_the_open_month_may_do_as_it_likes_until_it_is_over(world, tmp_path):
    folder = written(tmp_path / "a", all=WHOLE)
    deliver(world, folder)
    deliver(world, written(folder, all=bill(("2025-01-05", "100", "EC2"), ("2025-02-03", "1", "S3"))))
    assert total(world) == "101.0"
    world.now = dt.datetime(2025, 2, 28, 23, 59)
    deliver(world, written(folder, all=bill(("2025-01-05", "100", "EC2"), ("2025-02-03", "0.4", "S3"))))
    world.now = dt.datetime(2025, 3, 1)
    written(folder, all=bill(("2025-01-05", "100", "EC2"), ("2025-02-03", "0.1", "S3")))
    assert refused(world, folder, hold_drops=True) == [dropped("0.4", "0.1", month="2025-02"), HELD]


def test_a_complete_delivery_is_held_against_the_whole_month_of_its_dataset(world, tmp_path):
    deliver(world, written(tmp_path / "a", one=january("70"), two=bill(("2025-01-07", "50", "EC2"))))
    deliver(world, written(tmp_path / "b", other=bill(("2025-01-07", "500", "EC2"))), dataset="second")
    final = written(tmp_path / "c", final=january("59"))
    assert refused(world, final, complete=True, hold_drops=True) == [dropped("120.0", "59.0"), HELD]
    deliver(world, final, complete=True)
    assert total(world) == "599.0"


def test_files_that_are_there_already_can_take_the_rest_of_a_month_away(world, tmp_path):
    folder = written(tmp_path / "a", one=january("1"), two=bill(("2025-01-07", "50", "EC2")))
    deliver(world, folder)
    (folder / "two.csv").unlink()
    assert refused(world, folder, complete=True, hold_drops=True) == [dropped("51.0", "1.0"), HELD]


def test_what_other_files_of_the_month_bring_counts(world, tmp_path):
    folder = written(tmp_path / "a", one=january("70"))
    deliver(world, folder)
    deliver(world, written(folder, one=january("20"), two=bill(("2025-01-07", "20", "EC2"))))
    assert total(world) == "80.0"


def test_each_currency_and_month_is_told(world, tmp_path):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\n"
    rows = [("2024-12-05", "9", "USD"), ("2025-01-05", "8", "USD"), ("2025-01-05", "7", "EUR")]
    content = head + "".join(f"Usage,{day},{cost},EC2,{currency}\n" for day, cost, currency in rows)
    folder = written(tmp_path / "a", all=content)
    deliver(world, folder)
    written(folder, all=content.replace(",9,", ",4,").replace("EUR", "GBP"))
    assert refused(world, folder, hold_drops=True) == [
        dropped("9.0", "4.0", month="2024-12"),
        dropped("7.0", "0.0", "EUR"),
        HELD,
    ]


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        ("100", "50", False),
        ("100", "49.999999999999999999", True),
        ("99999999999999999999.000000000000000003", "49999999999999999999.500000000000000001", True),
        ("99999999999999999999.000000000000000003", "49999999999999999999.500000000000000002", False),
        ("1", "-1", True),
        ("0", "-5", False),
        ("-4", "-1", False),
        ("-4", "-9", False),
    ],
)
def test_what_is_a_drop(before, after, held):
    change = MonthChange(dt.date(2025, 1, 1), "USD", Decimal(before), Decimal(after))
    assert bool(drops([change], dt.date(2025, 2, 1))) is held

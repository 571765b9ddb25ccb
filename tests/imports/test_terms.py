"""Commitments whose usage and purchases differ: told of all files of a command together."""

from eyrie.records.bills.imports import ImportRow
from tests.costs.sources.focus.test_rules import PURCHASE
from tests.costs.sources.focus.test_rules import bill as good
from tests.imports.deliveries import deliver, refused, total, written

HEAD = "ChargeCategory,CommitmentDiscountId,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,ServiceName\n"
BOUGHT = "Purchase,cd,2025-01-01,2025-02-01T00:00:00Z,100,0,EC2\n"
FIRST = "Usage,cd,2025-01-01,2025-01-16T00:00:00Z,0,50,EC2\n"
SECOND = "Usage,cd,2025-01-16,2025-02-01T00:00:00Z,0,{},EC2\n"


def told_of(told):
    """What is told of commitments, by file."""
    return {
        file.name: warning
        for file in told.files
        for warning in file.warnings
        if "EffectiveCost adds up" in warning
    }


def test_the_file_with_the_purchase_tells_and_remembers_it(world, tmp_path):
    folder = written(tmp_path / "a", one=HEAD + FIRST + BOUGHT, two=HEAD + SECOND.format(49))
    told = told_of(deliver(world, folder))
    assert list(told) == ["one.csv"]
    assert told["one.csv"].endswith("not so: cd (purchased 100.0 USD, used 99.0) (row 2)")
    with world.house.database.reading() as session:
        kept = {row.source_name: row.findings for row in session.query(ImportRow)}
    assert [each["rows"] for each in kept["one.csv"] if each["says"].startswith("must have Usage whose")] == [
        [2]
    ]
    assert told_of(deliver(world, written(folder, two=HEAD + SECOND.format(50)))) == {}


def test_strict_refuses_it(world, tmp_path):
    term = {"ChargePeriodEnd": "2025-01-04T00:00:00Z", "CommitmentDiscountId": "c"}
    used = {"EffectiveCost": "5", "CommitmentDiscountCategory": "Spend", "CommitmentDiscountStatus": "Used"}
    bought = PURCHASE | term | {"EffectiveCost": "0"}
    content = good(bought, term | used)
    (problem,) = refused(world, written(tmp_path / "a", one=content), strict=True)
    assert problem.startswith(
        "one.csv: 1 row: CommitmentDiscountId must have Usage whose EffectiveCost adds up"
    )
    deliver(
        world, written(tmp_path / "a", one=good(bought, term | used | {"EffectiveCost": "6"})), strict=True
    )


def test_nothing_is_said_while_other_files_hold_rows_of_the_month(world, tmp_path):
    deliver(world, written(tmp_path / "a", two=HEAD + SECOND.format(50)))
    one = written(tmp_path / "b", one=HEAD + BOUGHT + FIRST + SECOND.format(0))
    assert told_of(deliver(world, one)) == {}
    assert list(
        told_of(
            deliver(
                world, written(tmp_path / "c", one=HEAD + BOUGHT + FIRST + SECOND.format(1)), dataset="other"
            )
        )
    ) == ["one.csv"]
    (tmp_path / "b" / "one.csv").write_text(HEAD + BOUGHT + FIRST + SECOND.format(2))
    assert list(told_of(deliver(world, one, complete=True))) == ["one.csv"]
    assert total(world, end_date="2025-12-31") == "103.0"

"""Compacting: all rows that count, each with its file's number; figures, tags and decimals as they were."""

from dataclasses import replace
from decimal import Decimal

import pytest

from eyrie.basics.errors import LedgerBroken
from eyrie.costs.ledger.compacting import Standing, write_compacted
from eyrie.costs.ledger.cube_writing import Worth
from eyrie.costs.ledger.parts import Delivery, PartKind, Sums
from eyrie.costs.ledger.writing import read_facts, read_member_facts, write_part
from tests.costs.ledger.test_writing import JANUARY, line, read


@pytest.fixture
def write(engine, tmp_path):
    """Write a file of an upload as a part that stands."""

    def written(name, *items):
        lines = [replace(item, source_row=number) for number, item in enumerate(items, 1)]
        part = write_part(engine, tmp_path, lines, Delivery("accss_crdntl_1", "uploads", name, name), JANUARY)
        return Standing(part, (part.as_member(),))

    return written


def standing(compacted, *numbers):
    """A compacted part of which only some members count."""
    held = tuple(member for member in compacted.members if member.number in numbers)
    return Standing(compacted.part.holding(held), held)


def test_rows_stand_in_one_order_and_know_their_file(engine, tmp_path, write):
    second = write("b.csv", line(2, "3", service="x"), line(1, "4", service="y"))
    first = write("a.csv", line(2, "1", service="x"), line(2, "2", service="x"))
    compacted = write_compacted(engine, tmp_path, [second, first])
    part = compacted.part
    columns = "row, member, source_row, billed_cost::INTEGER, integration"
    assert read(engine, tmp_path / part.file, columns) == [
        (0, 1, 2, 4, "accss_crdntl_1"),
        (1, 0, 1, 1, "accss_crdntl_1"),
        (2, 0, 2, 2, "accss_crdntl_1"),
        (3, 1, 1, 3, "accss_crdntl_1"),
    ]
    assert (part.kind, part.billing_month, part.is_compacted) == (PartKind.RAW, JANUARY, True)
    assert [(each.number, each.delivery.source_name) for each in compacted.members] == [
        (0, "a.csv"),
        (1, "b.csv"),
    ]
    assert compacted.members[1] == replace(second.members[0], number=1)
    facts = read_facts(engine, tmp_path / part.file)
    assert (part.rows, part.sums, part.accrued, part.providers) == (
        4,
        facts.sums,
        facts.accrued,
        facts.providers,
    )
    assert compacted.cubes == (), "small parts need none"


def test_every_cell_comes_through(engine, tmp_path, write):
    known = {
        "usage_amount": Decimal("1.5"),
        "usage_unit": "Hrs",
        "region": "eu",
        "extra": {"x_Team": "é"},
        "marketplace": True,
        "invoice_id": "in-1",
    }
    first, second = write("a.csv", line(1, "1", **known)), write("b.csv", line(2, "2"))
    compacted = write_compacted(engine, tmp_path, [first, second])
    own = "* EXCLUDE (row, member)"
    rows = [row for each in (first, second) for row in read(engine, tmp_path / each.part.file, own)]
    assert read(engine, tmp_path / compacted.part.file, own) == rows


def test_what_was_compacted_is_compacted_again_without_masked_members(engine, tmp_path, write):
    files = [write(name, line(1, cost)) for name, cost in (("a.csv", "1"), ("b.csv", "20"), ("c.csv", "300"))]
    once = write_compacted(engine, tmp_path, files)
    more = write("d.csv", line(3, "4000"))
    again = write_compacted(engine, tmp_path, [more, standing(once, 0, 2)])
    assert [(each.number, each.delivery.source_name) for each in again.members] == [
        (0, "a.csv"),
        (1, "c.csv"),
        (2, "d.csv"),
    ]
    assert again.part.sums == (Sums("USD", 3, Decimal(4301), Decimal(4301)),)
    found = read_member_facts(engine, tmp_path / again.part.file)
    assert {number: facts.sums[0].billed for number, facts in found.items()} == {0: 1, 1: 300, 2: 4000}


def test_tag_sets_are_united_and_those_of_nobody_are_left_behind(engine, tmp_path, write):
    core, web = {"team": "core"}, {"team": "web", "env": "prod"}
    files = [
        write("a.csv", line(tags=core), line(tags=web)),
        write("b.csv", line(tags=core)),
        write("c.csv", line()),
    ]
    compacted = write_compacted(engine, tmp_path, files)
    pairs = "key, value"
    assert sorted(read(engine, tmp_path / compacted.part.tag_sets, pairs)) == [
        ("env", "prod"),
        ("team", "core"),
        ("team", "web"),
    ]
    again = write_compacted(engine, tmp_path, [standing(compacted, 1, 2)])
    assert read(engine, tmp_path / again.part.tag_sets, pairs) == [("team", "core")]
    untagged = write_compacted(engine, tmp_path, [standing(compacted, 2)])
    assert untagged.part.tag_sets is None


def test_decimals_are_as_narrow_as_those_that_are_left(engine, tmp_path, write):
    exact = "0.000000000000000001"
    compacted = write_compacted(
        engine, tmp_path, [write("a.csv", line(1, exact)), write("b.csv", line(2, "5"))]
    )
    assert compacted.part.sums[0].billed == Decimal("5.000000000000000001")

    def width(part):
        described = engine._database.execute(
            f"DESCRIBE FROM read_parquet('{tmp_path / part.file}')"
        ).fetchall()
        return {row[0]: row[1] for row in described}["billed_cost"]

    assert width(compacted.part) == "DECIMAL(38,18)"
    again = write_compacted(engine, tmp_path, [standing(compacted, 1)])
    assert width(again.part) == "DECIMAL(18,10)"


def test_a_part_that_is_not_what_the_manifest_says_stays_as_it_is(engine, tmp_path, write):
    good, bad = write("a.csv", line(1, "1")), write("b.csv", line(2, "2"))
    lying = replace(bad.members[0], sums=(Sums("USD", 1, Decimal(3), Decimal(2)),))
    with pytest.raises(LedgerBroken, match=r"what the manifest says: b\.csv\. Nothing was changed"):
        write_compacted(engine, tmp_path, [good, replace(bad, members=(lying,))])


def test_a_large_part_gets_cubes_that_add_up_to_it(engine, tmp_path, write):
    days = [line(day, str(day), service="x", tags={"team": "core"}) for day in range(1, 31)]
    worth = Worth(fewest_rows=60, rows_to_one=2, bytes_to_one=0)
    files = [write("a.csv", *days), write("b.csv", *days)]
    compacted = write_compacted(engine, tmp_path, files, worth=worth)
    assert "days" in {cube.shape for cube in compacted.cubes}
    assert {cube.cube_of for cube in compacted.cubes} == {compacted.part.token}
    assert {cube.sums[0].billed for cube in compacted.cubes} == {Decimal(930)}
    assert write_compacted(engine, tmp_path, files[:1], worth=worth).cubes == ()

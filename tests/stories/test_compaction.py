"""A month of small uploads is compacted: nothing that anybody asks is answered otherwise."""

import csv
import dataclasses
from decimal import Decimal

import pytest
import sqlalchemy as sa

from eyrie.start.compacting import compacted
from eyrie.start.house import worker_of
from eyrie.start.listing import integrations_of
from eyrie.store.outbox import JobRow, enqueue
from eyrie.surfaces.cli.bill_shapes import Outcome
from tests.imports.deliveries import bill, deliver, export, total, written

HEAD = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags\n"
FILES = 8


def upload(number):
    """A file that costs 10 to the power of its number: 7 parts Seats of team even or odd, 3 parts Support."""
    team = "odd" if number % 2 else "even"
    cost = Decimal(10) ** number
    return HEAD + (
        f'Usage,2025-01-{number + 1:02d},{cost * 7 / 10},Seats,"{{""team"": ""{team}""}}"\n'
        f"Usage,2025-01-31,{cost * 3 / 10},Support,\n"
    )


@pytest.fixture
def provider(world):
    """A custom provider with eight files, of 1, 10, 100 and so on."""
    made = world.custom_provider()
    for number in range(FILES):
        world.imported(made, upload(number), f"{number}.csv")
    return made


def compact(world):
    """Let the job run as the clock would, until it has no more to do; give how many parts there are."""
    with world.house.database.writing() as session:
        enqueue(session, "compact", {}, run_at=world.now)
    world.work()
    return len(parts(world))


def parts(world):
    with world.house.database.reading() as session:
        return world.house.snapshots.at(session, None, None, world.now).parts


def everything(world, **more):
    """What is asked of a month, in several ways."""
    ways = ("service", "tag:team", "provider", "service,tag:team")
    asked = [world.costs(groupings=way, **more) for way in ways]
    for answer in asked:
        answer.pop("links")
    tags = world.owner.get("/v2/tags").json()["tags"]
    values = world.owner.get("/v2/tags/team/values").json()["tag_values"]
    return asked, tags, values, integrations_of(world.house)


def uploads(world, provider):
    listed = world.owner.get(f"/v2/integrations/{provider}/costs").json()["user_costs_uploads"]
    return {each["filename"]: each["token"] for each in listed}


def delete(world, provider, name):
    token = uploads(world, provider)[name]
    assert world.owner.delete(f"/v2/integrations/{provider}/costs/{token}").status_code == 204


def test_eight_uploads_become_one_part_and_no_answer_changes(world, provider):
    before = everything(world)
    assert before[0][0]["total_cost"]["amount"] == "11111111.0"
    assert compact(world) == 1
    assert everything(world) == before


def test_an_upload_in_a_compacted_part_is_deleted_alone(world, provider):
    compact(world)
    version = int(world.explained()["asked"]["ledger_version"])
    delete(world, provider, "3.csv")
    assert world.costs()["total_cost"]["amount"] == "11110111.0"
    (line,) = integrations_of(world.house)
    assert line.rows == 14
    assert world.costs(as_of=str(version))["total_cost"]["amount"] == "11111111.0"
    for number in (1, 5, 7):
        delete(world, provider, f"{number}.csv")
    assert world.costs()["total_cost"]["amount"] == "1010101.0"
    values = world.owner.get("/v2/tags/team/values").json()["tag_values"]
    assert [each["tag_value"] for each in values] == ["even"], "no row has the other one any more"
    for number in (0, 2, 4, 6):
        delete(world, provider, f"{number}.csv")
    assert (parts(world), world.costs()["total_cost"]["amount"]) == ((), "0.0")


def test_an_upload_of_the_same_name_takes_the_place_of_its_member(world, provider):
    compact(world)
    world.imported(provider, HEAD + "Usage,2025-01-09,5000,Seats,\n", "3.csv")
    assert world.costs()["total_cost"]["amount"] == "11115111.0"
    assert len(uploads(world, provider)) == FILES


def test_what_was_deleted_leaves_the_file_with_the_next_compaction(world, provider):
    compact(world)
    delete(world, provider, "3.csv")
    assert compact(world) == 1
    masked = parts(world)[0].token
    world.pass_time(days=7)
    before = everything(world)
    assert compact(world) == 1
    (part,) = parts(world)
    assert (part.token != masked, part.rows) == (True, 14)
    assert everything(world) == before


def test_a_total_is_still_explained_down_to_the_rows_of_each_file(world, provider):
    before = world.explained()
    compact(world)
    delete(world, provider, "1.csv")
    told = world.explained()
    assert (told["total"], told["adds_up"]) == ("11111101.0", True)
    kept = ("source_name", "source", "dataset", "amount", "rows", "rows_in_part", "billing_month")
    assert [{key: part[key] for key in kept} for part in told["parts"]] == [
        {key: part[key] for key in kept} for part in before["parts"] if part["source_name"] != "1.csv"
    ]
    assert [part["member"] for part in before["parts"]] == [None] * FILES
    assert [part["member"] for part in told["parts"]] == [0, *range(2, FILES)]
    (part,) = {part["part"] for part in told["parts"]}
    rows = world.explained(part=part)["rows"]
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("11111101")
    rows = world.explained(part=part, member="3")["rows"]
    assert [(row["source_name"], row["source_row"], row["amount"]) for row in rows] == [
        ("3.csv", 1, "700.0"),
        ("3.csv", 2, "300.0"),
    ]
    asked = {"workspace_token": world.main, "filter": "costs.provider = 'custom_provider'", "part": part}
    january = {"start_date": "2025-01-01", "end_date": "2025-01-31"}
    gone = world.owner.get("/api/costs/explain", params={**asked, **january, "member": "1"})
    assert gone.status_code == 404


def test_weights_are_explained_member_by_member(world, provider):
    compact(world)
    told = world.explained(filter="costs.provider = 'custom_provider' AND costs.allocation = 0.1")
    assert [part["amount"] for part in told["parts"][:3]] == ["0.1", "1.0", "10.0"]
    assert told["adds_up"]


def test_the_job_takes_one_group_at_a_time_and_asks_for_the_next(world, provider):
    other = world.custom_provider("ERP")
    for number in range(FILES):
        world.imported(other, upload(number), f"{number}.csv")
    with world.house.database.writing() as session:
        enqueue(session, "compact", {}, run_at=world.now)
    assert world.work() == 3, "two groups, and a look that finds nothing"
    assert [part.rows for part in parts(world)] == [2 * FILES] * 2


class Meanwhile:
    """An engine during whose first writing something else happens."""

    def __init__(self, engine, happens):
        self.engine, self.happens = engine, [happens]

    def __getattr__(self, name):
        return getattr(self.engine, name)

    def write(self, writing):
        if self.happens:
            self.happens.pop()()
        return self.engine.write(writing)


def test_an_upload_that_is_deleted_while_its_month_is_compacted_stays_deleted(world, provider):
    other = world.custom_provider("ERP")
    for number in range(FILES):
        world.imported(other, upload(number), f"{number}.csv")
    first = min(provider, other)  # whose turn comes first
    engine = Meanwhile(world.house.engine, lambda: delete(world, first, "3.csv"))
    house = dataclasses.replace(world.house, engine=engine)
    with world.house.database.writing() as session:
        enqueue(session, "compact", {}, run_at=world.now)
    worker_of(house, threads=1).run_until_idle()
    assert engine.happens == []
    asked = f"costs.provider = 'custom_provider:{first}'"
    assert world.costs(filter=asked)["total_cost"]["amount"] == "11110111.0"
    rows = sorted(part.rows for part in parts(world))
    assert rows == [2] * (FILES - 1) + [2 * FILES], "the month that moved is let be, the other is compacted"
    with world.house.database.reading() as session:
        states = set(session.scalars(sa.select(JobRow.state).where(JobRow.kind == "compact")))
    assert states == {"done"}


def test_the_clock_asks_for_it(world, provider):
    world.work()
    world.pass_time(minutes=16)
    world.work()
    assert len(parts(world)) == 1


def test_on_the_command_line_each_group_is_told(world, provider):
    first, last = compacted(world.house)
    assert first.startswith("CRM, 2025-01: 8 files in one, 16 rows, ")
    assert last == "Nothing more to compact."
    delete(world, provider, "0.csv")
    first, _ = compacted(world.house)
    assert first.startswith("CRM, 2025-01: written without what was deleted, 14 rows, ")
    assert list(compacted(world.house)) == ["Nothing to compact."]


BILLS = {f"f{number}": bill(("2025-01-05", str(10**number), "EC2")) for number in range(FILES)}


def test_imports_find_their_files_in_a_compacted_part(world, tmp_path):
    folder = written(tmp_path / "a", **BILLS)
    deliver(world, folder)
    assert (compact(world), total(world)) == (1, "11111111.0")
    assert {file.outcome for file in deliver(world, folder).files} == {Outcome.UNCHANGED}
    written(folder, f3=bill(("2025-01-05", "5000", "EC2"), ("2025-02-05", "1", "EC2")))
    told = deliver(world, folder)
    assert [file.name for file in told.files if file.outcome is Outcome.REPLACED] == ["f3.csv"]
    assert total(world) == "11115112.0"
    told = deliver(world, written(tmp_path / "b", f1=bill(("2025-01-05", "20", "EC2"))), complete=True)
    assert sorted(told.retired) == sorted(f"{name}.csv" for name in BILLS if name != "f1")
    assert total(world) == "21.0", "of another month than the one delivered, a row stays"


def test_what_drops_is_told_of_compacted_months_too(world, tmp_path):
    folder = written(tmp_path / "a", **BILLS)
    deliver(world, folder)
    compact(world)
    told = deliver(world, written(folder, f7=bill(("2025-01-05", "5", "EC2"))))
    assert told.dropped == [
        "2025-01 is closed, and what was billed in USD drops from 11111111.0 to 1111116.0, by more than half"
    ]
    compact(world)
    told = deliver(world, written(tmp_path / "b", all=bill(("2025-01-05", "6", "EC2"))), complete=True)
    assert told.dropped == [
        "2025-01 is closed, and what was billed in USD drops from 1111116.0 to 6.0, by more than half"
    ]
    assert total(world) == "6.0"


def rows_of(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_an_export_is_the_same_before_and_after_and_leaves_the_deleted_out(world, provider, tmp_path):
    january = written(tmp_path / "a", first=bill(*(("2025-01-05", str(n), "EC2") for n in range(1, 30))))
    deliver(world, january)
    export(world, tmp_path / "before.csv")
    assert compact(world) == 2
    export(world, tmp_path / "after.csv")
    assert (tmp_path / "after.csv").read_text() == (tmp_path / "before.csv").read_text()
    delete(world, provider, "3.csv")
    told = export(world, tmp_path / "without.csv")
    kept = rows_of(tmp_path / "without.csv")
    assert (told.rows, len(kept)) == (14 + 29, 14 + 29)
    gone = [row for row in rows_of(tmp_path / "before.csv") if row not in kept]
    assert sum(Decimal(row["BilledCost"]) for row in gone) == 1000
    assert list((world.home / "staging").glob("export*")) == []

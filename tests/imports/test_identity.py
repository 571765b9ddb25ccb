"""What a file is: its integration, dataset and name; and what happens when it comes again."""

import gzip
import json
import sys
from io import BytesIO

import pytest

from eyrie.basics.errors import Refused
from eyrie.start.import_target import find_target
from eyrie.surfaces.cli.bill_shapes import ImportWish, Outcome
from tests.imports.deliveries import bill, deliver, refused, state, total, version, written

JANUARY = bill(("2025-01-05", "10", "EC2"), ("2025-01-06", "5", "S3"))
FEBRUARY = bill(("2025-02-05", "100", "EC2"))


def test_a_new_integration_is_made_assigned_and_seen_at_once(world, tmp_path):
    told = deliver(world, written(tmp_path / "a", jan=JANUARY))
    assert (told.created, told.integration) == (True, "AWS")
    (row,) = world.owner.get("/v2/integrations").json()["integrations"]
    assert {
        key: row[key] for key in ("token", "provider", "account_identifier", "status", "last_updated")
    } == {
        "token": told.token,
        "provider": "custom_provider",
        "account_identifier": "AWS",
        "status": "imported",
        "last_updated": "2025-02-15T12:00:00Z",
    }
    assert row["workspace_tokens"] == [world.main]
    assert total(world) == "15.0"
    assert ("record_created", "integration", "command line") in [
        (entry.event, entry.object_type, entry.user) for entry in world.audit()
    ]


def test_the_same_again_is_nothing(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY)
    deliver(world, folder)
    before = state(world)
    world.pass_time(days=1)
    told = deliver(world, folder)
    assert [file.outcome for file in told.files] == [Outcome.UNCHANGED]
    assert state(world) == before
    assert world.owner.get(f"/v2/integrations/{told.token}").json()["last_updated"] == "2025-02-15T12:00:00Z"


def test_a_file_with_other_content_takes_the_place_of_the_old_one(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY, other=bill(("2025-01-05", "1000", "S3")))
    deliver(world, folder)
    written(folder, jan=bill(("2025-01-05", "11", "EC2"), ("2025-02-01", "3", "EC2")))
    before = int(version(world))
    told = deliver(world, folder)
    assert {file.name: file.outcome for file in told.files} == {
        "jan.csv": Outcome.REPLACED,
        "other.csv": Outcome.UNCHANGED,
    }
    assert total(world) == "1014.0"
    assert int(version(world)) == before + 1, "all of a command is one change"


def test_a_month_that_is_no_longer_in_a_file_is_gone_and_told(world, tmp_path):
    folder = written(tmp_path / "a", all=bill(("2025-01-05", "10", "EC2"), ("2025-02-05", "1", "EC2")))
    deliver(world, folder)
    told = deliver(world, written(folder, all=bill(("2025-02-05", "2", "EC2"))))
    assert told.files[0].notices == ("2025-01 is no longer in it, so its rows of that month are gone",)
    assert total(world) == "2.0"


def test_the_same_content_under_another_name_is_refused_unless_it_counts_again(world, tmp_path):
    deliver(world, written(tmp_path / "a", jan=JANUARY))
    again = written(tmp_path / "b", january=JANUARY)
    (problem,) = refused(world, again)
    assert problem.startswith("january.csv has the same content as jan.csv")
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(JANUARY.encode()))
    assert refused(world, packed)[0].startswith("packed.gz has the same content as jan.csv")
    assert refused(world, again, dataset="other")[0].startswith("january.csv has the same content")
    deliver(world, again, again=True)
    assert total(world) == "30.0"


def test_two_files_of_one_delivery_with_the_same_content(world, tmp_path):
    (problem,) = refused(world, written(tmp_path / "a", jan=JANUARY, copy=JANUARY))
    assert problem.startswith("jan.csv has the same content as copy.csv")


def test_two_files_that_swap_their_contents_are_both_replaced(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY, feb=FEBRUARY)
    deliver(world, folder)
    told = deliver(world, written(folder, jan=FEBRUARY, feb=JANUARY))
    assert [file.outcome for file in told.files] == [Outcome.REPLACED] * 2
    assert total(world) == "115.0"


def test_complete_retires_other_files_in_the_months_delivered(world, tmp_path):
    both = bill(("2025-01-07", "1000", "EC2"), ("2025-02-07", "2000", "EC2"))
    deliver(world, written(tmp_path / "a", jan=JANUARY, both=both))
    deliver(world, written(tmp_path / "x", else_=bill(("2025-01-07", "7", "X"))), dataset="second")
    told = deliver(world, written(tmp_path / "b", january=JANUARY), complete=True)
    assert sorted(told.retired) == ["both.csv", "jan.csv"]
    assert total(world) == "2022.0", "February of both.csv and the other dataset stay"
    told = deliver(world, written(tmp_path / "c", feb=FEBRUARY), complete=True)
    assert told.retired == ["both.csv"]
    assert total(world) == "122.0"


def test_complete_with_files_that_are_there_already(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY, more=bill(("2025-01-07", "1000", "EC2")))
    deliver(world, folder)
    (folder / "more.csv").unlink()
    told = deliver(world, folder, complete=True)
    assert ([file.outcome for file in told.files], told.retired) == ([Outcome.UNCHANGED], ["more.csv"])
    assert total(world) == "15.0"


def test_datasets_are_apart(world, tmp_path):
    deliver(world, written(tmp_path / "a", jan=JANUARY))
    deliver(world, written(tmp_path / "b", jan=FEBRUARY), dataset="actuals")
    assert total(world) == "115.0"
    assert "is that of files uploaded over HTTP" in refused(world, tmp_path / "a", dataset="uploads")[0]


def test_the_same_file_read_for_another_provider_is_read_anew(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY)
    deliver(world, folder)
    told = deliver(world, folder, provider="aws")
    assert [file.outcome for file in told.files] == [Outcome.REPLACED]
    assert (total(world, "aws"), total(world)) == ("15.0", "0.0")


def test_split_by_seller(world, tmp_path):
    lines = [
        f"Usage,2025-01-05,{cost},X,{seller}"
        for cost, seller in (("1", "AWS"), ("2", "Microsoft"), ("4", "Acme"))
    ]
    content = "\n".join([HEADER_SPLIT, *lines, ""])
    deliver(world, written(tmp_path / "a", all=content), split=True)
    assert [total(world, provider) for provider in ("aws", "azure", "custom_provider")] == [
        "1.0",
        "2.0",
        "4.0",
    ]


HEADER_SPLIT = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ProviderName"


def test_standard_input_has_the_name_it_is_given(world, monkeypatch):
    class Piped:
        buffer = BytesIO(JANUARY.encode())

    monkeypatch.setattr(sys, "stdin", Piped)
    assert refused(world, "-") == ["Standard input has no name; give it one with --as NAME"]
    told = deliver(world, "-", name="jan.csv")
    assert [file.name for file in told.files] == ["jan.csv"]
    assert total(world) == "15.0"


def test_where_it_goes_must_be_clear(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY)
    assert refused(world, folder, provider="amazon")[0].startswith("--provider amazon is not known")
    assert "give one of them" in refused(world, folder, provider="aws", split=True)[0]
    assert refused(world, folder, workspace="Third")[0].startswith("There is no workspace Third")
    assert "There is no integration" in refused(world, folder, integration="accss_crdntl_0000000000000000")[0]
    world.custom_provider("Twice")
    world.custom_provider("Twice")
    assert refused(world, folder, integration="Twice")[0].startswith("Several integrations are called Twice")
    assert refused(world, folder / "jan.csv", folder / "gone.csv")[0].endswith("gone.csv is not there")


def test_several_workspaces_and_none_named(world):
    with pytest.raises(Refused, match=r"There are several workspaces.*Other"):
        find_target(world.house, ImportWish(paths=("x",), integration="New"))


def test_an_integration_that_nobody_sees_is_assigned_when_a_workspace_is_named(world, tmp_path):
    made = world.owner.post("/v2/integrations/custom_provider", json={"name": "CRM"}).json()["token"]
    deliver(world, written(tmp_path / "a", jan=JANUARY), integration="CRM")
    assert world.owner.get(f"/v2/integrations/{made}").json()["workspace_tokens"] == [world.main]
    assert total(world) == "15.0"


def test_deleting_the_integration_takes_everything_away_and_it_can_come_again(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY)
    told = deliver(world, folder)
    assert world.owner.delete(f"/v2/integrations/{told.token}").status_code == 204
    assert total(world) == "0.0"
    deliver(world, folder)
    assert total(world) == "15.0"


def test_uploads_and_imports_live_side_by_side(world, tmp_path):
    provider = world.custom_provider("CRM")
    world.imported(provider, JANUARY, "jan.csv")
    deliver(world, written(tmp_path / "a", jan=JANUARY.replace("10", "20")), integration="CRM", complete=True)
    assert total(world) == "40.0"


def test_other_datasets_of_focus_are_skipped(world, tmp_path):
    folder = written(
        tmp_path / "a",
        jan=JANUARY,
        contracts="ContractCommitmentId,ContractId,ContractCommitmentCost\n1,2,3\n",
    )
    told = deliver(world, folder)
    assert {file.name: file.outcome for file in told.files}["contracts.csv"] is Outcome.SKIPPED
    (folder / "jan.csv").unlink()
    assert refused(world, folder, integration="New")[0] == "There is no bill among these files"


def test_one_bad_file_refuses_the_whole_delivery(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY, zzz=JANUARY.replace("10", "ten"))
    assert refused(world, folder) == ["zzz.csv: Row 1: BilledCost must be a number"]
    assert total(world) == "0.0"


def test_a_file_with_other_rows_than_its_manifest_tells_refuses_the_delivery(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY, feb=FEBRUARY)
    told = {"blobs": [{"blobName": "x/jan.csv", "byteCount": 1, "dataRowCount": 3}]}
    (folder / "manifest.json").write_text(json.dumps(told))
    assert refused(world, folder) == [
        "jan.csv: has 2 rows, but the manifest beside it tells of 3; fetch both again"
    ]
    (folder / "manifest.json").write_text(json.dumps(told).replace("3", "2"))
    deliver(world, folder)
    assert total(world) == "115.0"


def test_columns_that_come_and_go_are_told(world, tmp_path):
    folder = written(tmp_path / "a", jan=JANUARY)
    deliver(world, folder)
    told = deliver(world, written(folder, jan=JANUARY.replace("ServiceName", "x_Name")))
    assert told.files[0].notices == (
        "x_Name is new since the last import",
        "ServiceName is gone since the last import",
    )

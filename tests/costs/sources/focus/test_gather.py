"""Which files a delivery is, and what they are called."""

import json
import os

import pytest

from eyrie.basics.errors import Refused
from eyrie.costs.sources.focus.gather import checked_name, gather
from eyrie.costs.sources.focus.settings import ImportLimits

LIMITS = ImportLimits()


@pytest.fixture
def bills(tmp_path, monkeypatch):
    for name in (
        "jan.csv",
        "bills/feb.csv",
        "bills/aws/mar.csv",
        "bills/.hidden.csv",
        "bills/_SUCCESS",
        "odd [1].csv",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("a,b\n")
    (tmp_path / "bills" / "manifest.txt").write_text('\n {"files": []}')
    (tmp_path / "nothing").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["jan.csv"], ["jan.csv"]),
        (["bills"], ["aws/mar.csv", "feb.csv"]),
        (["bills/*.csv"], ["feb.csv"]),
        (["bills/**/*.csv"], ["aws/mar.csv", "feb.csv"]),
        (["b*"], ["bills/aws/mar.csv", "bills/feb.csv"]),
        (["jan.csv", "bills/aws"], ["jan.csv", "mar.csv"]),
        (["jan.csv", "jan.csv"], ["jan.csv"]),
        (["odd [1].csv"], ["odd [1].csv"]),
    ],
)
def test_names_are_relative_to_what_was_named(bills, paths, names):
    found = gather(paths, LIMITS)
    assert sorted(file.name for file in found) == names
    assert all(file.path.is_file() for file in found)


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["gone.csv"], "gone.csv is not there"),
        (["nothing"], "nothing is a folder without bills"),
        (["*.parquet"], "No file matches"),
        (["bills/feb.csv", "other/feb.csv"], "Two files would both be called feb.csv"),
        (["pipe"], "is no regular file"),
    ],
)
def test_what_cannot_be_gathered(bills, paths, reason):
    (bills / "other").mkdir()
    (bills / "other" / "feb.csv").write_text("a")
    os.mkfifo(bills / "pipe")
    with pytest.raises(Refused, match=reason):
        gather(paths, LIMITS)


def test_metadata_beside_bills_tells_their_version(bills):
    (bills / "bills" / "aws" / "meta.json").write_text('{"Schema": [{"FocusVersion": "v1.2"}]}')
    (bills / "bills" / "broken.json").write_text("{")
    versions = {file.name: file.version for file in gather(["bills"], LIMITS)}
    assert versions == {"aws/mar.csv": "1.2", "feb.csv": None}


def manifest(folder, **rows):
    blobs = [{"blobName": f"exports/2025/{name}.csv", "dataRowCount": count} for name, count in rows.items()]
    (folder / "manifest.json").write_text(json.dumps({"blobCount": len(blobs), "blobs": blobs}))


def test_a_manifest_beside_bills_tells_their_rows(bills):
    manifest(bills / "bills" / "aws", mar=7)
    assert {file.name: file.rows for file in gather(["bills"], LIMITS)} == {"aws/mar.csv": 7, "feb.csv": None}
    assert [file.rows for file in gather(["bills/aws/mar.csv"], LIMITS)] == [None]


def test_a_file_that_a_manifest_tells_of_must_be_there(bills):
    manifest(bills / "bills" / "aws", mar=7, feb=8)
    with pytest.raises(Refused, match=r"aws/manifest\.json tells of 'feb\.csv', which is not there"):
        gather(["bills"], LIMITS)
    assert [file.name for file in gather(["bills/aws/mar.csv"], LIMITS)] == ["mar.csv"]


def test_too_many_files(bills):
    with pytest.raises(Refused, match="more than 1 files"):
        gather(["bills"], ImportLimits(max_files=1))


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 1001, "\x1b[31m"])
def test_names_that_cannot_be_kept(name):
    with pytest.raises(Refused, match="cannot be the name"):
        checked_name(name)

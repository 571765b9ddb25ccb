"""A backup restores to the same ledger, is checked to the last byte, and never holds the key."""

import json
from pathlib import Path

import pytest

from eyrie.archive import backup as module
from eyrie.archive.backup import backup, contents, restore, verify
from eyrie.archive.doctor import examine
from eyrie.archive.sweep import erase
from eyrie.basics.errors import Malformed, Refused
from eyrie.store.database import Database
from eyrie.store.outbox import enqueue
from tests.archive.books import Books, day, read_sums


@pytest.fixture
def home(books: Books, tmp_path: Path) -> Path:
    """A home with two live parts, a retired one, a staged file that is needed, and a key."""
    home = tmp_path / "home"
    home.mkdir()
    books.folder = books.folder.rename(home / "ledger")
    books.staging = books.staging.rename(home / "staging")
    (home / "home.json").write_text('{"format": 1}')
    (home / "secret.key").write_text("secret")
    books.deliver("january.csv", "10.00", day(2))
    books.deliver("january.csv", "7.00", day(3))
    books.deliver("other.csv", "5.00", day(4))
    for name in ("needed.csv", "forgotten.csv"):
        (books.staging / name).write_text(name)
    with books.database.writing() as session:
        enqueue(session, "upload", {}, run_at=day(4), staged="needed.csv")
    return home


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_restored_home_tells_the_same(books: Books, home: Path, tmp_path: Path) -> None:
    made = backup(home, books.database, tmp_path / "backup", day(5))
    books.deliver("january.csv", "99.00", day(6))  # what comes after is not in it
    again = tmp_path / "again"
    assert restore(tmp_path / "backup", again) == made
    assert (made.version, made.missing) == (3, ())
    if not books.database.is_sqlite:
        assert "pg_dump" in "".join(made.notes)
        return
    restored = Books(Database(f"sqlite:///{again}/eyrie.db"), again / "ledger", again / "staging")
    assert [restored.total(day(7), as_of=version) for version in range(4)] == ["0", "10.00", "7.00", "12.00"]
    assert examine(restored.database, restored.folder, day(4), lambda p: read_sums(restored.folder, p)) == []
    restored.database.close()


def test_a_backup_holds_what_is_named_and_never_the_key(books: Books, home: Path, tmp_path: Path) -> None:
    (books.folder / "orphan.tmp").write_text("bytes")
    made = backup(home, books.database, tmp_path / "backup", day(5))
    metadata = {"eyrie.db"} if books.database.is_sqlite else set()
    parts = {f"ledger/prt_{number:016x}.part" for number in (1, 2, 3)}
    assert {entry.name for entry in made.files} == parts | metadata | {"staging/needed.csv", "home.json"}
    assert names(tmp_path / "backup") == {entry.name for entry in made.files} | {"backup.json"}
    assert "secret key" in made.notes[0]
    assert verify(tmp_path / "backup") == []


@pytest.mark.parametrize(("name", "problem"), [("damaged", "does not match"), ("lost", "is missing")])
def test_a_damaged_backup_is_noticed(
    books: Books, home: Path, tmp_path: Path, name: str, problem: str
) -> None:
    made = backup(home, books.database, tmp_path / "backup", day(5))
    part = next(entry.name for entry in made.files if entry.name.endswith(".part"))
    path = tmp_path / "backup" / part
    if name == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[::-1])
    assert [problem in line for line in verify(tmp_path / "backup")] == [True]
    again = tmp_path / "again"
    with pytest.raises((Malformed, FileNotFoundError)):
        restore(tmp_path / "backup", again)
    assert names(again) == set()


def test_a_home_with_a_lost_file_still_gets_its_backup(books: Books, home: Path, tmp_path: Path) -> None:
    lost = books.seen(day(4)).parts[0].file
    (books.folder / lost).unlink()
    made = backup(home, books.database, tmp_path / "backup", day(5))
    assert made.missing == (f"ledger/{lost}",)
    assert verify(tmp_path / "backup") == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's metadata is not copied
def test_a_file_swept_meanwhile_is_no_loss(books: Books, home: Path, tmp_path: Path, monkeypatch) -> None:
    """The first copy of the metadata names a part that is gone when its file is to be copied."""
    passed = []

    def sweeping(name: str) -> None:
        passed.append(name)
        if passed.count("backup: metadata, after fsync") == 1 and name == "backup: metadata, after fsync":
            assert erase(books.database, books.folder, day(5)) == 1

    monkeypatch.setattr(module, "moment", sweeping)
    made = backup(home, books.database, tmp_path / "backup", day(5))
    assert made.missing == ()
    assert passed.count("backup: metadata, after fsync") == 2
    assert "ledger/prt_0000000000000001.part" not in {entry.name for entry in made.files}


def test_neither_overwrites_anything(books: Books, home: Path, tmp_path: Path) -> None:
    backup(home, books.database, tmp_path / "backup", day(5))
    with pytest.raises(Refused, match="exists already"):
        backup(home, books.database, tmp_path / "backup", day(5))
    with pytest.raises(Refused, match="not empty"):
        restore(tmp_path / "backup", home)
    with pytest.raises(Refused, match="inside the home"):
        backup(home, books.database, home / "backup", day(5))
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_what_is_no_backup_is_not_restored(books: Books, home: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(Malformed, match="not a backup"):
        restore(tmp_path / "folder", tmp_path / "again")
    backup(home, books.database, tmp_path / "backup", day(5))
    file = tmp_path / "backup" / "backup.json"
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "format": 2}))
    with pytest.raises(Malformed, match="another Eyrie"):
        contents(tmp_path / "backup")
    file.write_text(json.dumps({**told, "files": [{"name": "../out", "bytes": 1, "sha256": ""}]}))
    with pytest.raises(Malformed, match="outside the backup"):
        restore(tmp_path / "backup", tmp_path / "again")

"""The data folder: made once, shared by processes, never anybody else's."""

import json
import os
import stat
import subprocess
import sys

import pytest

from eyrie.basics.errors import Refused
from eyrie.start.home import open_home, open_secrets
from eyrie.store.secret_box import SecretBox, SecretUnreadable, new_key, read_key


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_has_its_layout_and_nobody_else_can_read_it(tmp_path):
    home = open_home(tmp_path / "deep" / "home")
    folders = [entry for entry in home.folder.iterdir() if entry.is_dir()]
    assert sorted(folder.name for folder in folders) == ["exports", "ledger", "spill", "staging"]
    assert {mode(folder) for folder in (home.folder, *folders)} == {0o700}
    assert json.loads((home.folder / "home.json").read_text())["format"] == 1


def test_opening_again_changes_nothing_and_brings_back_what_is_missing(tmp_path):
    home = open_home(tmp_path)
    (home.ledger / "part.parquet").write_text("rows")
    home.staging.rmdir()
    assert open_home(tmp_path) == home
    assert (home.ledger / "part.parquet").read_text() == "rows"
    assert home.staging.is_dir()


def test_a_folder_with_other_files_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(Refused, match="has other files in it"):
        open_home(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_fresh_disk_counts_as_empty(tmp_path):
    (tmp_path / "lost+found").mkdir()
    open_home(tmp_path)


def test_a_first_start_that_was_cut_off_can_be_tried_again(tmp_path):
    (tmp_path / "home.json.new").write_text("{")
    open_home(tmp_path)
    assert json.loads((tmp_path / "home.json").read_text())["format"] == 1
    assert not (tmp_path / "home.json.new").exists()


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        ('{"format": 99}', "newer Eyrie"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ("{}", "cannot be read"),
    ],
)
def test_a_home_of_another_format_is_refused(tmp_path, mark, problem):
    (tmp_path / "home.json").write_text(mark)
    with pytest.raises(Refused, match=problem):
        open_home(tmp_path)


def test_a_file_where_the_home_should_be_is_refused(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(Refused, match="cannot be used"):
        open_home(tmp_path / "home")


def test_processes_that_open_a_new_home_at_once_agree_on_one_key(tmp_path):
    program = (
        "import sys; from pathlib import Path; from eyrie.start.home import open_home, open_secrets\n"
        "print(open_secrets(open_home(Path(sys.argv[1])), '').key_id)"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "home")], stdout=subprocess.PIPE, env=os.environ
        )
        for _ in range(4)
    ]
    key_ids = {start.communicate()[0] for start in starts}
    assert all(start.returncode == 0 for start in starts)
    assert len(key_ids) == 1


def test_the_key_file_is_private_and_lasts(tmp_path):
    home = open_home(tmp_path)
    sealed = open_secrets(home, "").seal("geheim")
    assert mode(home.key_file) == 0o600
    assert open_secrets(open_home(tmp_path), "").open(sealed) == "geheim"


def test_a_given_key_is_used_and_no_file_is_made(tmp_path):
    home, key = open_home(tmp_path), new_key()
    sealed = open_secrets(home, key).seal("geheim")
    assert not home.key_file.exists()
    assert SecretBox([read_key(key)]).open(sealed) == "geheim"


@pytest.mark.parametrize("key", ["short", "ü" * 43, "k" * 43 + ",", "k" * 42])
def test_a_wrong_key_is_refused_without_being_repeated(tmp_path, key):
    with pytest.raises(Refused, match="EYRIE_SECRET_KEY") as refused:
        open_secrets(open_home(tmp_path), key)
    assert key not in str(refused.value)


def test_a_damaged_key_file_is_refused_and_kept(tmp_path):
    home = open_home(tmp_path)
    home.key_file.write_text("scribble\n")
    with pytest.raises(Refused, match="no usable key"):
        open_secrets(home, "")
    assert home.key_file.read_text() == "scribble\n"


def test_keys_are_changed_in_three_steps(tmp_path):
    old, new = new_key(), new_key()
    home = open_home(tmp_path)
    sealed_before = open_secrets(home, old).seal("geheim")
    both = open_secrets(home, f"{new},{old}")
    assert both.open(sealed_before) == "geheim"
    assert not both.is_current(sealed_before)
    sealed_after = both.reseal(sealed_before)
    assert both.reseal(sealed_after) == sealed_after
    assert open_secrets(home, new).open(sealed_after) == "geheim"
    with pytest.raises(SecretUnreadable):
        open_secrets(home, new).open(sealed_before)


def test_a_sealed_value_tells_nothing_and_cannot_be_changed():
    box = SecretBox([read_key(new_key())])
    sealed = box.seal("geheim")
    assert "geheim" not in sealed
    assert box.seal("geheim") != sealed
    for place in range(len(sealed) - 1):  # the last character has unused bits
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(SecretUnreadable):
            box.open(sealed[:place] + other + sealed[place + 1 :])

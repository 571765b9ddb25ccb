"""`eyrie team` and service tokens at the terminal: on a real home, and what is refused before it is opened."""

import pytest

from eyrie.start.command_line import WORK
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import Exit, run

PEOPLE = ("ada", "bob")


@pytest.fixture
def eyrie(tmp_path, capsys):
    """Run a command on one home; give its exit code, the lines it printed, and what it complained of."""

    def command(*arguments):
        app = make_app(WORK, "1.2.3")
        code = run(lambda: app([*arguments, "--home", str(tmp_path / "home")], prog_name="eyrie"))
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return command


@pytest.fixture
def platform(eyrie):
    """A home with a team of two."""
    for name in PEOPLE:
        eyrie("user", "add", f"{name}@example.com", "--name", name.title())
    eyrie("team", "add", "Platform", "--description", "Those who build")
    eyrie("team", "members", "Platform", "--add", "ada@example.com", "--role", "owner")
    return eyrie("team", "members", "Platform", "--add", "bob@example.com")


def cells(lines):
    """A table's rows, without its head."""
    return [tuple(line.split()) for line in lines[1:]]


def test_a_new_home_has_one_team_that_edits_its_workspace(eyrie):
    code, lines, _ = eyrie("team", "list")
    assert code == Exit.DONE
    (row,) = cells(lines)
    assert row[:5] == ("Everyone", "1", "Main", "-", "0")
    assert row[5].startswith("team_")


def test_people_come_get_other_roles_and_leave(eyrie, platform):
    assert cells(platform[1]) == [("ada@example.com", "Ada", "owner"), ("bob@example.com", "Bob", "editor")]
    turned = eyrie(
        *("team", "members", "Platform", "--add", "bob@example.com", "--role", "owner"),
        *("--remove", "ada@example.com"),
    )
    assert cells(turned[1]) == [("bob@example.com", "Bob", "owner")]
    code, _, complaint = eyrie("team", "members", "Platform", "--remove", "bob@example.com")
    assert (code, "last owner" in complaint) == (Exit.MISTAKEN, True)


def test_workspaces_are_given_and_taken_and_nothing_named_changes_nothing(eyrie, platform):
    assert cells(eyrie("team", "workspaces", "Platform", "--view", "Main")[1]) == [("Main", "view")]
    assert cells(eyrie("team", "workspaces", "Platform", "--edit", "Main")[1]) == [("Main", "edit")]
    assert cells(eyrie("team", "workspaces", "Platform")[1]) == [("Main", "edit")]
    assert cells(eyrie("team", "workspaces", "Platform", "--none", "Main")[1]) == []


def test_a_resource_is_granted_denied_and_left_to_the_workspace(eyrie, platform):
    report = next(word for line in eyrie("reports")[1] for word in line.split() if word.startswith("rprt_"))
    row = ("All", "Resources", report)
    assert cells(eyrie("team", "grant", "Platform", report)[1]) == [(*row, "allowed")]
    assert cells(eyrie("team", "grant", "Platform", report, "--deny")[1]) == [(*row, "denied")]
    assert cells(eyrie("team", "grant", "Platform")[1]) == [(*row, "denied")]
    assert cells(eyrie("team", "grant", "Platform", report, "--remove")[1]) == []


def test_a_service_token_names_its_team_and_ends_with_it(eyrie, platform):
    made = eyrie("token", "create", "--team", "Platform", "--role", "viewer", "--description", "ci")[1]
    assert made[0].startswith("eyrie_")
    (row,) = cells(eyrie("token", "list")[1])
    assert (row[1], row[-1]) == ("Platform", "ci")
    assert eyrie("team", "remove", "Platform")[1] == ["Platform is removed."]
    assert cells(eyrie("token", "list")[1]) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("team", "members", "Nobody"),
            "There is no team Nobody; `eyrie team list` shows those that there are",
        ),
        (("team", "remove", "Everyone"), "The Team of everybody cannot be deleted"),
        (("team", "workspaces", "Everyone", "--edit", "Moon"), "There is no workspace Moon; there are: Main"),
        (("team", "members", "Everyone", "--add", "no@example.com"), "User not found: no@example.com"),
        (("team", "grant", "Everyone", "rprt_0123456789abcdef"), "Resource not found"),
        (("token", "create", "--team", "Nobody"), "There is no team Nobody"),
        (("team", "add", " "), "name is missing"),
    ],
)
def test_what_is_not_there_is_told(eyrie, arguments, told):
    code, _, complaint = eyrie(*arguments)
    assert (code, told in complaint) == (Exit.MISTAKEN, True), complaint


@pytest.mark.parametrize(
    "arguments",
    [
        ("team", "members", "Everyone", "--role", "king"),
        ("team", "workspaces", "Everyone", "--edit", "Main", "--view", "Main"),
        ("team", "grant", "Everyone", "rprt_0", "--deny", "--remove"),
        ("token", "create", "--team", "Everyone", "--user", "a@b.c"),
        ("token", "create", "--team", "Everyone", "--role", "king"),
    ],
)
def test_what_cannot_be_meant_is_refused(eyrie, arguments, tmp_path):
    code, _, complaint = eyrie(*arguments)
    assert code == Exit.MISTAKEN
    assert "Invalid value" in complaint
    assert not (tmp_path / "home").exists()

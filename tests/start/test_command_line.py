"""The command line: what is passed on, what is printed where, and how it ends."""

import io
import subprocess
import sys
from dataclasses import fields, replace

import pytest
import typer

from eyrie.basics.errors import LedgerBroken, Refused
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import Exit, run
from eyrie.surfaces.cli.metric_shapes import MetricWork
from eyrie.surfaces.cli.team_shapes import TeamWork
from eyrie.surfaces.cli.work import (
    DemoWish,
    RateLine,
    RatesTold,
    SettingRow,
    TokenRow,
    TokenWish,
    UserWish,
    Work,
)

EYRIE = (sys.executable, "-c", "from eyrie.start.command_line import main; main()")


class House:
    """Notes what it is asked to do, and does it without doing it."""

    def __init__(self):
        self.asked = []
        self.findings = []

    def work(self):
        def note(name, answer=None):
            return lambda *given: self.asked.append((name, *given)) or answer

        return Work(
            settings=note("settings", [SettingRow("port", "EYRIE_PORT", "80", "default")]),
            settings_page=lambda: "# Settings\n",
            serve=note("serve"),
            worker=note("worker"),
            create_token=note("create_token", "eyrie_secret"),
            list_tokens=note(
                "list_tokens", [TokenRow("tkn_1", "a@b.c", ("read",), "ci", "2026-01-01T00:00:00Z", "", "")]
            ),
            revoke_token=note("revoke_token"),
            add_user=note("add_user", "usr_1"),
            make_sign_in_link=note("make_sign_in_link", "https://eyrie.test/link"),
            teams=TeamWork(
                list=note("list_teams", []),
                add=note("add_team", "team_1"),
                remove=note("remove_team"),
                members=note("members", []),
                workspaces=note("workspaces", {}),
                grants=note("grants", []),
            ),
            openapi=note("openapi", "{}"),
            doctor=lambda _flags: self.findings,
            backup=note("backup", ["3 files copied"]),
            restore=note("restore", ["3 files brought back"]),
            compact=note("compact", ["Nothing to compact."]),
            demo=note("demo", ["The demo is ready."]),
            costs=note("costs"),
            integrations=note("integrations", []),
            tags=note("tags", []),
            reports=note("reports", []),
            dashboards=note("dashboards", []),
            dashboard=note("dashboard"),
            canvases=note("canvases", []),
            canvas=note("canvas"),
            try_prompt=note("try_prompt"),
            notifications=note("notifications", []),
            preview_notification=note("preview_notification"),
            mail=note("mail", []),
            test_mail=note("test_mail"),
            segments=note("segments", []),
            segment=note("segment", None),
            explain=note("explain"),
            audit=note("audit"),
            verify_audit=note("verify_audit", []),
            feedback=note("feedback"),
            annotate=note("annotate", "issue_1"),
            annotations=note("annotations"),
            forecast=note("forecast"),
            backtest=note("backtest"),
            import_rates=note("import_rates", RatesTold(2, 1)),
            rates=note("rates", [RateLine("USD", "EUR", "0.9", "2025-01-01")]),
            import_bills=note("import_bills"),
            export_bills=note("export_bills"),
            metrics=MetricWork(**{field.name: note(field.name) for field in fields(MetricWork)}),
            export_costs=note("export_costs"),
            exports=note("exports", []),
        )


@pytest.fixture
def house():
    return House()


@pytest.fixture
def eyrie(house, capsys):
    """Run a command line in this process; give its exit code and what it printed."""

    def command(*arguments, work=None):
        app = make_app(work or house.work(), "1.2.3")
        code = run(lambda: app(list(arguments), prog_name="eyrie"))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_create_prints_the_token_and_nothing_else(eyrie, house):
    assert eyrie("token", "create", "--home", "/h", "--scopes", "read, write,read") == (
        0,
        "eyrie_secret\n",
        "",
    )
    wish = TokenWish(("read", "write"), None, "Made on the command line", None)
    assert house.asked == [("create_token", {"home": "/h"}, wish)]


def test_flags_are_settings_and_what_was_not_given_is_left_out(eyrie, house):
    eyrie("serve", "--home", "/h", "--port", "0", "--set", "Retention-Days=30", "--show-token")
    eyrie("worker")
    assert house.asked == [
        ("serve", {"home": "/h", "port": "0", "retention_days": "30"}, True),
        ("worker", {}),
    ]


def test_people_are_added_with_a_role(eyrie, house):
    assert eyrie("user", "add", "ada@example.com", "--name", "Ada", "--role", "viewer")[:2] == (0, "usr_1\n")
    assert house.asked == [("add_user", {}, UserWish("ada@example.com", "Ada", "viewer"))]


def test_tokens_are_listed_in_columns_and_revoked_by_name(eyrie, house):
    _, printed, _ = eyrie("token", "list")
    assert printed.splitlines()[1].split() == [
        "tkn_1",
        "a@b.c",
        "read",
        "2026-01-01T00:00:00Z",
        "-",
        "-",
        "ci",
    ]
    assert eyrie("token", "revoke", "tkn_1")[0] == Exit.DONE
    assert house.asked[-1] == ("revoke_token", {}, "tkn_1")


def test_settings_are_shown_as_a_table_or_as_the_page(eyrie):
    assert eyrie("settings")[1].splitlines()[1].split() == ["port", "EYRIE_PORT", "80", "default"]
    assert eyrie("settings", "--markdown")[1] == "# Settings\n"


def test_copies_say_what_was_done(eyrie):
    assert eyrie("backup", "/copy")[1] == "3 files copied\n"
    assert eyrie("restore", "/copy", "--home", "/h")[1] == "3 files brought back\n"
    assert eyrie("openapi")[1] == "{}\n"


def test_compaction_is_told_line_by_line(eyrie, house):
    assert eyrie("compact", "--home", "/h")[1] == "Nothing to compact.\n"
    assert house.asked == [("compact", {"home": "/h"})]


def test_a_demo_is_wished_for_with_a_seed_and_a_day(eyrie, house):
    printed = "The demo is ready.\n"
    assert eyrie("demo", "--home", "/h", "--seed", "3", "--today", "2026-03-15") == (0, printed, "")
    eyrie("demo", "--if-empty")
    assert house.asked == [
        ("demo", {"home": "/h"}, DemoWish(3, "2026-03-15", if_empty=False)),
        ("demo", {}, DemoWish(7, None, if_empty=True)),
    ]


def test_the_doctor_ends_with_its_own_code_when_something_is_wrong(eyrie, house):
    assert eyrie("doctor") == (Exit.DONE, "All is well.\n", "")
    house.findings = ["a file is missing"]
    assert eyrie("doctor") == (Exit.UNWELL, "a file is missing\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("serve", "--port", "high"),
        ("token", "create", "--scopes", "admin"),
        ("token", "create", "--scopes", ","),
        ("token", "create", "--expires-in-days", "0"),
        ("user", "add", "ada@example.com", "--role", "queen"),
        ("serve", "--set", "port"),
    ],
)
def test_what_cannot_be_meant_is_refused_calmly(eyrie, house, arguments):
    code, printed, told = eyrie(*arguments)
    assert (code, printed) == (Exit.MISTAKEN, "")
    assert told
    assert "Traceback" not in told
    assert house.asked == []


def fail_with(error):
    def fail(*_given):
        raise error

    return fail


def test_a_fault_of_the_user_is_told_in_sentences(eyrie, house):
    work = replace(house.work(), settings=fail_with(Refused("The folder is full", "The disk is too")))
    assert eyrie("settings", work=work) == (2, "", "eyrie: The folder is full\neyrie: The disk is too\n")


@pytest.mark.parametrize("error", [LedgerBroken(), ZeroDivisionError("oops")])
def test_a_fault_of_ours_is_loud(eyrie, house, error):
    code, printed, told = eyrie("settings", work=replace(house.work(), settings=fail_with(error)))
    assert (code, printed) == (Exit.FAILED, "")
    assert "Traceback" in told
    assert told.splitlines()[-1].startswith("eyrie: ")


def test_an_interruption_has_its_own_code(eyrie, house):
    work = replace(house.work(), settings=fail_with(KeyboardInterrupt()))
    assert eyrie("settings", work=work)[0] == Exit.INTERRUPTED


def test_a_secret_in_an_error_is_taken_out(capsys):
    run(fail_with(ValueError("key abc")), hide=lambda text: text.replace("abc", "[FILTERED]"))
    assert "abc" not in capsys.readouterr().err


def commands_of(group, *above):
    """The names of all commands, with those of the groups that they are in."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, *above, name)
        else:
            yield " ".join((*above, name))


@pytest.mark.parametrize("command", [*commands_of(typer.main.get_command(make_app(House().work(), "1")))])
def test_every_command_explains_itself_with_an_example(eyrie, command):
    code, printed, _ = eyrie(*command.split(), "--help")
    assert code == Exit.DONE
    assert "--home" in printed or command == "vql check"  # which needs none
    assert f"eyrie {command}" in printed.partition("Example:")[2]


def test_the_version_is_told(eyrie):
    assert eyrie("--version") == (0, "eyrie 1.2.3\n", "")


def test_help_needs_nothing_heavy():
    program = "import sys; from eyrie.start import command_line; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    heavy = {"duckdb", "sqlalchemy", "pydantic", "uvicorn", "cryptography", "rich"}
    assert not heavy & set(loaded.split())


def test_the_real_command_line_shows_settings_without_secrets(tmp_path):
    shown = subprocess.run(
        [*EYRIE, "settings", "--home", str(tmp_path / "home")],
        env={"PATH": "/usr/bin", "EYRIE_SECRET_KEY": "very-secret-key", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "very-secret-key" not in shown.stdout + shown.stderr
    assert str(tmp_path / "home") in shown.stdout
    assert not (tmp_path / "home").exists()


def test_a_wrong_filter_is_underlined(eyrie):
    code, printed, told = eyrie("vql", "check", "costs.provider = 'aws' AND costs.regoin = 'eu'")
    assert (code, printed) == (Exit.MISTAKEN, "")
    assert "Unknown field: costs.regoin" in told
    assert told.splitlines()[-1].strip() == "^^^^^^^^^^^^"


def test_filters_from_standard_input_are_told_by_line(eyrie, monkeypatch):
    lines = "costs.provider = 'aws'\n\ncosts.provider != 'aws'\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    code, _, told = eyrie("vql", "check")
    assert (code, told.startswith("line 3: ")) == (Exit.MISTAKEN, True)


def test_a_right_filter_and_an_unknown_scope(eyrie):
    assert eyrie("vql", "check", "--scope", "network", "network_flow_logs.region = 'eu'")[0] == Exit.DONE
    code, _, told = eyrie("vql", "check", "--scope", "weather", "x")
    assert code == Exit.MISTAKEN
    assert "commitment" in told

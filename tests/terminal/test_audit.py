"""`eyrie audit`, `feedback`, `annotate`, `annotations`: what is asked, what is printed, and how it ends."""

from dataclasses import fields

import pytest
import sqlalchemy as sa

from eyrie.basics.errors import UserFault
from eyrie.start.annotating import annotated, annotations_of
from eyrie.start.auditing import chains_of, entries_of, feedback_of, verify_audit
from eyrie.start.commands import doctor
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import Exit, run
from eyrie.surfaces.cli.trace_shapes import (
    AnnotationLine,
    AnnotationsTold,
    AnnotationWish,
    AuditLine,
    AuditTold,
    AuditWish,
    ChainTold,
    FeedbackLine,
    FeedbackTold,
)
from eyrie.surfaces.cli.work import Work

HEAD = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"


@pytest.fixture
def eyrie(capsys):
    """Run a command line whose work gives these answers; give its exit code and what it printed."""

    def command(*arguments, asked=None, **answers):
        def answer(name):
            return lambda *given: (asked if asked is not None else []).append(given) or answers.get(name)

        app = make_app(Work(**{field.name: answer(field.name) for field in fields(Work)}), "1.2.3")
        code = run(lambda: app(list(arguments), prog_name="eyrie"))
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return command


def test_entries_are_listed_in_columns_or_as_the_api_tells_them(eyrie):
    lines = [
        AuditLine("2026-03-02T08:00:00Z", "Ada", "updated", "folder", "Teams", "fldr_1", ("title", "type")),
        AuditLine("2026-03-01T08:00:00Z", "Bob", "created", "folder", "a\x1bb", "fldr_1", ()),
    ]
    told = AuditTold(lines, {"audit_logs": [{"token": "adt_lg_1"}]})
    assert eyrie("audit", "list", audit=told)[1] == [
        "WHEN                  WHO  WHAT     TYPE    TITLE  TOKEN   CHANGED",
        "2026-03-02T08:00:00Z  Ada  updated  folder  Teams  fldr_1  title, type",
        "2026-03-01T08:00:00Z  Bob  created  folder  a\ufffdb    fldr_1  -",
    ]
    assert '"adt_lg_1"' in "".join(eyrie("audit", "list", "--json", audit=told)[1])


def test_options_become_a_wish(eyrie):
    asked, told = [], AuditTold([], {})
    eyrie("audit", "list", "--home", "/h", "--user", "a@b.c", "--action", "delete", asked=asked, audit=told)
    eyrie("audit", "list", "--type", "t", "--name", "n", "--object", "o", asked=asked, audit=told)
    eyrie("audit", "list", "--workspace", "w", "--source", "s", "--from", "f", asked=asked, audit=told)
    eyrie("audit", "list", "--to", "x", "--limit", "5", asked=asked, audit=told)
    assert asked == [
        ({"home": "/h"}, AuditWish(user="a@b.c", action="delete")),
        ({}, AuditWish(kind="t", name="n", token="o")),
        ({}, AuditWish(workspace="w", source="s", first="f")),
        ({}, AuditWish(last="x", limit=5)),
    ]


@pytest.mark.parametrize(
    ("chains", "head", "code", "printed"),
    [
        ([], None, Exit.DONE, ["There are no entries yet."]),
        ([ChainTold(1, HEAD, None, False)], None, Exit.DONE, ["1 entry is whole.", f"Head: {HEAD}"]),
        (
            [ChainTold(1234, HEAD, None, True)],
            HEAD,
            Exit.DONE,
            [
                "1,234 entries are whole.",
                f"Head: {HEAD}",
                "The noted head is in it: nothing up to there was changed.",
            ],
        ),
        (
            [ChainTold(2, HEAD, None, False)],
            HEAD,
            Exit.UNWELL,
            [
                "2 entries are whole.",
                f"Head: {HEAD}",
                "THE NOTED HEAD IS NOT IN IT: entries up to there were changed, removed or forgotten.",
            ],
        ),
        (
            [ChainTold(2, HEAD, "Entry 3 is missing at the end", False)],
            None,
            Exit.UNWELL,
            ["BROKEN: Entry 3 is missing at the end. Before that 2 entries are whole."],
        ),
    ],
    ids=["none", "one", "noted", "not noted", "broken"],
)
def test_a_chain_is_told_and_ends_with_a_code_of_its_own_if_it_is_broken(eyrie, chains, head, code, printed):
    arguments = ["--head", head] if head else []
    assert eyrie("audit", "verify", *arguments, verify_audit=chains)[:2] == (code, printed)


def test_a_head_that_nobody_can_have_noted_is_refused():
    for head in ("", "abc", "g" * 64, HEAD + "0"):
        with pytest.raises(UserFault, match="64 hex digits"):
            verify_audit({}, head)


def test_feedback_and_annotations_are_tables(eyrie):
    said = FeedbackTold([FeedbackLine("2026-03-01T08:00:00Z", "Ada", "Slow\nhere")], {"user_feedback": [1]})
    assert eyrie("feedback", "list", feedback=said)[1] == [
        "WHEN                  WHO  MESSAGE",
        "2026-03-01T08:00:00Z  Ada  Slow\ufffdhere",
    ]
    assert eyrie("feedback", "list", "--json", feedback=said)[1][0] == "{"
    line = AnnotationLine("2026-03-01", "Ohio", "Moved", ("rprt_1", "rprt_2"), "issue_1")
    notes = AnnotationsTold([line], {"annotations": [1]})
    assert eyrie("annotations", annotations=notes)[1] == [
        "DATE        TITLE  MESSAGE  REPORTS         TOKEN",
        "2026-03-01  Ohio   Moved    rprt_1, rprt_2  issue_1",
    ]
    assert eyrie("annotations", "--json", annotations=notes)[1][0] == "{"


def test_an_annotation_is_wished_for(eyrie):
    asked = []
    sent = ("annotate", "rprt_1", "rprt_2", "-m", "Moved", "--date", "2026-03-01", "--title", "Ohio")
    assert eyrie(*sent, asked=asked, annotate="issue_1")[1] == ["issue_1"]
    eyrie("annotate", "rprt_1", "--message", "Moved", "--home", "/h", asked=asked)
    assert asked == [
        ({}, AnnotationWish(("rprt_1", "rprt_2"), "Moved", "2026-03-01", "Ohio")),
        ({"home": "/h"}, AnnotationWish(("rprt_1",), "Moved", None, None)),
    ]
    assert eyrie("annotate", "-m", "Moved")[0] == Exit.MISTAKEN


@pytest.fixture
def changed(world):
    """A folder that the editor made in Main and the owner renamed a day later, and one in Other."""
    folder = world.editor.post("/v2/folders", json={"title": "Teams"}).json()["token"]
    world.pass_time(days=1)
    world.owner.put(f"/v2/folders/{folder}", json={"title": "All teams"})
    world.owner.post("/v2/folders", json={"title": "Theirs", "workspace_token": world.other})
    return world


def listed(world, **wish):
    """What happened to folders."""
    lines = entries_of(world.house, AuditWish(**wish)).lines
    return [f"{line.who} {line.what} {line.title}" for line in lines if line.kind == "folder"]


def test_entries_are_found_as_the_api_finds_them(changed):
    everything = ["owner created Theirs", "owner updated All teams", "editor created Teams"]
    assert listed(changed) == everything
    assert listed(changed, user="editor@example.com") == everything[2:]
    assert listed(changed, user=changed.user("owner")) == everything[:2]
    assert listed(changed, workspace="Other") == listed(changed, workspace=changed.other) == everything[:1]
    assert listed(changed, action="update", kind="folder", name="All teams") == everything[1:2]
    assert listed(changed, first="2025-02-16", last="2025-02-16") == everything[:2]
    assert listed(changed, limit=1) == everything[:1]
    told = entries_of(changed.house, AuditWish(kind="folder"))
    asked = changed.owner.get("/v2/audit_logs", params={"object_type": "folder"}).json()
    assert told.body == {"audit_logs": asked["audit_logs"]}
    assert told.lines[1].fields == ("title",)


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"first": "soon"}, "--from is invalid"),
        ({"kind": "A Type"}, "--type is invalid"),
        ({"action": "x", "source": "y"}, "--action does not have a valid value; --source does not have"),
        ({"user": "nobody@example.com"}, "no user with the e-mail address nobody@example.com"),
        ({"name": "\udcff"}, "--name is not text"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_told_in_the_words_of_the_options(world, wish, problem):
    with pytest.raises(UserFault, match=problem):
        entries_of(world.house, AuditWish(**wish))


def test_the_chain_of_a_home_is_followed(changed):
    [found] = chains_of(changed.house, None)
    assert (found.entries, found.broken) == (len(changed.audit()), None)
    changed.owner.post("/v2/folders", json={"title": "More", "workspace_token": changed.main})
    [later] = chains_of(changed.house, found.head)
    assert later.noted
    with changed.house.database.writing() as session:
        session.execute(sa.text("UPDATE audit_logs SET object_title = 'x' WHERE object_title = 'Teams'"))
    [broken] = chains_of(changed.house, found.head)
    assert broken.broken.endswith("is not what was written")
    assert not broken.noted
    assert doctor({"home": str(changed.home), "memory": "512MB"}) == [
        f"fault: {broken.broken}, in the audit log."
    ]


def test_what_people_said_names_them(world):
    world.viewer.post("/v2/user_feedback", json={"message": "First"})
    world.pass_time()
    world.editor.post("/v2/user_feedback", json={"message": "Second"})
    told = feedback_of(world.house, 10)
    assert [(line.who, line.message) for line in told.lines] == [("editor", "Second"), ("viewer", "First")]
    assert told.body == {"user_feedback": world.owner.get("/api/user_feedback").json()["user_feedback"]}
    assert len(feedback_of(world.house, 1).lines) == 1


def test_a_note_from_the_terminal_is_a_note_like_any_other(world):
    [report] = world.viewer.get("/v2/cost_reports").json()["cost_reports"]
    token = annotated(world.house, AnnotationWish((report["token"],), "Moved", None, None))
    told = annotations_of(world.house, report["token"])
    [line] = told.lines
    assert (line.date, line.title, line.token) == ("2025-02-15", "All Resources - 2025-02-15", token)
    assert told.body == {"annotations": world.viewer.get("/v2/annotations").json()["annotations"]}
    assert annotations_of(world.house, "rprt_0123456789abcdef").lines == []
    entry = world.audit()[-1]
    assert (entry.object_token, entry.user, entry.source) == (token, "command line", "api")


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        (AnnotationWish(("rprt_0",), "Moved", None, None), "Cost report not found: rprt_0"),
        (AnnotationWish(("rprt_0",), " ", None, None), "message can't be blank"),
        (AnnotationWish(("rprt_0",), "Moved", "soon", None), "--date is invalid"),
        (AnnotationWish(("rprt_0",), "\udcff", None, None), "not text"),
    ],
    ids=["report", "message", "date", "text"],
)
def test_a_note_that_cannot_be_is_refused(world, wish, problem):
    with pytest.raises(UserFault, match=problem):
        annotated(world.house, wish)
    assert annotations_of(world.house, None).lines == []

"""Report notifications in use: told at their hour, of days that have arrived, once, to those who may see it."""

import datetime as dt

import pytest

from eyrie.access.caller import Role
from eyrie.answers.notifications.due import due_days, waits
from eyrie.records.alerts.rows import ReportNotificationRow
from tests.smtp_server import SmtpServer
from tests.world import World

# A Monday in the night. The week from 3 to 9 February comes to 1,240, the one before to 1,000.
MONDAY = dt.datetime(2025, 2, 10, 3)
BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName
Usage,2025-01-27,600,Seats
Usage,2025-02-02,250,Support
Usage,2025-01-28,150,Gone
Usage,2025-02-03,700,Seats
Usage,2025-02-05,300,Support
Usage,2025-02-06,100,A
Usage,2025-02-06,80,B
Usage,2025-02-06,40,C
Usage,2025-02-06,20,D
"""
COMPLETE = BILL + "Usage,2025-02-09,0.004,Seats\n"


@pytest.fixture
def letters():
    """A mail server."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def world(tmp_path, letters):
    """A home that knows the mail server, in the night before a Monday."""
    with World(tmp_path / "home", smtp_url=letters.url, mail_from="Eyrie <costs@example.com>") as made:
        made.now = MONDAY
        yield made


def make(world, frequency, *people, change="percentage", **report):
    body = {"title": "Spend", "workspace_token": world.main, **report}
    token = world.owner.post("/v2/cost_reports", json=body).json()["token"]
    body = {
        "title": "Told",
        "workspace_token": world.main,
        "cost_report_token": token,
        "frequency": frequency,
        "change": change,
        "user_tokens": [world.user(name) for name in people],
    }
    answer = world.owner.post("/v2/report_notifications", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def at(world, hour, day=10):
    """Let the clock come to an hour, and the jobs run."""
    world.now = dt.datetime(2025, 2, day, hour)
    world.work()


def messages(world, **asked):
    return world.owner.get("/api/messages", params=asked).json()["messages"]


def test_a_weekly_notification_from_bill_to_letter_box(world, letters):
    world.imported(world.custom_provider(), COMPLETE)
    made = make(world, "weekly", "editor")
    at(world, 13)
    assert letters.kept == []
    at(world, 14)
    (mail,) = letters.kept
    assert (mail["From"], mail["To"]) == ("Eyrie <costs@example.com>", "editor@example.com")
    assert mail["Subject"] == "Told: 1,240.00 USD, +24.00%"
    text = mail.get_content().splitlines()
    assert text[:12] == [
        "Spend",
        "2025-02-03 to 2025-02-09, against 2025-01-27 to 2025-02-02",
        "",
        "              USD    Before   Change",
        "Total    1,240.00  1,000.00  +24.00%",
        "Seats      700.00    600.00  +16.67%",
        "Support    300.00    250.00  +20.00%",
        "A          100.00      0.00      new",
        "B           80.00      0.00      new",
        "C           40.00      0.00      new",
        "Other       20.00    150.00  -86.67%",
        "",
    ]
    assert text[12:] == [
        "All reports, each over its own days:",
        "All Resources: 1,490.00 USD",  # February, with its second day
        "Spend: 1,490.00 USD",
    ]
    (told,) = messages(world)
    assert (told["kind"], told["subject_token"], told["recipient"]) == (
        "report_notification",
        made["token"],
        world.user("editor"),
    )
    assert (told["state"], told["attempts"], told["sink"]) == ("sent", 1, "smtp")


def test_changes_in_dollars_and_groups_of_the_report(world, letters):
    world.imported(world.custom_provider("CRM"), COMPLETE)
    make(world, "weekly", "editor", change="dollars", groupings="provider")
    at(world, 14)
    text = letters.kept[0].get_content().splitlines()
    assert letters.kept[0]["Subject"] == "Told: 1,240.00 USD, +$240.00"
    assert text[5] == "CRM    1,240.00  1,000.00  +$240.00"


def test_it_waits_for_costs_and_goes_a_day_later_with_a_note(world, letters):
    provider = world.custom_provider()
    world.imported(provider, BILL)  # up to the sixth
    make(world, "weekly", "editor")
    for hour in (14, 15, 23):
        at(world, hour)
    assert letters.kept == []
    at(world, 13, day=11)
    assert letters.kept == []
    at(world, 14, day=11)
    (mail,) = letters.kept
    assert "Data through 2025-02-06;" in mail.get_content()
    at(world, 15, day=11)
    assert len(letters.kept) == 1


def test_costs_that_arrive_end_the_waiting(world, letters):
    provider = world.custom_provider()
    world.imported(provider, BILL)
    make(world, "weekly", "editor")
    at(world, 14)
    world.imported(provider, COMPLETE)
    at(world, 16)
    (mail,) = letters.kept
    assert "Data through" not in mail.get_content()


def test_daily_tells_of_the_last_day_that_has_arrived_and_of_no_day_twice(world, letters):
    provider = world.custom_provider()
    world.imported(provider, COMPLETE)  # up to Sunday
    make(world, "daily", "editor")
    at(world, 14)
    assert "2025-02-09, against 2025-02-08" in letters.kept[0].get_content()
    at(world, 14, day=11)
    assert len(letters.kept) == 1  # Monday's costs are still to come
    world.imported(provider, COMPLETE + "Usage,2025-02-10,5,Seats\n")
    at(world, 15, day=11)
    assert "2025-02-10, against 2025-02-09" in letters.kept[1].get_content()


def test_nobody_is_told_who_may_not_see_the_report(world, letters):
    world.imported(world.custom_provider(), COMPLETE)
    outside = world.person("outside", Role.VIEWER, world.other)
    made = make(world, "weekly", "editor", "stranger")
    users = [*made["user_tokens"], outside]
    world.owner.put(f"/v2/report_notifications/{made['token']}", json={"user_tokens": users})
    at(world, 14)
    assert [mail["To"] for mail in letters.kept] == ["editor@example.com"]
    assert "Other" not in [mail["Subject"] for mail in letters.kept]


def test_whoever_is_told_sees_only_their_own_workspace(world, letters):
    world.imported(world.custom_provider(), COMPLETE)
    body = {"title": "Secret", "workspace_token": world.other}
    world.owner.post("/v2/cost_reports", json=body)
    make(world, "weekly", "owner", "viewer")
    at(world, 14)
    assert len(letters.kept) == 2
    assert all("Secret" not in mail.get_content() for mail in letters.kept)


def test_without_anybody_to_tell_the_day_is_done_with_all_the_same(world, letters):
    world.imported(world.custom_provider(), COMPLETE)
    made = make(world, "weekly")
    at(world, 14)
    world.owner.put(f"/v2/report_notifications/{made['token']}", json={"user_tokens": [world.user("editor")]})
    at(world, 15)
    assert (letters.kept, messages(world)) == ([], [])


def test_a_report_that_cannot_be_told_says_so(world, letters):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\n"
    world.imported(world.custom_provider(), COMPLETE)
    world.imported(world.custom_provider(), f"{head}Usage,2025-02-04,1,Seats,EUR\n")
    make(world, "weekly", "editor")
    at(world, 14)
    (mail,) = letters.kept
    assert mail["Subject"] == "Told: no figures"
    assert "EUR" in mail.get_content()


def test_a_mail_server_that_is_away_is_tried_later_and_later_until_it_is_given_up(world, letters):
    world.imported(world.custom_provider(), COMPLETE)
    made = make(world, "weekly", "editor")
    letters.refuses = True
    at(world, 14)
    (waiting,) = messages(world, state="pending")
    assert (waiting["attempts"], waiting["next_try_at"]) == (1, "2025-02-10T14:01:00Z")
    assert "come back later" in waiting["last_error"]
    tries = ["14:06:00", "14:36:00", "16:36:00"]
    for next_try in tries:
        world.now = dt.datetime.fromisoformat(waiting["next_try_at"].removesuffix("Z"))
        world.work()
        (waiting,) = messages(world, subject_token=made["token"])
        assert waiting["next_try_at"] == f"2025-02-10T{next_try}Z"
    world.pass_time(hours=3)
    world.work()
    (waiting,) = messages(world)
    assert (waiting["attempts"], waiting["next_try_at"]) == (5, "2025-02-11T05:36:00Z")
    world.pass_time(hours=12)
    world.work()
    (failed,) = messages(world, state="failed")
    assert (failed["attempts"], failed["next_try_at"], failed["sent_at"]) == (6, None, None)
    assert letters.kept == []


def test_a_mail_server_that_comes_back_gets_the_message_once(world, letters):
    world.imported(world.custom_provider(), COMPLETE)
    make(world, "weekly", "editor")
    letters.refuses = True
    at(world, 14)
    letters.refuses = False
    world.pass_time(minutes=1)
    world.work()
    world.pass_time(hours=12)
    world.work()
    assert len(letters.kept) == 1
    assert [(each["state"], each["attempts"], each["last_error"]) for each in messages(world)] == [
        ("sent", 2, None)
    ]


def test_links_lead_to_the_address_that_people_know(tmp_path, letters):
    with World(tmp_path / "home", smtp_url=letters.url, public_url="https://costs.example.com") as world:
        world.now = MONDAY
        world.work()  # the clock has to begin before it can strike
        made = make(world, "weekly", "editor")
        at(world, 14)
        assert f"https://costs.example.com/v2/cost_reports/{made['cost_report_token']}" in (
            letters.kept[0].get_content()
        )


@pytest.mark.parametrize(
    ("frequency", "now", "handled", "days"),
    [
        ("daily", "2025-02-11 13:59", None, ["2025-02-10"]),
        ("daily", "2025-02-11 14:00", None, ["2025-02-10", "2025-02-11"]),
        ("daily", "2025-02-11 14:00", "2025-02-10", ["2025-02-11"]),
        (
            "daily",
            "2025-02-11 15:00",
            None,
            ["2025-02-11"],
        ),  # what nobody looked at in time is not made up for
        ("weekly", "2025-02-10 14:00", None, ["2025-02-10"]),
        ("weekly", "2025-02-11 13:00", None, ["2025-02-10"]),
        ("weekly", "2025-02-11 15:00", None, []),
        ("weekly", "2025-02-12 14:00", None, []),
        ("monthly", "2025-03-02 14:00", None, ["2025-03-02"]),
        ("monthly", "2025-03-01 14:00", None, []),
    ],
)
def test_the_days_that_are_due(frequency, now, handled, days):
    row = ReportNotificationRow(
        frequency=frequency,
        created_at=dt.datetime(2025, 1, 1),
        handled_on=dt.date.fromisoformat(handled) if handled else None,
    )
    assert [str(day) for day in due_days(row, dt.datetime.fromisoformat(now), 14)] == days


def test_what_is_made_after_the_hour_begins_the_next_time():
    row = ReportNotificationRow(frequency="daily", created_at=dt.datetime(2025, 2, 10, 14, 1))
    assert due_days(row, dt.datetime(2025, 2, 10, 15), 14) == []
    assert due_days(row, dt.datetime(2025, 2, 11, 14), 14) == [dt.date(2025, 2, 11)]


@pytest.mark.parametrize(
    ("frequency", "arrived", "told", "waiting"),
    [
        ("weekly", "2025-02-08", None, True),
        ("weekly", "2025-02-09", None, False),
        ("monthly", "2025-01-30", None, True),
        ("monthly", "2025-01-31", None, False),
        ("daily", "2025-02-05", None, False),
        ("daily", "2025-02-05", "2025-02-05", True),
        ("daily", "2025-02-06", "2025-02-05", False),
    ],
)
def test_what_is_waited_for(frequency, arrived, told, waiting):
    row = ReportNotificationRow(
        frequency=frequency, told_through=dt.date.fromisoformat(told) if told else None
    )
    day, arrived = dt.date(2025, 2, 10), dt.date.fromisoformat(arrived)
    assert waits(row, day, arrived, dt.datetime(2025, 2, 11, 13), 14) is waiting
    assert waits(row, day, arrived, dt.datetime(2025, 2, 11, 14), 14) is False


@pytest.mark.postgresql
def test_over_postgresql_as_over_sqlite(tmp_path, letters, postgresql):
    with World(tmp_path / "home", smtp_url=letters.url, database_url=postgresql.new_database()) as world:
        world.now = MONDAY
        world.imported(world.custom_provider(), COMPLETE)
        make(world, "weekly", "editor")
        body = {"title": "C", "prompt": "top 1 service last week", "workspace_token": world.main}
        canvas = world.owner.post("/v2/canvases", json=body).json()["token"]
        at(world, 14)
        at(world, 15)
        assert [mail["Subject"] for mail in letters.kept] == ["Told: 1,240.00 USD, +24.00%"]
        shown = world.owner.get(f"/v2/canvases/{canvas}").json()["data"]
        assert (shown["table"]["rows"], shown["error"]) == ([["Seats", "700.004"]], None)

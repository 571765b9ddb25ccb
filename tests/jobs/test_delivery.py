"""Delivery: what sinks do with mail, and what becomes of messages that nobody can get."""

import logging
import socket
import threading

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role
from eyrie.basics.errors import Undelivered
from eyrie.jobs.sinks import LogSink, SmtpSink
from eyrie.operations.mail import Mail
from eyrie.store.messages import MessageRow, MessageState, post
from eyrie.store.people import UserRow
from tests.smtp_server import SmtpServer

SENDER = "Eyrie <costs@example.com>"
MAIL = Mail("ada@example.com", "Told: 1,240.00 €", "Total  1,240.00\n.\nend\n", "msg_1")


@pytest.fixture
def letters():
    with SmtpServer() as server:
        yield server


def posted(world, user, key="k", **fields):
    with world.house.database.writing() as session:
        account = session.get_one(UserRow, user).account_token
        about = {"account": account, "kind": "test", "subject_token": "x", "subject": "S", "text": "T"}
        return post(session, recipient=user, key=key, now=world.now, **{**about, **fields})


def messages(world):
    with world.house.database.reading() as session:
        return list(session.scalars(sa.select(MessageRow)))


def test_mail_arrives_as_it_was_written(letters):
    SmtpSink(letters.url, SENDER).carry(MAIL)
    (kept,) = letters.kept
    assert (kept["From"], kept["To"], kept["Subject"]) == (SENDER, "ada@example.com", "Told: 1,240.00 €")
    assert kept["Message-ID"] == "<msg_1@example.com>"
    assert kept["Auto-Submitted"] == "auto-generated"
    assert kept.get_content() == MAIL.text


def test_a_title_cannot_add_lines_to_the_head(letters):
    SmtpSink(letters.url, SENDER).carry(Mail("ada@example.com", "A\r\nBcc: eve@example.com", "T", "m"))
    (kept,) = letters.kept
    assert kept["Subject"] == "A Bcc: eve@example.com"
    assert kept["Bcc"] is None


def test_an_address_that_is_none_is_undelivered(letters):
    with pytest.raises(Undelivered):
        SmtpSink(letters.url, SENDER).carry(Mail("a@b\r\nBcc: eve@example.com", "S", "T", "m"))
    assert letters.kept == []


def test_a_server_that_is_not_there_or_says_nonsense_is_undelivered():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Undelivered, match=r"127\.0\.0\.1"):
        SmtpSink(f"smtp://127.0.0.1:{port}", SENDER).carry(MAIL)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
        with pytest.raises(Undelivered):
            SmtpSink(f"smtp://127.0.0.1:{listener.getsockname()[1]}", SENDER).carry(MAIL)


def test_no_password_travels_in_the_clear_to_another_machine(letters, monkeypatch):
    here = letters.server_address[1]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_args, **_more: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", here))],
    )
    with pytest.raises(Undelivered, match="no password is sent"):
        SmtpSink(f"smtp://ada:secret@mail.example.com:{here}", SENDER).carry(MAIL)
    assert letters.kept == []


def test_without_a_server_mail_is_in_the_log(caplog):
    with caplog.at_level(logging.INFO, "eyrie.mail"):
        LogSink().carry(MAIL)
    (record,) = caplog.records
    assert (record.to, record.subject, record.text) == (MAIL.to, MAIL.subject, MAIL.text)


def test_two_messages_with_one_key_are_one(world):
    user = world.user("editor")
    assert posted(world, user)
    assert not posted(world, user, subject="another")
    assert posted(world, user, key="another")
    world.work()
    assert [(row.state, row.sink, row.attempts) for row in messages(world)] == [("sent", "log", 1)] * 2


def test_whoever_is_gone_is_told_nothing(world):
    user = world.person("gone", Role.VIEWER)
    posted(world, user)
    with world.house.database.writing() as session:
        session.execute(sa.delete(UserRow).where(UserRow.token == user))
    world.work()
    assert messages(world) == []


def test_a_fault_of_ours_is_not_tried_for_ever(world):
    posted(world, world.user("editor"))
    with world.house.database.writing() as session:
        session.execute(sa.update(MessageRow).values(payload={}))
    for _ in range(5):
        world.work()
        world.pass_time(minutes=15)
    assert [row.state for row in messages(world)] == [MessageState.FAILED]


def test_the_history_is_kept_for_ninety_days(world):
    posted(world, world.user("editor"))
    world.work()
    world.pass_time(days=90)
    world.work()
    assert len(messages(world)) == 1
    world.pass_time(days=1)
    world.work()
    assert messages(world) == []

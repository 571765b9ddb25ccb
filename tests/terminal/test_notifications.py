"""`eyrie notification` and `eyrie mail`: what is told, and whether it arrives."""

import pytest

from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.start.notifications import mail_of, mail_tried, notifications_of, previewed
from eyrie.surfaces.cli.company_shapes import MailLine, NotificationLine
from tests.smtp_server import SmtpServer
from tests.world import World


def make(world, frequency="monthly"):
    report = {"title": "Spend", "workspace_token": world.main}
    body = {
        "title": "Told",
        "workspace_token": world.main,
        "cost_report_token": world.owner.post("/v2/cost_reports", json=report).json()["token"],
        "frequency": frequency,
        "change": "dollars",
        "user_tokens": [world.user("editor")],
    }
    return world.owner.post("/v2/report_notifications", json=body).json()["token"]


def test_notifications_are_listed_with_whom_they_tell(billed):
    token = make(billed)
    assert notifications_of(billed.house) == [
        NotificationLine("Told", token, "Spend", "monthly", ("editor@example.com",), "", "Main")
    ]


def test_a_message_is_read_without_sending_it(billed):
    token = make(billed)
    text = previewed(billed.house, token)
    assert text.startswith(
        "Subject: Told: 1,530.01 USD, new\n\nSpend\n2025-01-01 to 2025-01-31, against 2024-12-01"
    )
    assert "All reports, each over its own days:\nAll Resources: 1,950.00 USD" in text
    assert mail_of(billed.house, None) == []
    with pytest.raises(NotFound, match="`eyrie notification list`"):
        previewed(billed.house, "rprt_ntfctn_0123456789abcdef")


def test_mail_is_listed_by_state(billed):
    make(billed, "daily")
    billed.work()
    billed.pass_time(hours=3)
    billed.work()
    # The bill ends on the second; the day before it had 1,950.00.
    sent = MailLine(
        "Told: 0.00 USD, -$1,950.00", "editor@example.com", "sent", 1, "2025-02-15T15:00:00Z", "", ""
    )
    assert mail_of(billed.house, None) == mail_of(billed.house, "sent") == [sent]
    assert notifications_of(billed.house)[0].told == "2025-02-15"
    assert mail_of(billed.house, "failed") == []
    with pytest.raises(Malformed, match="pending, sent, failed"):
        mail_of(billed.house, "lost")


def test_a_test_says_what_became_of_it(billed, tmp_path):
    assert "EYRIE_SMTP_URL" in mail_tried(billed.house, "ada@example.com")
    with SmtpServer() as letters, World(tmp_path / "other", smtp_url=letters.url) as world:
        assert (
            mail_tried(world.house, "ada@example.com") == "The mail server took the mail to ada@example.com."
        )
        assert letters.kept[0]["To"] == "ada@example.com"
        letters.refuses = True
        with pytest.raises(Refused, match="come back later"):
            mail_tried(world.house, "ada@example.com")

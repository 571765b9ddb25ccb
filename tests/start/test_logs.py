"""Logs: each line tells which request it belongs to, and no line tells a secret."""

import io
import json
import logging

import pytest

from eyrie.basics.trace import job_id, request_id, within
from eyrie.start.logs import Redaction, set_up_logs
from eyrie.start.settings import FILTERED, read_settings


@pytest.fixture
def logged():
    """Set logs up with flags, run something, give what was written; afterwards logging is as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def log(act, **flags):
        stream = io.StringIO()
        set_up_logs(read_settings({}, flags), stream)
        act(logging.getLogger("eyrie.start"))
        return stream.getvalue()

    yield log
    root.handlers[:], level = before
    root.setLevel(level)


def test_a_text_line_has_place_message_request_and_fields(logged):
    def act(log):
        with within(request_id, "req_1"):
            log.info("answered", extra={"status": 200, "path": "/v2/a b"})

    line = logged(act)
    assert line.endswith('Z info    start: answered request=req_1 status=200 path="/v2/a b"\n')


def test_a_json_line_is_one_object(logged):
    def act(log):
        with within(job_id, "job_1"):
            log.warning("slow %s", "import", extra={"seconds": 3})

    line = logged(act, log_format="json")
    written = json.loads(line)
    written.pop("time")
    assert written == {
        "level": "warning",
        "place": "start",
        "message": "slow import",
        "job": "job_1",
        "seconds": 3,
    }
    assert line.count("\n") == 1


def test_a_name_ends_with_its_work(logged):
    def act(log):
        with within(request_id, "req_1"):
            pass
        log.info("later")

    assert "request=" not in logged(act)


def test_a_line_from_outside_stays_one_line(logged):
    assert logged(lambda log: log.info("path %s", "/a\nfake line")).count("\n") == 1


def test_less_important_lines_are_left_out(logged):
    assert logged(lambda log: log.info("chatter"), log_level="warning") == ""


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_secret_is_written_wherever_it_comes_from(logged, log_format):
    secret = "c2VjcmV0LWtleS1vZi10aGUtaG91c2U"

    def act(log):
        log.info("header %s", "Authorization: Bearer abcdef123456")
        log.info("added", extra={"header": "bearer abcdef123456", "url": "postgresql://u:hunter22@db/x"})
        log.info("nested", extra={"headers": {"a": f"key {secret}"}})
        try:
            raise ValueError(f"key {secret}")
        except ValueError:
            log.exception("failed with client_secret=hunter22&x=1")

    written = logged(act, log_format=log_format, secret_key=secret)
    assert written.count(FILTERED) >= 5
    for hidden in ("abcdef123456", "hunter22", secret):
        assert hidden not in written


def test_redaction_leaves_other_text_alone():
    text = "bearer of news, password reset, http://host/path"
    assert Redaction(["", "abc"])(text) == text

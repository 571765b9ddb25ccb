"""Logs: one line for each event on stderr, as text for people or JSON for machines.

Every line carries the request or job it belongs to. Secrets are taken out of the finished line, not of the
arguments, so that tracebacks and other libraries' messages are covered too. A line stays one line: text
logs escape line breaks that come from outside.
"""

import datetime as dt
import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

from eyrie.basics.period import iso_milliseconds
from eyrie.basics.trace import job_id, request_id
from eyrie.start.settings import FILTERED, LogFormat, LogLevel, Settings

# Attributes that every record has; what a caller adds with `extra=` comes on top.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}
_SECRET_SHAPES = (
    re.compile(r"(?i)(\bbearer\s+|\bbasic\s+)[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(r"(?i)(\bclient_secret=|\bpassword=|\baccess_token=)[^&\s\"']+"),
    re.compile(r"(\w://[^\s:/@]*:)[^\s/@]+(?=@)"),
)


class Redaction:
    """Takes secrets out of text: known ones by their value, others by their shape."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """The longest secret goes first, in case one contains another."""
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 6), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Give the text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, FILTERED)
        for shape in _SECRET_SHAPES:
            text = shape.sub(rf"\g<1>{FILTERED}", text)
        return text


class TextLines(logging.Formatter):
    """`2026-11-20T15:34:17.123Z info  start: listening on http://127.0.0.1:8080 request=…`."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; a traceback follows on lines of its own."""
        fields = {**_trace(), **_added(record)}
        parts = [_moment(record), record.levelname.lower().ljust(7), f"{_place(record)}:"]
        parts.append(record.getMessage().replace("\r", "\\r").replace("\n", "\\n"))
        parts += [f"{name}={_bare(value)}" for name, value in fields.items()]
        line = " ".join(parts)
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return self._redact(line)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, place, message, request or job, and what the caller added."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; a traceback is one field."""
        fields: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "place": _place(record),
            "message": record.getMessage(),
            **_trace(),
            **_added(record),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(self._clean(fields), ensure_ascii=False)

    def _clean(self, value: object) -> object:
        """Take secrets out of every text inside a value; what JSON does not know becomes text."""
        match value:
            case None | bool() | int() | float():
                return value
            case dict():
                return {self._redact(str(name)): self._clean(each) for name, each in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean(each) for each in value]
            case _:
                return self._redact(str(value))


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Send all logs of this process, ours and the libraries', to one place in one format."""
    redact = Redaction(_secrets_of(settings))
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(redact) if settings.log_format is LogFormat.JSON else TextLines(redact))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    # Libraries speak up only when something is wrong; uvicorn's access log is replaced by ours.
    for name in ("uvicorn", "uvicorn.error", "alembic", "sqlalchemy"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.DEBUG if settings.log_level is LogLevel.DEBUG else logging.WARNING)
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False


def _secrets_of(settings: Settings) -> list[str]:
    """The secrets that this process knows by value."""
    return [key.strip() for key in settings.secret_key.split(",")]


def _trace() -> dict[str, str]:
    """The request and job that the current work belongs to."""
    found = {"request": request_id.get(), "job": job_id.get()}
    return {name: value for name, value in found.items() if value}


def _added(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _place(record: logging.LogRecord) -> str:
    return record.name.removeprefix("eyrie.")


def _moment(record: logging.LogRecord) -> str:
    return iso_milliseconds(dt.datetime.fromtimestamp(record.created, dt.UTC))


def _bare(value: object) -> str:
    """Write a value so that the end of it can be seen."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[\s"=]', text) or not text else text

"""Where mail goes: to an SMTP server, or to the log of a house that has none."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from eyrie.basics.errors import Undelivered
from eyrie.operations.mail import Mail

TIMEOUT_SECONDS = 30
PORTS = {"smtp": 587, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")
_log = logging.getLogger("eyrie.mail")


class LogSink:
    """Writes mail to the log: an installation without a mail server still tells what it has to tell."""

    name = "log"

    def carry(self, mail: Mail) -> None:
        """Log it."""
        _log.info("mail", extra={"to": mail.to, "subject": mail.subject, "text": mail.text})


class SmtpSink:
    """Hands mail to a server, encrypted wherever the server can; passwords never travel in the clear."""

    name = "smtp"

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def carry(self, mail: Mail) -> None:
        """Hand it over; whatever goes wrong, it may go right later."""
        try:
            message = self._written(mail)
            with self._connected() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Undelivered(f"{self._host}: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self._user and self._host not in _HERE:
            server.close()
            raise Undelivered(
                f"{self._host} offers no encryption, so no password is sent to it; use smtps://"
            )
        return server

    def _written(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{mail.name}@{self._sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message

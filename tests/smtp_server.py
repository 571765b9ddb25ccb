"""A mail server on this machine that keeps what it is given: the wire is real, the letter box is a list."""

import socketserver
import threading
from email import message_from_string
from email.message import Message
from email.policy import default


class _Session(socketserver.StreamRequestHandler):
    """One conversation, as far as a client that sends mail has one."""

    server: "SmtpServer"

    def handle(self) -> None:
        self._say("220 letter box")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "EHLO":
                self._say("250 letter box")
            elif verb == "RCPT" and self.server.refuses:
                self._say("451 come back later")
            elif verb == "DATA":
                self._say("354 go on")
                self._take()
                self._say("250 kept")
            else:
                self._say("250 ok")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        self.server.kept.append(message_from_string("\n".join([*lines, ""]), policy=default))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    """`with SmtpServer() as server:`; `kept` are the mails, and while it `refuses` none gets through."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.kept: list[Message] = []
        self.refuses = False

    @property
    def url(self) -> str:
        """Its address, as the setting wants it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "SmtpServer":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self.server_close()

"""A real mail server on loopback, and what arrives in it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

PASSWORD = "correct horse"


class Inbox:
    """What the server accepted, and what it is told to answer instead."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.logins: list[tuple[str, str]] = []
        self.refuse: dict[str, str] = {}
        self.refuse_data = ""
        self.refuse_files = ""
        self.asked = 0
        self.farewell = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.asked += 1
        if self.refuse_data:
            return self.refuse_data
        if self.refuse_files and b"Content-Disposition: attachment" in envelope.content:
            return self.refuse_files
        self.letters.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        return self.farewell or "221 Bye"

    def authenticate(self, server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)


@contextmanager
def serving(inbox: Inbox, at: int = 0, **options: Any) -> Iterator[int]:
    """A mail server on the port `at` of 127.0.0.1, or a free one."""
    with socket.create_server(("127.0.0.1", at)) as chosen:
        port = chosen.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port, authenticator=inbox.authenticate, **options)
    server.start()
    try:
        yield port
    finally:
        server.stop()

"""A real SMTP server on this machine."""

import email
import email.policy
import logging

from aiosmtpd.controller import Controller

from tests.browser.processes import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every line it hears


class MailServer:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.received = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.received.append((envelope.rcpt_tos, letter))
        return "250 kept"

    def __enter__(self):
        self._controller.start()
        self.url = f"smtp://127.0.0.1:{self._controller.port}"
        return self

    def __exit__(self, *_):
        self._controller.stop()

    def found(self, *, to, subject_contains=""):
        """Return the letters to an address that are there now, oldest first."""
        return [letter for recipients, letter in list(self.received) if to in recipients and subject_contains in letter["Subject"]]

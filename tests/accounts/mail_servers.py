"""A real SMTP server on this machine that answers as it is told, to be written to by the portal."""

import asyncio
import logging
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.browser.processes import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)


class Answers:
    """Answers to recipients and to letters with what it was given; keeps what it accepted."""

    def __init__(self, *, recipient="250 OK", letter="250 kept", pause=0.0):
        self.recipient, self.letter, self.pause, self.kept = recipient, letter, pause, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        if self.letter.startswith("2"):
            self.kept.append(envelope)
        return self.letter


@contextmanager
def mail_server(settings, **answers):
    """Run such a server, and let the portal write to it."""
    handler = Answers(**answers)
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    try:
        yield handler
    finally:
        server.stop()

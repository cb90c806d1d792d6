"""A mail server that may be killed: what it took lies on the disk before it says so.

``python -m tests.chaos.sink PORT FILE`` writes a line for each letter: {id, to}.
"""

import email
import email.policy
import json
import os
import sys
import threading

from aiosmtpd.controller import Controller


class Sink:
    def __init__(self, path):
        self._file = open(path, "ab")  # noqa: SIM115 - as long as the process

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        line = {"id": letter["Message-ID"], "to": envelope.rcpt_tos[0]}
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        return "250 kept"


if __name__ == "__main__":
    port, path = sys.argv[1:]
    Controller(Sink(path), hostname="127.0.0.1", port=int(port)).start()
    threading.Event().wait()

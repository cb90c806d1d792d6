"""Where the lines of the audit trail go: a file that other programs read and rotate, or standard error."""

import os
from logging.handlers import WatchedFileHandler
from pathlib import Path


class PrivateFile(WatchedFileHandler):
    """A file that only its owner reads (0600), made when the first line comes, and opened anew after it was moved away."""

    def __init__(self, filename):
        super().__init__(filename, encoding="ascii", delay=True)

    def _open(self):
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(self.baseFilename, "a", encoding=self.encoding, opener=_private)


def handler(wanted: str) -> dict:
    """Return the settings of the log's handler: ``stderr``, ``off``, or the path of a file."""
    if wanted == "off":
        return {"class": "logging.NullHandler"}
    if wanted == "stderr":
        return {"class": "logging.StreamHandler", "formatter": "bare"}
    return {"()": "accounts.audit_log.PrivateFile", "filename": wanted}


def _private(path, flags):
    return os.open(path, flags, 0o600)

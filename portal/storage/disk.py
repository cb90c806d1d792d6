"""Files in a folder that only the portal reads. What is kept survives a power cut."""

import os
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import FileSystemStorage

FOLDER_MODE, FILE_MODE = 0o700, 0o600


class Disk(FileSystemStorage):
    """Each file in a folder named by the first letters of its name."""

    def begin(self, name):
        path = Path(self.path(name))
        made = _folder(path.parent)
        return Writing(path, sync=made)


class Writing:
    """A file on its way to the disk."""

    def __init__(self, path, *, sync):
        self._path, self._folders = path, sync
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE), "wb")
        self.write = self._file.write

    def keep(self):
        """Return when the file, and its name in its folder, are on the disk."""
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
        for folder in self._folders:
            _sync(folder)

    def discard(self):
        with suppress(OSError):
            self._file.close()  # what it still holds may not fit
        self._path.unlink(missing_ok=True)


def _folder(path):
    """Make the folder and those above it, for nobody else; return whose entries are new."""
    changed = [path]
    while not path.is_dir():
        path = path.parent
        changed.append(path)
    for folder in reversed(changed[:-1]):
        with suppress(FileExistsError):
            folder.mkdir(mode=FOLDER_MODE)
    return changed


def _sync(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

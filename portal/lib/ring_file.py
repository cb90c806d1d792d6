"""The ring as a file: for its owner only, never half written, and changed by one command at a time."""

import fcntl
import logging
import os
import stat
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("parley.keys")
PATIENCE_SECONDS = 10


class RingUnusable(RuntimeError):
    """The ring cannot be read, or others may read it."""


def mark(path: Path) -> tuple | None:
    """Return what changes whenever the file changes, or None while there is none."""
    try:
        return _mark(os.stat(path))
    except OSError:
        return None


def read(path: Path) -> tuple[str, tuple]:
    """Return the text of the file and the mark of what was read; raise FileNotFoundError or RingUnusable."""
    try:
        with path.open(encoding="utf-8") as opened:
            found = os.fstat(opened.fileno())
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise RingUnusable(f"The key ring {path} may be read by others. Run: chmod 600 {path}")
            return opened.read(), _mark(found)
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as failed:
        raise RingUnusable(f"The key ring {path} cannot be read by this process ({type(failed).__name__}).") from failed


def is_there(path: Path) -> bool:
    """Say whether there is a file; raise RingUnusable where that cannot be known."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    except OSError as failed:
        raise RingUnusable(f"The key ring {path} cannot be read by this process ({type(failed).__name__}).") from failed
    return True


def check_place(path: Path, never_in) -> None:
    """Refuse a ring in a folder that is copied, served or backed up with what the ring opens."""
    real = Path(os.path.realpath(path))
    for folder in never_in:
        if real.is_relative_to(os.path.realpath(folder)):
            raise RingUnusable(f"The key ring {path} lies in {folder}, with what it opens. Move it somewhere else and set PARLEY_RING.")


def make(path: Path, text: str) -> None:
    """Write a new ring; of several processes that start together, one wins and the others read its file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    _write(fresh, text)
    try:
        os.link(fresh, path)
        log.warning("Made a new key ring at %s. Back it up now, apart from the database: without it nothing can be opened.", path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync_folder(path.parent)


def export(path: Path, text: str) -> None:
    """Write a copy that nobody else may read; raise FileExistsError rather than overwrite."""
    _write(path, text)
    _sync_folder(path.parent)


def change(path: Path, edit: Callable[[str], str]) -> None:
    """Replace the text by ``edit(text)``: all of it or nothing, whenever this process dies."""
    real = Path(os.path.realpath(path))  # the file that a symbolic link names is replaced, not the link
    with _alone(real):
        text = edit(read(real)[0])
        fresh = real.with_name(f".{real.name}.new")
        fresh.unlink(missing_ok=True)  # of a command that was killed
        try:
            _write(fresh, text)
            _give_to(fresh, os.stat(real))
            os.replace(fresh, real)
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(real.parent)


@contextmanager
def _alone(path):
    """Hold the lock of the ring; whoever has it in hand needs milliseconds, so waiting is short or in vain."""
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _taken(descriptor):
            if time.monotonic() > until:
                raise RingUnusable(f"Another command has the key ring {path} in hand. Try again when it is done.")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)  # and with it the lock, as does the end of a killed process


def _taken(descriptor):
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _write(path, text):
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(descriptor, 0o600)
        out.write(text)
        out.flush()
        os.fsync(descriptor)


def _give_to(path, owner):
    # A command that root runs must not take the ring away from the portal's own account.
    if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
        try:
            os.chown(path, owner.st_uid, owner.st_gid)
        except PermissionError as refused:
            raise RingUnusable("The key ring belongs to another account. Run this command as that account.") from refused


def _sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mark(found):
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns

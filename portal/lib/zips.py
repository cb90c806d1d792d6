"""A ZIP and a JSON document as they are made, piece by piece: what is in them may be larger than memory."""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import GeneratorType

SUMS = "SHA256SUMS"
PIECE = 256 * 1024


def streamed(entries: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime) -> Iterator[bytes]:
    """Yield a ZIP of (name, pieces), stored as they are, with a file SHA256SUMS over all of them at its end."""
    pipe, sums = _Pipe(), []
    moment = at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED, allowZip64=True) as made:
        for name, pieces in entries:
            digest = hashlib.sha256()
            with made.open(zipfile.ZipInfo(name, moment), "w", force_zip64=True) as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                    yield pipe.taken()
            sums.append(f"{digest.hexdigest()}  {name}\n")
        made.writestr(zipfile.ZipInfo(SUMS, moment), "".join(sums))
    yield pipe.taken()


def json_pieces(value) -> Iterator[bytes]:
    """Yield JSON in pieces of some size. A generator stands for a list, in a dictionary or a list too."""
    piece = []
    size = 0
    for part in _json(value):
        piece.append(part)
        size += len(part)
        if size >= PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    yield "".join(piece).encode()


def safe_name(name: str) -> str:
    """Return a file name that no system takes for a path, a device or an option: letters, digits, dots, dashes."""
    kept = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:60]}.{ending[:16]}" if dot else kept[:60]


def _json(value):
    if isinstance(value, GeneratorType):
        yield from _listed(map(_json, value), "[", "]")
    elif isinstance(value, dict):
        yield from _listed((_pair(name, one) for name, one in value.items()), "{", "}")
    else:
        yield json.dumps(value, ensure_ascii=False, sort_keys=True)


def _pair(name, value):
    yield f"{json.dumps(name, ensure_ascii=False)}: "
    yield from _json(value)


def _listed(items, opening, closing):
    between = opening
    for item in items:
        yield between
        yield from item
        between = ",\n"
    yield closing if between != opening else opening + closing


class _Pipe:
    """What a ZipFile writes to, and is taken away at once. It cannot seek, so sizes stand behind each file."""

    def __init__(self):
        self._kept, self._written = [], 0

    def write(self, data):
        self._kept.append(bytes(data))
        self._written += len(data)
        return len(data)

    def tell(self):
        return self._written

    def seekable(self):
        return False

    def flush(self):
        pass

    def taken(self):
        """Return what was written since this was asked last."""
        taken, self._kept = b"".join(self._kept), []
        return taken

"""What the tests of files do again and again: plain functions."""

import io
import zlib
from struct import pack

from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from intake.models import Attachment
from tests.intake.doing import said


def a_file(name="poc.txt", content=b"GET /../../etc/passwd HTTP/1.1\r\n"):
    """A file in somebody's browser."""
    return SimpleUploadedFile(name, content)


def an_image(kind="PNG", size=(300, 200), **facts):
    """The bytes of an image."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **facts)
    return out.getvalue()


def a_bomb(width=50_000, height=50_000):
    """A small PNG that says it is huge, and is."""
    squeezed = zlib.compressobj(9)
    line = b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(squeezed.compress(line) for _ in range(height)) + squeezed.flush()
    parts = ((b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def sends(client, report, *files, text="With files.", **changes):
    """Write to the team with files, as a browser without scripts does."""
    return client.post(f"/reports/{report.ref}/reply/", said(text, files=list(files), **changes))


def attaches(client, url, *files):
    """Attach files, as the script does."""
    return client.post(url, {"files": list(files)}, headers={"Accept": "application/json"})


def blobs():
    """The names of everything in the storage."""
    storage = storages["attachments"]
    try:
        return {f"{folder}/{name}" for folder in storage.listdir("")[0] for name in storage.listdir(folder)[1]}
    except FileNotFoundError:
        return set()


def stored(row):
    """The ciphertext of a file."""
    with storages["attachments"].open(row.blob) as file:
        return file.read()


def overwrite(row, content):
    """Put other bytes in place of a ciphertext."""
    with open(storages["attachments"].path(row.blob), "wb") as file:
        file.write(content)


def the_file():
    return Attachment.objects.get()


def content(response):
    return b"".join(response.streaming_content)

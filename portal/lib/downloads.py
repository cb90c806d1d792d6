"""Answers that hand out a file of somebody's: to be saved, never to be shown as what it claims to be."""

from contextlib import closing

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header


def attachment(pieces, *, name, size, head=False, type="application/octet-stream"):
    """Return a download of ``size`` bytes; the first piece is read now, so that a file that cannot be opened raises here."""
    if head:
        response = HttpResponse()
    else:
        first = next(pieces, b"")
        response = StreamingHttpResponse(_whole(first, pieces, size))
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return apart(response, type)


def apart(response, type):
    """Say of a response that it is data of a stranger: nothing in it runs, loads or is guessed at."""
    response.headers["Content-Type"] = type
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _whole(first, pieces, size):
    """Pass the pieces on; what goes wrong breaks the connection, so that half a file is not taken for a whole one."""
    sent = len(first)
    with closing(pieces):
        yield first
        for piece in pieces:
            sent += len(piece)
            yield piece
    if sent != size:
        raise ValueError(f"A file of {size} bytes had {sent}.")

"""Is the portal up?"""

import logging

from django.db import DatabaseError, connection
from django.http import HttpResponse

from portal.lib import keyring
from portal.lib.public import public_page

log = logging.getLogger("parley.keys")


@public_page
def healthz(request):
    """Answer 200 when the database answers, and the key ring opens where this process should have one; 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _said("the database does not answer", status=503)
    try:
        keyring.check()
    except keyring.RingUnusable as unusable:
        log.error("%s", unusable)
        return _said("the key ring does not open", status=503)
    return _said("ok")


def _said(words, **facts):
    return HttpResponse(f"{words}\n", content_type="text/plain", headers={"Cache-Control": "no-store"}, **facts)

"""Public pages: marked once, so that no middleware looks at who is reading, and the same bytes may be kept for everybody."""

import functools
import hashlib
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT_SECONDS = 60 * 60
# What public pages are made by. Named folders only: the environment and the data folder lie in the checkout too.
MAKERS = (
    "templates/**/*.html",
    "portal/**/*.py",
    "portal/schemas/*.json",
    "intake/**/*.py",
    "portal/static/**/*.css",
    "advisories/**/*.py",
    "locale/*/LC_MESSAGES/*.mo",
)


def public_page(view):
    """Mark a view as public and the same for everybody. Apply outermost."""
    view = login_not_required(view)
    view.public_page = True
    return view


def kept(stamp: str, make):
    """Return the page of this stamp: as rendered before by this process, or from ``make()``."""
    body = caches["pages"].get(stamp)
    if body is None:
        body = make()
        caches["pages"].set(stamp, body, KEPT_SECONDS)
    return body


@functools.cache
def code_stamp() -> str:
    """Return a digest of the code, so that a page of this release is never answered from a cache of the last one."""
    digest = hashlib.sha256()
    for pattern in MAKERS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]

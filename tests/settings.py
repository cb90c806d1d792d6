"""Settings of the test suite: the real ones, with their files in a folder that goes with the run.

``DATABASE_URL`` and ``REDIS_URL`` are heeded, so that the same suite runs on the embedded default and on the servers.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

RUN_DIR = Path(tempfile.mkdtemp(prefix="parley-tests-"))
atexit.register(shutil.rmtree, RUN_DIR, ignore_errors=True)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _redis_of_this_worker(url):
    """Move on by one database for each worker of pytest-xdist: clearing the cache empties the whole database."""
    number = int(WORKER.removeprefix("gw")) + 1 if WORKER else 0
    parts = urlsplit(url)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + number}").geturl()


for name in [name for name in os.environ if name.startswith("PARLEY_")]:
    if name not in ("PARLEY_CHROMIUM", "PARLEY_SCREENSHOTS"):
        del os.environ[name]
os.environ.pop("EMAIL_URL", None)
os.environ["PARLEY_DATA"] = str(RUN_DIR)
if os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = _redis_of_this_worker(os.environ["REDIS_URL"])

from portal.settings import *  # noqa: E402

# Argon2 as in production, but at its lowest cost.
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
# Every test client builds the middleware anew; without this WhiteNoise would read all static files from the disk each time.
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: threads do not share an in-memory database honestly.
    DATABASES["default"]["TEST"] = {"NAME": str(RUN_DIR / "tests.sqlite3")}

"""Settings of a measurement: the real ones, with their files and their database gone when the run is over.

``DATABASE_URL`` names the PostgreSQL server; its own database is left alone, for the run makes one beside it.
"""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

RUN_DIR = Path(tempfile.mkdtemp(prefix="parley-bench-"))
SERVER_URL = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
SCRATCH = "parley_bench"

if not SERVER_URL.startswith(("postgres://", "postgresql://")):
    raise SystemExit("The bench measures on PostgreSQL: let DATABASE_URL name a server, or leave it out for the one on 127.0.0.1:5432.")
for name in [name for name in os.environ if name.startswith("PARLEY_")] + ["EMAIL_URL", "REDIS_URL"]:
    os.environ.pop(name, None)
os.environ["PARLEY_DATA"] = str(RUN_DIR)
os.environ["DATABASE_URL"] = urlsplit(SERVER_URL)._replace(path=f"/{SCRATCH}").geturl()

from portal.settings import *  # noqa: E402, F403

ROOT_URLCONF = "bench.urls"
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405 - the connection must outlive a long filling
# Sessions come from a cache, as in production, where Redis is it.
SESSION_CACHE_ALIAS = "default"
LOGGING["root"]["level"] = "ERROR"  # noqa: F405

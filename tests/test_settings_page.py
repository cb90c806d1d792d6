"""docs/settings.md names every setting that there is, and none that there is not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = ("portal/settings.py", "portal/lib/identity_settings.py")


def test_the_page_and_the_code_name_the_same_settings():
    code = "\n".join((ROOT / name).read_text() for name in READERS)
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z0-9_]+)["']""", code))
    told = set(re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert told == read

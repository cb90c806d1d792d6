"""The raw copies of the two policies that Parley starts with promise what their data says."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from portal.security_md import document, times
from portal.security_md.facts import Promise

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT.parent / "shared" / "corpora" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the raw copies of the two policies are not here")
@pytest.mark.parametrize("slug", ["mailat", "mail-auth"])
def test_a_raw_copy_promises_what_the_policy_says(slug):
    said = times.read(document.read((SEEDS / f"{slug}.txt").read_text()))
    policy = json.loads((ROOT / "portal" / "policies_data" / f"{slug}.json").read_text())
    assert [asdict(one) | {"line": None} for one in said.facts] == [asdict(Promise(**level)) for level in policy["service_levels"]]
    assert times.disclosure_days(document.read((SEEDS / f"{slug}.txt").read_text())) is None

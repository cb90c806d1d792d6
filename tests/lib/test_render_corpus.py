"""Hostile input by category, ours and other people's, comes out with nothing that does not belong."""

import json
from pathlib import Path

import pytest

from portal.lib.render import render
from tests.lib.test_render_trees import section, strays

ROOT = Path(__file__).resolve().parents[2]
OWN = json.loads((ROOT / "tests/data/hostile_html.json").read_text())
SHARED = ROOT.parent / "shared/corpora/html"
CATEGORIES = sorted({item["category"] for item in OWN})

MARKS = str.maketrans("", "", "\\`<>")  # what Markdown itself may take away

both = pytest.mark.parametrize("markup", ["markdown", "html"])


def wrong(payload, markup):
    """What is wrong with the rendering of a payload: strays, or that it changes when it is cleaned again."""
    html = render(payload, markup=markup)
    again = render(html, markup="html")
    return [payload, strays(html), again] if strays(html) or again != html else None


def test_the_corpus_is_broad():
    assert len(OWN) >= 200
    assert len(CATEGORIES) >= 12


@both
@pytest.mark.parametrize("category", CATEGORIES)
def test_our_corpus(category, markup):
    payloads = [item["payload"] for item in OWN if item["category"] == category]
    assert [found for payload in payloads if (found := wrong(payload, markup))] == []


@pytest.mark.skipif(not SHARED.exists(), reason="the shared corpora are not beside this checkout")
@both
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.json")), ids=lambda path: path.stem)
def test_shared_corpora(path, markup):
    payloads = [item["payload"] for item in json.loads(path.read_text())]
    assert [found for payload in payloads if (found := wrong(payload, markup))] == []


@pytest.mark.parametrize("category", ["active elements", "namespaces", "raw text"])
def test_in_markdown_the_proof_of_concept_stays_readable(category):
    for item in OWN:
        if item["category"] == category and item["payload"].isprintable() and "&" not in item["payload"]:
            seen = "".join(section(render(item["payload"])).itertext())
            assert item["payload"].translate(MARKS) in seen.translate(MARKS), item


def test_html_that_leaves_nothing_to_see_is_shown_as_written():
    assert render('<img src="https://a.example/p">', markup="html") == ('<pre>&lt;img src="https://a.example/p"&gt;</pre>')


def test_the_text_of_a_script_stays_as_text():
    assert render("<script>alert(1 < 2)</script>", markup="html") == "alert(1 &lt; 2)"

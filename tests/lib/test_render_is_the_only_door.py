"""No other module makes HTML out of text, and no template switches escaping off."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOOR = ROOT / "portal/lib/render.py"
LIBRARIES = {"bleach", "nh3", "markdown_it", "markdown", "mistune", "html5lib"}
MARKS = {"mark_safe", "html_safe", "__html__"}
CALLED = {"SafeString", "SafeText", "SafeData"}  # as an annotation they are welcome
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|\{%-?\s*autoescape\s+off")
SOURCES = ["portal", "accounts", "intake", "advisories", "bench", "templates"]


def files(suffix):
    return [path for folder in SOURCES for path in sorted((ROOT / folder).rglob(f"*{suffix}"))]


def slips(source):
    """Names in a module that only the door may use."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names} & LIBRARIES
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").partition(".")[0]} & LIBRARIES | {alias.name for alias in node.names} & MARKS
        elif isinstance(node, ast.Call):
            names = {getattr(node.func, "id", None), getattr(node.func, "attr", None)} & CALLED
        elif isinstance(node, ast.ClassDef):
            names = {getattr(base, "id", None) for base in node.bases} & CALLED
        elif isinstance(node, ast.FunctionDef):
            names = {node.name} & MARKS
        elif isinstance(node, ast.Attribute):
            names = {node.attr} & MARKS
        elif isinstance(node, ast.Constant):
            names = {node.value} & {"bleach", "nh3", "markdown_it"}  # as in import_module("nh3")
        else:
            names = set()
        yield from sorted(names)


READER = "portal/security_md/document.py"


@pytest.mark.parametrize(
    "source",
    [
        "from django.utils.safestring import mark_safe",
        "from django.utils import safestring\nsafestring.mark_safe(x)",
        "from django.utils.safestring import SafeString\nSafeString(x)",
        "import bleach.sanitizer",
        "def f():\n    from nh3 import clean",
        "importlib.import_module('markdown_it')",
        "class A:\n    def __html__(self): pass",
    ],
)
def test_the_check_sees_a_slip(source):
    assert list(slips(source))


@pytest.mark.parametrize("text", ["{{ x|safe }}", "{{ x | safe|y }}", "{{ xs|safeseq }}", "{% autoescape off %}"])
def test_the_check_sees_an_unescaped_template(text):
    assert UNESCAPED.search(text)


def test_no_module_but_the_door_makes_html():
    found = {str(path.relative_to(ROOT)): list(slips(path.read_text())) for path in files(".py") if path != DOOR}
    # A SECURITY.md is parsed into blocks of plain text; nothing is rendered from it.
    assert found.pop(READER) == ["markdown_it"] and ".render" not in (ROOT / READER).read_text()
    assert {path: names for path, names in found.items() if names} == {}
    assert set(slips(DOOR.read_text())) >= {"bleach", "nh3", "markdown_it", "mark_safe"}


def test_no_template_switches_escaping_off():
    # Letters in plain text are not HTML, so they may.
    templates = [*files(".html"), *files(".svg"), *files(".xml")]
    assert [str(path) for path in templates if UNESCAPED.search(path.read_text())] == []

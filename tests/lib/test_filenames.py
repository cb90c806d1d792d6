"""Names of strangers' files: without path, without controls, for every system, and never empty."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.filenames import LONGEST_BYTES, harmless


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("poc.tar.gz", "poc.tar.gz"),
        ("photo (1).png", "photo (1).png"),
        ("日本語.pdf", "日本語.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("\u2066x\u2069.txt", "x.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ('quo"te.txt', "quo_te.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("a%2f..%2fb", "a_2f.._2fb"),
        (".htaccess", "htaccess"),
        ("-rf", "rf"),
        ("CON", "_CON"),
        ("con.tar.gz", "_con.tar.gz"),
        ("LPT1.txt", "_LPT1.txt"),
        ("name. . .", "name"),
        ("", "file"),
        ("...", "file"),
        ("\u202e\u200b", "file"),
        ("half \ud800 a pair", "half a pair"),
    ],
)
def test_a_name_is_made_harmless(name, shown):
    assert harmless(name) == shown


@pytest.mark.parametrize("name", ["x" * 400 + ".png", "é" * 300 + ".png", "\U0001f600" * 100 + ".png"])
def test_a_long_name_keeps_its_ending(name):
    found = harmless(name)
    assert found.endswith(".png")
    assert len(found.encode()) <= LONGEST_BYTES


@given(st.text())
def test_whatever_a_name_holds(name):
    found = harmless(name)
    assert found
    assert len(found.encode()) <= LONGEST_BYTES + 1
    assert not set('/\\<>:"|?*%\0\r\n') & set(found)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in found)
    assert found.strip(". ") == found or found.startswith("_")
    assert harmless(found) == found

"""Costly text neither hangs nor vanishes: it is rendered, or shown escaped."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.lib import render as door
from portal.lib.render import MAX_TEXT_BYTES, TooLong, render
from tests.lib.test_render_trees import XHTML, section, strays

LONG = "Some *words* and a [link](https://a.example).\n\n" * 400
CANARY = "canary-4f1d9c"

BOMBS = {
    "brackets": "[" * MAX_TEXT_BYTES,
    "images": "![" * 32_000,
    "nested links": "[[a](b)]" * 8_000,
    "open tags": "<a " * 21_000,
    "angles": "<" * MAX_TEXT_BYTES,
    "emphasis": "**a *b " * 9_000,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(250)),
    "quotes": "> " * 32_000,
    "wide table": "|a" * 200 + "\n" + "|-" * 200 + "\n" + "|\n" * 30_000,
    "repeated reference": "[r]: https://a.example/" + "a" * 30_000 + "\n\n" + "[r] " * 8_000,
}
HTML_BOMBS = {
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(8_000)) + ">x",
    "nested quotes": "<blockquote>" * 5_400 + "x",
    "misnested": "<h6><s>" * 9_000 + "x",
    "open tags": "<a " * 21_000,
    "foreign": "<svg><math>" * 5_900 + "x",
}


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        *[pytest.param("markdown", text, id=f"markdown {name}") for name, text in BOMBS.items()],
        *[pytest.param("html", text, id=f"html {name}") for name, text in HTML_BOMBS.items()],
    ],
)
def test_a_bomb_ends_rendered_or_escaped(markup, text):
    html = render(text, markup=markup)
    if html != door._plain(text):
        assert strays(html) == []
    assert html


def test_honest_long_text_is_rendered():
    html = render(LONG)
    assert html.count("<em>words</em>") == 400
    assert strays(html) == []
    assert render(html, markup="html") == html


def test_a_text_that_grows_is_rendered_by_the_child_within_reason():
    text = "[r]: https://a.example/" + "a" * 1500 + "\n\n" + "[r] " * 30
    assert render(text).count("<a href=") == 30
    text = "[r]: https://a.example/" + "a" * 30_000 + "\n\n" + "[r] " * 1000  # 30 MB
    assert render(text) == door._plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "[r]: https://a.example/" + "a" * 1500 + "\n\n" + "[r] " * 30,  # grows
        "[" * 1000,
        "|a" * 50 + "\n" + "|-" * 50 + "\n" + "|\n" * 100,
    ],
    ids=["growing", "brackets", "cells"],
)
def test_a_short_but_costly_text_is_not_rendered_here(monkeypatch, text):
    assert len(text) < door.SMALL_BYTES["markdown"]
    monkeypatch.setattr(door.sys, "executable", "/bin/false")
    assert render(text) == door._plain(text)
    assert render(f"*x*{text[:200]}") != door._plain(f"*x*{text[:200]}")


@pytest.mark.parametrize("text", ["[" * 1000, "|a" * 50 + "\n" + "|\n" * 100])
def test_what_makes_markdown_slow_is_seen_before_it_is_parsed(text):
    assert not door._is_simple(text, "markdown")
    assert door._is_simple("- [ ] one\n- [x] [two](https://a.example)\n| a | b |\n|---|---|\n" * 10, "markdown")


@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_when_the_child_fails_the_text_is_shown_escaped(monkeypatch, markup):
    monkeypatch.setattr(door.sys, "executable", "/bin/false")
    assert render(LONG + "<b>\xa0&", markup=markup) == f"<pre>{LONG}&lt;b&gt;&nbsp;&amp;</pre>"


def test_when_the_wall_clock_runs_out_the_text_is_shown_escaped(monkeypatch):
    monkeypatch.setattr(door, "WALL_SECONDS", 0.001)
    assert render(LONG) == f"<pre>{LONG}</pre>"


def test_a_parser_that_trips_shows_the_text_escaped(monkeypatch, caplog):
    def trips(text):
        raise RecursionError(text)

    monkeypatch.setattr(door, "_from_markdown", trips)
    assert render(f"\n*{CANARY}*") == f"<pre>\n\n*{CANARY}*</pre>"
    assert "RecursionError" in caplog.text
    assert CANARY not in caplog.text


def test_the_escaped_text_reads_back_as_sent_and_survives_a_second_cleaning(monkeypatch):
    monkeypatch.setattr(door.sys, "executable", "/bin/false")
    text = "\n\n<b>&amp;</b> \xa0\u202e" + "*x* " * 2_000
    html = render(text)
    assert section(html).find(f"{XHTML}pre").text == text
    monkeypatch.undo()
    assert render(html, markup="html") == html


def test_nothing_of_the_text_reaches_arguments_environment_or_log(monkeypatch, tmp_path, caplog):
    spy = tmp_path / "python"
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/seen\n/usr/bin/env >> {tmp_path}/seen\nexit 1\n')
    spy.chmod(0o700)
    monkeypatch.setattr(door.sys, "executable", str(spy))
    monkeypatch.setenv("PARLEY_SECRET", "of-the-parent")
    caplog.set_level(logging.DEBUG)
    render(LONG + CANARY)
    seen = (tmp_path / "seen").read_text()
    assert "render.py" in seen
    assert CANARY not in seen + caplog.text
    assert "of-the-parent" not in seen
    assert "CalledProcessError" in caplog.text


def test_the_child_has_its_limits_before_it_reads():
    script = f"""if True:
        import resource, runpy, signal
        runpy.run_path({door.__file__!r})["_limit_this_process"]()
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
            print(resource.getrlimit(limit)[0])
        print(0 < signal.getitimer(signal.ITIMER_PROF)[0] < 1.1)
        while True: pass
    """
    done = subprocess.run([sys.executable, "-u", "-c", script], capture_output=True, text=True, timeout=60)
    memory, core, file, seconds, timer = done.stdout.split()
    assert (memory, core, file, timer) == (str(door.MEMORY_BYTES), "0", "0", "True")
    assert 0 < int(seconds) < 60
    assert done.returncode < 0


def test_threads_render_side_by_side():
    short, expected = "a *b* <https://a.example>", [render(LONG), render("a *b* <https://a.example>")]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(render, [LONG, short, short, short] * 4))
    assert results == [expected[0], expected[1], expected[1], expected[1]] * 4


@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_the_limit_is_counted_in_bytes(markup):
    with pytest.raises(TooLong):
        render("é" * (MAX_TEXT_BYTES // 2) + "x", markup=markup)
    assert render("é" * (MAX_TEXT_BYTES // 2), markup=markup)

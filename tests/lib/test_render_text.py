"""What people write and what they see: Markdown, links, headings, hidden characters."""

import pytest
from django.utils.safestring import SafeString

from portal.lib.render import RENDERER, Outdated, as_stored, render, tidy

REL = 'rel="noopener noreferrer nofollow ugc"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n ", ""),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("# a\n## b\n### c\n#### d\n##### e", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>"),
        ("a\n===", "<h3>a</h3>"),
        ("```c++\nx\n```", '<pre><code class="language-c++">x\n</code></pre>'),
        ("```c#\nx\n```", "<pre><code>x\n</code></pre>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("setup.py www.a.example https://a.example", "<p>setup.py www.a.example https://a.example</p>"),
        ('(c) -- "q"', '<p>(c) -- "q"</p>'),
        ("![p](https://a.example/p)", f'<p>!<a href="https://a.example/p" {REL}>p (a.example)</a></p>'),
    ],
)
def test_markdown(text, html):
    assert render(text) == html


def test_a_table_keeps_no_style():
    html = render("| a |\n|--:|\n| 1 |")
    assert "<td>1</td>" in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("markdown", "href", "label"),
    [
        ("<https://a.example/b>", "https://a.example/b", "https://a.example/b"),
        ("[https://A.example](https://a.example/b)", "https://a.example/b", "https://A.example"),
        ("[a.example/c](https://a.example/b)", "https://a.example/b", "a.example/c"),
        ("[our page](https://a.example:8443/b?c&d)", "https://a.example:8443/b?c&amp;d", "our page (a.example)"),
        ("[https://good.example](https://evil.example)", "https://evil.example", "https://good.example (evil.example)"),
        ("[evil.example.good.example](https://evil.example)", "https://evil.example", None),
        ("[pay](https://\u0430pple.example)", "https://xn--pple-43d.example", "pay (xn--pple-43d.example)"),
        ("[mail us](mailto:a@b.example)", "mailto:a@b.example", "mail us (a@b.example)"),
        ("<a@b.example>", "mailto:a@b.example", "a@b.example"),
        ("[x](mailto:a@b.example?subject=Hi)", "mailto:a@b.example?subject=Hi", "x (a@b.example)"),
    ],
)
def test_a_link_says_where_it_goes(markdown, href, label):
    label = label or f"{markdown[1:].partition(']')[0]} (evil.example)"
    assert render(markdown) == f'<p><a href="{href}" {REL}>{label}</a></p>'


def test_in_html_a_foreign_host_is_written_in_ascii():
    html = render("<a href='https://\u0430pple.example/\u0430 b'>apple.example</a>", markup="html")
    href = "https://xn--pple-43d.example/%D0%B0%20b"
    assert html == f'<a href="{href}" {REL}>apple.example (xn--pple-43d.example)</a>'


@pytest.mark.parametrize(
    "address",
    ["//a.example", "/\\a.example", "/b", "#c", "https://u:p@a.example", "mailto:a@b.example?cc=c@d.example"]
    + ["https://a.example/%E2%80%AEgpj", "https://a%2eexample", "https:/a.example", "ftp://a.example"],
)
@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_other_addresses_lose_their_link_and_keep_their_words(address, markup):
    text = f"[words]({address})" if markup == "markdown" else f'<a href="{address}">words</a>'
    html = render(text, markup=markup)
    assert "href" not in html
    assert "words" in html


def test_controls_that_reorder_prose_are_shown_and_code_keeps_them():
    assert render("a\u202eb `c\u202ed`") == "<p>a[U+202E]b <code>c\u202ed</code></p>"
    assert 'title="[U+202E]x"' in render("<a href='https://a.example' title='\u202ex'>y</a>", markup="html")
    assert render("\u05d0\u200f!") == "<p>\u05d0\u200f!</p>"


def test_tidy():
    assert tidy("a\r\nb\rc\nd\te") == "a\nb\nc\nd\te"
    assert tidy("\x00a\x1b[31m\x0b\x0c\x1f") == "a[31m"
    assert tidy("\ud800a\udfff") == "\ufffda\ufffd"
    assert tidy("\u202e\x85\x7f\xa0é😀") == "\u202e\x85\x7f\xa0é😀"


def test_only_the_door_calls_text_safe():
    assert type(render("x")) is SafeString
    assert type(as_stored("<p>x</p>", renderer=RENDERER)) is SafeString
    with pytest.raises(Outdated):
        as_stored("<p>x</p>", renderer=RENDERER - 1)
    with pytest.raises(ValueError, match="unknown markup"):
        render("x", markup="rst")


def test_steps_go_on_counting_behind_a_code_block():
    assert '<ol start="2">' in render("1. Send:\n\n```\nx\n```\n\n2. Open it.")
    assert "start" not in render('<ol start="javascript:1"><li>x</li></ol>', markup="html")

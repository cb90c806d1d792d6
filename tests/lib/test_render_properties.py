"""Whatever is thrown at the door: only what belongs comes out, and code is kept byte by byte."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.lib.render import TAGS, render, tidy
from tests.lib.test_render_trees import XHTML, section, strays

SPLINTERS = [
    *[f"<{tag}>" for tag in sorted(TAGS)],
    *[f"</{tag}>" for tag in sorted(TAGS)],
    *[
        "<svg>",
        "</svg>",
        "<math>",
        "<mtext>",
        "<style>",
        "</style>",
        "<script>",
        "</script>",
        "<template>",
        "<textarea>",
    ],
    *[
        "</textarea>",
        "<title>",
        "<object>",
        "<select>",
        "<option>",
        "<form>",
        "<button>",
        "<applet>",
        "<div>",
        "</div>",
    ],
    *["<caption>", "<plaintext>", "<!--", "-->", "<![CDATA["],
    *["<a href=", "https://a.example/", "javascript:x", '"', "'", ">", "<", "/", "&", "&lt;", "&#10;", "&nbsp;", "\n"],
    *["\n\n", "    ", "\t", "- ", "1. ", "> ", "# ", "```", "~~~", "`", "*", "**", "_", "~~", "[", "](", ")", "[a]: "],
    *[
        "|",
        "|-|\n",
        "\\",
        "!",
        "word",
        "\u202e",
        "\u2067",
        "\x00",
        "\r",
        " onclick=x",
        "é",
        "\ud800",
        "<pre>\n\n",
        "---\n",
    ],
]
soup = st.lists(st.sampled_from(SPLINTERS) | st.text(max_size=6), max_size=25).map("".join)


@settings(max_examples=350, deadline=None)
@given(soup, st.sampled_from(["markdown", "html"]))
@example("<p><object><p>a</object>", "html")
@example("<a><p><a><table><a>", "html")
@example("<pre>\n\n\nx</pre>", "html")
def test_only_what_belongs_and_cleaning_again_changes_nothing(text, markup):
    html = render(text, markup=markup)
    assert strays(html) == []
    assert render(html, markup="html") == html


anything = st.text(st.characters(exclude_categories=["Cs"])).map(tidy)


@settings(max_examples=200, deadline=None)
@given(anything | soup.map(tidy))
@example("<script>alert('\u202e')</script> &amp; &lt; \xa0\x85\x7f \ufffe")
@example("\n\n\ttab\n ")
def test_code_blocks_come_back_byte_by_byte(code):
    fence = "`" * (max([2, *map(len, re.findall("`+", code))]) + 1)
    html = render(f"Before\n\n{fence}html\n{code}\n{fence}\n\nAfter")
    assert read_code(html).encode() == f"{code}\n".encode()
    assert read_code(render(html, markup="html")).encode() == f"{code}\n".encode()


def test_long_code_comes_back_byte_by_byte():
    code = "".join(f"GET /?q=<script>{n}</script>&amp;x=%00 '\"\u202e\t\n\n" for n in range(400))
    assert read_code(render(f"```\n{code}```")) == code


def test_preformatted_html_keeps_its_first_newlines():
    html = render("<pre>\n\n\nx</pre>", markup="html")
    assert section(html).find(f"{XHTML}pre").text == "\n\nx"


def read_code(html):
    return "".join(section(html).find(f".//{XHTML}pre/{XHTML}code").itertext())

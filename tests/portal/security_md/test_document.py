"""A text as blocks that know their lines, whatever it was copied from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.security_md import document
from portal.security_md.document import STANDS_AS_HEADING, Block, Table

HOSTILE = [
    "[",
    "![",
    "<",
    "<!--",
    "<p ",
    "<td>",
    "&",
    "&#9",
    "|",
    "`",
    "*",
    "_",
    "> ",
    "- ",
    "1. ",
    "\\",
    "[a](",
    "[a]: /b '",
    "<a href='",
    "a@",
    "\t",
    "#",
]


def blocks(text):
    return document.read(text).blocks


def plain(text):
    return " ".join(block.text for block in blocks(text) if isinstance(block, Block))


def table(text):
    return next(block for block in blocks(text) if isinstance(block, Table))


def cells(text):
    found = table(text)
    return [row.cells for row in (found.header, *found.rows)]


def test_a_block_knows_its_lines_and_the_headings_above_it():
    found = blocks("# Security\n\n## Versions\n\nOne\ntwo.\n\n## Contact\n\n- a\n- b\n")
    assert [(one.kind, one.line, one.section) for one in found] == [
        ("heading", 1, ()),
        ("heading", 3, ("Security",)),
        ("paragraph", 5, ("Security", "Versions")),
        ("heading", 8, ("Security",)),
        ("item", 10, ("Security", "Contact")),
        ("item", 11, ("Security", "Contact")),
    ]
    assert found[2].lines == ((5, "One"), (6, "two."))
    assert [found[2].line_at(place) for place in (0, 3, 4, 8)] == [5, 5, 6, 6]


@pytest.mark.parametrize(
    "raw, shown",
    [
        ("**Bold**, _slanted_, ~~gone~~ and `code`", "Bold, slanted, gone and code"),
        ("snake_case_name and 2.* or `1.*`", "snake_case_name and 2.* or 1.*"),
        ("**1.** First", "1. First"),
        (r"\*not bold\* and a \| bar", "*not bold* and a | bar"),
        ("`[x]` in code and `<br>` too", "[x] in code and <br> too"),
        ("security&#64;example&period;org &amp; co", "security@example.org & co"),
        ("one<br>two<br/>three", "one two three"),
        ("![a badge](https://example.org/x.svg) text", "a badge text"),
        ('<img src="x.png" alt="✅"> fine', "✅ fine"),
        ("write to <you@your-domain> or <owner>", "write to you@your-domain or <owner>"),
        ("before <!-- nothing\nto see --> after", "before after"),
        ("&#" + "9" * 6000 + ";", "&#" + "9" * 6000 + ";"),
    ],
)
def test_marks_go_and_words_stay(raw, shown):
    assert plain(raw) == shown


@pytest.mark.parametrize(
    "raw, text, url, line",
    [
        ("see [the\npage](https://example.org/a)", "the page", "https://example.org/a", 1),
        ("a\nsee [page][1]\n\n[1]: https://example.org/a", "page", "https://example.org/a", 2),
        ("see [Page][]\n\n[page]: https://example.org/a", "Page", "https://example.org/a", 1),
        ("[me@example.org]\n\n[me@example.org]: mailto:me@example.org?subject=a", "me@example.org", "mailto:me@example.org?subject=a", 1),
        ("<https://example.org/a>", "https://example.org/a", "https://example.org/a", 1),
        ("[![badge](b.svg)](https://example.org/a)", "badge", "https://example.org/a", 1),
        ('a <a href="https://example.org/a?b=1&amp;c=2">page</a>', "page", "https://example.org/a?b=1&c=2", 1),
        ("<p>\n<a href='https://example.org/a'>the\npage</a></p>", "the page", "https://example.org/a", 2),
    ],
)
def test_a_link_leaves_its_text_and_is_kept_with_its_line(raw, text, url, line):
    assert [(link.text, link.url, link.line) for link in document.read(raw).links] == [(text, url, line)]


def test_an_undefined_reference_stays_as_it_was_written():
    assert plain("- [x] done [1] and [a][b]") == "[x] done [1] and [a][b]"


def test_what_no_reader_sees_is_hidden_but_not_lost():
    found = document.read("---\ntitle: x\n---\n<!-- one\ntwo -->\n# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[r]: https://example.org\n")
    assert found.hidden == {1, 2, 3, 4, 5, 9, 12}
    assert found.source[4] == "two -->"
    assert [type(block) for block in found.blocks] == [Block, Table]


def test_every_way_to_end_a_line_counts_and_odd_characters_do_no_harm():
    found = document.read("\ufeff# A\r\nb\rc\0\n")
    assert found.source == ("# A", "b", "c\ufffd", "")
    assert [(one.text, one.line) for one in found.blocks] == [("A", 1), ("b c\ufffd", 2)]


def test_a_comment_that_never_ends_hides_nothing():
    assert "word" in plain("a <!-- b\n\nword") and document.read("a <!-- b\n\nword").hidden == frozenset()


@pytest.mark.parametrize("line", ["**Supported Versions**", "__Supported Versions__"])
def test_a_line_in_bold_stands_as_a_heading(line):
    found = blocks(f"# Security\n\n{line}\n\nOnly the latest.\n\n## Contact\n\nx")
    assert (found[1].kind, found[1].level, found[1].text) == ("paragraph", STANDS_AS_HEADING, "Supported Versions")
    assert [one.section for one in found[2:]] == [("Security", "Supported Versions"), ("Security",), ("Security", "Contact")]


@pytest.mark.parametrize("line", ["**Do not open a public issue!**", "**Include:**", "**security@example.org**", "a **bold** word"])
def test_a_sentence_in_bold_is_no_heading(line):
    assert blocks(f"# Security\n\n{line}\n\nx")[2].section == ("Security",)


def test_a_copy_without_any_marks_has_its_short_lines_as_headings():
    found = blocks("Security Policy\n\nSupported Versions\n\nOnly the latest is supported.\n\nWrite to a@example.org\n\nx")
    assert [one.level for one in found[:3]] == [STANDS_AS_HEADING, STANDS_AS_HEADING, 0]
    assert found[2].section == found[3].section == ("Supported Versions",)


def test_headings_written_with_underlines_or_in_html_count():
    found = blocks("Policy\n======\n\n<h2 align='center'>Versions</h2>\n\ntext\n\n<details><summary>More</summary>\n\n- a\n\n</details>\n")
    assert [(one.kind, one.text, one.section) for one in found] == [
        ("heading", "Policy", ()),
        ("heading", "Versions", ("Policy",)),
        ("paragraph", "text", ("Policy", "Versions")),
        ("paragraph", "More", ("Policy", "Versions")),
        ("item", "a", ("Policy", "Versions")),
    ]


def test_bullets_of_a_web_page_are_items():
    assert [(one.kind, one.text) for one in blocks("List:\n\n  • a\n  • b")] == [("paragraph", "List:"), ("item", "a"), ("item", "b")]


@pytest.mark.parametrize(
    "raw",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a | b\n--|--\n1 | 2",
        "| a | b |\n|---|\n| 1 | 2 |",  # no table by Markdown
        "a | b\n1 | 2",
        "a\tb\n1\t2",
        "a      b\n1      2",
        "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+",
        "<table><tr><th>a<th>b</tr>\n<tr><td>1<td>2</tr></table>",
        "<table>\n\n<tr><th>a</th><th>b</th></tr>\n\n<tr><td>\n\n1\n\n</td><td>2</td></tr>\n\n</table>",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td>",
    ],
)
def test_a_table_is_read_however_it_was_written(raw):
    assert cells(raw) == [("a", "b"), ("1", "2")]


def test_lines_without_bars_end_a_table():
    found = blocks("| a | b |\n|---|---|\n| 1 | 2 |\nDo not open an issue.\nWrite:\n")
    assert [row.line for row in found[0].rows] == [3]
    assert found[1].lines == ((4, "Do not open an issue."), (5, "Write:"))


def test_merged_cells_are_repeated_and_said_so():
    found = table(
        "<table>\n<tr><th>a</th><th>b</th></tr>\n"
        "<tr><td rowspan=2>1</td><td>2</td></tr>\n<tr><td>3</td></tr><tr><td colspan=2>4</td></tr></table>"
    )
    assert found.merged
    assert [(row.cells, row.line) for row in found.rows] == [(("1", "2"), 3), (("1", "3"), 4), (("4", "4"), 4)]


def test_a_cell_knows_its_line_breaks_and_a_short_row_is_filled():
    found = table("| a | b |\n|---|---|\n| 1<br>2 |\n")
    assert found.rows[0].cells == ("1 2", "")
    assert found.rows[0].parts == (("1", "2"), ("",))


def test_a_caption_stands_right_above_its_table():
    found = blocks("# V\n\nServer:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n| 1 | 2 |\n")
    assert [one.caption for one in found if isinstance(one, Table)] == ["Server:", ""]


@given(st.text())
def test_no_text_makes_it_raise(text):
    document.read(text)


@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE, "\n", "\n\n", "a", " ", "</table>", "<table><tr>", "|-|-|\n", "**", "```\n", "---\n", "-->", "</a>", "1.x"]
        )
    ).map("".join)
)
def test_no_pieces_of_markup_make_it_raise_or_lose_a_line(text):
    found = document.read(text)
    numbers = [number for block in found.blocks if isinstance(block, Block) for number, _text in block.lines]
    assert all(1 <= number <= len(found.source) for number in [*numbers, *found.hidden])


@pytest.mark.parametrize("piece", HOSTILE)
def test_repeated_marks_are_read_to_the_end(piece):
    """Each took minutes with a rule that starts again at every mark."""
    for text in (piece * 12_000, (piece + "\n") * 2_000, f"x {piece}" * 5_000):
        document.read(text)

"""Mentions are marked in what the door made, and the mark is all that changes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from portal.lib import render

PIECES = [
    "@alice", "@Alice", "@nobody", " ", "\n", "\n\n", "`", "```\n", "**", "*", "> ", "- ", "[", "](https://x.org)", "<", ">", "</span>",
    '<span class="mention">', '"', "&", "&#64;", "\\", "|", "\u202e", "<a href='https://x'>", "</a>", "<code>", "</code>",
    "<blockquote>", "</pre>",
]  # fmt: skip
MARK = re.compile(r'<span class="mention">(@[^<>]*)</span>')


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(["markdown", "html"]))
def test_the_mark_is_all_that_changes(text, markup):
    made = render.render(text, markup=markup)
    marked, found = render.with_mentions(made, {"alice"})
    assert MARK.sub(r"\1", marked) == made
    assert {render.plain_handle(one[1:]) for one in MARK.findall(marked)} == set(found) <= {"alice"}
    for tag in ("code", "pre", "a", "blockquote"):
        for inside in re.findall(rf"<{tag}[ >].*?</{tag}>", marked, re.DOTALL):
            assert "<span" not in inside


def test_without_people_nothing_changes():
    made = render.render("@alice")
    assert render.with_mentions(made, ()) == (made, [])

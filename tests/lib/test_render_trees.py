"""Read rendered HTML back as a browser would, and say what does not belong there."""

import re
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.lib import render as door

# Written down again on purpose: a slip in the renderer's own list must not pass here.
ALLOWED = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6",
    "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
XHTML = "{http://www.w3.org/1999/xhtml}"
REORDERING = {chr(point) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def body(html):
    """The parsed <body> of a page that holds the HTML in a <section>, with an <aside> after it."""
    page = html5lib.parse(f"<!doctype html><title>x</title><section>{html}</section><aside></aside>")
    return page.find(f"{XHTML}body")


def section(html):
    return body(html).find(f"{XHTML}section")


def strays(html):
    """Everything that does not belong into rendered HTML: an empty list is what we want."""
    found = []
    page = body(html)
    after = "".join(child.tail or "" for child in page)
    if after or page.text or [child.tag for child in page] != [f"{XHTML}section", f"{XHTML}aside"]:
        found.append("breaks out of its place")
    for node in page[0].iter():
        if not isinstance(node.tag, str):
            found.append("a comment")
        elif node is not page[0]:
            found += stray_parts(node)
    return found


def stray_parts(node):
    tag = node.tag.removeprefix(XHTML)
    if tag not in ALLOWED:
        yield f"<{tag}>"
    for name, value in node.attrib.items():
        if (tag, name) == ("ol", "start"):
            if not re.fullmatch(r"[0-9]{1,6}", value):
                yield f"start {value!r}"
        elif (tag, name) == ("a", "href"):
            yield from stray_address(value)
        elif (tag, name) == ("a", "title"):
            if REORDERING & set(value):
                yield f"title {value!r}"
        elif (tag, name) == ("a", "rel"):
            if value != "noopener noreferrer nofollow ugc":
                yield f"rel {value!r}"
        elif (tag, name) != ("code", "class") or not re.fullmatch(r"language-[a-z0-9+-]{1,20}", value):
            yield f"{tag}[{name}={value!r}]"
    if "href" in node.attrib and node.get("rel") is None:
        yield "a link without rel"


def stray_address(value):
    parts = urlsplit(value)
    clean = re.fullmatch(r"[!-~]+", value) and not re.search(r"%E2%80%A[A-E]|%E2%81%A[6-9]", value, re.IGNORECASE)
    if parts.scheme == "mailto":
        clean = clean and parts.path.count("@") == 1 and (not parts.query or parts.query.startswith("subject="))
    elif parts.scheme in {"http", "https"}:
        clean = clean and parts.hostname and "@" not in parts.netloc and "\\" not in parts.netloc
    else:
        clean = False
    if not clean:
        yield f"href {value!r}"


def shape(node):
    """A tree as nested tuples, without rel, which only one of two sanitisers adds."""
    attributes = tuple(sorted((name, value) for name, value in node.attrib.items() if name != "rel"))
    inside = [node.text or ""]
    for child in node:
        inside += [shape(child), child.tail or ""]
    return node.tag, attributes, tuple(inside)


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>y</p>",
        "</section>x",
        "<!-- x -->",
        "<svg></svg>",
        "<p style='color:red'>x</p>",
        "<code class='button'>x</code>",
        "<a href='//x' rel='noopener noreferrer nofollow ugc'>x</a>",
        "<a href='https://x.example'>x</a>",
        "<a href='https://a@x.example' rel='noopener noreferrer nofollow ugc'>x</a>",
        "<a href='javascript:x' rel='noopener noreferrer nofollow ugc'>x</a>",
        "<a href='https://x.example/%E2%80%AE' rel='noopener noreferrer nofollow ugc'>x</a>",
    ],
)
def test_the_check_sees_what_does_not_belong(html):
    assert strays(html)


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"], exclude_characters="&<>"), min_size=1, max_size=8)
link = st.builds(lambda word: f'<a href="https://a.example/?b=1&amp;c" title="q">{word}</a>', words)
phrase = st.recursive(
    words | link | st.just("&lt;script&gt;") | st.just("<br>"),
    lambda inner: (
        st.builds(lambda tag, x: f"<{tag}>{x}</{tag}>", st.sampled_from(["em", "strong", "s"]), inner)
        | st.lists(inner, max_size=3).map(" ".join)
    ),
    max_leaves=8,
)
table = phrase.map(lambda x: f"<table><thead><tr><th>{x}</th></tr></thead><tbody><tr><td>{x}</td></tr></tbody></table>")
flow = st.recursive(
    st.builds(lambda tag, x: f"<{tag}>{x}</{tag}>", st.sampled_from(["p", "h3", "h6", "pre"]), phrase) | table,
    lambda inner: (
        st.builds(lambda x: f"<blockquote>{x}</blockquote>", inner)
        | st.lists(inner, max_size=3).map(lambda xs: "<ul>" + "".join(f"<li>{x}</li>" for x in xs) + "</ul>")
    ),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(flow)
def test_both_sanitisers_read_allowed_content_as_the_same_tree(html):
    one = door._nh3.clean(html)
    other = door.Cleaner(tags=door.TAGS, attributes=door._allowed, protocols=door.SCHEMES, strip=True).clean(html)
    assert shape(section(one)) == shape(section(other)) == shape(section(html))

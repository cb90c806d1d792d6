"""The one door from somebody's text to HTML on a page.

Markdown, with raw HTML off, is made into HTML by markdown-it; HTML that was sent as HTML starts one step later.
Either way nh3 cleans it and bleach, with the same closed list, has the last word. Nothing else in Parley may mark text
as safe.

Short text is rendered here. Anything longer or knottier goes to a child process with a budget of CPU, memory and time,
because 64 KiB of hostile text keeps these libraries busy for many seconds. Over budget, or on any failure, the result
is the text itself, escaped, in <pre>: a reader always sees what was sent.

Python 3.11 standard library, markdown-it, nh3, bleach and one class of Django: no settings, no models, nothing of ours,
so that the child starts from this file alone.
"""

import html
import logging
import re
import resource
import signal
import subprocess
import sys
import unicodedata
from threading import BoundedSemaphore
from typing import Literal
from urllib.parse import quote, unquote

import nh3
from bleach.html5lib_shim import Filter
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

RENDERER = 1  # raise it when the output changes: it is stored beside each sealed rendering
MAX_TEXT_BYTES = 64 * 1024

TAGS = frozenset({
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6",
    "a", "table", "thead", "tbody", "tr", "th", "td",
})  # fmt: skip
SCHEMES = frozenset({"https", "http", "mailto"})
REL = "noopener noreferrer nofollow ugc"

# Measured on 2 cores: the worst text within all of these takes under 150 ms of CPU in this process.
SMALL_BYTES = {"markdown": 3072, "html": 1024}
SMALL_HTML = 24 * 1024
SMALL_BRACKETS = 60_000  # each "[" may read on to the end: count times length
SMALL_CELLS = 600  # short table rows are filled up to the width of the header

# The child's budget. The clock on the wall is generous: a busy machine must not make an honest text look hostile.
CPU_SECONDS = 1.0
WALL_SECONDS = 8
MEMORY_BYTES = 512 * 1024 * 1024
MAX_HTML = 1024 * 1024
CHILDREN = BoundedSemaphore(2)
PLACES = BoundedSemaphore(4)  # threads at a child or waiting for one: the others of this process go on answering

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LANGUAGE = re.compile(r"language-[a-z0-9+-]{1,20}")
COUNT = re.compile(r"[0-9]{1,6}")
WEB = re.compile(r"(https?)://([^\s/?#\\@:\[\]]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?([/?#].*)?", re.IGNORECASE | re.DOTALL)
HOST = re.compile(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]")
ADDRESS = re.compile(r"mailto:([^\s?&#@%\"<>]+@[^\s?&#@%\"<>]+)(\?subject=[^&#\s]*)?", re.IGNORECASE)
UNSAFE_IN_URL = re.compile(r"[\x00-\x1f\x7f]")
KEPT_IN_URL = "%!#$&'()*+,/:;=?@[]~|"
# "@" and a handle, not within an address, a path or a longer word. Neither pattern ever tries a character twice.
MENTION = re.compile(r"(?<![\w@./-])@([^\W_]++(?:-[^\W_]++)*+)(?![\w/@]|\.\w|-\w)")
WRITTEN_TAG = re.compile(r"(<[^<>\"]*+(?:\"[^\"]*+\"[^<>\"]*+)*+>)")
NOT_PROSE = frozenset({"pre", "code", "a", "blockquote"})  # what is quoted was said before

log = logging.getLogger(__name__)


class TooLong(ValueError):
    """The text is over MAX_TEXT_BYTES."""


class Outdated(ValueError):
    """The stored HTML was made by another renderer: render the original again."""


class Busy(Exception):
    """So many costly texts are being rendered that this one would keep others waiting: try again in a moment."""


class OverBudget(Exception):
    """The text costs more than we spend in this place."""


def tidy(text: str) -> str:
    """Make text fit to store: newlines as \\n, no NUL or other C0 control but tab, lone surrogates as U+FFFD.

    All else stays as it was sent, direction controls included: a proof of concept may be about them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATES.sub("\ufffd", CONTROLS.sub("", text))


def render(text: str, *, markup: Literal["markdown", "html"] = "markdown") -> SafeString:
    """Turn text into HTML that is safe in the body of a page; raises TooLong, and Busy for a costly text."""
    if markup not in SMALL_BYTES:
        raise ValueError(f"unknown markup {markup!r}")
    text = tidy(text)
    size = len(text.encode())
    if size > MAX_TEXT_BYTES:
        raise TooLong(f"{size} bytes of text, {MAX_TEXT_BYTES} allowed")
    # Markup that leaves nothing to see (a lone <img>, say) is shown as it was written, too.
    return mark_safe(_made(text, markup, size) or _plain(text)) if text.strip() else mark_safe("")


def once_more(text: str, *, markup: Literal["markdown", "html"] = "markdown") -> SafeString:
    """Render for a reader what was stored as text; as it was written when that would keep others waiting."""
    try:
        return render(text, markup=markup)
    except Busy:
        return mark_safe(_plain(tidy(text)))


def as_stored(made: str, *, renderer: int) -> SafeString:
    """Take back HTML that render() made and that was kept sealed; raises Outdated when an older renderer made it."""
    if renderer != RENDERER:
        raise Outdated(f"made by renderer {renderer}, now it is {RENDERER}")
    return mark_safe(made)


def with_mentions(made: SafeString, handles) -> tuple[SafeString, list[str]]:
    """Let "@handle" stand out in what render() made; return it with the handles that were found, each once.

    Not in code, links and quotations. A handle is compared as plain_handle() makes it.
    """
    if not isinstance(made, SafeString):
        raise TypeError("only what render() made can be marked")
    found, pieces, inside = {}, [], 0

    def mark(match):
        handle = plain_handle(match[1])
        if handle not in handles:
            return match[0]
        found[handle] = True
        return f'<span class="mention">{match[0]}</span>'

    for piece in WRITTEN_TAG.split(made):
        if piece.startswith("<"):
            name = piece.strip("</>").partition(" ")[0]
            inside += (-1 if piece.startswith("</") else 1) if name in NOT_PROSE else 0
        elif not inside:
            piece = MENTION.sub(mark, piece)
        pieces.append(piece)
    return mark_safe("".join(pieces)), list(found)


def plain_handle(text: str) -> str:
    """Return how a handle is compared: "@Alice" names "alice"."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _made(text, markup, size):
    """The HTML, blank when nothing is left, or None when this text cannot be rendered."""
    try:
        if size <= SMALL_BYTES[markup] and _is_simple(text, markup):
            return _convert(text, markup, limit=SMALL_HTML).strip()
    except OverBudget:
        pass  # more HTML than the size of the text promised: the child decides
    except Exception as error:  # noqa: BLE001 - whatever a parser trips over, the reader sees the text
        log.warning("render: %s on %d bytes of %s", type(error).__name__, size, markup)
        return None
    return _in_child(text, markup)


def _is_simple(text, markup):
    if markup == "html":
        return True
    widest = max(line.count("|") for line in text.split("\n"))
    return text.count("[") * len(text) <= SMALL_BRACKETS and widest * text.count("\n") <= SMALL_CELLS


def _convert(text, markup, *, limit):
    if markup == "html":
        return _settle(text)
    made = _from_markdown(text)
    if len(made) > limit:
        raise OverBudget
    return _sanitise(made)


def _plain(text):
    kept = html.escape(text, quote=False).replace("\xa0", "&nbsp;")
    return _keep_first_newline(f"<pre>{kept}</pre>")


# --- markdown ---------------------------------------------------------------------------------------------------------

_markdown = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}).disable("image")
if _markdown.options["html"]:
    raise RuntimeError("raw HTML in Markdown must be off")


def _from_markdown(text):
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):  # h1 and h2 belong to the page
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return _markdown.renderer.render(tokens, _markdown.options, {})


# --- sanitising -------------------------------------------------------------------------------------------------------


def _settle(text):
    """Clean until nothing changes: what one parser makes of a tag soup may read differently the second time."""
    for _ in range(5):
        cleaned = _sanitise(text)
        if cleaned == text:
            return cleaned
        text = cleaned
    raise OverBudget


def _sanitise(text):
    once = _keep_first_newline(tidy(_nh3.clean(text)))  # &#12; has become a control by now
    # A bleach cleaner holds parser state: one per call, never shared between threads.
    last = Cleaner(tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True, filters=[_Candour])
    return _keep_first_newline(last.clean(once))


def _keep_first_newline(text):
    # Every parser swallows one newline after <pre>, and no serialiser here gives it back.
    return text.replace("<pre>\n", "<pre>\n\n")


def _rewritten(tag, name, value):
    """What nh3 keeps of an attribute: its safe form, or None."""
    if (tag, name) == ("a", "href"):
        return _href(value)
    if (tag, name) == ("a", "title"):
        return _title(value)
    if (tag, name) == ("code", "class"):
        return value if LANGUAGE.fullmatch(value) else None
    if (tag, name) == ("ol", "start"):  # steps go on counting behind a code block
        return value if COUNT.fullmatch(value) else None
    return value if (tag, name, value) == ("a", "rel", REL) else None


def _allowed(tag, name, value):
    """What bleach keeps: only what nh3 would leave exactly as it is."""
    value = html.unescape(value)
    return _rewritten(tag, name, value) == value


_nh3 = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}},
    attribute_filter=_rewritten,
    clean_content_tags={"style"},  # the text of a <script> stays, as text: it may be the proof of concept
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=REL,
)


def _href(value):
    """The absolute http, https or mailto URL, or None."""
    value = value.strip(" ")
    if UNSAFE_IN_URL.search(value) or REORDERING.search(unquote(value)):
        return None
    if ADDRESS.fullmatch(value):
        return quote(value, safe=KEPT_IN_URL)
    web = WEB.fullmatch(value)
    host = web and _ascii_host(web[2])
    if not host:
        return None
    return f"{web[1].lower()}://{host}{web[3] or ''}{quote(web[4] or '', safe=KEPT_IN_URL)}"


def _ascii_host(host):
    try:
        host = host.lower() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    return host if HOST.fullmatch(host) else None


def _title(value):
    return " ".join(_show_reordering(value).split())


def _show_reordering(text):
    return REORDERING.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", text)


class _Candour(Filter):
    """Say what a page would hide: where a link goes, and controls that reorder the prose around them."""

    def __iter__(self):
        code, href, label = 0, None, []
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            if kind in ("Characters", "SpaceCharacters"):
                if not code:
                    token["data"] = _show_reordering(token["data"])
                label.append(token["data"])
            elif kind == "Entity":
                label.append(html.unescape(f"&{name};"))
            elif name in ("code", "pre"):
                code += {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            elif name == "a" and kind == "StartTag":
                href, label = token["data"].get((None, "href")), []
            elif name == "a" and kind == "EndTag" and href:
                if not _names(where := _destination(href), "".join(label)):
                    yield {"type": "Characters", "data": f" ({where})"}
                href = None
            yield token


def _destination(href):
    address = ADDRESS.fullmatch(html.unescape(href))
    return address[1] if address else WEB.fullmatch(href)[2]


def _names(where, label):
    label = label.strip()
    if label.endswith(f"({where})") or label.removeprefix("mailto:") == where:
        return True
    web = WEB.fullmatch(label) or WEB.fullmatch(f"https://{label}")
    return bool(web) and web[2].lower() == where


# --- the child --------------------------------------------------------------------------------------------------------


def _in_child(text, markup):
    """Render in a process of its own; None when it fails or its budget ends, Busy when too many wait for one."""
    if not PLACES.acquire(blocking=False):
        raise Busy
    try:
        return _ask_child(text, markup)
    finally:
        PLACES.release()


def _ask_child(text, markup):
    # Isolated, so that modules of this folder shadow nothing; without our environment, so that it holds no secrets.
    command = [sys.executable, "-I", __file__, markup]
    try:
        with CHILDREN:
            done = subprocess.run(
                command, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={}, timeout=WALL_SECONDS, check=True,
            )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        log.warning("render: child %s on %d characters of %s", type(error).__name__, len(text), markup)
        return None
    return done.stdout.decode()


def _limit_this_process():
    # Set here and not between fork and exec: a hook there may deadlock when the parent has threads.
    spent = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (spent + 3, spent + 3))
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # SIGPROF ends the process, in C code too


def _serve():
    _limit_this_process()
    made = _convert(sys.stdin.buffer.read().decode(), sys.argv[1], limit=MAX_HTML)
    sys.stdout.buffer.write(made.strip().encode())


if __name__ == "__main__":
    _serve()

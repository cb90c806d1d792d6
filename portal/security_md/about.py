"""What a text calls itself and its product, and how it begins."""

import re

from portal.security_md import sentences, words
from portal.security_md.document import STANDS_AS_HEADING, Block, Document
from portal.security_md.facts import Reading
from portal.security_md.stances import Stance

TITLE = words.one_of(
    r"\bsecurity\b|\bvulnerabilit|\bdisclosure\b|\breporting\b",
    r"sicherheit|sécurité|seguridad|segurança|sicurezza|bezpieczeń|безопасност|безпек|güvenlik|keamanan|"
    r"beveiliging|säkerhet|安全|セキュリティ|보안",
)
SECTION = re.compile(r"^(?:supported|reporting|report|versions?)\b", re.IGNORECASE)
REPORTING = re.compile(r"\breport|meld|signal|segnala|zgłasz|сообщ|bildir|lapor|報告|신고|제보|报告|漏洞", re.IGNORECASE)
A_NAME = r"((?:[A-Z0-9@][\w.+/@-]{0,39})(?: (?:[A-Z0-9][\w.+/-]{0,39})){0,4})"
PRODUCTS = (
    re.compile(rf"^Security (?:[Pp]olicy|policies) (?:for|of) (?:the )?{A_NAME}$"),
    re.compile(rf"^{A_NAME}(?:['’]s)?:? [Ss]ecurity [Pp]olicy$"),
    re.compile(rf"\bversions of (?:the )?{A_NAME}"),
    re.compile(rf"\b(?:[Dd]eploying|[Rr]unning|[Ss]ecuring|[Ii]nstalling) (?:the |your )?{A_NAME}"),
    re.compile(rf"\b(?:keep|keeping) {A_NAME} (?:and (?:its|our) users )?(?:safe|secure)\b"),
    re.compile(rf"\b(?:vulnerability|issue|bug|problem) in (?:the )?{A_NAME}"),
)
NO_PRODUCTS = ("GitHub", "GitLab", "Git", "This", "Our", "The", "A", "An", "We", "I", "It", "CVE", "HTTPS", "Security")


def read(document: Document, accounted: frozenset[int]) -> Reading:
    """Read title, product and introduction; ``accounted`` are the lines that say something else."""
    title = _title(document)
    found = [one for one in (title, _product(document, title), _introduction(document, title, accounted)) if one]
    lines = {one.line for one in found if one.name == "title"}
    for one in found:
        if one.name == "introduction":
            lines |= _lines_of(document, one)
    return Reading(tuple(found), frozenset(lines))


def _title(document):
    blocks = [block for block in document.blocks if isinstance(block, Block) and block.text]
    headings = [block for block in blocks if block.kind == "heading" and block.level <= 2]
    if headings:
        first = headings[0]
        return (
            Stance("title", first.text, first.line)
            if first.level == 1 or TITLE.search(first.text) and not SECTION.search(first.text)
            else None
        )
    # A copy of a page has its headings as short lines.
    lines = [(number, text) for block in blocks[:10] if block.kind == "paragraph" for number, text in block.lines]
    short = (
        (number, text) for number, text in lines if len(text) < 80 and re.search(r"\bpolicy\b|政策|策略|ポリシー|정책", text, re.IGNORECASE)
    )
    number, text = next(short, (0, ""))
    return Stance("title", text, number) if text and text[-1] not in ".:!?" else None


def _product(document, title):
    texts = [(title.line, title.value)] if title else []
    texts += [(sentence.first, sentence.text) for sentence in sentences.of(document)]
    for pattern in PRODUCTS:
        for line, text in texts:
            found = pattern.search(text)
            name = found[1].rstrip(".") if found else ""
            if name and name.split()[0] not in NO_PRODUCTS and not re.fullmatch(r"[\d.x]+", name):
                return Stance("product", name, line)
    return None


def _introduction(document, title, accounted):
    """The paragraphs under the title until something else begins, or else the first one about reporting; facts are left out of them."""
    begun = [] if title is None else _paragraphs(document, title.line, (title.value,), accounted)
    begun = begun or next(
        (found for line, section in _reporting(document) if (found := _paragraphs(document, line, section, accounted, whole=True)[:1])), []
    )
    return Stance("introduction", "\n\n".join(text for text, _line in begun), begun[0][1]) if begun else None


def _reporting(document):
    for block in document.blocks:
        if isinstance(block, Block) and _is_heading(block) and REPORTING.search(block.text):
            yield block.line, (*block.section, block.text)


def _is_heading(block):
    return block.kind == "heading" or block.level == STANDS_AS_HEADING


def _paragraphs(document, heading, section, accounted, whole=False):
    """Return (text, line) of the paragraphs right under a heading, without sentences (``whole``: paragraphs) that hold other facts."""
    found = []
    for number, block in enumerate(document.blocks):
        if not isinstance(block, Block) or block.line <= heading:
            continue
        if block.kind != "paragraph" or _is_heading(block) or block.section != section:
            break
        told = [one for one in sentences.of_block(number, block) if not set(one.lines) & accounted and not one.text.endswith(":")]
        if whole and accounted.intersection(line for line, _text in block.lines):
            break
        if told and not only_links(block):
            found.append((" ".join(one.spelled for one in told), told[0].first))
    return found


def only_links(block: Block) -> bool:
    """Tell whether a block is nothing but links into the page: a table of contents."""
    text = block.text
    for link in block.links:
        text = text.replace(link.text, "", 1) if link.url.startswith("#") else text
    return bool(block.links) and not any(character.isalnum() for character in text)


def _lines_of(document, introduction):
    return {
        line
        for sentence in sentences.of(document)
        if sentence.kind == "paragraph" and sentence.spelled in introduction.value and sentence.first >= introduction.line
        for line in sentence.lines
    }

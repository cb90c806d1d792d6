"""A project's words in Markdown that shows them as they were written, and back again: ``words(escaped(text)) == text``.

What Markdown would read as a mark is escaped by a backslash (CommonMark 0.31, section 2.4); what it would drop, such as
a blank at the end of a line, becomes a numeric character reference (section 2.5). Nothing else is touched, so that the
text stays pleasant to read and to edit. No model, no settings.
"""

import re

# Control characters and separators of lines: editors and parsers treat them as they like.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
URL = r"https?://[^\s<>|\\\x00-\x1f\x7f-\x9f\ufeff]*[^\s<>|\\\x00-\x1f\x7f-\x9f\ufeff.,:!?()\[\]'\"*_~]"
MARK = (
    r"[\\`*\[\]~$]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # within a word an underscore is no mark
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?[A-Za-z0-9]{1,40};)"
)
URL_OR_MARK = re.compile(f"(?P<url>{URL})|{MARK}")
REFERENCE = re.compile(r"&#?[A-Za-z0-9]{1,40};")
# What stands before a mark that counts at the beginning of a line: of headings, quotes, lists, underlines, tables.
BEFORE_OPENING = re.compile(r"[0-9]{1,9}(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|>|[+-](?:[\s:|-]|$)|=+\s*$|:-)")
# A heading drops numbers signs at its end.
CLOSING = re.compile(r"(?:(?<=\s)|^)(#*)#$")
WRITTEN = re.compile(r"\\([!-/:-@\[-`{-~])|&#([0-9]{1,7});|<(https?://[^\s<>]+)>")


def escaped(text: str) -> str:
    """Write a text as one line, or as an item of a list."""
    line = _inline(text)
    before = BEFORE_OPENING.match(line)
    return line if before is None else f"{before[0]}\\{line[before.end() :]}"


def heading(text: str) -> str:
    """Write a text as a heading."""
    return CLOSING.sub(r"\1\#", _inline(text))


def cell(text: str) -> str:
    """Write a text as a cell of a table, where a bar would begin the next one and a backslash could hide it."""
    return _inline(text).replace("\\\\", "&#92;").replace("|", "\\|")


def paragraphs(text: str) -> list[str]:
    """Write a text as lines: one line break is a hard one, two begin a paragraph; further ones are references."""
    lines, pieces = [""], re.split(r"(\n+)", text)
    for place, piece in enumerate(pieces):
        if not piece.startswith("\n"):
            lines[-1] += escaped(piece)
        elif not pieces[place - 1] or not pieces[place + 1]:
            lines[-1] += "&#10;" * len(piece)  # at either end
        elif len(piece) == 1:
            lines[-1] += "\\"
            lines.append("")
        else:
            lines[-1] += "&#10;" * (len(piece) - 2)
            lines += ["", ""]
    return lines


def words(written: str) -> str:
    """Read what ``escaped``, ``heading`` or ``cell`` wrote."""
    return WRITTEN.sub(_as_written, written)


def words_of(lines: list[str]) -> str:
    """Read what ``paragraphs`` wrote."""
    return "\n".join(words(line[:-1] if (len(line) - len(line.rstrip("\\"))) % 2 else line) for line in lines)


def _inline(text):
    text = CONTROL.sub(_reference, URL_OR_MARK.sub(_escape, text))
    if text[:1].isspace():
        text = _reference(text[0]) + text[1:]
    if text[-1:].isspace():
        text = text[:-1] + _reference(text[-1])
    return text


def _escape(found):
    """Escape a mark; an address that holds marks stays whole between angle brackets, unless references would be resolved there."""
    url = found["url"]
    if url is None:
        return f"\\{found[0]}"
    if not re.search(MARK, url):
        return url
    return re.sub(MARK, r"\\\g<0>", url) if REFERENCE.search(url) else f"<{url}>"


def _reference(character):
    return f"&#{ord(character[0])};"


def _as_written(found):
    if found[2] is None:
        return found[1] or found[3]
    number = int(found[2])
    # What is no character is one that stands for it (CommonMark, section 2.5).
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"

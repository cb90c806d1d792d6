"""A text as a Markdown quotation. Pure: it knows lines and fences, and no model.

Each line gets "> ". Lines of a code fence follow as they are, so that code comes out of a quotation byte for byte; elsewhere a
leading tab becomes the four spaces that it stands for, because behind "> " it would only reach the next stop of four.
"""

import re

# A fence opens behind up to three spaces, or in a quotation or list; backticks have none in the rest of their line.
OPENS = re.compile(r"[ >]*(?:(?:[-+*]|[0-9]{1,9}[.)])[ >]+)*(?:(`{3,})[^`]*|(~{3,}).*)")


def quotation(text: str) -> str:
    """Return ``text`` as a quotation, with room for an answer below it."""
    fence, lines = "", []
    for line in text.strip("\n").split("\n"):
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif opened := OPENS.fullmatch(line):
            fence = opened[1] or opened[2]
        elif line.startswith("\t"):
            line = "    " + line[1:]
        lines.append(f"> {line}" if line else ">")
    return "\n".join(lines) + "\n\n"


def behind(begun: str, text: str) -> str:
    """Return what somebody began to write with a quotation of ``text`` behind it, once."""
    quoted = quotation(text)
    if quoted.rstrip("\n") in begun:
        return begun
    return f"{begun.rstrip()}\n\n{quoted}" if begun.strip() else quoted


def _closes(line, fence):
    mark = line.strip(" >\t")
    return len(mark) >= len(fence) and not mark.strip(fence[0])

"""Texts on their way into sealed records: tidied, measured, rendered once, salted."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.lib import chain, render

MAX_KIB = render.MAX_TEXT_BYTES // 1024


class TextRefused(ValueError):
    """A text cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Answer:
    """One field of a report as filled in."""

    key: str
    label: str
    text: str


def check_size(*texts):
    """Refuse texts that are longer together than one report or message may be."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    if size > render.MAX_TEXT_BYTES:
        raise TextRefused(
            _("This is %(size)d KiB of text; at most %(max)d KiB fit. Shorten it, or send the rest in a second message.")
            % {"size": size // 1024 + 1, "max": MAX_KIB}
        )


def message(text: str, *, markup: str = "markdown") -> dict:
    """Return the content of a message or note: {text, html, salt}. Renders, so call it outside a transaction."""
    check_size(text)
    tidy = render.tidy(text)
    if not tidy.strip():
        raise TextRefused(_("There is nothing to send yet. Write your message first."))
    return {"text": tidy, "html": str(render.render(tidy, markup=markup)), "salt": chain.new_salt()}


def report(*, title: str, version: str, answers: list[Answer], markup: str, credit: str, reached: str = "") -> dict:
    """Return the content of a report, each answer rendered. Renders, so call it outside a transaction."""
    check_size(title, version, *(answer.text for answer in answers))
    rendered = []
    for answer in answers:
        text = render.tidy(answer.text)
        if text.strip():
            html = str(render.render(text, markup=markup))
            rendered.append({"key": answer.key, "label": answer.label, "text": text, "html": html})
    return {
        "title": " ".join(render.tidy(title).split()),
        "version": " ".join(render.tidy(version).split()),
        "answers": rendered,
        "markup": markup,
        "credit": credit,
        "reached": reached,
        "salt": chain.new_salt(),
    }

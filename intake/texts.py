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


def rendered(text: str, *, markup: str = "markdown") -> str:
    """Return the HTML of a text; refuse one that is costly while many others are."""
    try:
        return str(render.render(text, markup=markup))
    except render.Busy:
        raise TextRefused(_("The portal is busy with other long texts. Yours is still here: send it again in a moment.")) from None


def message(text: str, *, markup: str = "markdown") -> dict:
    """Return the content of a message or note: {text, html, salt}. Renders, so call it outside a transaction."""
    check_size(text)
    tidy = render.tidy(text)
    if not tidy.strip():
        raise TextRefused(_("There is nothing to send yet. Write your message first."))
    return {"text": tidy, "html": rendered(tidy, markup=markup), "salt": chain.new_salt()}


def report(*, title: str, version: str, answers: list[Answer], markup: str, credit: str, reached: str = "") -> dict:
    """Return the content of a report, each answer rendered. Renders, so call it outside a transaction."""
    check_size(title, version, *(answer.text for answer in answers))
    shown = []
    for answer in answers:
        text = render.tidy(answer.text)
        if text.strip():
            html = rendered(text, markup=markup)
            shown.append({"key": answer.key, "label": answer.label, "text": text, "html": html})
    return {
        "title": " ".join(render.tidy(title).split()),
        "version": " ".join(render.tidy(version).split()),
        "answers": shown,
        "markup": markup,
        "credit": credit,
        "reached": reached,
        "salt": chain.new_salt(),
    }


def words(content: dict) -> dict:
    """Return what somebody wrote, apart from how it is kept (salt, HTML): equal for a form that was sent twice."""
    written = {name: value for name, value in content.items() if name not in ("salt", "html", "answers")}
    return written | {"answers": [(answer["key"], answer["text"]) for answer in content.get("answers", ())]}

"""Texts on their way into sealed records: tidied, measured, rendered once, salted."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake import mentions
from portal import version_check
from portal.lib import chain, render
from portal.models import RequestedField

MAX_KIB = render.MAX_TEXT_BYTES // 1024
TO_OTHERS = gettext_lazy(
    "By now other reports are in this case than when you began to write, so your message was not sent: it would go to other people. "
    "Look at the case first, then send it again."
)


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


def rendered(text: str, *, markup: str = "markdown"):
    """Return the HTML of a text; refuse one that is costly while many others are."""
    try:
        return render.render(text, markup=markup)
    except render.Busy:
        raise TextRefused(_("The portal is busy with other long texts. Yours is still here: send it again in a moment.")) from None


def message(text: str, *, markup: str = "markdown", people=()) -> dict:
    """Return the content of a message or note: {text, html, salt}. Renders, so call it outside a transaction.

    ``people``: who can be named in it (``intake.mentions``); those who are stand in ``mentions``.
    """
    check_size(text)
    tidy = render.tidy(text)
    if not tidy.strip():
        raise TextRefused(_("There is nothing to send yet. Write your message first."))
    html, named = mentions.find(rendered(tidy, markup=markup), people)
    beside = {"mentions": named} if named else {}
    return {"text": tidy, "html": str(html), "salt": chain.new_salt(), **beside}


def report(
    *, title: str, version: str, answers: list[Answer], markup: str, credit: str, reached: str = "", declared: dict | None = None
) -> dict:
    """Return the content of a report, each answer rendered. Renders, so call it outside a transaction.

    ``declared`` is what was ticked and declared (``intake.declarations``); reports without any have no such key.
    """
    check_size(title, version, *(answer.text for answer in answers))
    shown = []
    for answer in answers:
        text = render.tidy(answer.text)
        if text.strip():
            html = str(rendered(text, markup=markup))
            shown.append({"key": answer.key, "label": answer.label, "text": text, "html": html})
    beside = {"declared": declared} if declared else {}
    return {
        "title": " ".join(render.tidy(title).split()),
        "version": " ".join(render.tidy(version).split()),
        "answers": shown,
        "markup": markup,
        "credit": credit,
        "reached": reached,
        "salt": chain.new_salt(),
        **beside,
    }


def answered(content: dict, policy, *, at) -> dict:
    """Return the content of a report with what the table of its policy said of its versions when it arrived."""
    asked_for = {field.key for field in policy.requested_fields.all() if field.kind == RequestedField.Kind.VERSION}
    versions = [content["version"], *(answer["text"] for answer in content["answers"] if answer["key"] in asked_for)]
    checked = version_check.check(policy, ",".join(versions), at=at)
    if not checked:
        return content
    table = [
        {
            "version": one.version,
            "component": one.component.name if one.component else "",
            "answer": str(one.answer.kind),
            "row": one.answer.row.text if one.answer.row else "",
        }
        for one in checked
    ]
    return {**content, "versions": table}


def words(content: dict) -> dict:
    """Return what somebody wrote, apart from how it is kept (salt, HTML, what the table said): equal for a form that was sent twice."""
    written = {name: value for name, value in content.items() if name not in ("salt", "html", "mentions", "files", "answers", "versions")}
    return written | {"answers": [(answer["key"], answer["text"]) for answer in content.get("answers", ())]}

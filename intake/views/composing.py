"""How a composer begins: with the draft of who writes, what it answers, and what it quotes."""

from intake import access, reading, unsent
from intake.views.messages import quote_into


def begin(request, form, report, thread, draft):
    """Begin a message to a report; return the message that it answers, or None. An address says more than a draft."""
    unsent.fill(form, draft)
    wanted = request.GET.get("answer", str(form.initial.get("parent") or ""))
    answering = reading.answering(thread, wanted) or _on_another_page(report, wanted)
    if not form.is_bound:
        form.initial["parent"] = answering.uuid if answering else None
    return quote_into(form, report, request.GET.get("quote", "")) or answering


def _on_another_page(report, wanted):
    row = access.wanted_message(report, wanted) if wanted else None
    if row is not None:
        row.name = row.author.shown_name
    return row

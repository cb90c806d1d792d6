"""What the tests of intake do again and again: plain functions."""

import re
from uuid import uuid4

from django.core import mail
from django.utils.timezone import now

from accounts import outbox
from intake import texts
from intake.models import Case
from portal import policies
from portal.keys import Keys

CANARY = "canary-7f3a"  # stands in titles, texts and notes, and must stand in no letter


def keyed(case):
    """The case read anew, with its keys and those of its reports, as the team's door gives it."""
    found = Case.objects.select_related("project").get(pk=case.pk)
    found.keys = Keys.to(internal=[found.pk], shared=found.reports.values_list("pk", flat=True))
    return found


def worded(text="We looked at it."):
    """A message with its form's id, as moves take it."""
    return {"message": texts.message(text), "client_id": uuid4()}


def promising(project, *levels, at=None, **facts):
    """A new version of a project's policy, in force, that promises an answer within 48 hours and these levels, and nothing else."""
    at = at or now()
    draft = policies.new_draft(project, by=None, at=at)
    for name, value in facts.items():
        setattr(draft, name, value)
    draft.save()
    draft.service_levels.all().delete()
    answer = {"milestone": "acknowledgement", "latest": 48, "unit": "hours"}
    for level in levels if any(one["milestone"] == "acknowledgement" for one in levels) else (answer, *levels):
        draft.service_levels.create(**level)
    return policies.publish(draft, by=None, at=at)


def clock(report, milestone, *, severity=""):
    """The newest deadline of a milestone, open or not."""
    return report.deadlines.filter(milestone=milestone, severity=severity).order_by("-ordinal").first()


def is_open(deadline):
    return deadline is not None and deadline.met_at is None and deadline.cancelled_at is None


def letters(at=None):
    """Send what is queued, and return all letters that left so far."""
    outbox.drain(at=at or now())
    return mail.outbox


def words_of(letter):
    """Everything a letter says, headers included."""
    return str(letter.message()) + letter.body + letter.subject + "".join(one.content for one in letter.alternatives)


def filled(**changes):
    """The report form of Mailat, filled in."""
    return {
        "title": "Stored XSS in the inbox preview",
        "version": "1.4.2",
        "answer_description": "Opening a crafted message runs script.",
        "answer_steps": "1. Send the message\n2. Open it",
        "answer_impact": "Everybody who opens mail.",
        "markup": "markdown",
        "credit": "Rita",
        "client_id": str(uuid4()),
        **changes,
    }


def said(text="Here is more.", **changes):
    """A message form, filled in."""
    return {"text": text, "client_id": str(uuid4()), **changes}


def field(page, name):
    """The value of an input on a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.content.decode())
    return found and found.group(1)

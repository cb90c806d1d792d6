"""Letters of intake: who is told of an event, and whether a letter is still wanted when it leaves.

A letter carries a reference and a link, never a title or a text.
"""

from django.core import signing
from django.urls import reverse

from accounts import outbox
from accounts.models import User
from intake.models import Case, Deadline, Participant, Report
from portal.models.policy import Milestone

CLAIM_SALT = "intake.claim"


def tell_team(event, letter, *, at, besides=None):
    """Tell the team of the case's project, but for the person who did it."""
    team = User.objects.filter(memberships__project_id=event.case.project_id, is_active=True)
    if besides is not None:
        team = team.exclude(pk=besides.pk)
    outbox.send(letter, cause=event.uuid, to=team, facts={"case": event.case.ref}, at=at)


def confirm_receipt(event, report, *, to, at):
    """Tell a reporter that the report arrived. Nobody else takes part in it yet."""
    outbox.send("report_received", cause=event.uuid, to=[to], facts={"report": report.ref}, at=at)


def tell_reporters(event, letter, *, report, at, besides=None):
    """Tell the reporter and the guests of a report, but for the person who did it."""
    people = User.objects.filter(
        participations__in=report.participants.filter(left_at=None).exclude(role=Participant.Role.TEAM), is_active=True
    )
    if besides is not None:
        people = people.exclude(pk=besides.pk)
    outbox.send(letter, cause=event.uuid, to=people, facts={"report": report.ref}, at=at)


def remind_team(event, deadline, *, at):
    """Remind the team of a deadline that is near or has passed."""
    team = User.objects.filter(memberships__project_id=event.case.project_id, is_active=True)
    letter = "deadline_passed" if deadline.due_at <= at else "deadline_near"
    outbox.send(letter, cause=event.uuid, to=team, facts={"case": event.case.ref, "deadline": str(deadline.uuid)}, at=at)


def offer_claim(event, participant, *, address, at):
    """Send the one-time link by which somebody whose report was recorded can take it over."""
    outbox.send("report_claim", cause=event.uuid, address=address, facts={"participant": str(participant.pk)}, at=at)


def claim_token(participant) -> str:
    """Return the signed part of a claim link; it is good while nobody has claimed the report."""
    return signing.TimestampSigner(salt=CLAIM_SALT).sign(participant.pk.hex)


def _for_team(delivery):
    case = Case.objects.visible_to(delivery.recipient).select_related("project").filter(ref=delivery.facts["case"]).first()
    if case is None:
        return None
    return {"ref": case.ref, "project": case.project.name, "path": case.get_absolute_url()}


def _for_reporter(delivery):
    report = Report.objects.visible_to(delivery.recipient).select_related("policy__project").filter(ref=delivery.facts["report"]).first()
    if report is None:
        return None
    return {"ref": report.ref, "project": report.policy.project.name, "path": report.get_absolute_url()}


def _for_deadline(delivery):
    context = _for_team(delivery)
    deadline = Deadline.objects.open().filter(uuid=delivery.facts["deadline"], paused_at=None).first()
    if context is None or deadline is None:
        return None
    return {**context, "milestone": Milestone(deadline.milestone).label, "due_at": deadline.due_at}


def _for_claim(delivery):
    participant = Participant.objects.select_related("report__policy__project").filter(pk=delivery.facts["participant"], user=None).first()
    if participant is None:
        return None
    report = participant.report
    return {"ref": report.ref, "project": report.policy.project.name, "path": reverse("claim", args=[claim_token(participant)])}


for _letter in ("report_arrived", "reporter_replied"):
    outbox.letter(_letter)(_for_team)
for _letter in ("report_received", "team_replied", "case_moved", "advisory_published"):
    outbox.letter(_letter)(_for_reporter)
for _letter in ("deadline_near", "deadline_passed"):
    outbox.letter(_letter)(_for_deadline)
outbox.letter("report_claim")(_for_claim)

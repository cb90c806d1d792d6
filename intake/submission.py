"""How a report arrives: by its reporter, or recorded by the team with the time at which it really came."""

from datetime import UTC
from uuid import UUID, uuid4

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from intake import assignment, attachments, clocks, drafts, events, notifications, texts
from intake.models import Case, Participant, Report
from intake.models.event import Kind
from intake.models.report import Channel
from portal import keys, pauses, policies
from portal.keys import Keys, Purpose
from portal.lib import chain, refs
from portal.lib.render import RENDERER
from portal.models import Project

CLAIM_DAYS = 30


class NotPossible(Exception):
    """A submission that cannot be taken; the message is a sentence for the person."""


class Paused(NotPossible):
    """The project takes no reports for a while, but critical ones where ``pause.critical_ok``."""

    def __init__(self, pause):
        self.pause = pause
        sentence = _("This project takes no reports now, so yours was not sent. Keep your text: it is still below.")
        if pause.critical_ok:
            sentence = _("This project takes critical reports only now. If yours is one, say why it cannot wait, and send it again.")
        super().__init__(sentence)


def submit(policy, *, content: dict, client_id: UUID, by, at) -> Report:
    """Take a reporter's report under the policy in force, as the door gave it. A second press returns the first report.

    In a pause of the project only what its reporter calls critical is taken, and only where the pause says so.
    """
    content = texts.answered(content, policy, at=at)
    return _once(policy.project, content, by=by, client_id=client_id, take=lambda: _submit(policy, content, client_id, by, at))


def record(project, *, content: dict, channel: Channel, received_at, client_id: UUID, address="", by, at) -> Report:
    """Record a report that reached the team elsewhere; its clocks run from when it came. Its reporter can claim it."""
    if received_at > at:
        raise NotPossible(_("A report cannot arrive in the future. Give the time at which it reached the team."))
    policy = policies.in_force(project, received_at) or policies.in_force(project, at)
    if policy is None:
        raise NotPossible(_("This project has no policy in force yet, so it cannot take reports here."))
    content = texts.answered(content, policy, at=received_at)
    return _once(
        project,
        content,
        by=by,
        client_id=client_id,
        take=lambda: _record(policy, content, channel, received_at, client_id, address, by, at),
    )


def unclaimed(token: str) -> Participant | None:
    """Return the reporter's place that a claim link names, while nobody has taken it."""
    try:
        place = UUID(signing.TimestampSigner(salt=notifications.CLAIM_SALT).unsign(token, max_age=CLAIM_DAYS * 24 * 60 * 60))
    except (signing.BadSignature, ValueError):
        return None
    return Participant.objects.select_related("report__policy__project", "report__case").filter(pk=place, claimable=True).first()


@transaction.atomic
def claim(participant, *, by, at) -> Report:
    """Give a recorded report to the person who opened its one-time link."""
    report = participant.report
    events.hold_report(report)
    if report.case.project.memberships.filter(user=by).exists():
        raise NotPossible(_("You are on the team of this project, so you cannot claim its reports. Pass the link to the reporter."))
    # Also as somebody who once was on the team: a person has one place in a report.
    if report.participants.filter(user=by).exists():
        raise NotPossible(_("You already take part in this report."))
    if not Participant.objects.filter(pk=participant.pk, claimable=True).update(user=by, claimable=False):
        raise NotPossible(_("This report has been claimed already. If that was not you, write to the project."))
    participant.refresh_from_db()
    events.record(report.case, Kind.REPORT_CLAIMED, by=participant, at=at, report=report)
    return report


def _once(project, content, *, by, client_id, take):
    """Run ``take`` unless this form was taken before; of two at the same moment one finds the other's report."""
    try:
        with transaction.atomic():
            return take()
    except IntegrityError:
        found = Report.objects.filter(submitted_by=by, client_id=client_id).select_related("policy").first()
        if found is None:
            raise
    if found.policy.project_id != project.pk:
        raise NotPossible(_("This form was sent to another project already. Open a new one and copy your text into it."))
    if texts.words(Keys.to(shared=[found.uuid]).open(found)) != texts.words(content):
        raise NotPossible(
            _("This form was sent already, as %(ref)s, and stays as it was sent. Copy what you changed, and send it there as a message.")
            % {"ref": found.ref}
        )
    return found


def _submit(policy, content, client_id, by, at):
    report = _new_report(policy, content=content, channel=Channel.PORTAL, received_at=at, client_id=client_id, by=by, at=at)
    # Only now: the project is held, so that nobody plans a pause meanwhile, and one that was sent before has been found.
    _not_in_a_pause(policy.project, content, at)
    reporter = Participant.objects.create(report=report, user=by, role=Participant.Role.REPORTER, joined_at=at)
    event = _arrived(report, Kind.REPORT_RECEIVED, by=reporter, at=at)
    notifications.confirm_receipt(event, report, to=by, at=at)
    notifications.tell_team(event, "report_arrived", at=at, besides=by)
    return report


def _not_in_a_pause(project, content, at):
    pause = pauses.running(project, at)
    if pause is not None and not (pause.critical_ok and content.get("declared", {}).get("critical")):
        raise Paused(pause)


def _record(policy, content, channel, received_at, client_id, address, by, at):
    report = _new_report(policy, content=content, channel=channel, received_at=received_at, client_id=client_id, by=by, at=at)
    reporter = Participant.objects.create(report=report, role=Participant.Role.REPORTER, claimable=True, joined_at=at)
    recorder = Participant.objects.create(report=report, user=by, role=Participant.Role.TEAM, joined_at=at)
    came = {"channel": str(channel), "received_at": received_at.astimezone(UTC).isoformat()}
    event = _arrived(report, Kind.REPORT_RECORDED, by=recorder, at=at, **came)
    notifications.tell_team(event, "report_arrived", at=at, besides=by)
    if address:
        notifications.offer_claim(event, reporter, address=address, at=at)
    return report


def _arrived(report, kind, *, by, at, **came):
    """Record the first event of a report and of its case; it commits to what was sent."""
    said = {"record": report.pk, "commitment": report.commitment, "ref": report.ref, "policy": report.policy.number}
    return events.record(report.case, kind, by=by, at=at, report=report, first=True, **said, **came)


def _new_report(policy, *, content, channel, received_at, client_id, by, at):
    project = policy.project
    promised = clocks.promised_on_arrival(policy, received_at=received_at, at=at)
    case = _next_case(project, at=at)
    if promised:
        case.next_due_at, case.next_milestone = clocks.first_of(promised)
    draft = drafts.to_become(by, client_id=client_id, project=project) if channel == Channel.PORTAL else None
    content = attachments.named_in(content, draft)
    report = Report(
        uuid=draft.pk if draft else uuid4(),  # and so its key is the one that the draft's files are sealed with
        ref=_free_ref(project),
        case=case,
        policy=policy,
        channel=channel,
        received_at=received_at,
        recorded_at=at,
        submitted_by=by,
        client_id=client_id,
        commitment=chain.commitment(content),
        renderer=RENDERER,
    )
    opened = keys.create((case.uuid, Purpose.INTERNAL), *(() if draft else [(report.uuid, Purpose.SHARED)]))
    opened.seal(case, {"title": content["title"], "salt": chain.new_salt()})
    (draft.keys if draft else opened).seal(report, content)
    case.save(force_insert=True)
    report.save(force_insert=True)
    if draft:
        attachments.send(draft, report=report)
        draft.delete()
    clocks.start(report, promised)
    return report


def _next_case(project, *, at) -> Case:
    """Return an unsaved case with the next number of the year, which is ours until the transaction ends."""
    held = Project.objects.select_for_update(no_key=True).only("pk", "assign_after_hours").get(pk=project.pk)
    number = (Case.objects.filter(project=project, year=at.year).aggregate(last=Max("number"))["last"] or 0) + 1
    ref, assign_at = refs.case_ref(project.ref_prefix, at.year, number), assignment.planned(held, at=at)
    return Case(ref=ref, project=project, year=at.year, number=number, opened_at=at, assign_at=assign_at)


def _free_ref(project):
    while True:
        ref = refs.report_ref(project.ref_prefix)
        if not Report.objects.filter(ref=ref).exists():
            return ref

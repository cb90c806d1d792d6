"""Whom a step of the ladder reaches, and the letters of it. They carry a reference; a link only for who may open the case."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.models import Kind, User
from intake.models import Case, Deadline
from portal import absences, policies, teams
from portal.lib import times
from portal.models import Audience, Contact
from portal.models.policy import Milestone


def tell(event, deadline, audience, *, at):
    """Tell everybody whom these audiences reach, each once.

    Nobody is left out because a place is empty: a case without an assignee, or with one who is away, is the team's, and where the
    policy names nobody else to write to, the owners are told.
    """
    case, audience = event.case, set(audience)
    addresses = _fallback_addresses(case.project, at=at) if Audience.FALLBACK in audience else ()
    if Audience.FALLBACK in audience and not addresses:
        audience.add(Audience.OWNERS)
    team, owners = case.team().filter(is_active=True), _owners(case, audience)
    told = _of_team(case, team, owners, audience, at=at)
    passed = deadline.due_at <= at
    # By then at the latest, whatever somebody chose of digests and quiet hours.
    when = {"at": at, "not_after": at if passed else deadline.due_at}
    facts = {"case": case.ref, "deadline": str(deadline.uuid)}
    outbox.send("deadline_passed" if passed else "deadline_near", cause=event.uuid, to=told, facts=facts, **when)
    outbox.send("deadline_owners", cause=event.uuid, to=[one for one in owners if one not in told], facts=facts, **when)
    if Audience.ADMINISTRATORS in audience:
        administrators = User.objects.filter(is_staff=True, is_active=True)
        outbox.send("deadline_administrators", cause=event.uuid, to=administrators, facts=facts, at=at)
    for address in addresses:
        named = {"report": deadline.report.ref, "deadline": str(deadline.uuid)}
        outbox.send("deadline_fallback", cause=event.uuid, address=address, facts=named, at=at)


def looks_after(case, *, at) -> User | None:
    """Return the assignee of a case who may open it and is not away; None for nobody."""
    if case.assignee_id is None:
        return None
    found = case.team().filter(pk=case.assignee_id, is_active=True).first()
    return None if found is None or absences.until_of([found], at=at) else found


def _owners(case, audience):
    return list(teams.owners(case.project)) if Audience.OWNERS in audience else []


def _of_team(case, team, owners, audience, *, at):
    """Return those of these audiences who may open the case."""
    assignee = looks_after(case, at=at) if Audience.ASSIGNEE in audience else None
    if Audience.TEAM in audience or Audience.ASSIGNEE in audience and assignee is None:
        return list(team)
    found = list(team.filter(pk__in=[one.pk for one in owners])) if owners else []
    return found if assignee is None or assignee in found else [assignee, *found]


def _fallback_addresses(project, *, at) -> list[str]:
    """Return the mail addresses that the policy in force names for when no answer came."""
    policy = policies.in_force(project, at)
    contacts = policy.contacts.filter(purpose=Contact.Purpose.FALLBACK, uri__startswith="mailto:") if policy else ()
    found = [unquote(one).strip() for contact in contacts for one in urlsplit(contact.uri).path.split(",")]
    return [address for address in dict.fromkeys(found) if _is_address(address)]


def _is_address(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _for_team(delivery):
    case = Case.objects.visible_to(delivery.recipient).select_related("project").filter(ref=delivery.facts["case"]).first()
    return _of(delivery, case, path=case.get_absolute_url() if case else "")


def _for_owners(delivery):
    """For an owner whom a restricted case does not name: that it waits, and nothing else."""
    case = Case.objects.select_related("project").filter(ref=delivery.facts["case"]).first()
    mine = case is not None and teams.owners(case.project).filter(pk=delivery.recipient_id).exists()
    return _of(delivery, case if mine else None, path=reverse("restricted_cases", args=[case.project.slug]) if mine else "")


def _for_administrators(delivery):
    case = Case.objects.select_related("project").filter(ref=delivery.facts["case"]).first()
    context = _of(delivery, case if delivery.recipient.is_staff else None)
    return context and {**context, "owners": [f"{one.shown_name} <{one.email}>" for one in teams.owners(case.project).order_by("pk")]}


def _for_fallback(delivery):
    deadline = _open(delivery.facts["deadline"])
    if deadline is None:
        return None
    report = deadline.report
    waits = times.span((delivery.made_at - report.received_at).total_seconds())
    return {**_said_of(deadline), "ref": report.ref, "project": report.case.project.name, "waits": waits}


def _of(delivery, case, **more):
    deadline = _open(delivery.facts["deadline"])
    if case is None or deadline is None:
        return None
    return {**_said_of(deadline), "ref": case.ref, "project": case.project.name, **more}


def _open(uuid):
    """Return a deadline that is open still and whose clock runs: nobody is reminded of another one."""
    return Deadline.objects.open().filter(uuid=uuid, paused_at=None).select_related("report__case__project").first()


def _said_of(deadline):
    return {"milestone": Milestone(deadline.milestone).label, "due_at": deadline.due_at}


SAYS = {
    "deadline_near": _("A promise is due soon"),
    "deadline_passed": _("A promise was missed"),
    "deadline_owners": _("A promise in a restricted case is not met yet"),
    "deadline_administrators": _("A project has not met a promise"),
}

for _letter in ("deadline_near", "deadline_passed"):
    outbox.letter(_letter, kind=Kind.DEADLINES, says=SAYS[_letter])(_for_team)
outbox.letter("deadline_owners", kind=Kind.DEADLINES, says=SAYS["deadline_owners"])(_for_owners)
outbox.letter("deadline_administrators", kind=Kind.RECORDS, says=SAYS["deadline_administrators"])(_for_administrators)
outbox.letter("deadline_fallback", kind=Kind.RECORDS)(_for_fallback)

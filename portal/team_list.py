"""What the pages of a team show of it: members with what counts of them, open invitations, and what hangs on a member."""

from dataclasses import dataclass

from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django_otp_webauthn.models import WebAuthnCredential

from accounts.models import Session, TotpDevice
from portal import absences
from portal.models import ApiToken

SHOWN = 10


@dataclass(frozen=True)
class Touched:
    """What a change to a member touches: open cases that they take part in (how many, and the first), and live tokens."""

    number_of_cases: int
    cases: list
    number_of_tokens: int


def members(project, *, at):
    """Members in the order in which they came, each with ``has_factor`` and ``active_at`` (the last that is known)."""
    seen = Session.objects.filter(user=OuterRef("user"), expire_date__gt=at).order_by().values("user").annotate(last=Max("seen_at"))
    last = Subquery(seen.values("last"), output_field=DateTimeField())
    rows = project.memberships.select_related("user").annotate(
        has_factor=Exists(_in_use(TotpDevice)) | Exists(_in_use(WebAuthnCredential)),
        # GREATEST of something and NULL is NULL on SQLite, and the something on PostgreSQL.
        active_at=Coalesce(Greatest(last, "user__last_login"), last, "user__last_login"),
    )
    return rows.order_by("since", "pk")


def say_who_is_away(members, *, at) -> None:
    """Set on each member until when they are away; None for who is here."""
    members = list(members)
    away = absences.until_of([member.user for member in members], at=at)
    for member in members:
        member.away_until = away.get(member.user_id)


def invitations(project, *, at):
    """Open invitations, newest first. There are at most as many as a project may send within the time that they live."""
    return project.invitations.filter(used_at=None, expires_at__gt=at).order_by("-made_at")


def touched(membership, *, at, viewer) -> Touched:
    """Return what hangs on a member of a team, of cases those that the viewer may open."""
    person = membership.user
    took_part = Q(participants__user=person, participants__role="team")
    took_part |= Q(reports__participants__user=person, reports__participants__role="team")
    cases = membership.project.cases.visible_to(viewer).filter(took_part, closed_at=None).distinct()
    living = ApiToken.objects.alive(at).filter(user=person, project=membership.project)
    return Touched(cases.count(), list(cases.only("ref").order_by("ref")[:SHOWN]), living.count())


def _in_use(kind):
    return kind.objects.filter(user=OuterRef("user"), confirmed=True)

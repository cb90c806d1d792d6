"""Letters about teams and tokens. Imported when the app is ready, so that the outbox knows them."""

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import Kind, User
from portal import teams
from portal.models import ApiToken, Invitation, Project, Webhook
from portal.models.team import Role


@outbox.letter("team_invitation", kind=Kind.INVITATIONS, to_unverified=True)
def team_invitation(delivery):
    """Make up the letter to somebody who is asked to join a team; none once the invitation is used, replaced or expired."""
    found = (
        Invitation.objects.select_related("project").filter(uuid=delivery.facts["invitation"], used_at=None, expires_at__gt=now()).first()
    )
    if found is None:
        return None
    return {
        "project": found.project,
        "role": found.get_role_display(),
        "link": settings.PUBLIC_URL + teams.invitation_path(found),
        "expires_at": found.expires_at,
    }


@outbox.letter("team_standing")
def team_standing(delivery):
    """Tell somebody of their role, or that they are on a team no more; none when it is otherwise again."""
    facts, project = delivery.facts, _project(delivery)
    if project is None:
        return None
    membership = project.memberships.filter(user=delivery.recipient).first()
    if (membership.role if membership else "") != facts["role"]:
        return None
    role = membership.get_role_display() if membership else ""
    return {"project": project, "role": role, "link": settings.PUBLIC_URL + reverse("team" if role else "policy", args=[project.slug])}


@outbox.letter("team_changed")
def team_changed(delivery):
    """Tell an owner who came, left or has another role, and by whom; none for who is no owner any more."""
    facts, project = delivery.facts, _project(delivery)
    if project is None or not teams.owners(project).filter(pk=delivery.recipient.pk).exists():
        return None
    people = {str(one.uuid): one for one in User.objects.filter(uuid__in=[facts[name] for name in ("person", "by") if facts[name]])}
    by = people.get(facts["by"])
    return {
        "project": project,
        "what": facts["what"],
        "person": _named(people.get(facts["person"])),
        "by": _named(by),
        # Somebody of the portal who acts on a team that is not theirs: they see no case by it, and the owners are to know.
        "by_administrator": by is not None and by.is_staff and not project.memberships.filter(user=by, role=Role.OWNER).exists(),
        "role": Role(facts["role"]).label if facts["role"] else "",
        "link": settings.PUBLIC_URL + reverse("team", args=[project.slug]),
    }


@outbox.letter("token_expires")
def token_expires(delivery):
    """Tell somebody that a token of theirs ends soon; none for one that is worth nothing any more."""
    rows = ApiToken.objects.alive(now()).select_related("project")
    token = rows.filter(uuid=delivery.facts["token"], project__memberships__user=delivery.recipient).first()
    if token is None:
        return None
    link = settings.PUBLIC_URL + reverse("tokens", args=[token.project.slug])
    return {"token": token, "project": token.project, "expires_at": token.expires_at, "link": link}


@outbox.letter("webhook_off")
def webhook_off(delivery):
    """Tell an owner that a webhook was switched off; none when it is on again, removed, or the person is no owner any more."""
    facts = delivery.facts
    hook = Webhook.objects.select_related("project").filter(uuid=facts["webhook"], off_at__isnull=False).first()
    if hook is None or not teams.owners(hook.project).filter(pk=delivery.recipient.pk).exists():
        return None
    link = settings.PUBLIC_URL + reverse("webhook", args=[hook.project.slug, hook.uuid])
    return {"hook_name": hook.name, "project": hook.project, "because": facts["because"], "link": link}


def _project(delivery):
    return Project.objects.filter(uuid=delivery.facts["project"]).first()


def _named(person):
    return _("somebody whose account is closed") if person is None else f"{person.shown_name} ({person.email})"

"""How long a project keeps the content of closed cases: decided by its owners. The cases follow by themselves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from portal.models import Project

LEAST, MOST = 1, 240  # months


class CannotKeep(ValidationError):
    """A length that cannot be; the message says what can."""


@transaction.atomic
def set_months(project, *, months: int | None, by, at) -> bool:
    """Keep the content of closed cases for so many months, or (None) until somebody erases it; say whether that is new."""
    if months is not None and not LEAST <= months <= MOST:
        raise CannotKeep({"months": _("Give a number of months from %(least)d to %(most)d, or none.") % {"least": LEAST, "most": MOST}})
    held = Project.objects.select_for_update(no_key=True).only("pk", "retention_months").get(pk=project.pk)
    before, project.retention_months = held.retention_months, months
    if before == months:
        return False
    Project.objects.filter(pk=project.pk).update(retention_months=months)
    audit.record("project.retention_set", by=by, at=at, project=project.uuid, months=months, before=before)
    return True


def touched(project) -> int:
    """Count the closed cases whose date a change would move: those that are not erased, not held, and not planned otherwise."""
    closed = project.cases.filter(closed_at__isnull=False, erased_at=None, held_at=None)
    return closed.filter(erase_because__in=("", "retained")).count()

"""Verbs of planned pauses: a time in which a project takes no reports, but critical ones where it says so."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from accounts import audit
from portal.models import Project, ProjectPause

LONGEST = timedelta(days=366)
AHEAD = timedelta(days=2 * 366)  # when a pause can begin at the latest
MESSAGE_LENGTH = ProjectPause._meta.get_field("message").max_length


class CannotPause(ValidationError):
    """A pause that cannot be as asked; ``messages`` say why and what to do."""


def running(project, at: datetime) -> ProjectPause | None:
    """Return the pause in which a project is, or None."""
    return _strictest_first(project.pauses.running(at)).first()


def annotated(rows, at: datetime, *, project="project"):
    """Tell of each row of a query which pause of its project runs (``pause_id``), and whether any is ahead (``pauses_ahead``)."""
    of_project = ProjectPause.objects.filter(project=OuterRef(project))
    running_now = _strictest_first(of_project.running(at)).values("pk")[:1]
    return rows.annotate(pause_id=Subquery(running_now), pauses_ahead=Exists(of_project.ahead(at)))


@transaction.atomic
def plan(project, *, starts_at, ends_at, message: str, critical_ok: bool, by, at) -> ProjectPause:
    """Plan a pause. One that should have begun already begins now."""
    _hold(project)
    pause = ProjectPause(project=project, starts_at=max(starts_at, at), ends_at=ends_at, message=message.strip(), critical_ok=critical_ok)
    _check(pause, at)
    pause.save(force_insert=True)
    _tell(pause, "pause.planned", by, at)
    return pause


@transaction.atomic
def change(pause, *, starts_at, ends_at, message: str, critical_ok: bool, by, at) -> ProjectPause:
    """Change a pause that is not over. One that runs keeps its beginning."""
    pause = _open(pause, at)
    if pause.starts_at > at:
        pause.starts_at = max(starts_at, at)
    pause.ends_at, pause.message, pause.critical_ok = ends_at, message.strip(), critical_ok
    _check(pause, at)
    pause.save(force_update=True)
    _tell(pause, "pause.changed", by, at)
    return pause


@transaction.atomic
def cancel(pause, *, by, at) -> None:
    """Take back a pause that has not begun; end one that runs. From here on the project takes reports again."""
    pause = _open(pause, at)
    if pause.starts_at < at:
        pause.ends_at = at
        pause.save(force_update=True, update_fields=["ends_at"])
    else:
        ProjectPause.objects.filter(pk=pause.pk).delete()
    _tell(pause, "pause.cancelled", by, at)


def _hold(project):
    """Let nobody else plan pauses of this project until the transaction ends, so that no two overlap."""
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)


def _open(pause, at):
    """Return a pause as it is now, held; refuse one that is over or was taken back."""
    _hold(pause.project)
    found = ProjectPause.objects.select_related("project").filter(pk=pause.pk).first()
    if found is None:
        raise CannotPause(_("Somebody took this pause back meanwhile. Plan a new one."))
    if found.ends_at <= at:
        raise CannotPause(_("This pause is over and stays as it was. Plan a new one."))
    return found


def _check(pause, at):
    if not pause.message:
        raise CannotPause({"message": _("Say in a sentence or two why reports wait and when you are back. Reporters read it.")})
    if len(pause.message) > MESSAGE_LENGTH:
        raise CannotPause({"message": _("At most %(max)d characters fit. Shorten it.") % {"max": MESSAGE_LENGTH}})
    if pause.ends_at <= max(pause.starts_at, at):
        raise CannotPause({"ends_at": _("The pause must end after it begins, and in the future.")})
    if pause.starts_at > at + AHEAD:
        raise CannotPause({"starts_at": _("A pause begins within the next two years. Check the date.")})
    if pause.ends_at - pause.starts_at > LONGEST:
        raise CannotPause({"ends_at": _("A pause lasts a year at most. Check the date.")})
    others = pause.project.pauses.filter(starts_at__lt=pause.ends_at, ends_at__gt=pause.starts_at).exclude(pk=pause.pk)
    if others.exists():
        raise CannotPause({"starts_at": _("Another pause is planned in this time. Change that one, or choose a time that it leaves free.")})


def _tell(pause, kind, by, at):
    """Record it, and let the public pages that show the pause be made anew."""
    Project.objects.filter(pk=pause.project_id).update(changed_at=at)
    span = {"starts_at": pause.starts_at.isoformat(), "ends_at": pause.ends_at.isoformat(), "critical_ok": pause.critical_ok}
    audit.record(kind, by=by, at=at, project=pause.project.uuid, **span)


def _strictest_first(pauses):
    # The verbs let no two pauses overlap; of rows made otherwise, the one that takes no report decides.
    return pauses.order_by("critical_ok", "-ends_at", "pk")

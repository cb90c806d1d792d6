"""Who has a part in some reports, or had one, and how far each has read: one query for all that a page says of people.

Of these rows are made the people of a page (``people``), whom one can name (``mentions``), who has seen what (``seen``), and the
authors of what was written (``reading``).
"""

from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from intake.models import Message, Participant
from portal.models import Membership

NEVER = datetime.min.replace(tzinfo=UTC)


def of(reports, *, project, viewer, case=None) -> list[Participant]:
    """Return the parts in reports from a door, and those in the notes of ``case``, of who has left too; one query for all.

    Each has ``on_team`` (now), ``read_until`` and ``read_at``, and ``under``: the last message of others that they have read.
    Set on each report how far the viewer has read it, and when what is new to them begins (None: nothing is).
    """
    messages = Message.objects.filter(report=OuterRef("report")).exclude(author=OuterRef("pk"))
    since = min((report.viewer_sees_from for report in reports if getattr(report, "viewer_sees_from", None)), default=NEVER)
    # A guest without history learns of nothing older.
    read = messages.filter(at__lte=OuterRef("seen_marks__read_until"), at__gte=since).order_by("-at", "-uuid")
    new = messages.filter(at__gt=Coalesce(OuterRef("seen_marks__read_until"), NEVER), retracted_at=None).order_by("at")
    which = Q(report__in=reports) | Q(case=case) if case else Q(report__in=reports)
    rows = (
        Participant.objects.filter(which)
        .select_related("user")
        .annotate(
            on_team=Exists(Membership.objects.filter(project=project, user=OuterRef("user"))),
            seen_at=F("seen_marks__at"),
            read_until=F("seen_marks__read_until"),
            read_at=F("seen_marks__read_at"),
            under=Subquery(read.values("uuid")[:1]),
            first_new_at=Subquery(new.values("at")[:1]),
        )
    )
    found = list(rows)
    own = {row.report_id: row for row in found if row.user_id == viewer.pk}
    for report in reports:
        _set_on(report, own.get(report.pk))
    return found


def _set_on(report, own):
    report.seen_by_viewer = own is not None and own.seen_at is not None
    report.read_until = own and own.read_until
    report.first_new_at = own.first_new_at if own else NEVER

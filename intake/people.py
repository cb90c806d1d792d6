"""Who takes part in a report, as its people see it: the reporter, the guests, and who of the team has read or written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from intake.models import Participant

ORDER = {Participant.Role.REPORTER: 0, Participant.Role.COLLABORATOR: 1, Participant.Role.TEAM: 2}


@dataclass(frozen=True)
class Person:
    """One who takes part. ``sees_from`` is set for a guest who reads what was said since then; ``mine``: the viewer.

    ``links``: pages that a reporter or a guest gave about themselves; ``bounces_since``: letters to them come back. For the team only.
    """

    uuid: UUID
    name: str
    role: str
    since: datetime
    guest: bool = False
    sees_from: datetime | None = None
    mine: bool = False
    links: tuple = ()
    bounces_since: datetime | None = None


def of(reports, parts, *, viewer) -> dict[UUID, list[Person]]:
    """Return the people of each report, from ``parts.of``: reporter, guests, team, each in the order in which they came."""
    found = {report.pk: [] for report in reports}
    here = [row for row in parts if row.report_id and not row.left_at]
    for row in sorted(here, key=lambda row: (ORDER[row.role], row.joined_at)):
        if row.user_id or row.role == Participant.Role.REPORTER:
            found[row.report_id].append(_person(row, viewer))
    return found


def _person(row, viewer):
    outsider = row.user_id and row.role != Participant.Role.TEAM
    return Person(
        uuid=row.pk,
        name=row.shown_name if row.user_id or not row.claimable else _("nobody has claimed it yet"),
        role=str(Participant.Role(row.role).label),
        since=row.joined_at,
        guest=row.role == Participant.Role.COLLABORATOR,
        sees_from=row.sees_from,
        mine=row.user_id == viewer.pk,
        links=tuple(row.user.links) if outsider else (),
        bounces_since=row.user.bounces_since if outsider else None,
    )

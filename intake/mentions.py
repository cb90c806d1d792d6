"""Who can be named in a text, by which handle, and whom a text names.

The team can name whoever takes part. Reporters and guests know of the team only who has opened or answered their report,
and see no other name here. A handle is made of the shown name, for one page: it is no account name.
"""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from intake.models import Participant
from portal.lib import render
from portal.lib.render import plain_handle

LONGEST = 40
NOT_IN_HANDLES = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Named:
    """Somebody who can be named: "@handle"."""

    handle: str
    user: int
    name: str
    role: str
    uuid: UUID | None = None


def known_to(taking_part, *, viewer) -> list[Named]:
    """Whom the reporter or a guest of a report can name, of those who take part in it (``parts.of``)."""
    known = [row for row in _here(taking_part) if row.on_team or row.role != Participant.Role.TEAM]
    return _with_handles([(row.user, row.get_role_display()) for row in known], viewer)


def known_to_team(case, taking_part, *, viewer) -> tuple[list[Named], dict]:
    """Whom the team can name: in its notes, and {report UUID: …} in the conversation of each report; one query besides ``parts.of``."""
    role = Participant.Role.TEAM.label
    team = [(user, role) for user in case.team().filter(is_active=True).order_by("memberships__pk")]
    known = {user.pk for user, _role in team}
    of_report = {report.pk: [] for report in case.opened_reports}
    for row in _here(taking_part):
        if row.role != Participant.Role.TEAM and row.user_id not in known:
            of_report[row.report_id].append((row.user, row.get_role_display()))
    return _with_handles(team, viewer), {report: _with_handles(people + team, viewer) for report, people in of_report.items()}


def find(html, people: list[Named]):
    """Return rendered HTML in which mentions stand out, and whom it names, as a content keeps them."""
    by_handle = {one.handle: one for one in people}
    marked, found = render.with_mentions(html, by_handle)
    return marked, [{"user": by_handle[one].user, "name": by_handle[one].name, "handle": one} for one in found]


def handle_of(name: str) -> str:
    """Return what a name becomes behind the @: its letters and digits, and a dash for all between."""
    letters = "".join(one for one in plain_handle(name) if not unicodedata.category(one).startswith("M"))
    return NOT_IN_HANDLES.sub("-", letters)[:LONGEST].strip("-") or "person"


def _with_handles(people, viewer):
    """Give each a handle of their own: the second Alice is alice-2. Nobody is offered themselves."""
    taken, named = set(), []
    for user, role in people:
        first = handle = handle_of(user.shown_name)
        number = 1
        while handle in taken:
            number += 1
            handle = f"{first}-{number}"
        taken.add(handle)
        named.append(Named(handle, user.pk, user.shown_name, str(role), user.uuid))
    return [one for one in named if one.user != viewer.pk]


def _here(taking_part):
    rows = (row for row in taking_part if row.report_id and row.user and row.user.is_active and not row.left_at)
    return sorted(rows, key=_place)


def _place(row):
    return list(Participant.Role).index(row.role), row.joined_at, row.pk

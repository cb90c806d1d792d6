"""How often somebody reports and writes: a flood is slowed down, and a person with a report always gets through.

A project that gets many reports asks new accounts for a proof of work; who has been here for a while is not asked. What is
refused is kept as a draft, with the moment from which it can be sent.
"""

from datetime import timedelta

from intake.models import Report
from portal.lib import limits, proof_of_work

PURPOSE = "report"
NEW = timedelta(days=7)


def asked_of(user, project, *, at, form) -> proof_of_work.Asked | None:
    """Return what this person is asked for before they report to this project, or None; ``form`` is what they sent."""
    if not _is_new(user, at=at) or not limits.exceeded("report.project", str(project.uuid)):
        return None
    return proof_of_work.ask(PURPOSE, str(user.uuid), ticket=form.get("ticket", ""))


def count_report(user, project, *, client_id, form, at) -> None:
    """Count a report before it is rendered; raise TooMany or NotDone. One that was taken already counts no more."""
    if Report.objects.filter(submitted_by=user, client_id=client_id).exists():
        return
    person, new = str(user.uuid), _is_new(user, at=at)
    spent = [("report.account", person), *([("report.account.new", person)] if new else [])]
    done = []
    try:
        for one in spent:
            limits.spend(*one)
            done.append(one)
        _count_for_project(project, person, new, form)
    except (limits.TooMany, proof_of_work.NotDone):
        for one in done:
            limits.give_back(*one)
        raise


def count_message(user, scope) -> None:
    """Count a message of this person to a report, or a note of theirs on a case (``scope``); raise TooMany."""
    limits.spend("message", str(user.uuid), str(scope.uuid))
    limits.spend("render", str(user.uuid))


def _count_for_project(project, person, new, form):
    try:
        limits.spend("report.project", str(project.uuid))
    except limits.TooMany:
        if new:
            proof_of_work.check(form, PURPOSE, person, waiting=("report.waiting", person))


def _is_new(user, *, at):
    return at - user.date_joined < NEW

"""A whole story of two reports, for what looks at everything that is stored of a case."""

from datetime import timedelta
from uuid import uuid4

from django.utils.timezone import now

from intake import assignment, closure, conversation, events, remediation, revising, texts, triage
from intake.events import Kind
from intake.models import Participant
from portal.keys import Keys
from tests import builders
from tests.intake.doing import keyed, worded

HOUR = timedelta(hours=1)


def play(cast, *, published=True):
    """Two reports, messages and notes of several people, edits and retractions, verdicts, a title, an advisory; the case is closed."""
    at = now()
    report = builders.a_report(cast.mailat, by=cast.rita, at=at)
    other = builders.a_recorded_report(cast.mailat, by=cast.bob, received_at=at, at=at + HOUR)
    person = conversation.participant(report, by=cast.bob, role=Participant.Role.TEAM, at=at + HOUR)
    events.record(report.case, Kind.SEEN, by=person, at=at + HOUR, report=report)
    messages = [
        builders.a_team_reply(report, by=cast.bob, at=at + 2 * HOUR),
        builders.a_reporter_reply(report, by=cast.rita, at=at + 3 * HOUR),
        builders.a_reporter_reply(report, by=cast.rita, text="And this was a mistake.", at=at + 4 * HOUR),
        builders.a_team_reply(report, by=cast.alice, text="An assessment.", at=at + 5 * HOUR, assessment=True),
    ]
    report.keys = Keys.to(shared=[report.pk])
    conversation.reporter_reply(
        report, content=texts.message("An answer."), client_id=uuid4(), by=cast.rita, at=at + 6 * HOUR, parent=messages[0]
    )
    notes = [builders.a_note(report.case, by=who, text=text, at=at + 6 * HOUR) for who, text in ((cast.bob, "One."), (cast.alice, "Two."))]
    case = keyed(report.case)
    for row, keys in [(messages[1], report.keys), (notes[0], case.keys)]:
        row.keys = keys
        for revision in (1, 2):
            content = texts.message(f"Put differently, {revision}.")
            revising.edit(row, content=content, revision=revision, by=row.author.user, at=at + (6 + revision) * HOUR)
    for row in (messages[2], notes[1]):
        row.keys = case.keys
        revising.retract(row, by=row.author.user, at=at + 9 * HOUR)
    assignment.assign(case, to=cast.alice, by=cast.bob, at=at + 10 * HOUR)
    triage.set_severity(case, severity="high", by=cast.bob, at=at + 10 * HOUR)
    triage.retitle(case, title="Ünïcode title", by=cast.bob, at=at + 10 * HOUR)
    triage.retitle(case, title="A better title", by=cast.bob, at=at + 11 * HOUR)
    triage.reject(case, reason="not_reproducible", by=cast.bob, at=at + 12 * HOUR, **worded())
    triage.accept(case, by=cast.bob, at=at + 13 * HOUR)
    remediation.remediate(case, by=cast.alice, at=at + 14 * HOUR, **worded())
    if published:
        builders.an_advisory(case, by=cast.alice, at=at + 15 * HOUR)
        closure.close(case, by=cast.alice, at=at + 16 * HOUR)
    return report, other

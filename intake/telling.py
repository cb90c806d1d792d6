"""Which events of a case webhooks of its project are told of (``portal.webhooks``); of a restricted case they are told nothing."""

from intake.models import CaseEvent
from intake.models.event import Kind
from portal import webhooks
from portal.models import Webhook

# The event as ``portal.webhook_messages`` names it, and which of its facts are told.
TOLD = {
    Kind.REPORT_RECEIVED: ("report.received", ()),
    Kind.REPORT_RECORDED: ("report.received", ()),
    Kind.ACKNOWLEDGED: ("report.acknowledged", ()),
    Kind.TEAM_REPLIED: ("team.wrote", ()),
    Kind.REPORTER_REPLIED: ("reporter.wrote", ()),
    Kind.SEVERITY_SET: ("case.severity_set", ("severity",)),
    Kind.ACCEPTED: ("case.accepted", ()),
    Kind.DEFERRED: ("case.deferred", ()),
    Kind.REJECTED: ("case.rejected", ()),
    Kind.REMEDIATED: ("case.remediated", ()),
    Kind.CLOSED: ("case.closed", ()),
    Kind.REOPENED: ("case.reopened", ()),
    Kind.DEADLINE_NEAR: ("deadline.near", ("milestone",)),
    Kind.DEADLINE_PASSED: ("deadline.passed", ("milestone",)),
    Kind.LETTER_FAILED: ("letter.failed", ()),
    Kind.ADVISORY_PUBLISHED: ("advisory.published", ("advisory",)),
    Kind.ADVISORY_REVISED: ("advisory.revised", ("advisory",)),
    Kind.ADVISORY_WITHDRAWN: ("advisory.withdrawn", ("advisory",)),
}


def tell(event: CaseEvent) -> None:
    """Queue an event for the webhooks that want it, in its transaction: one query where there are none."""
    name, facts = TOLD.get(event.kind, ("", ()))
    if not name:
        return
    # Asked of the database: who records an event may have read the case before it was restricted.
    of_its_project = {"project__cases": event.case_id, "project__cases__restricted_at": None}
    hooks = list(Webhook.objects.filter(off_at=None, **of_its_project).only("uuid", "kinds"))
    if hooks:
        said = {fact: event.facts[fact] for fact in facts if event.facts.get(fact)}
        webhooks.tell(name, hooks, cause=event.uuid, about=event.case.ref, facts=said, at=event.at)

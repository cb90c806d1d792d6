"""What these tests build: drafts and advisories over the product's own verbs."""

from django.utils.timezone import now

from advisories import drafting, publication
from advisories.record import Affected, Record
from portal.keys import Keys
from tests import builders

RECORD = Record(
    title="Stored script in message previews",
    summary="A crafted message runs script in the inbox of whoever previews it.",
    severity="high",
    description="The preview pane trusted **one** header too many.",
    affected=(Affected("Mailat", "1.0.0 to 1.4.2", "1.4.3"),),
    workaround="Turn the preview pane off.",
    credits=("Rita",),
    references=("https://example.org/fix",),
    cve_ids=("CVE-2026-12345",),
)


def opened(case):
    """The case as the team's door hands it out."""
    case.opened_reports = list(case.reports.order_by("received_at"))
    case.keys = Keys.to(internal=[case.uuid], shared=[report.uuid for report in case.opened_reports])
    return case


def a_draft(case, *, by, record=RECORD, at=None):
    """A draft of a case that says what ``record`` says."""
    at = at or now()
    draft = drafting.begin(opened(case), by=by, at=at)
    return drafting.save(draft, content=record, expected_revision=draft.revision, by=by, at=at)


def an_advisory(project, *, by, reporter, record=RECORD, at=None):
    """An advisory published from a report of its own."""
    at = at or now()
    case = builders.a_report(project, by=reporter, at=at).case
    return publication.publish(a_draft(case, by=by, record=record, at=at), by=by, at=at)


def as_posted(record, *, revision):
    """What a browser sends for a record."""
    posted = {
        "title": record.title, "summary": record.summary, "severity": record.severity, "description": record.description,
        "workaround": record.workaround, "credits": "\n".join(record.credits), "references": "\n".join(record.references),
        "cve_ids": "\n".join(record.cve_ids), "reported_on": record.reported_on or "", "revision": revision,
        "affected-TOTAL_FORMS": len(record.affected) + 1, "affected-INITIAL_FORMS": 0,
    }  # fmt: skip
    for place, row in enumerate(record.affected):
        posted |= {f"affected-{place}-{name}": value for name, value in vars(row).items()}
    return posted

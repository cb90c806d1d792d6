"""The draft of an advisory: begun from a case by choice, saved by whoever on the team is at it."""

from datetime import UTC
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisories.models import AdvisoryDraft
from advisories.record import Affected, Record
from intake import conversation, events, texts
from intake.events import Kind
from portal.lib import chain


class Source(StrEnum):
    """What may be taken over from the case into a new draft, each only when chosen."""

    TITLE = "title"
    SEVERITY = "severity"
    VERSIONS = "versions"
    CREDITS = "credits"
    REPORTED_ON = "reported_on"

    @property
    def label(self):
        return LABELS[self]


LABELS = {
    Source.TITLE: gettext_lazy("The team's working title"),
    Source.SEVERITY: gettext_lazy("The severity"),
    Source.VERSIONS: gettext_lazy("The versions that reporters named"),
    Source.CREDITS: gettext_lazy("The credits, as each reporter wished"),
    Source.REPORTED_ON: gettext_lazy("The day of the first report"),
}


class SavedMeanwhile(Exception):
    """Somebody else saved the draft since it was opened; ``current`` is what it says now."""

    def __init__(self, current):
        self.current = current
        super().__init__(
            _("Somebody saved this draft meanwhile, so yours was not saved. Your text is still below: compare, then save again.")
        )


def offered(case) -> dict[Source, Record]:
    """Return what the case has to offer, each source as a record that holds nothing else."""
    reports = [case.keys.open(report) for report in case.opened_reports]
    versions = _once(report.get("version", "") for report in reports)
    received = [report.received_at for report in case.opened_reports]
    found = {
        Source.TITLE: Record(title=case.keys.open(case)["title"]),
        Source.SEVERITY: Record(severity=case.severity),
        Source.VERSIONS: Record(affected=tuple(Affected(case.project.name, text) for text in versions)),
        Source.CREDITS: Record(credits=_once(report.get("credit", "") for report in reports)),
        Source.REPORTED_ON: Record(reported_on=min(received).astimezone(UTC).date() if received else None),
    }
    return {source: record for source, record in found.items() if record != Record()}


def begin(case, *, take=(), by, at) -> AdvisoryDraft:
    """Begin the draft of a case with what was chosen to be taken over. A second press finds the first draft."""
    facts = {}
    for source, record in offered(case).items():
        if source in take:
            facts.update({name: value for name, value in vars(record).items() if value != getattr(Record(), name)})
    draft = AdvisoryDraft(case=case, updated_at=at, updated_by=by)
    content = _salted(Record(**facts).tidied())
    case.keys.seal(draft, content)
    try:
        with transaction.atomic():
            events.hold_to_write(case.pk)
            draft.save(force_insert=True)
            _record(case, draft, content, by=by, at=at)
    except IntegrityError:
        draft = AdvisoryDraft.objects.get(case=case)
        draft.case = case
    return draft


def save(draft, *, content: Record, expected_revision: int, by, at) -> AdvisoryDraft:
    """Save the draft as the next revision, unless somebody saved since ``expected_revision`` was opened."""
    content = content.tidied()
    texts.check_size(*content.texts())
    case = draft.case
    saved = AdvisoryDraft(uuid=draft.uuid, case=case, revision=expected_revision + 1, updated_at=at, updated_by=by)
    document = _salted(content)
    case.keys.seal(saved, document)
    with transaction.atomic():
        events.hold_to_write(case.pk)
        changed = AdvisoryDraft.objects.filter(pk=draft.pk, revision=expected_revision).update(
            sealed=saved.sealed, revision=saved.revision, updated_at=at, updated_by=by
        )
        if changed:
            _record(case, saved, document, by=by, at=at)
    if not changed:
        current = AdvisoryDraft.objects.select_related("updated_by").get(pk=draft.pk)
        current.case = case
        raise SavedMeanwhile(current)
    return saved


def _salted(record) -> dict:
    return {**record.to_document(), "salt": chain.new_salt()}


def _record(case, draft, document, *, by, at):
    """Each save commits to what it saved: an older draft put back is found."""
    actor = conversation.participant_of_case(case, by=by, at=at)
    said = chain.commitment(document)
    events.record(case, Kind.ADVISORY_DRAFTED, by=actor, at=at, record=draft.pk, commitment=said, revision=draft.revision)


def _once(words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))

"""What becomes public: a copy of the draft, revised and withdrawn in the open. A published revision never changes."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from advisories.models import Advisory, AdvisoryDraft, AdvisoryRevision
from advisories.record import Record, line
from intake import closure, conversation, events, notifications
from intake.events import Kind
from intake.models.case import Verdict
from portal.lib import chain, refs, render
from portal.models import Project


class NotPublishable(Exception):
    """The step makes no sense now; ``sentences`` say why and what to do."""

    def __init__(self, *sentences):
        self.sentences = [str(sentence) for sentence in sentences]
        super().__init__(" ".join(self.sentences))


def missing(record: Record) -> list[str]:
    """Say what a record lacks before it can be published, one sentence each."""
    sentences = []
    if not record.title:
        sentences.append(_("Give the advisory a title."))
    if not record.summary:
        sentences.append(_("Sum it up in one or two sentences: lists and feeds show the summary."))
    if not record.description.strip():
        sentences.append(_("Describe the vulnerability: what is wrong, who is affected, what an attacker can do."))
    if not record.affected:
        sentences.append(_("Name at least one affected product with its versions."))
    return sentences


def preview(draft) -> Record:
    """Return the draft as it would be published, rendered."""
    record = draft.record
    try:
        return record.rendered()
    except render.Busy:
        return record  # shows its texts as they were written


def publish(draft, *, seen: int | None = None, by, at) -> Advisory:
    """Publish the draft as the case's advisory, numbered in its year; clocks of disclosure are met, reporters are told.

    ``seen`` is the revision of the draft that was looked at: what was confirmed is what goes out.
    """
    case, record = draft.case, _ready(draft, seen)
    record = replace(_rendered(record), published_at=at, change=_("First published."))
    with transaction.atomic():
        _unchanged(draft)
        project = Project.objects.select_for_update(no_key=True).get(pk=case.project_id)
        if Advisory.objects.filter(case=case).exists():
            raise NotPublishable(_("This advisory is published already. Publish a revision to change it."))
        number = (Advisory.objects.filter(project=project, year=at.year).aggregate(last=Max("number"))["last"] or 0) + 1
        advisory = Advisory.objects.create(
            ref=refs.advisory_ref(project.ref_prefix, at.year, number),
            project=project,
            case=case,
            year=at.year,
            number=number,
            published_at=at,
            updated_at=at,
        )
        first = AdvisoryRevision.objects.create(advisory=advisory, number=1, document=record.to_document(), published_at=at)
        closure.disclose(case, by=by, at=at, advisory_ref=advisory.ref, **_said(first))
        audit.record("advisory.published", by=by, at=at, project=project.uuid, advisory=advisory.ref)
    return advisory


def revise(draft, *, change: str, seen: int | None = None, by, at) -> AdvisoryRevision:
    """Publish the draft as the next revision; ``change`` says in public what is different."""
    case, record, change = draft.case, _ready(draft, seen), line(change)
    if not change:
        raise NotPublishable(_("Say in one line what this revision changes: readers see it."))
    rendered = _rendered(record)
    with transaction.atomic():
        advisory = _held(case)
        _unchanged(draft)
        record = replace(rendered, published_at=advisory.published_at, change=change)
        revision = _next(advisory, record, at=at)
        actor = conversation.participant_of_case(case, by=by, at=at)
        facts = {"advisory": advisory.ref, "revision": revision.number, **_said(revision)}
        events.record(case, Kind.ADVISORY_REVISED, by=actor, at=at, **facts)
        audit.record("advisory.revised", by=by, at=at, project=case.project.uuid, advisory=advisory.ref, revision=revision.number)
    return revision


def withdraw(advisory, *, reason: str, by, at) -> AdvisoryRevision:
    """Withdraw the advisory: its page stays, marked, with the reason as a new revision. The reporters are told."""
    case, reason = advisory.case, line(reason)
    if not reason:
        raise NotPublishable(_("Say why it is withdrawn: readers see the reason."))
    with transaction.atomic():
        advisory = _held(case)
        record = replace(advisory.revisions.get(number=advisory.latest).record, change=_("Withdrawn."), withdrawn=reason)
        revision = _next(advisory, record, at=at, withdrawn_at=at)
        actor = conversation.participant_of_case(case, by=by, at=at)
        event = events.record(case, Kind.ADVISORY_WITHDRAWN, by=actor, at=at, advisory=advisory.ref, **_said(revision))
        for report in case.reports.all():
            notifications.tell_reporters(event, "case_moved", report=report, at=at, besides=by)
        audit.record("advisory.withdrawn", by=by, at=at, project=case.project.uuid, advisory=advisory.ref)
    return revision


def _ready(draft, seen) -> Record:
    if seen not in (None, draft.revision):
        raise _saved_since()
    if draft.case.verdict == Verdict.REJECTED:
        raise NotPublishable(_("This case was not accepted as a vulnerability. Accept it first, then publish its advisory."))
    record = draft.record
    lacking = missing(record)
    if lacking:
        raise NotPublishable(*lacking)
    return record


def _rendered(record) -> Record:
    try:
        return record.rendered()
    except render.Busy:
        raise NotPublishable(_("The portal is busy with other long texts. Nothing was published: try again in a moment.")) from None


def _unchanged(draft):
    """Hold the draft as it was read, to the end of the transaction; its case first."""
    if events.hold(draft.case_id).erased_at:
        raise NotPublishable(_("The content of this case was erased meanwhile, and the draft with it. Nothing was published."))
    held = AdvisoryDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, revision=draft.revision)
    if held.first() is None:
        raise _saved_since()


def _saved_since():
    return NotPublishable(_("The draft was saved again after this preview. Look at the new preview, then confirm."))


def _held(case) -> Advisory:
    events.hold(case.pk)
    advisory = Advisory.objects.select_for_update().filter(case=case).first()
    if advisory is None:
        raise NotPublishable(_("This case has no published advisory yet."))
    if advisory.withdrawn_at:
        raise NotPublishable(_("This advisory was withdrawn. It stays as it is."))
    return advisory


def _said(revision) -> dict:
    """Return what the timeline keeps of a published state: a digest of its document, which is public."""
    return {"record": revision.advisory.uuid, "commitment": chain.digest(revision.document)}


def _next(advisory, record, *, at, withdrawn_at=None) -> AdvisoryRevision:
    number = advisory.latest + 1
    Advisory.objects.filter(pk=advisory.pk).update(latest=number, updated_at=at, withdrawn_at=withdrawn_at)
    return AdvisoryRevision.objects.create(advisory=advisory, number=number, document=record.to_document(), published_at=at)

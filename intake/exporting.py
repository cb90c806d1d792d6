"""What this app adds when somebody takes everything about them away: their reports, their words as a guest, what they have not sent.

A report of one's own is added as the copy that its page gives (``copies``), with its script; all of it passes the reporter's door.
"""

from collections.abc import Iterator

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.exporting import exporting, text
from intake import access, attachments, copies, drafts, unsent
from intake.models import Attachment, Draft, Message, Participant
from intake.models.case import open_to
from portal.lib.crypto import DecryptError
from portal.lib.permissions import Action
from portal.lib.zips import json_pieces, safe_name

ROWS = 200
NOT_OPENED = "it could not be opened"


@receiver(exporting)
def add_reports(sender, export, **_kwargs):
    """Add copies of one's reports, what one wrote as a guest, drafts, and in which reports one has or had a part."""
    own, guest = [], []
    for report in access.own_reports(export.request).order_by("received_at", "uuid"):
        (own if report.viewer_role == Participant.Role.REPORTER else guest).append(report)
    opened = [report for report in (*own, *guest) if not report.case.erased_at]
    keys = access.keys_of_reports(opened)
    if opened:
        copies.within_reach(keys, opened[0])
    export.says(parts_in_reports=(_part(row) for row in _parts(export.user).iterator(chunk_size=ROWS)))
    export.adds("reports/", _("your reports, each as a ZIP of its own with a script that checks it"), _copies(export, own))
    export.adds("guest/", _("what you wrote as a guest in reports of others, and your files there"), _as_guest(export.user, guest, keys))
    export.adds("unsent.json", _("what you have begun and not sent"), [("unsent.json", json_pieces(_unsent(export.user, opened, keys)))])


def _copies(export, reports) -> Iterator:
    for report in reports:
        if not report.case.erased_at:
            yield f"reports/{report.ref}.zip", _copy(export, report.ref)


def _copy(export, ref):
    # Asked anew when its turn comes: this person may have handed it over meanwhile.
    report = access.report(export.request, ref, Action.TAKE_COPY)
    yield from copies.of_report(report, by=export.user, at=export.at, one_of_many=True)


def _parts(user):
    opened = open_to(user, "case__") & open_to(user, "report__case__")
    rows = Participant.objects.filter(user=user).annotate(shut=Q(role=Participant.Role.TEAM) & ~opened)
    return rows.select_related("report", "case").order_by("joined_at", "pk")


def _part(row):
    moments = {name: text(getattr(row, name)) for name in ("joined_at", "left_at", "sees_from")}
    # A case that was restricted to others since stays unnamed.
    return {"of": None if row.shut else row.case.ref if row.case_id else row.report.ref, "as": row.role, **moments}


def _as_guest(user, reports, keys) -> Iterator:
    for report in reports:
        if report.case.erased_at:
            continue
        rows = Message.objects.filter(report=report, author__user=user, retracted_at=None).order_by("at", "uuid")
        files = list(Attachment.objects.filter(message__in=rows, shredded_at=None).select_related("message").order_by("at", "uuid"))
        if not rows.exists():
            continue
        names = {file.pk: f"{number:04}" for number, file in enumerate(files, 1)}
        told = {"report": report.ref, "messages": (_message(row, keys, files, names) for row in rows.iterator(chunk_size=ROWS))}
        yield f"guest/{report.ref}.json", json_pieces(told)
        for file in files:
            try:
                known = attachments.known(file, keys)
            except DecryptError:
                continue  # the list of its message says so
            yield f"guest/{report.ref}/{names[file.pk]}-{safe_name(known['name'])}", attachments.content_of(file, known)


def _message(row, keys, files, names):
    said = {
        "at": text(row.at),
        "edited_at": text(row.edited_at),
        "files": [_file(one, keys, names) for one in files if one.message_id == row.pk],
    }
    try:
        return said | {"text": keys.open(row)["text"]}
    except DecryptError:
        return said | {"text": None, "why": NOT_OPENED}


def _file(row, keys, names):
    try:
        return {"name": attachments.known(row, keys)["name"], "number": names[row.pk]}
    except DecryptError:
        return {"name": None, "why": NOT_OPENED}


def _unsent(user, reports, keys) -> Iterator:
    """Yield reports that were begun, and messages begun in one's reports, by the labels of their forms."""
    for draft in unsent.reports(user):
        yield {"project": draft.project.slug, **_draft(draft)}
    for draft in Draft.objects.filter(user=user, report__in=reports).select_related("report").order_by("saved_at"):
        draft.keys = keys
        yield {"report": draft.report.ref, **_draft(draft)}


def _draft(draft):
    content = drafts.content(draft)
    shown = {name: value for name, value in content["fields"].items() if name not in drafts.NOT_WRITTEN and value.strip()}
    return {"saved_at": text(draft.saved_at), "fields": {content["labels"].get(name, name): value for name, value in shown.items()}}

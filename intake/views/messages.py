"""What the author of a message or note does with it afterwards: edit it, retract it; and, for whoever reads it, its history."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.kept_text import keeps_text
from intake import access, history, mentions, parts, quoting, reading, revising, texts
from intake.forms import EditForm
from intake.models import Case, Message, Note
from portal.lib.limits import per_person
from portal.lib.permissions import Action

REFUSED, CHANGED = 422, 409


@dataclass
class Place:
    """A message or note with what stands around its pages; ``case`` on the team's side."""

    row: Message | Note
    case: Case | None = None

    @property
    def is_note(self):
        return isinstance(self.row, Note)

    @property
    def base(self):
        return "base_team.html" if self.case else "base_desk.html"

    @property
    def whole(self):
        """The report or case to which it belongs."""
        return self.case or self.row.report

    @property
    def here(self):
        """Where it stands in its conversation."""
        return f"{self.whole.get_absolute_url()}?at={self.row.pk}#m-{self.row.pk.hex}"

    @property
    def retract_url(self):
        name = "note_retract" if self.is_note else "case_message_retract" if self.case else "message_retract"
        return reverse(name, args=[self.whole.ref, self.row.pk])

    def people(self, viewer):
        """Return who can be named in it."""
        if self.case is None:
            report = self.row.report
            return mentions.known_to(parts.of([report], project=report.policy.project_id, viewer=viewer), viewer=viewer)
        taking_part = parts.of(self.case.opened_reports, project=self.case.project_id, viewer=viewer)
        team, of_report = mentions.known_to_team(self.case, taking_part, viewer=viewer)
        return team if self.is_note else of_report[self.row.report_id]


def _of_report(request, ref, uuid, *, writes):
    report = access.report(request, ref, Action.REPLY if writes else Action.READ_REPORT)
    return Place(access.message(report, uuid))


def _of_case(request, ref, uuid, *, writes):
    found = access.message_by_now(request, ref, uuid, Action.REPLY if writes else Action.READ_CASE)
    return Place(found, found.report.case)


def _note(request, ref, uuid, *, writes):
    case = access.case(request, ref, Action.WRITE_NOTE if writes else Action.READ_NOTES)
    return Place(access.note(case, uuid), case)


PLACES = {"report": _of_report, "case": _of_case, "note": _note}


@keeps_text
@per_person("render")
@require_http_methods(["GET", "POST"])
def edit(request, ref, uuid, where):
    """Put a message or note of mine differently."""
    place = _mine(request, ref, uuid, where)
    if request.method == "GET":
        content = reading.opened(place.row) if place.row.sealed else {}
        if not content:
            messages.warning(request, _("There is nothing here that could be edited."))
            return redirect(place.here)
        form = EditForm(auto_id="edit_%s", initial={"text": content["text"], "revision": place.row.revision})
        return _draw_edit(request, place, form)
    form = EditForm(request.POST, auto_id="edit_%s")
    if not form.is_valid():
        return _draw_edit(request, place, form, status=REFUSED)
    try:
        said = texts.message(form.cleaned_data["text"], people=place.people(request.user))
        revising.edit(place.row, content=said, revision=form.cleaned_data["revision"], by=request.user, at=now())
    except revising.ChangedMeanwhile as meanwhile:
        # The next press saves over the other text: they were told, and it stands below.
        form = EditForm({**request.POST.dict(), "revision": meanwhile.revision}, auto_id="edit_%s")
        form.add_error(None, str(meanwhile))
        return _draw_edit(request, place, form, status=CHANGED, meanwhile=meanwhile.text)
    except (revising.NotPossible, texts.TextRefused) as refused:
        form.add_error("text", str(refused))
        return _draw_edit(request, place, form, status=REFUSED)
    return redirect(place.here)


@require_http_methods(["GET", "POST"])
def retract(request, ref, uuid, where):
    """Ask, then destroy what a message or note of mine says."""
    place, refused = _mine(request, ref, uuid, where), ""
    if request.method == "POST":
        try:
            revising.retract(place.row, by=request.user, at=now())
            return redirect(place.here)
        except revising.NotPossible as why:
            refused = str(why)
    if not place.row.sealed:
        return redirect(place.here)
    content = reading.opened(place.row)
    html = reading.html_of(content, renderer=place.row.renderer) if content else ""
    page = {"place": place, "html": html, "goes": revising.what_goes(place.row), "refused": refused}
    return render(request, "intake/message_retract.html", page, status=CHANGED if refused else 200)


@require_GET
def revisions(request, ref, uuid, where):
    """What a message or note said before it was edited, newest first, and what each edit changed."""
    place = PLACES[where](request, ref, uuid, writes=False)
    if not place.row.sealed:
        return redirect(place.here)
    said, more = history.revisions(place.row, before=reading.place(request.GET.get("before")))
    page = {"place": place, "said": said, "more": more, "author": place.row.author.shown_name}
    return render(request, "intake/message_history.html", page)


def quote_into(form, report, wanted: str):
    """Begin an unsent form with the message of a report that somebody wants to quote; return that message, or None."""
    row = None if form.is_bound else access.wanted_message(report, wanted)
    content = reading.opened(row) if row is not None and row.sealed else {}
    if not content:
        return None
    form.initial |= {"parent": row.pk, "text": quoting.behind(form.initial.get("text") or "", content["text"])}
    row.name = row.author.shown_name
    return row


def _mine(request, ref, uuid, where):
    place = PLACES[where](request, ref, uuid, writes=True)
    access.own(request, place.row)
    return place


def _draw_edit(request, place, form, *, status=200, meanwhile=""):
    page = {"place": place, "form": form, "meanwhile": meanwhile, "people": place.people(request.user)}
    return render(request, "intake/message_edit.html", page, status=status)

"""The views that ours are compared with: the same rows by the same queries, the same templates, and nothing else.

What the portal decrypts or computes is a constant here, so what remains is what Django itself asks for such a page.
"""

from types import SimpleNamespace

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import condition

from bench.filling import TEXT
from intake.forms import NoteForm, SeverityForm, TeamMessageForm, TitleForm
from intake.models import Case, Deadline, Draft, Message, Note, Participant
from intake.unsent import Kept
from portal import policy_page
from portal.forms import VersionForm
from portal.lib.promise_line import Mark
from portal.lib.render import render as render_text
from portal.models import Project, SecurityPolicy

HTML = render_text(TEXT)
TITLE = "stored script preview header attachment token 123"
MARKS = [Mark("Received", "3 Nov", "met"), Mark("Now", "", "open", "now"), Mark("Next update", "9 Nov, in 3 days", "open")]
DUE = ("open", "in 3 days")
DUE_NEXT = F("next_due_at").asc(nulls_last=True)
KEPT = Kept("page")
_kept = {}


def policy(request):
    """The policy page, rendered."""
    found = policy_page.whole(_policy())
    # Computed once: sentences and marks are ours, the rows and the template are Django's.
    computed = _kept.get("policy") or _kept.setdefault("policy", policy_page.contents(found))
    rows = {"policy": found, "project": found.project, "asked": VersionForm(None), "checked": ()}
    return render(request, "portal/policy.html", {**computed, **rows})


def kept(request):
    """One query, and a page that is there already."""
    _policy()
    return HttpResponse(_kept["page"])


@condition(etag_func=lambda request: f'"{_policy().pk}"')
def unchanged(request):
    """One query, and the answer that nothing has changed."""
    return HttpResponse(_kept["page"])


def keep_page(body):
    """Set the page that ``kept`` answers with."""
    _kept["page"] = body


def inbox(request):
    """Fifty cases, what is due next first."""
    request.csp_nonce = "bare"
    rows = Case.objects.visible_to(request.user).with_acknowledgement().select_related("project").filter(closed_at=None)
    rows = list(rows.order_by(DUE_NEXT, "uuid")[:51])[:50]
    for row in rows:
        row.title, (row.due_state, row.due_words), row.due_name = TITLE, DUE, "Update"
    context = {
        "page": SimpleNamespace(rows=rows, after="cursor"),
        "wanted": {"project": "", "show": "open"},
        "projects": Project.objects.of_team(request.user),
        "first": True,
        "now": now(),
    }
    return render(request, "intake/inbox.html", context)


def case(request, ref):
    """A case with its report, the conversation and the notes."""
    request.csp_nonce = "bare"
    found = Case.objects.visible_to(request.user).select_related("project").get(ref=ref)
    found.title = TITLE
    reports = list(found.reports.select_related("policy__project").order_by("received_at", "uuid"))
    deadlines = list(Deadline.objects.filter(report__in=reports).select_related("level"))
    here = Participant.objects.filter(Q(report__in=reports) | Q(case=found)).select_related("user")
    here = [(row, row.seen_marks.all()) for row in here.prefetch_related("seen_marks")]
    team = [row.user for row in found.project.memberships.filter(user__is_active=True).select_related("user")]
    unsent = list(Draft.objects.filter(Q(report__in=reports) | Q(case=found), user=request.user))
    named = [SimpleNamespace(handle="person", user=user.pk, name=user.shown_name, role="team") for user in team]
    picker = {"unsent": unsent, "to": "/", "mb": 90, "number": 10, "refused": ""}
    messages = Message.objects.filter(report__in=reports).select_related("author__user").order_by("-at", "-uuid")[:101]
    notes = Note.objects.filter(case=found).select_related("author__user").order_by("-at", "-uuid")[:101]
    found.unacknowledged = False
    note_form = NoteForm(auto_id="note_%s")
    note_form.kept = KEPT
    for report in reports:
        report.content, report.marks = {"version": "1.4.2", "credit": "Rita"}, MARKS
        report.answers = [{"label": label, "html": HTML} for label in ("Description", "Steps", "Impact")]
        report.promised = [
            SimpleNamespace(name="Next update", state="open", words="in 3 days", because=TITLE, due_at=row.due_at)
            for row in deadlines
            if not row.met_at
        ]
        report.thread = SimpleNamespace(roots=[_spoken(row, request) for row in messages], earlier="", later="", new=0)
        report.form, report.picker, report.named = TeamMessageForm(auto_id=f"{report.ref}_%s"), picker, named
        report.form.kept = KEPT
        report.people = [SimpleNamespace(name=row.shown_name, role="team", since=row.joined_at, guest=len(seen) > 1) for row, seen in here]
    context = {
        "case": found,
        "project": found.project,
        "reports": reports,
        "notes": SimpleNamespace(roots=[_spoken(row, request, note=True) for row in notes], earlier="", later="", new=0),
        "note_form": note_form,
        "note_picker": picker,
        "named": named,
        "stamp": "stamp",
        "severity_form": SeverityForm(initial={"severity": found.severity}),
        "title_form": TitleForm(initial={"title": TITLE}),
        "moves": found.moves,
        "invites_guests": True,
        "answers_erasure": True,
        "places_hold": True,
        "unclaimed": False,
        "due": DUE,
        "now": now(),
    }
    return render(request, "intake/case.html", context)


def _policy():
    return SecurityPolicy.objects.in_force_for("mailat", now()).first()


def _spoken(row, request, *, note=False):
    said = {"name": row.author.shown_name, "role": "team", "at": row.at, "html": HTML, "by_team": True, "note": note}
    return SimpleNamespace(uuid=row.pk, **said, mine=row.author.user_id == request.user.pk, edited_at=None, retracted_at=None, replies=())

"""The requests that are measured, each as the portal answers it and as a bare view does."""

import re
from dataclasses import dataclass
from time import process_time
from urllib.parse import urlencode
from uuid import uuid4

from django.core.cache import caches
from django.middleware.csrf import _get_new_csrf_string
from django.utils.timezone import now

from bench import asking, bare, people
from bench.asking import Asker, Backend
from bench.filling import TEXT
from intake import conversation, submission, texts
from intake.models import Case
from intake.views.team import PAGE
from portal import policies
from portal.keys import Keys

MESSAGES, NOTES = 20, 5


@dataclass
class Compared:
    """A request beside its bare view; ``decrypted`` is how many sealed rows its page opens."""

    name: str
    ours: Asker
    bare: Asker | None = None
    decrypted: int = 0
    goal: str = "page"


class Pages:
    """All requests of one run. The case is made by the portal's own verbs, as people would."""

    def __init__(self, gathered):
        self.people = gathered
        self.whole, self.bare = asking.whole_handler(), asking.bare_handler()
        self.staff = people.session_of(gathered.staff)
        self.quiet = people.session_of(gathered.quiet)
        self.reporter = people.session_of(gathered.reporters[0])
        self.case = self._a_case()
        self.rendering = Rendering()

    def all(self) -> list[Compared]:
        """Return the requests, after a look at whether each is answered as it should be."""
        found = [*self._policy(), self._inbox(), self._case_page()]
        backend = Backend()
        for compared in found:
            for asker in filter(None, (compared.ours, compared.bare)):
                _look(compared, asker, backend)
        return found

    def submission(self) -> Asker:
        """Return the sending of a report of 1 KiB."""
        token = _get_new_csrf_string()
        policy = self.people.policies[self.people.projects[0].pk]
        requested = policy.requested_fields.all()
        fields = {f"answer_{field.key}": "By mail." for field in requested}
        fields |= {"title": "Stored script in the preview of a message", "version": "1.4.2", "markup": "markdown", "credit": "Rita"}
        long = next(f"answer_{field.key}" for field in requested if field.kind == field.Kind.TEXT)
        fields[long] = (TEXT * 4)[: 1024 - sum(len(value) for name, value in fields.items() if name != long)]
        asker = Asker(
            self.whole,
            f"/p/{policy.project.slug}/report/",
            cookies=f"{self.reporter}; parley-csrf={token}",
            form=lambda: urlencode({**fields, "client_id": uuid4(), "csrfmiddlewaretoken": token}),
            prepare=self.rendering.begin,
        )
        answer = asker.count(Backend())
        assert answer.status == 302 and "/receipt/" in answer.headers["Location"], f"the report was not taken: {answer.status}"
        return asker

    def inbox_of_quiet_team(self) -> Asker:
        """Return the inbox of somebody on five small projects: it must not read everybody's cases."""
        return Asker(self.whole, "/inbox/", cookies=self.quiet)

    def inbox_rows(self, user):
        """Return the query behind the inbox, for EXPLAIN."""
        return _inbox_query(user)[: PAGE + 1]

    def _policy(self):
        first = Asker(self.whole, "/p/mailat/", prepare=caches["pages"].clear)
        again = Asker(self.whole, "/p/mailat/")
        answer = again.ask(Backend())
        bare.keep_page(answer.body)
        same = Asker(self.whole, "/p/mailat/", headers={"HTTP_IF_NONE_MATCH": answer.headers["ETag"]})
        rendered, kept = Asker(self.bare, "/bare/policy/"), Asker(self.bare, "/bare/kept/")
        tag = Asker(self.bare, "/bare/kept/").ask(Backend()) and Asker(self.bare, "/bare/unchanged/").ask(Backend()).headers["ETag"]
        bare_same = Asker(self.bare, "/bare/unchanged/", headers={"HTTP_IF_NONE_MATCH": tag})
        yield Compared("policy page, first rendering", first, rendered)
        yield Compared("policy page unchanged, 200", again, Asker(self.bare, "/bare/policy/"), goal="unchanged")
        yield Compared("policy page unchanged, 304", same, Asker(self.bare, "/bare/policy/"), goal="unchanged")
        yield Compared("the same beside a view that renders nothing, 200", again, kept, goal="floor")
        yield Compared("the same beside a view that renders nothing, 304", same, bare_same, goal="floor")

    def _inbox(self):
        ours = Asker(self.whole, "/inbox/", cookies=self.staff)
        return Compared("inbox of 50 decrypted rows", ours, Asker(self.bare, "/bare/inbox/", cookies=self.staff), decrypted=PAGE)

    def _case_page(self):
        ours = Asker(self.whole, self.case.get_absolute_url(), cookies=self.staff)
        beside = Asker(self.bare, f"/bare/case/{self.case.ref}/", cookies=self.staff)
        return Compared("case page, 20 messages and 5 notes", ours, beside, decrypted=2 + MESSAGES + NOTES)

    def _a_case(self):
        at, staff, reporter = now(), self.people.staff, self.people.reporters[0]
        answers = [texts.Answer(key, key.title(), TEXT) for key in ("description", "steps", "impact")]
        content = texts.report(title=bare.TITLE, version="1.4.2", answers=answers, markup="markdown", credit="Rita")
        report = submission.submit(policies.in_force(self.people.projects[0], at), content=content, client_id=uuid4(), by=reporter, at=at)
        report.keys = Keys.to(shared=[report.uuid])
        for turn in range(MESSAGES):
            speak, by = (conversation.reporter_reply, reporter) if turn % 2 else (conversation.team_reply, staff)
            speak(report, content=texts.message(TEXT), client_id=uuid4(), by=by, at=now())
        case = report.case
        case.keys = Keys.to(internal=[case.uuid])
        for _ in range(NOTES):
            conversation.note(case, content=texts.message(TEXT), client_id=uuid4(), by=staff, at=now())
        return case


class Rendering:
    """How much of a submission was spent on rendering its text, which is measured apart."""

    def __init__(self):
        self.spent, self._door = [], texts.render.render

    def begin(self):
        """Start a new sum; from here on rendering is watched."""
        self.spent.append(0.0)
        texts.render.render = self._watched

    def end(self):
        """Leave the renderer as it was."""
        texts.render.render = self._door

    def _watched(self, *args, **kwargs):
        before = process_time()
        try:
            return self._door(*args, **kwargs)
        finally:
            self.spent[-1] += (process_time() - before) * 1000


def _inbox_query(user):
    rows = Case.objects.visible_to(user).with_acknowledgement().select_related("project").filter(closed_at=None)
    return rows.order_by(bare.DUE_NEXT, "uuid")


def _look(compared, asker, backend):
    asker.ask(backend)  # the first look at a case marks it as seen
    answer = asker.count(backend)
    assert answer.status in (200, 304), f"{compared.name}: {asker.path} answered {answer.status}"
    assert b"cannot be opened" not in answer.body, f"{compared.name}: something could not be opened"
    if compared.decrypted:
        marks = rb'class="t"' if compared.decrypted == PAGE else rb'<article class="(?:msg|note)'
        shown, wanted = len(re.findall(marks, answer.body)), PAGE if compared.decrypted == PAGE else 1 + MESSAGES + NOTES
        assert shown == wanted, f"{compared.name}: {asker.path} shows {shown} of {wanted}"

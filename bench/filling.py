"""Fills the database with cases as they look after some years: sealed for real, written in bulk."""

from datetime import timedelta
from random import Random
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import now
from psycopg.types.json import Jsonb
from tink import aead

from intake import clocks, deadlines, texts
from intake.models import Case, CaseEvent, Deadline, Message, Participant, Report
from intake.models.event import Kind
from portal import policies
from portal.keys import Keys, Purpose
from portal.lib import chain, crypto, keyring, refs
from portal.lib.render import RENDERER
from portal.models import Keyset

CHUNK = 2500
OPEN_SHARE = 0.4
WORDS = ("stored", "script", "preview", "header", "attachment", "token", "session", "queue", "relay", "parser", "filter", "alias")
SEVERITIES = ("", "critical", "high", "high", "medium", "medium", "medium", "low", "low")
TABLES = (Keyset, Case, Report, Participant, Deadline, Message, CaseEvent)
TEXT = "Opening a **crafted message** runs script in the reader's session.\n\n" + "- step: send it, open it, look at the log\n" * 6


class Filler:
    """Adds cases until there are as many as asked for; the same seed makes the same spread."""

    def __init__(self, people):
        self._people, self._random, self._numbers = people, Random(20), {}
        self._shares = [1 / (rank + 1) ** 0.9 for rank in range(len(people.projects))]
        self._terms = {project: deadlines.Terms(policies.levels_of(policy)) for project, policy in people.policies.items()}
        # Rendered once: what differs from case to case is sealed, but not what it costs to render.
        answers = [texts.Answer(key, key.title(), TEXT) for key in ("description", "steps", "impact")]
        self._content = texts.report(title="", version="1.4.2", answers=answers, markup="markdown", credit="Rita")
        self._message = texts.message("Thank you, it arrived. We look into it and write again within a week.")

    def fill(self, wanted: int):
        """Bring the number of cases up to ``wanted``."""
        taken = Case.objects.values_list("project", "year").annotate(last=Max("number"))
        self._numbers = {(project, year): last for project, year, last in taken}
        missing = wanted - Case.objects.count()
        while missing > 0:
            rows = {model: [] for model in TABLES}
            for _ in range(min(CHUNK, missing)):
                self._case(rows, now())
            with transaction.atomic():
                for model in TABLES:
                    _copy(model, rows[model])
            self._check(rows[Case][0], rows[Report][0])
            missing -= CHUNK

    def _case(self, rows, at):
        random = self._random
        project = random.choices(self._people.projects, self._shares)[0]
        is_open = random.random() < OPEN_SHARE
        received = at - timedelta(hours=min(random.expovariate(1 / 30), 160) * 24 if is_open else random.uniform(20, 1100) * 24)
        number = self._numbers[project.pk, received.year] = self._numbers.get((project.pk, received.year), 0) + 1
        case = Case(ref=refs.case_ref(project.ref_prefix, received.year, number), project_id=project.pk, year=received.year, number=number)
        case.opened_at, case.severity = received, random.choice(SEVERITIES)
        if not is_open or random.random() < 0.4:
            case.verdict, case.verdict_at = "accepted", received + timedelta(days=3)
        if not is_open:
            case.remediated_at = case.disclosed_at = case.closed_at = received + timedelta(days=random.uniform(5, 20))
        rows[Case].append(case)
        title = f"{' '.join(random.choices(WORDS, k=6))} {number}"
        _seal(rows, case, {"title": title, "salt": chain.new_salt()})
        self._report(rows, case, title, received, is_open)

    def _report(self, rows, case, title, received, is_open):
        random, reporter = self._random, self._random.choice(self._people.reporters)
        report = Report(
            case_id=case.pk, policy_id=self._people.policies[case.project_id].pk, submitted_by_id=reporter.pk, client_id=uuid4()
        )
        report.ref = refs.report_ref(case.ref.rpartition("-")[0].rpartition("-")[0])
        report.received_at, report.recorded_at, report.renderer = received, received, RENDERER
        if not is_open or random.random() < 0.8:
            report.acknowledged_at = received + timedelta(hours=random.uniform(1, 60))
        content = {**self._content, "title": title, "salt": chain.new_salt()}
        report.commitment = chain.commitment(content)
        rows[Report].append(report)
        key = _seal(rows, report, content)
        place = Participant(report_id=report.pk, user_id=reporter.pk, role="reporter", joined_at=received)
        rows[Participant].append(place)
        self._promises(rows, case, report, is_open)
        if report.acknowledged_at:
            message = Message(report_id=report.pk, author_id=place.pk, at=report.acknowledged_at, client_id=uuid4(), renderer=RENDERER)
            message.sealed = crypto.seal(key, self._message, message.binding())
            rows[Message].append(message)
        event = CaseEvent(case_id=case.pk, report_id=report.pk, seq=1, kind=Kind.REPORT_RECEIVED, by_id=place.pk, at=received)
        event.commitment, event.hash = report.commitment, chain.link(chain.GENESIS, event.entry())
        event.facts = Jsonb(event.facts)
        rows[CaseEvent].append(event)

    def _promises(self, rows, case, report, is_open):
        due = deadlines.on_arrival(self._terms[case.project_id], received_at=report.received_at, now=report.received_at)
        made = []
        for one in due:
            row = Deadline(report_id=report.pk, **vars(one))
            if one.milestone in clocks.AFTER_VERDICT and is_open:
                row.due_at = now() + timedelta(hours=self._random.uniform(-72, 400))  # the next update, after some
            elif report.acknowledged_at:
                row.met_at = report.acknowledged_at
            made.append(row)
        rows[Deadline] += made
        waiting = [row for row in made if not row.met_at] if is_open else []
        if waiting:
            earliest = min(waiting, key=lambda row: row.due_at)
            case.next_due_at, case.next_milestone = earliest.due_at, earliest.milestone

    def _check(self, case, report):
        keys = Keys.to(internal=[case.pk], shared=[report.pk])
        opened = keys.open(Case.objects.get(pk=case.pk))["title"], keys.open(Report.objects.get(pk=report.pk))["title"]
        assert opened[0] == opened[1], "what was written in bulk does not open"


def _seal(rows, row, content):
    """Make the row's keyset as ``portal.keys.create`` does, and seal the content with it."""
    handle, ring = crypto.new_keyset(), keyring.ring()
    binding = crypto.Binding(scope=row.pk, row=row.pk, label=f"keyset.{Purpose(row.PURPOSE)}")
    wrapped = crypto.wrap_keyset(handle, ring=ring.wrap, binding=binding)
    rows[Keyset].append(Keyset(scope_uuid=row.pk, purpose=row.PURPOSE, ring_key_id=ring.active_key_id, wrapped=wrapped))
    key = handle.primitive(aead.Aead)
    row.sealed = crypto.seal(key, content, row.binding())
    return key


def _copy(model, rows):
    columns = [field for field in model._meta.concrete_fields if field.attname != "id"]
    names = ", ".join(f'"{field.column}"' for field in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([getattr(row, field.attname) for field in columns])

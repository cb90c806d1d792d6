"""Fills the database with cases as they look after some years: sealed for real, written in bulk."""

from datetime import UTC, timedelta
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
from portal.lib.chain import Walk
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
        told, policy = _Timeline(rows, case, report), self._people.policies[case.project_id]
        facts = {"ref": report.ref, "policy": policy.number}
        told.add(Kind.REPORT_RECEIVED, by=place, at=received, record=report, commitment=report.commitment, **facts)
        if report.acknowledged_at:
            mate = Participant(report_id=report.pk, user_id=self._people.staff.pk, role="team", joined_at=report.acknowledged_at)
            message = Message(report_id=report.pk, author_id=mate.pk, at=report.acknowledged_at, client_id=uuid4(), renderer=RENDERER)
            message.sealed = crypto.seal(key, self._message, message.binding())
            rows[Participant].append(mate)
            rows[Message].append(message)
            told.add(Kind.ACKNOWLEDGED, by=mate, at=message.at, record=message, commitment=chain.commitment(self._message))
        if case.severity:
            told.add(Kind.SEVERITY_SET, at=received, of_case=True, severity=case.severity, before="")
        if case.verdict:
            told.add(Kind.ACCEPTED, at=case.verdict_at, of_case=True)
        if case.closed_at:
            for kind in (Kind.REMEDIATED, Kind.ADVISORY_PUBLISHED, Kind.CLOSED):
                told.add(kind, at=case.closed_at, of_case=True)

    def converse(self, user, *, reports: int, messages: int):
        """Add reports of one person to the first project, each with a conversation."""
        project, at = self._people.projects[0], now()
        policy = self._people.policies[project.pk]
        for number in range(reports):
            rows = {model: [] for model in TABLES}
            taken = Case.objects.filter(project=project, year=at.year).aggregate(last=Max("number"))["last"] or 0
            case = Case(
                ref=refs.case_ref(project.ref_prefix, at.year, taken + 1), project=project, year=at.year, number=taken + 1, opened_at=at
            )
            report = Report(ref=refs.report_ref(project.ref_prefix), case_id=case.pk, policy=policy, received_at=at, recorded_at=at)
            report.submitted_by_id, report.client_id, report.renderer = user.pk, uuid4(), RENDERER
            content = {**self._content, "title": f"conversation {number}", "salt": chain.new_salt()}
            report.commitment = chain.commitment(content)
            rows[Case].append(case)
            rows[Report].append(report)
            _seal(rows, case, {"title": content["title"], "salt": chain.new_salt()})
            key = _seal(rows, report, content)
            place = Participant(report_id=report.pk, user_id=user.pk, role="reporter", joined_at=at)
            rows[Participant].append(place)
            told, facts = _Timeline(rows, case, report), {"ref": report.ref, "policy": policy.number}
            told.add(Kind.REPORT_RECEIVED, by=place, at=at, record=report, commitment=report.commitment, **facts)
            for minute in range(messages):
                message = Message(report_id=report.pk, author_id=place.pk, client_id=uuid4(), renderer=RENDERER)
                message.at = at + timedelta(minutes=minute)
                said = {**self._message, "salt": chain.new_salt()}
                message.sealed = crypto.seal(key, said, message.binding())
                rows[Message].append(message)
                told.add(Kind.REPORTER_REPLIED, by=place, at=message.at, record=message, commitment=chain.commitment(said))
            with transaction.atomic():
                for model in TABLES:
                    _copy(model, rows[model])

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
    binding = crypto.Binding(scope=row.pk, row=row.pk, label=f"keyset.{Purpose(row.purpose)}")
    wrapped = crypto.wrap_keyset(handle, ring=ring.wrap, binding=binding)
    rows[Keyset].append(Keyset(scope_uuid=row.pk, purpose=row.purpose, ring_key_id=ring.active_key_id, wrapped=wrapped))
    key = handle.primitive(aead.Aead)
    row.sealed = crypto.seal(key, content, row.binding())
    return key


class _Timeline:
    """Adds the events of one case as ``intake.events.record`` does: to the chain of the case, and to that of its report."""

    def __init__(self, rows, case, report):
        self._rows, self._case, self._report = rows, case, report
        self._of_case, self._of_report = Walk(), Walk()

    def add(self, kind, *, at, by=None, record=None, commitment="", of_case=False, **facts):
        event = CaseEvent(
            case_id=self._case.pk, seq=self._of_case.seq + 1, kind=kind, by_id=by and by.pk, at=at.astimezone(UTC), facts=facts
        )
        event.record, event.commitment = record and record.pk, commitment
        if not of_case:
            event.report_id, event.report_seq = self._report.pk, self._of_report.seq + 1
            event.report_hash = chain.link(self._of_report.hash, event.report_entry())
            self._of_report.seq, self._of_report.hash = event.report_seq, event.report_hash
        event.hash = chain.link(self._of_case.hash, event.entry())
        self._of_case.seq, self._of_case.hash = event.seq, event.hash
        event.facts = Jsonb(event.facts)
        self._rows[CaseEvent].append(event)


def _copy(model, rows):
    columns = [field for field in model._meta.concrete_fields if field.attname != "id"]
    names = ", ".join(f'"{field.column}"' for field in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([getattr(row, field.attname) for field in columns])

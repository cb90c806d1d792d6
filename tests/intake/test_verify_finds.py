"""Whatever is changed, removed, reordered or put back in a played story, `verify` names it.

The changes are generated over every row and every column of the tables that the timeline speaks of; what it does not speak
of is listed here, column by column, so that a new column asks for a decision.
"""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from accounts import audit
from accounts.models import AuditEvent
from advisories.models import Advisory, AdvisoryDraft, AdvisoryRevision
from intake import verification
from intake.models import Attachment, Case, CaseEvent, Message, MessageRevision, Note, NoteRevision, Report
from intake.models.sealed import SealedRow
from tests.intake import story

# What nothing commits to, and why: a change of it is not found.
BESIDE = {
    Case: {
        "ref": "the team's name for it, shown on every page",
        **dict.fromkeys(("next_due_at", "next_milestone"), "worked out from the clocks"),
        "assign_at": "a plan of the rotation",
        **dict.fromkeys(("erase_at", "erase_because", "erase_notice_at", "kept_months", "purged_at"), "a plan, not a record"),
    },
    Report: {
        "renderer": "how it was rendered",
        **dict.fromkeys(("client_id", "submitted_by"), "which form sent it, and whose"),
        "waiting_at": "worked out from the clocks",
    },
    Message: dict.fromkeys(("client_id", "renderer"), "which form sent it, how it was rendered"),
    Note: dict.fromkeys(("client_id", "renderer"), "which form sent it, how it was rendered"),
    MessageRevision: {"renderer": "how it was rendered"},
    NoteRevision: {"renderer": "how it was rendered"},
    AdvisoryDraft: dict.fromkeys(("updated_at", "updated_by"), "as the event says"),
    Advisory: dict.fromkeys(("ref", "project", "year", "number", "published_at", "updated_at", "withdrawn_at", "case"), "public"),
    AdvisoryRevision: {},
    AuditEvent: {"actor": "goes with the account; actor_uuid stays"},
}
ELSEWHERE = {
    "Attachment": "test_verify_files.py",
    "Preview": "made from a file, and made again",
    "Draft": "nothing was said yet",
}


@pytest.fixture
def told(cast):
    """The story, and an audit trail with something in it."""
    reports = story.play(cast)
    for number in range(3):
        audit.record("team.joined", by=cast.olivia, at=reports[0].received_at, project=cast.mailat.uuid, number=number)
    return reports


def findings():
    return [*verification.cases(keyed=True), *verification.audit_trail()]


def value_of(field, value):
    """Another value of a column."""
    if isinstance(field, models.BinaryField):
        changed = bytearray(value or b"\0")
        changed[len(changed) // 2] ^= 1
        return bytes(changed)
    if isinstance(field, models.ForeignKey):
        others = field.related_model._default_manager.exclude(pk=value).values_list("pk", flat=True)
        return others.first()
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.DateTimeField):
        return value + timedelta(microseconds=1) if value else story.now()
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1000
    if isinstance(field, models.JSONField):
        return {**value, "changed": True}
    choices = [choice for choice, _label in field.choices or () if choice != value]
    return choices[0] if choices else ("0" if value[:1] != "0" else "1") + value[1:]


def written(row, field, value):
    """Write one column with SQL of our own, past every model and verb."""
    with connection.cursor() as cursor:
        adapt = field.get_db_prep_save
        if isinstance(field, models.JSONField):
            value = json.dumps(value)
            adapt = lambda given, connection: given  # noqa: E731
        where = row._meta.pk
        sql = f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE "{where.column}" = %s'
        cursor.execute(sql, [adapt(value, connection), where.get_db_prep_save(row.pk, connection)])


def removed(row):
    with connection.cursor() as cursor:
        where = row._meta.pk
        sql = f'DELETE FROM "{row._meta.db_table}" WHERE "{where.column}" = %s'
        cursor.execute(sql, [where.get_db_prep_save(row.pk, connection)])


class Undone(Exception):
    pass


def named_after(change):
    """Make a change, return what verify says, and undo it; None when the database itself refuses."""
    found = []
    try:
        with transaction.atomic():
            change()
            found += findings()
            raise Undone
    except Undone:
        return found
    except DatabaseError:
        return None


def test_a_story_as_it_was_told_is_in_order(told):
    assert findings() == []
    kinds = set(CaseEvent.objects.values_list("kind", flat=True))
    assert len(kinds) >= 16 and Message.objects.exclude(retracted_at=None).exists() and NoteRevision.objects.exists()


def test_every_sealed_table_is_looked_at():
    sealed = {model.__name__ for model in apps.get_models() if issubclass(model, SealedRow)}
    assert sealed == {model.__name__ for model in BESIDE if issubclass(model, SealedRow)} | set(ELSEWHERE)


@pytest.mark.parametrize("model", [CaseEvent, *BESIDE], ids=lambda model: model.__name__)
def test_any_changed_column_of_any_row_is_named(told, model):
    beside, silent, tried = BESIDE.get(model, {}), [], 0
    for row in model.objects.order_by("pk"):
        for field in model._meta.concrete_fields:
            if field.name in beside or field.name == "id":
                continue
            value = value_of(field, getattr(row, field.attname))
            if value is None:
                continue
            tried += 1
            found = named_after(lambda row=row, field=field, value=value: written(row, field, value))
            if found == []:
                silent.append(f"{row} {field.name}: {getattr(row, field.attname)!r} to {value!r}")
    assert not silent, "\n".join(silent)
    assert tried


@pytest.mark.parametrize("model", [CaseEvent, *BESIDE], ids=lambda model: model.__name__)
def test_any_removed_row_is_missed(told, model):
    silent = [str(row) for row in model.objects.order_by("pk") if named_after(lambda row=row: removed(row)) == []]
    if model is AuditEvent:
        last = AuditEvent.objects.order_by("-seq").first()
        assert silent == [str(last)], "the newest is missed only by a kept head"
    elif model is Case:
        assert silent == [], "each case has reports and events that are left over"
    else:
        events = {str(event) for event in CaseEvent.objects.all() if not later(event)}
        assert set(silent) <= events if model is CaseEvent else not silent
        # Only the newest of a case that nothing else speaks of: a move leaves its mark in the case.
        assert not silent or model is not CaseEvent


def later(event):
    return CaseEvent.objects.filter(case=event.case_id, seq__gt=event.seq).exists()


def test_events_and_records_in_each_others_place_are_named(told):
    for model, fields in (
        (CaseEvent, ("seq", "report_seq")),
        (CaseEvent, ("seq", "hash")),
        (CaseEvent, ("report_seq", "report_hash")),
        (CaseEvent, ("record", "commitment")),
        (Message, ("at",)),
        (Message, ("sealed",)),
        (Message, ("sealed", "author")),
        (MessageRevision, ("n",)),
        (Note, ("at", "author")),
        (AdvisoryRevision, ("document",)),
        (AuditEvent, ("kind", "hash")),
    ):
        rows = list(model.objects.order_by("pk"))
        for one, other in zip(rows, rows[1:], strict=False):
            columns = [model._meta.get_field(name) for name in fields]
            pairs = [(getattr(one, column.attname), getattr(other, column.attname)) for column in columns]
            if any(None in pair for pair in pairs) or all(first == second for first, second in pairs):
                continue

            def swap(one=one, other=other, columns=columns, pairs=pairs):
                for column, (first, second) in zip(columns, pairs, strict=True):
                    if isinstance(column, models.IntegerField):
                        written(one, column, 9000 + second)
                    else:
                        written(one, column, second)
                    written(other, column, first)
                    written(one, column, second)

            assert named_after(swap) != [], f"{model.__name__} {fields}: {one} and {other}"


def test_what_was_said_before_put_back_in_place_is_named(told):
    """With every column that belongs to it, as an old backup has them."""
    for model, revisions in ((Message, MessageRevision), (Note, NoteRevision)):
        row = model.objects.filter(revision=3).get()
        kept = {name: getattr(row, name) for name in ("sealed", "revision", "edited_at")}
        for change in ({"revision": 2}, {"edited_at": None}, {"revision": 1, "edited_at": None}):
            assert named_after(lambda change=change, row=row: [written(row, row._meta.get_field(k), v) for k, v in change.items()])
        # The whole state of an hour ago, sealed for that revision: it opens, and is still not the newest.
        content = row_content(row)
        row.revision, row.edited_at = 2, revisions.objects.filter(n=2).get().at
        keys_of(row).seal(row, content)
        assert named_after(
            lambda row=row: [written(row, row._meta.get_field(k), getattr(row, k)) for k in ("sealed", "revision", "edited_at")]
        )
        assert kept["revision"] == 3


def keys_of(row):
    return verification.Keys.to(shared=Report.objects.values_list("pk", flat=True), internal=Case.objects.values_list("pk", flat=True))


def row_content(row):
    earlier = row.revisions.get(n=2)
    return keys_of(row).open(earlier)


def test_a_retracted_text_that_is_back_is_named(told):
    row = Message.objects.exclude(retracted_at=None).get()
    row.keys = keys_of(row)
    row.keys.seal(row, {"text": "Back.", "html": "<p>Back.</p>", "salt": "0" * 32})
    assert named_after(lambda: written(row, row._meta.get_field("sealed"), row.sealed))
    assert named_after(lambda: written(row, row._meta.get_field("retracted_at"), None))


def test_an_older_title_put_back_is_named(told):
    case = Case.objects.get(ref=told[0].case.ref)
    verification.Keys.to(internal=[case.pk]).seal(case, {"title": "Ünïcode title", "salt": "0" * 32})
    assert "not the one that was committed to" in str(named_after(lambda: written(case, Case._meta.get_field("sealed"), case.sealed))[0])


def test_the_newest_event_with_its_record_is_missed_only_by_a_kept_head(told):
    """Nothing that is left speaks of it: whoever kept the head of the chain sees that it is gone."""
    kept = [verification.Head.parse(str(head)) for head in verification.heads()]
    assert list(verification.against(kept)) == []
    other = told[1]
    last = CaseEvent.objects.filter(report=other).order_by("-seq").first()
    story.builders.a_team_reply(other, by=told[0].case.project.memberships.first().user)
    assert list(verification.against(kept)) == [], "a chain that grew still holds what it held"
    newer = [verification.Head.parse(str(head)) for head in verification.heads()]
    CaseEvent.objects.filter(case=other.case_id, seq__gt=last.seq).delete()
    Message.objects.filter(report=other).delete()
    Report.objects.filter(pk=other.pk).update(acknowledged_at=None)
    assert findings() == []
    assert {finding.uuid for finding in verification.against(newer)} == {other.pk, other.case_id}
    AuditEvent.objects.order_by("-seq").first().delete()
    assert findings() == []
    assert [finding.ref for finding in verification.against(newer) if "audit" in finding.ref] == ["the kept head of audit -"]


def test_a_case_that_is_gone_with_all_it_had_leaves_a_gap_in_the_numbers(told):
    first = told[0].case_id
    with connection.constraint_checks_disabled() if connection.vendor == "sqlite" else transaction.atomic():
        Advisory.objects.filter(case=first).update(case=None)
        victims = Report.objects.filter(case=first)
        for row in CaseEvent.objects.filter(case=first):
            removed(row)
        messages = Message.objects.filter(report__in=victims)
        for row in [*MessageRevision.objects.filter(message__in=messages), *messages, *Attachment.objects.none()]:
            removed(row)
        for row in [*NoteRevision.objects.all(), *Note.objects.filter(case=first), *AdvisoryDraft.objects.filter(case=first)]:
            removed(row)
        for row in [*victims, Case.objects.get(pk=first)]:
            removed(row)
        assert [finding.wrong for finding in findings()] == ["case number 1 is missing"]
        transaction.set_rollback(True)


def test_a_finding_names_table_row_and_case(told):
    message = Message.objects.filter(retracted_at=None, revision=1).first()
    found = named_after(lambda: written(message, Message._meta.get_field("sealed"), b"nothing"))
    assert [(one.table, one.uuid, one.ref) for one in found] == [("intake_message", message.pk, told[0].case.ref)]
    assert str(found[0]) == f"{told[0].case.ref}: intake_message {message.pk}: it cannot be opened"
    assert isinstance(found[0].uuid, UUID)

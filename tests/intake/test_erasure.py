"""Erasing the content of a case: what goes, what stays, what the pages say, and what is refused afterwards."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils.timezone import now

from advisories import publication
from advisories.models import Advisory, AdvisoryDraft
from intake import closure, drafts, erasure, events, periodic, previews, texts, triage
from intake.models import (
    Attachment,
    Case,
    CaseEvent,
    Draft,
    GuestInvitation,
    Message,
    MessageRevision,
    Note,
    NoteRevision,
    Preview,
    Report,
)
from intake.models.event import Kind
from intake.models.sealed import SealedRow
from intake.urls import urlpatterns
from portal.lib.crypto import DecryptError
from portal.models import Keyset
from tests import builders
from tests.intake.attaching import a_file, an_image, attaches, blobs, sends
from tests.intake.doing import CANARY, keyed, letters, said, worded, words_of
from tests.intake.test_event_chain import first_break
from tests.portal.draft_pages import prove_anew

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def case(cast):
    """A closed case with a conversation, a note, earlier revisions, drafts, an open invitation and an advisory draft."""
    report = cast.report
    builders.a_team_reply(report, by=cast.alice, text=f"Thank you. {CANARY}")
    message = builders.a_reporter_reply(report, by=cast.rita)
    note = builders.a_note(report.case, by=cast.bob)
    opened = keyed(report.case)
    for model, of in ((MessageRevision, {"message": message}), (NoteRevision, {"note": note})):
        row = model(n=1, at=now(), renderer=1, **of)
        opened.keys.seal(row, texts.message("As it was."))
        row.save(force_insert=True)
    builders.a_draft(report.case, by=cast.alice)
    report.keys = opened.keys
    drafts.start(cast.rita, report=report, at=now())
    drafts.start(cast.bob, case=opened, at=now())
    own = {"report": report, "invited_by": report.participants.get(role="reporter"), "with_history": True}
    GuestInvitation.objects.create(email="gus@example.org", made_at=now(), expires_at=now() + DAY, **own)
    drafts.start(cast.charlie, project=cast.mail_auth, at=now())
    sends(cast.client("rita"), report, a_file("shot.png", an_image()))
    previews.sweep()
    triage.reject(keyed(report.case), reason="not_reproducible", by=cast.alice, at=now(), **worded())
    closure.close(keyed(report.case), by=cast.alice, at=now())
    return report.case


def erased(cast, case, *, at=None):
    """Decide it, and let the week go by."""
    at = at or now()
    erasure.decide(keyed(case), by=cast.olivia, at=at)
    assert erasure.sweep(at=at + WEEK) == 1
    return Case.objects.get(pk=case.pk)


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db
def test_every_sealed_model_says_where_its_scope_is():
    models = [model for model in apps.get_models() if issubclass(model, SealedRow)]
    assert models == erasure.sealed_models() and len(models) >= 10
    for model in models:
        assert model.SCOPES, f"{model.__name__} would be left behind when its case is erased"
        for lookup in model.SCOPES:
            model._base_manager.filter(**{f"{lookup}__in": [uuid4()]}).exists()


def test_everything_sealed_goes_and_the_stub_stays(cast, case):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    places = [(model, model._base_manager.count()) for model in erasure.sealed_models()]
    assert not [model.__name__ for model, count in places if not count], "the story leaves one untried"
    before = Case.objects.values("ref", "project", "opened_at", "verdict", "verdict_at", "rejection_reason", "closed_at").get(pk=case.pk)
    left = erased(cast, case)
    scopes = {case.pk, cast.report.pk}
    for model in erasure.sealed_models():
        for row in model._base_manager.all():
            assert (bytes(row.sealed) == b"") == (row.scope_uuid in scopes), f"{model.__name__} {row.pk}"
    assert not Keyset.objects.filter(scope_uuid__in=scopes).exists()
    assert Keyset.objects.filter(scope_uuid__in=[other.pk, other.case_id]).count() == 2
    assert Draft.objects.get().user == cast.charlie and not GuestInvitation.objects.exists()
    assert Case.objects.values(*before).get(pk=case.pk) == before
    assert Message.objects.filter(report=cast.report).count() == 4 and left.erased_at
    assert first_break(case) is None


def test_files_go_from_the_storage_also_those_that_were_not_sent(cast, case, django_capture_on_commit_callbacks):
    before = blobs()
    rita = cast.client("rita")
    attaches(rita, f"/reports/{cast.report.ref}/files/", a_file("unsent.txt"))
    other = builders.a_report(cast.mailat, by=cast.charlie)
    sends(cast.client("charlie"), other, a_file())
    assert len(blobs() - before) == 2
    with django_capture_on_commit_callbacks(execute=True):
        erased(cast, case)
    assert blobs() - before == {Attachment.objects.get(message__report=other).blob}
    gone = Attachment.objects.exclude(message__report=other).get()
    assert gone.shredded_at and not Preview.objects.exists() and gone.blob not in blobs()


def test_each_report_of_the_case_is_told_of_in_its_own_chain(cast, case):
    second = builders.a_report(cast.mailat, by=cast.charlie)
    Report.objects.filter(pk=second.pk).update(case=case)
    erased(cast, case)
    told = CaseEvent.objects.filter(case=case, kind__in=["erasure_planned", "erased"])
    assert {(event.kind, event.report_id) for event in told} == {
        (kind, report) for kind in ("erasure_planned", "erased") for report in (cast.report.pk, second.pk)
    }
    assert not Keyset.objects.filter(scope_uuid=second.pk).exists()


def test_nothing_opens_any_more_not_even_with_the_old_ciphertext(cast, case):
    opened, sealed = keyed(case), bytes(Report.objects.get(pk=cast.report.pk).sealed)
    assert opened.keys.open(cast.report)
    erased(cast, case)
    cast.report.sealed = sealed
    with pytest.raises(DecryptError, match="gone"):
        keyed(case).keys.open(cast.report)


def test_the_pages_say_what_was_erased_and_what_stays_without_an_alarm(cast, case, caplog):
    erased(cast, case, at=now() - 8 * DAY)
    caplog.clear()
    caplog.set_level(logging.WARNING)
    rita, bob, report = cast.client("rita"), cast.client("bob"), cast.report
    shown = page(rita, report.get_absolute_url())
    for words in ("The content was erased:", "An owner of the project decided it.", "gone from the last backup on", "Content erased"):
        assert words in shown, words
    assert report.ref in shown and case.ref not in shown and "Team note" not in shown
    shown = page(bob, case.get_absolute_url())
    assert "The content was erased:" in shown and "not accepted: could not be reproduced" in shown
    assert "(erased)" in page(rita, "/reports/") and "(erased)" in page(bob, "/inbox/?show=closed")
    assert "(erased)" in page(bob, f"{case.get_absolute_url()}timeline/")
    assert report.commitment in page(rita, f"{report.get_absolute_url()}receipt/")
    for words in ("cannot be opened", CANARY):
        assert words not in shown
    assert not caplog.records, caplog.text


@pytest.mark.parametrize(
    "who, path, data",
    [
        ("rita", "/reports/{report}/reply/", said("What I wrote.")),
        ("alice", "/cases/{case}/reports/{report}/reply/", said("What I wrote.")),
        ("bob", "/cases/{case}/note/", said("What I wrote.")),
    ],
)
def test_writing_is_refused_with_the_text_in_place(cast, case, who, path, data):
    erased(cast, case, at=now() - 8 * DAY)
    count = Message.objects.count()
    answer = cast.client(who).post(path.format(report=cast.report.ref, case=case.ref), data)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "What I wrote." in shown and "Your text was not sent" in shown and "was erased meanwhile" in shown
    assert Message.objects.count() == count


@pytest.mark.parametrize(
    "who, method, path",
    [
        ("alice", "post", "/cases/{case}/title/"),
        ("alice", "post", "/cases/{case}/severity/"),
        ("olivia", "get", "/cases/{case}/erasure/"),
        ("olivia", "post", "/cases/{case}/hold/"),
        ("alice", "get", "/advisories/case/{case}/"),
        ("alice", "post", "/advisories/case/{case}/begin/"),
        ("alice", "get", "/advisories/case/{case}/preview/"),
        ("alice", "get", "/advisories/case/{case}/publish/"),
        ("rita", "get", "/reports/{report}/erasure/"),
        ("rita", "get", "/reports/{report}/hand-over/"),
        ("rita", "get", "/reports/{report}/guests/"),
    ],
)
def test_whatever_needs_content_is_refused_with_a_sentence(cast, case, who, method, path):
    erased(cast, case, at=now() - 8 * DAY)
    data = {"title": "New", "severity": "high", "text": "Why", "client_id": uuid4()}
    answer = getattr(cast.client(who), method)(path.format(report=cast.report.ref, case=case.ref), data)
    assert answer.status_code == 403 and "was erased on" in answer.content.decode()


@pytest.mark.parametrize(
    "who, path, status",
    [
        ("alice", "/cases/{case}/title/", 422),
        ("alice", "/cases/{case}/note/", 422),
        ("alice", "/cases/{case}/reports/{report}/reply/", 422),
        ("olivia", "/cases/{case}/hold/", 422),
        ("rita", "/reports/{report}/reply/", 422),
        ("rita", "/reports/{report}/erasure/", 409),
        ("rita", "/reports/{report}/messages/{message}/edit/", 422),
        ("alice", "/advisories/case/{case}/begin/", 302),
    ],
)
def test_an_erasure_that_comes_between_door_and_verb_is_told_in_words(cast, case, who, path, status):
    message = Message.objects.filter(author__user=cast.rita).first()
    AdvisoryDraft.objects.all().delete()
    erasure.decide(keyed(case), by=cast.olivia, at=now() - 8 * DAY)
    came = []

    def comes(execute, sql, params, many, context):
        if not came and sql.startswith('SELECT "intake_case"."uuid", "intake_case"."erased_at" FROM'):
            came.append(True)
            assert erasure.sweep(at=now()) == 1
        return execute(sql, params, many, context)

    data = {"text": "Late words.", "title": "Late words.", "revision": 1, "client_id": uuid4()}
    with connection.execute_wrapper(comes):
        answer = cast.client(who).post(path.format(report=cast.report.ref, case=case.ref, message=message.pk), data)
    assert came and answer.status_code == status
    assert "erased" in (answer.content.decode() if status != 302 else cast.client(who).get(answer.url).content.decode())
    assert status != 422 or "Late words." in answer.content.decode()


def test_an_erased_case_is_not_reopened(cast, case):
    erased(cast, case, at=now() - 8 * DAY)
    answer = cast.client("alice").post(f"/cases/{case.ref}/move/reopen/", {"client_id": uuid4()})
    assert answer.status_code == 422 and "is not possible" in answer.content.decode()
    assert Case.objects.get(pk=case.pk).closed_at


def test_whoever_had_the_keys_in_hand_meanwhile_writes_nothing(cast, case):
    late = keyed(case)
    late.keys.open(late)
    erased(cast, case)
    with pytest.raises(events.Erased):
        events.record(late, Kind.NOTE_WRITTEN, at=now(), record=uuid4(), commitment="0" * 64)


def test_an_advisory_that_was_looked_at_before_is_not_published_afterwards(cast):
    report = builders.a_report(cast.mailat, by=cast.rita)
    draft = builders.a_draft(keyed(report.case), by=cast.alice)
    assert draft.record.title
    Case.objects.filter(pk=report.case_id).update(closed_at=now(), erased_at=now())
    with pytest.raises(publication.NotPublishable, match="erased meanwhile"):
        publication.publish(draft, by=cast.alice, at=now())
    assert not Advisory.objects.exists()


def test_the_advisory_stays_public_and_can_be_withdrawn(cast, client):
    advisory = builders.an_advisory(cast.case, by=cast.alice)
    closure.close(keyed(cast.case), by=cast.alice, at=now())
    erased(cast, cast.case, at=now() - 8 * DAY)
    path = advisory.get_absolute_url()
    assert "Stored script in message previews" in page(client, path)
    answer = prove_anew(cast.client("alice")).post(f"/advisories/case/{cast.case.ref}/withdraw/", {"reason": "It was wrong."})
    assert answer.status_code == 302 and "It was wrong." in page(client, path)
    assert first_break(cast.case) is None


def test_no_clock_is_left_and_nobody_is_reminded(cast, case):
    erased(cast, case)
    assert not cast.report.deadlines.filter(met_at=None, cancelled_at=None).exists()
    before = CaseEvent.objects.count()
    periodic.sweep(at=now() + 90 * DAY)
    assert CaseEvent.objects.count() == before


def test_its_people_are_told_without_a_word_of_it(cast, case):
    letters()
    with time_machine.travel(now() + WEEK):
        erased(cast, case, at=now() - WEEK)
        told = [letter for letter in letters() if "was erased" in letter.subject]
    assert {letter.to[0] for letter in told} == {"rita@example.org", "alice@example.org", "bob@example.org", "olivia@example.org"}
    assert not any(CANARY in words_of(letter) for letter in told)


def test_a_failure_in_the_middle_leaves_everything_as_it_was(cast, case):
    erasure.decide(keyed(case), by=cast.olivia, at=now())

    def broken_disk(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "intake_caseevent" in sql:
            raise OperationalError("disk I/O error")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken_disk):
        assert erasure.sweep(at=now() + WEEK) == 0
    assert Case.objects.get(pk=case.pk).erased_at is None
    assert keyed(case).keys.open(Report.objects.get(pk=cast.report.pk))
    assert [erasure.sweep(at=now() + WEEK) for _again in range(2)] == [1, 0]
    assert CaseEvent.objects.filter(case=case, kind="erased").count() == 1


def test_no_address_of_an_erased_case_breaks(cast, case, caplog):
    """Whatever stands open in a browser when it is erased, is asked for or sent afterwards: an answer in words, and no alarm."""
    message, note = Message.objects.filter(author__user=cast.rita).first(), Note.objects.get()
    of_team = Message.objects.filter(author__user=cast.alice).first()
    erased(cast, case, at=now() - 8 * DAY)
    caplog.clear()
    caplog.set_level(logging.ERROR)
    people = {"reports/": cast.client("rita"), "cases/": cast.client("olivia")}
    refs = {"reports/": cast.report.ref, "cases/": case.ref}
    tried = 0
    for one in urlpatterns:
        route = str(one.pattern)
        side = next((side for side in people if route.startswith(f"{side}<slug:ref>")), None)
        if side is None:
            continue
        row = note if "note" in one.name else message if side == "reports/" else of_team
        known = {"ref": refs[side], "report_ref": cast.report.ref, "uuid": row.pk, "name": "close"}
        path = reverse(one.name, kwargs={name: known[name] for name in one.pattern.converters})
        data = {"text": "Late words.", "client_id": uuid4(), "revision": 1, "title": "Late", "severity": "high", "stamp": "0"}
        for method in ("get", "post"):
            answer = getattr(people[side], method)(path, data)
            assert answer.status_code < 500, f"{method} {path}"
            b"".join(answer.streaming_content) if answer.streaming else answer.content
            tried += 1
    assert tried > 40
    assert not caplog.records, caplog.text
    assert not Message.objects.exclude(sealed=b"").exists() and not Note.objects.exclude(sealed=b"").exists()
    assert not Draft.objects.filter(project=None).exists()

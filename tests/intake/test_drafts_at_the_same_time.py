"""A draft that is saved, sent and discarded at the same moment: it is gone in the end, and nothing that was sent is lost."""

from contextlib import suppress
from functools import partial
from uuid import uuid4

import pytest
from django.utils.timezone import now

from intake import attachments, conversation, drafts, seen, submission, texts, unsent
from intake.models import Attachment, Draft, Message, Participant, Report, SeenMark
from portal import policies
from portal.keys import Keys
from portal.models import Keyset
from portal.uploads import Staged
from tests import builders
from tests.cast import assemble
from tests.intake.test_at_the_same_time import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def with_keys(report):
    found = Report.objects.select_related("case", "policy").get(pk=report.pk)
    found.keys = Keys.to(shared=[report.pk])
    return found


def saving(user, client_id, **place):
    """A save as the page sends it; that it was sent already is no trouble."""

    def save():
        fields = {"text": "Half", "title": "Half", "client_id": str(client_id)}
        with suppress(drafts.SentAlready):
            drafts.save(user, fields=fields, labels={}, page="page", known=0, at=now(), **place)

    return save


def test_a_message_is_sent_while_its_page_still_saves():
    cast = assemble()
    for _round in range(ROUNDS):
        form, content = uuid4(), texts.message("Whole")
        send = partial(conversation.reporter_reply, with_keys(cast.report), content=content, client_id=form, by=cast.rita, at=now())
        assert together(saving(cast.rita, form, report=with_keys(cast.report)), send) == []
        assert not Draft.objects.exists() and Message.objects.filter(client_id=form).exists()


def test_a_report_is_sent_while_its_page_still_saves_and_its_key_opens_it():
    cast = assemble()
    policy = policies.in_force(cast.mailat, now())
    for _round in range(ROUNDS):
        form, content = uuid4(), builders.a_content()
        send = partial(submission.submit, policy, content=content, client_id=form, by=cast.rita, at=now())
        assert together(saving(cast.rita, form, project=cast.mailat), send) == []
        report = Report.objects.get(client_id=form)
        assert not Draft.objects.exists()
        assert Keys.to(shared=[report.pk]).open(report)["title"] == content["title"]


def test_a_report_is_sent_while_its_draft_is_discarded():
    cast = assemble()
    policy = policies.in_force(cast.mailat, now())
    for _round in range(ROUNDS):
        form, content = uuid4(), builders.a_content()
        saving(cast.rita, form, project=cast.mailat)()
        draft = drafts.of(cast.rita, project=cast.mailat)
        send = partial(submission.submit, policy, content=content, client_id=form, by=cast.rita, at=now())
        assert together(partial(unsent.discard, draft, at=now()), send) == []
        report = Report.objects.get(client_id=form)
        assert Keys.to(shared=[report.pk]).open(report)["title"] == content["title"], "the key of a sent report is never destroyed"
        assert not Draft.objects.exists()
        assert Keyset.objects.filter(purpose="shared").count() == Report.objects.count()


@pytest.mark.parametrize("place", ["project", "report"])
def test_a_file_is_attached_while_the_draft_is_discarded(place):
    """It hangs on the draft that is thrown away, or on one that begins anew; the key of what hangs is never gone."""
    cast = assemble()
    place = {"project": cast.mailat} if place == "project" else {"report": with_keys(cast.report)}
    for _round in range(ROUNDS * 2):
        saving(cast.rita, uuid4(), **place)()
        draft = drafts.of(cast.rita, **place)
        assert together(attaching(cast.rita, **place), partial(unsent.discard, draft, at=now())) == []
        for row in Attachment.objects.filter(shredded_at=None):
            assert Keys.to(shared=[row.scope]).open(row)
        for rest in Draft.objects.all():
            unsent.discard(rest, at=now())
        assert Keyset.objects.filter(purpose="shared").count() == Report.objects.count()


def attaching(user, **place):
    file = Staged("poc.txt")
    file.write(b"GET /")
    file.finish()
    return partial(attachments.add, [file], by=user, at=now(), **place)


def test_many_windows_begin_one_draft():
    cast = assemble()
    report = with_keys(cast.report)
    assert together(*[partial(drafts.start, cast.rita, at=now(), report=report) for _window in range(4)]) == []
    assert Draft.objects.count() == 1


def test_one_person_looks_in_many_windows_for_the_first_time():
    cast = assemble()
    report = with_keys(cast.report)
    assert together(*[partial(seen.mark, [report], by=cast.bob, at=now(), until={}) for _window in range(4)]) == []
    assert SeenMark.objects.count() == 1 and Participant.objects.filter(user=cast.bob).count() == 1
    assert cast.case.events.filter(kind="seen").count() == 1

"""A draft is begun from the case by choice, sealed, and never overwritten unseen."""

from dataclasses import replace

import pytest
from django.utils.timezone import now

from advisories import drafting
from advisories.drafting import Source
from advisories.models import AdvisoryDraft
from advisories.record import Affected, Record
from intake import triage
from intake.models import CaseEvent
from portal.lib.crypto import DecryptError
from tests.advisories.builders import RECORD, a_draft, as_posted, opened

PAGE = "/advisories/case/{}/"


def test_nothing_is_taken_over_unless_it_was_chosen(cast):
    draft = drafting.begin(opened(cast.case), by=cast.bob, at=now())
    assert draft.record == Record()
    assert CaseEvent.objects.filter(case=cast.case, kind="advisory_drafted").count() == 1


def test_each_thing_chosen_comes_from_the_case(cast):
    case = opened(cast.case)
    triage.set_severity(case, severity="high", by=cast.alice, at=now())
    record = drafting.begin(case, take=list(Source), by=cast.bob, at=now()).record
    assert record == Record(
        title="Stored XSS in the inbox preview",
        severity="high",
        affected=(Affected("Mailat", "1.4.2"),),
        credits=("Rita",),
        reported_on=cast.report.received_at.date(),
    )


def test_begun_twice_it_is_one_draft(cast):
    case = opened(cast.case)
    first, second = (drafting.begin(case, by=cast.bob, at=now()) for _press in range(2))
    assert first.pk == second.pk
    assert CaseEvent.objects.filter(case=case, kind="advisory_drafted").count() == 1


def test_the_database_holds_no_word_of_it(cast):
    draft = AdvisoryDraft.objects.get(pk=a_draft(cast.case, by=cast.bob).pk)
    assert b"script" not in bytes(draft.sealed)


def test_an_older_state_put_back_does_not_open(cast):
    case = opened(cast.case)
    older = drafting.begin(case, by=cast.bob, at=now())
    newer = drafting.save(older, content=RECORD, expected_revision=1, by=cast.bob, at=now())
    newer.sealed = older.sealed
    with pytest.raises(DecryptError):
        _ = newer.record


def test_the_page_offers_to_begin_and_shows_what_it_would_take_over(cast):
    page = cast.client("bob").get(PAGE.format(cast.case.ref)).content.decode()
    assert "Stored XSS in the inbox preview" in page and "Rita" in page
    answer = cast.client("bob").post(PAGE.format(cast.case.ref) + "begin/", {"take": ["credits"]})
    assert answer.status_code == 302
    draft = AdvisoryDraft.objects.get()
    draft.case = opened(cast.case)
    assert draft.record == Record(credits=("Rita",))


def test_what_is_typed_is_saved_and_shown_again(cast):
    drafting.begin(opened(cast.case), by=cast.bob, at=now())
    bob, page = cast.client("bob"), PAGE.format(cast.case.ref)
    assert bob.post(page, as_posted(RECORD, revision=1)).status_code == 302
    shown = bob.get(page)
    assert shown.context["parts"].form["credits"].value() == "Rita"
    assert 'value="1.0.0 to 1.4.2"' in shown.content.decode()
    draft = AdvisoryDraft.objects.get()
    draft.case = opened(cast.case)
    assert draft.record == RECORD


def test_a_row_that_is_emptied_goes_away(cast):
    draft = a_draft(cast.case, by=cast.bob)
    posted = as_posted(RECORD, revision=2) | {
        "affected-INITIAL_FORMS": 1,
        "affected-0-component": "",
        "affected-0-versions": "",
        "affected-0-fixed": "",
    }
    assert cast.client("bob").post(PAGE.format(cast.case.ref), posted).status_code == 302
    saved = AdvisoryDraft.objects.get(pk=draft.pk)
    saved.case = opened(cast.case)
    assert saved.record.affected == ()


def test_of_two_editors_the_second_keeps_the_text_and_is_told(cast):
    a_draft(cast.case, by=cast.bob)
    page = PAGE.format(cast.case.ref)
    first, second = cast.client("alice"), cast.client("bob")
    assert first.post(page, as_posted(replace(RECORD, title="Alice was here"), revision=2)).status_code == 302
    answer = second.post(page, as_posted(replace(RECORD, title="Bob was here"), revision=2))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody saved this draft meanwhile" in text and "Bob was here" in text
    assert "Alice was here" in second.get(page).content.decode()
    # Told, Bob may save over it.
    again = answer.context["parts"].form["revision"].value()
    assert second.post(page, as_posted(replace(RECORD, title="Bob was here"), revision=again)).status_code == 302
    assert "Bob was here" in first.get(page).content.decode()


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("references", "javascript:alert(1)", "is not a web address"),
        ("cve_ids", "CVE-26-1", "does not read as a CVE number"),
        ("affected-0-versions", "", "empty the whole row"),
        ("description", "x" * 66_000, "at most 64 KiB fit"),
        ("revision", "x", "Not saved yet"),
        ("affected-TOTAL_FORMS", "x", "Not saved yet"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_lost(cast, field, value, sentence):
    a_draft(cast.case, by=cast.bob)
    answer = cast.client("bob").post(PAGE.format(cast.case.ref), as_posted(RECORD, revision=2) | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert AdvisoryDraft.objects.get().revision == 2


def test_a_session_that_ran_out_gives_the_text_back(cast):
    a_draft(cast.case, by=cast.bob)
    answer = cast.client(None).post(PAGE.format(cast.case.ref), as_posted(replace(RECORD, title="Kept all the same"), revision=2))
    assert answer.status_code == 401
    assert "Kept all the same" in answer.content.decode()


@pytest.mark.parametrize(
    "who, status", [("alice", 200), ("bob", 200), ("olivia", 200), ("rita", 404), ("charlie", 404), ("ada", 404), (None, 302)]
)
@pytest.mark.parametrize("page", ["", "preview/"])
def test_only_the_team_opens_a_draft(cast, page, who, status):
    a_draft(cast.case, by=cast.bob)
    assert cast.client(who).get(PAGE.format(cast.case.ref) + page).status_code == status

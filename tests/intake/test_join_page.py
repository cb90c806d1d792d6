"""The page on which a report is joined: by a typed reference or from a short list; what was found is shown before it is done."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from intake import closure, texts, triage
from intake.models import Case, CaseEvent, Message
from tests import builders
from tests.intake import joined
from tests.intake.doing import field, keyed, letters, worded, words_of


@pytest.fixture
def pair(cast):
    first, second = joined.two(cast)
    cast.left, cast.url = second.case, f"/cases/{second.case.ref}/reports/{second.ref}/join/"
    return first, second


def test_it_is_looked_up_shown_and_joined(cast, pair):
    bob = cast.client("bob")
    assert cast.url in bob.get(f"/cases/{cast.left.ref}/").content.decode()
    page = bob.get(cast.url).content.decode()
    assert f"?into={pair[0].case.ref}" in page and joined.EARLIER in page and "Join it to" not in page
    page = bob.get(cast.url, {"into": f" {pair[0].case.ref.lower()} "}).content.decode()
    assert f"Join it to {pair[0].case.ref}" in page and not CaseEvent.objects.filter(kind="report_joined").exists()
    done = bob.post(cast.url, {"into": pair[0].case.ref}, follow=True)
    assert done.redirect_chain == [(f"/cases/{pair[0].case.ref}/", 302)] and "was joined to this case" in done.content.decode()
    assert joined.anew(pair[1]).case == pair[0].case


def test_a_second_press_is_told_that_it_is_there(cast, pair):
    bob = cast.client("bob")
    bob.post(cast.url, {"into": pair[0].case.ref})
    again = bob.post(cast.url, {"into": pair[0].case.ref})
    assert again.status_code == 409 and "already" in again.content.decode()
    assert CaseEvent.objects.filter(kind="report_joined", report=pair[1]).count() == 1


@pytest.mark.parametrize("typed", ["", "MAILAT-2026-9999", "x" * 40, "\0", "MAIL-AUTH-2026-0001", "%00'"])
def test_what_is_no_case_of_the_project_is_refused(cast, pair, typed):
    builders.a_report(cast.mail_auth, by=cast.rita, title="canary-foreign")
    answer = cast.client("bob").post(cast.url, {"into": typed})
    assert answer.status_code == 422 and "canary-foreign" not in answer.content.decode()
    assert joined.anew(pair[1]).case == cast.left


def test_a_case_of_another_project_is_not_found_even_by_who_is_on_both_teams(cast, pair):
    builders.on_team(cast.bob, cast.mail_auth, "owner")
    other = builders.a_report(cast.mail_auth, by=cast.rita)
    assert cast.client("bob").post(cast.url, {"into": other.case.ref}).status_code == 422
    assert other.case.ref not in cast.client("bob").get(cast.url).content.decode()


def test_a_closed_case_says_so_before_anything_is_done(cast, pair):
    case = keyed(pair[0].case)
    triage.reject(case, reason="spam", by=cast.bob, at=now(), **worded())
    closure.close(case, by=cast.alice, at=now())
    page = cast.client("bob").get(cast.url, {"into": case.ref}).content.decode()
    assert "is closed, so no report can be joined to it" in page and "Join it to" not in page
    assert cast.client("bob").post(cast.url, {"into": case.ref}).status_code == 409


def test_the_list_is_short_and_asks_the_same_few_questions(cast, pair, django_assert_max_num_queries):
    bob, counts = cast.client("bob"), []
    for _more in range(12):
        builders.a_report(cast.mailat, by=cast.rita)
    bob.get(cast.url)
    with django_assert_max_num_queries(16) as asked:
        page = bob.get(cast.url).content.decode()
    counts.append(len(asked))
    assert page.count('href="?into=') == 10
    Case.objects.filter(project=cast.mailat).exclude(pk__in=[cast.left.pk, pair[0].case_id]).update(closed_at=now())
    with django_assert_max_num_queries(16) as asked:
        assert bob.get(cast.url).content.decode().count('href="?into=') == 1
    assert counts == [len(asked)]


def test_the_reporter_is_told_by_a_letter_that_says_nothing(cast, pair):
    before = len(letters())
    joined.join(pair[1], pair[0], by=cast.bob)
    told = letters()[before:]
    assert [letter.to for letter in told] == [["carol-canary@example.org"]]
    assert pair[1].ref in told[0].subject and not [word for word in ("join", pair[0].ref, cast.left.ref) if word in words_of(told[0])]


def test_with_several_reports_it_is_plain_whom_one_answers(cast, pair):
    joined.join(pair[1], pair[0], by=cast.bob)
    page = cast.client("bob").get(f"/cases/{pair[0].case.ref}/").content.decode()
    assert f"Send to the reporter of {pair[0].ref}" in page and f"Send to the reporter of {pair[1].ref}" in page
    timeline = cast.client("bob").get(f"/cases/{pair[0].case.ref}/timeline/").content.decode()
    assert "Report joined" in timeline


def test_a_verdict_that_was_written_before_the_join_is_not_sent_and_its_text_is_kept(cast, pair):
    bob, path = cast.client("bob"), f"/cases/{pair[0].case.ref}/move/reject/"
    form = {"text": "canary-verdict", "reason": "spam", "client_id": uuid4(), "shown": field(bob.get(path), "shown")}
    joined.join(pair[1], pair[0], by=cast.alice)
    refused = bob.post(path, form)
    page = refused.content.decode()
    assert refused.status_code == 422 and "it would go to other people" in page and "canary-verdict" in page
    assert Case.objects.get(pk=pair[0].case_id).verdict == "" and not Message.objects.exists()
    form["shown"] = field(refused, "shown")
    assert bob.post(path, form).status_code == 302 and Message.objects.count() == 2


def test_a_verdict_that_meets_a_join_is_not_sent(cast, pair):
    case = keyed(pair[0].case)
    joined.join(pair[1], pair[0], by=cast.alice)
    with pytest.raises(texts.TextRefused):
        triage.defer(case, by=cast.bob, at=now(), **worded())
    assert Case.objects.get(pk=case.pk).verdict == "" and not Message.objects.exists()


def test_an_edit_from_a_page_that_was_open_before_is_kept(cast, pair):
    message = builders.a_team_reply(pair[1], by=cast.bob)
    joined.join(pair[1], pair[0], by=cast.alice)
    path = f"/cases/{cast.left.ref}/messages/{message.pk}/"
    edited = cast.client("bob").post(f"{path}edit/", {"text": "Put differently.", "revision": 1})
    assert edited.status_code == 302 and edited.url.startswith(f"/cases/{pair[0].case.ref}/?at=")
    assert Message.objects.get().revision == 2
    assert cast.client("bob").post(f"/cases/{cast.left.ref}/messages/{uuid4()}/edit/", {"text": "x"}).status_code == 404
    assert cast.client("charlie").post(f"{path}edit/", {"text": "x"}).status_code == 404

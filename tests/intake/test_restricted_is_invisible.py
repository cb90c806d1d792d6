"""A restricted case is invisible to a team-mate whom it does not name: no page, list, search, letter or copy says that it exists."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.timezone import now

from accounts import outbox
from accounts.models import Delivery, How, Kind, NoticeChoice
from intake import guests, periodic, reach, restriction, submission
from intake.models import Case, CaseEvent
from portal import tokens
from portal.models import Membership
from tests import builders
from tests.intake import copied, joined
from tests.intake.doing import keyed, letters, said, words_of
from tests.intake.restricted import HIDDEN, anew, proved, restrict


@pytest.fixture
def hidden(cast):
    """A case that Bob worked on, and that Alice keeps to herself now; another one is open to all."""
    assert cast.case
    report = builders.a_report(cast.mailat, by=cast.rita, title=HIDDEN, answers={"description": HIDDEN})
    builders.a_team_reply(report, by=cast.bob, text=HIDDEN)
    builders.a_note(report.case, by=cast.bob, text=HIDDEN)
    cast.file = builders.a_sent_file(report, by=cast.rita, name=f"{HIDDEN}.txt")
    letters().clear()
    return restrict(report.case, by=cast.alice)


def addresses(case, report, file):
    """Every address of intake and advisories that leads to a case."""
    for name in {key for key in get_resolver().reverse_dict if isinstance(key, str)}:
        for extra in (
            {},
            {"report_ref": report.ref},
            {"uuid": uuid4()},
            {"uuid": file.pk},
            {"report_ref": report.ref, "uuid": uuid4()},
            {"name": "reject"},
        ):
            try:
                address = reverse(name, kwargs={"ref": case.ref, **extra})
            except NoReverseMatch:
                continue
            if address.startswith("/cases/"):
                yield address
    yield from (reverse(f"advisories:{name}", args=[case.ref]) for name in ("draft", "preview", "publish"))


@pytest.mark.parametrize("who", ["bob", "olivia"])
def test_every_address_of_it_is_unknown(cast, hidden, who):
    report, client = hidden.reports.get(), proved(cast, who)
    found = set(addresses(hidden, report, cast.file))
    assert len(found) > 20
    for address in found:
        for ask in (client.get, client.post):
            assert ask(address).status_code in (404, 405), address
    alice = proved(cast, "alice")
    assert alice.get(f"/cases/{hidden.ref}/").status_code == alice.get(f"/cases/{hidden.ref}/files/{cast.file.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["bob", "olivia"])
def test_no_page_of_the_team_names_it(cast, hidden, who):
    client = cast.client(who)
    pages = ("/inbox/", "/inbox/?show=closed", f"/cases/{cast.case.ref}/", f"/cases/{cast.case.ref}/timeline/", "/p/mailat/team/")
    pages += (f"/cases/{cast.case.ref}/reports/{cast.report.ref}/join/", "/desk/", "/reports/")
    for path in pages:
        page = client.get(path, follow=True).content.decode()
        assert HIDDEN not in page and hidden.ref not in page, path
    assert cast.case.ref in client.get("/inbox/").content.decode(), "the positive control"


def test_a_search_finds_nothing_of_it(cast, hidden):
    for who, finds in (("bob", False), ("olivia", False), ("alice", True)):
        page = cast.client(who).post("/search/", {"words": HIDDEN}).content.decode()
        assert (hidden.ref in page) == finds, who
        within = reach.Reach(getattr(cast, who), (cast.mailat.pk,))
        for rows in (reach.team_cases(within).filter(pk=hidden.pk), reach.team_reports(within).filter(case=hidden)):
            assert rows.exists() == finds, f"{who}: no budget is spent on what the keys refuse"
        assert reach.team_notes(within).exists() == reach.team_messages(within).exists() == finds


def test_somebody_who_reported_it_finds_their_own_words_though_their_team_mates_keep_it(cast):
    report = builders.a_report(cast.mailat, by=cast.bob, title=HIDDEN)
    restrict(report.case, by=cast.alice)
    page = cast.client("bob").post("/search/", {"words": HIDDEN}).content.decode()
    assert report.ref in page and report.case.ref not in page
    assert cast.client("bob").get(f"/reports/{report.ref}/").status_code == 200


def test_programs_are_not_told(cast, hidden):
    for who, refs in ((cast.bob, {cast.case.ref}), (cast.alice, {cast.case.ref, hidden.ref})):
        _token, secret = tokens.make(cast.mailat, name="bot", scopes=["list_cases"], lives=tokens.USUAL, by=who, at=now())
        answer = Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/projects/mailat/cases/").json()
        assert {one["ref"] for one in answer["results"]} == refs


def test_nobody_else_is_told_by_letter(cast, hidden):
    report = hidden.reports.get()
    builders.a_reporter_reply(report, by=cast.rita, text=HIDDEN)
    builders.a_guest(report, builders.a_person("Gina"), by=cast.rita)
    periodic.sweep(at=Case.objects.get(pk=hidden.pk).next_due_at + timedelta(minutes=1))
    sent = [one for one in letters() if hidden.ref in words_of(one)]
    assert sent and {one.to[0] for one in sent} == {"alice@example.org"}


def test_nobody_else_can_be_mentioned_there(cast, hidden):
    page = cast.client("alice").get(f"/cases/{hidden.ref}/").content.decode()
    assert 'data-handle="bob"' not in page and 'data-handle="olivia"' not in page
    assert 'data-handle="bob"' in cast.client("alice").get(f"/cases/{cast.case.ref}/").content.decode()


def test_a_reporter_who_mentions_them_brings_them_no_letter(cast, hidden):
    report = hidden.reports.get()
    page = cast.client("rita").get(f"/reports/{report.ref}/").content.decode()
    handle = re.search(r'data-handle="(bob)"', page)
    assert handle, "who answered before stays known to the reporter"
    cast.client("rita").post(f"/reports/{report.ref}/reply/", said("@bob look"))
    assert not any("bob@example.org" in one.to for one in letters())


def test_the_reporter_and_a_guest_keep_what_they_have_and_do_not_learn_of_it(cast, hidden):
    report, gina = hidden.reports.get(), builders.a_person("Gina")
    builders.a_guest(report, gina, by=cast.rita)
    for who in ("rita", gina):
        page = cast.client(who).get(f"/reports/{report.ref}/").content.decode()
        assert HIDDEN in page and "restrict" not in page.lower()
    assert not CaseEvent.objects.filter(report=report, kind="restricted").exists()


def test_it_is_no_case_to_join_to(cast, hidden):
    url = f"/cases/{cast.case.ref}/reports/{cast.report.ref}/join/"
    bob = cast.client("bob")
    for ask in (bob.get, bob.post):
        page = ask(url, {"into": hidden.ref}).content.decode()
        assert "No case of this project has this reference" in page and HIDDEN not in page
    assert f"?into={hidden.ref}" in cast.client("alice").get(url).content.decode()


def test_a_case_that_was_joined_to_it_leads_nowhere_for_others(cast, hidden):
    joined.join(cast.report, hidden, by=cast.alice)
    page = cast.client("bob").get(f"/cases/{cast.case.ref}/").content.decode()
    assert "in another case now" in page and hidden.ref not in page
    assert hidden.ref not in cast.client("bob").get(f"/cases/{cast.case.ref}/timeline/").content.decode()
    assert f"/cases/{hidden.ref}/" in cast.client("alice").get(f"/cases/{cast.case.ref}/").content.decode()


def test_a_report_that_came_out_of_it_names_it_to_nobody_else(cast, hidden):
    report = joined.anew(hidden.reports.get())
    alice = proved(cast, "alice")
    url = f"/cases/{hidden.ref}/reports/{report.ref}/join/"
    page = alice.get(url, {"into": cast.case.ref}).content.decode()
    assert "everybody on it will read this report" in page
    assert alice.post(url, {"into": cast.case.ref}).status_code == 409 and joined.anew(report).case == hidden
    assert alice.post(url, {"into": cast.case.ref, "opens": "on"}).status_code == 302
    page = cast.client("bob").get(f"/cases/{cast.case.ref}/").content.decode()
    assert HIDDEN in page and hidden.ref not in page
    assert hidden.ref in cast.client("alice").get(f"/cases/{cast.case.ref}/").content.decode()


def test_only_who_may_restrict_joins_a_report_out_of_it(cast, hidden):
    restriction.admit(hidden, cast.bob, by=cast.alice, at=now())
    report = hidden.reports.get()
    answer = cast.client("bob").post(f"/cases/{hidden.ref}/reports/{report.ref}/join/", {"into": cast.case.ref, "opens": "on"})
    assert "Ask a maintainer or an owner" in answer.content.decode() and joined.anew(report).case == hidden


def test_what_somebody_takes_along_does_not_name_it(cast, hidden):
    """But for the letters that they got before: those are theirs, with the references that stood in them."""
    told = json.loads(copied.files_of(copied.bytes_of(proved(cast, "bob").post("/account/data/export/")))["account.json"])
    parts = json.dumps(told["parts_in_reports"])
    assert hidden.ref not in parts and hidden.reports.get().ref not in parts
    assert None in [one["of"] for one in told["parts_in_reports"]], "that they had a part stays told"


def test_a_letter_that_never_reached_them_is_not_told_there_either(cast):
    NoticeChoice.objects.create(user=cast.bob, kind=Kind.NEW_REPORTS, how=How.DIGEST)
    case = restrict(builders.a_report(cast.mailat, by=cast.rita).case, by=cast.alice)
    bob, waits = proved(cast, "bob"), Delivery.objects.filter(recipient=cast.bob, about=case.ref)
    for outcome in ("", "dropped"):
        assert waits.get().outcome == outcome
        told = copied.files_of(copied.bytes_of(bob.post("/account/data/export/")))["account.json"].decode()
        assert "report_arrived" in told and case.ref not in told
        waits.update(gather=False, due_at=now())
        outbox.drain(at=now())


def test_who_leaves_the_team_is_not_reminded_of_it(cast, hidden):
    assert hidden.ref not in proved(cast, "bob").get("/p/mailat/team/leave/").content.decode()
    page = proved(cast, "olivia").get(f"/p/mailat/team/{cast.bob.uuid}/remove/").content.decode()
    assert hidden.ref not in page


def test_no_team_mate_becomes_a_guest_or_takes_a_claim_instead(cast):
    recorded = builders.a_recorded_report(cast.mailat, by=cast.alice, address="bob@example.org")
    restrict(recorded.case, by=cast.alice)
    with pytest.raises(submission.NotPossible):
        submission.claim(recorded.participants.get(role="reporter"), by=cast.bob, at=now())
    asked = guests.invite(cast.report, email="bob@example.org", with_history=True, by=cast.rita, at=now())
    restrict(cast.case, by=cast.alice)
    assert "on the team" in guests.refusal(asked, user=cast.bob, at=now())


def test_what_somebody_dismissed_has_open_is_gone_with_the_next_request(cast, hidden):
    restriction.admit(hidden, cast.bob, by=cast.alice, at=now())
    bob = cast.client("bob")
    assert bob.get(f"/cases/{hidden.ref}/").status_code == bob.get(f"/cases/{hidden.ref}/news/").status_code == 200
    restriction.dismiss(hidden, cast.bob, by=cast.alice, at=now())
    assert bob.get(f"/cases/{hidden.ref}/news/").status_code == 404
    assert bob.post(f"/cases/{hidden.ref}/note/", said("Late.")).status_code == 404


def test_a_name_without_a_place_on_the_team_opens_nothing(cast, hidden):
    restriction.admit(hidden, cast.bob, by=cast.alice, at=now())
    Membership.objects.filter(user=cast.bob).delete()
    assert cast.client("bob").get(f"/cases/{hidden.ref}/").status_code == 404 and anew(hidden).standing_of(cast.bob) is None
    assert keyed(hidden).team().count() == 1

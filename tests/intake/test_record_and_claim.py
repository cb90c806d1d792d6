"""A report that arrived elsewhere: recorded with its own time, claimed once by its reporter."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Delivery
from intake import submission
from intake.models import Participant, Report
from intake.notifications import CLAIM_SALT, claim_token
from tests import builders
from tests.intake.doing import CANARY, clock, filled, letters, said, words_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS = "finder@elsewhere.example"


def recorded(received_at, **changes):
    """The form for recording, filled in."""
    when = {"channel": "mail", "received_at": f"{received_at:%Y-%m-%dT%H:%M:%S}", "reached": "finder, by mail", "address": ""}
    return {**filled(), **when, **changes}


@pytest.fixture
def report(cast):
    return builders.a_recorded_report(cast.mailat, by=cast.bob, address=ADDRESS, title=CANARY)


@pytest.fixture
def place(report):
    return report.participants.get(role="reporter")


def claim(client, place):
    return client.post(reverse("claim", args=[claim_token(place)]))


def test_its_clocks_run_from_when_it_came(cast):
    received = (now() - 30 * HOUR).replace(microsecond=0)
    answer = cast.client("bob").post(reverse("record_report", args=["mailat"]), recorded(received))
    report = Report.objects.get()
    assert answer.url == reverse("recorded", args=[report.case.ref])
    assert (report.received_at, report.channel, report.submitted_by) == (received, "mail", cast.bob)
    assert clock(report, "acknowledgement").due_at == received + 48 * HOUR
    assert report.recorded_at > received


def test_the_time_is_read_in_the_recorders_zone(cast):
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(timezone="America/New_York")
    cast.client("bob").post(reverse("record_report", args=["mailat"]), recorded(now()) | {"received_at": "2026-01-15T10:00:00"})
    assert Report.objects.get().received_at.isoformat() == "2026-01-15T15:00:00+00:00"


def test_it_is_judged_by_the_policy_of_its_day(cast):
    assert builders.a_recorded_report(cast.mailat, by=cast.bob).policy.number == 1


REFUSED = [
    ({"received_at": "2126-11-04T10:00:00"}, "cannot arrive in the future"),
    ({"received_at": "0026-11-04T10:00:00"}, "Check the year"),
    ({"received_at": "0001-01-01T00:00:00"}, "Check the year"),
    ({"received_at": "yesterday"}, "valid date/time"),
    ({"received_at": ""}, "required"),
    ({"channel": "portal"}, "valid choice"),
    ({"address": "finder at elsewhere"}, "valid email address"),
    ({"address": "finder@else\0where.example"}, "Null characters"),
    ({"title": ""}, "required"),
]


def test_what_cannot_be_is_refused_and_nothing_is_lost(cast):
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(timezone="Pacific/Auckland")
    client, form = cast.client("bob"), recorded(now() - DAY, answer_description="kept as typed")
    for changes, sentence in REFUSED:
        answer = client.post(reverse("record_report", args=["mailat"]), form | changes)
        page = answer.content.decode()
        assert answer.status_code == 422 and sentence in page, changes
        assert "kept as typed" in page and "finder, by mail" in page
    assert not Report.objects.exists() and not Delivery.objects.exists()


def test_the_verb_refuses_the_future_too(cast):
    with pytest.raises(submission.NotPossible):
        builders.a_recorded_report(cast.mailat, by=cast.bob, received_at=now() + HOUR)


def test_what_the_reporter_did_not_say_may_be_left_out(cast):
    few = recorded(now() - HOUR) | {"answer_steps": "", "answer_impact": ""}
    assert cast.client("bob").post(reverse("record_report", args=["mailat"]), few).status_code == 302


def test_recording_is_the_teams(cast):
    path = reverse("record_report", args=["mailat"])
    assert [cast.client(who).get(path).status_code for who in ("bob", "rita", "charlie")] == [200, 404, 404]


def test_a_second_press_records_it_once(cast):
    form, client = recorded(now() - HOUR, address=ADDRESS), cast.client("bob")
    urls = {client.post(reverse("record_report", args=["mailat"]), form).url for _press in range(2)}
    assert len(urls) == 1 and Report.objects.count() == 1 and Delivery.objects.filter(letter="report_claim").count() == 1


def test_the_link_goes_to_the_address_which_is_then_forgotten(cast, report, place, settings):
    assert Delivery.objects.get(letter="report_claim").address == ADDRESS
    sent = [letter for letter in letters() if letter.to == [ADDRESS]]
    assert len(sent) == 1 and report.ref in sent[0].subject
    assert f"{settings.PUBLIC_URL}/claim/" in sent[0].body and CANARY not in words_of(sent[0])
    assert report.case.ref not in words_of(sent[0]), "the team's reference is the team's"
    rows = Delivery.objects.filter(letter="report_claim")
    assert rows.get().address == "" and not Delivery.objects.filter(facts__icontains="claim/").exists()
    link = next(word for word in sent[0].body.split() if "/claim/" in word)
    assert cast.client("charlie").get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200


def test_the_team_can_pass_the_link_on_until_it_is_used(cast, report, place):
    page = reverse("recorded", args=[report.case.ref])
    assert "/claim/" in cast.client("bob").get(page).content.decode()
    claim(cast.client("charlie"), place)
    assert cast.client("bob").get(page).url == report.case.get_absolute_url()


def test_once_claimed_its_reporter_follows_it_and_nobody_else_does(cast, report, place):
    charlie, rita = cast.client("charlie"), cast.client("rita")
    assert charlie.get(report.get_absolute_url()).status_code == 404
    assert claim(charlie, place).url == report.get_absolute_url()
    assert CANARY in charlie.get(report.get_absolute_url()).content.decode()
    assert CANARY in charlie.get(reverse("reports")).content.decode()
    assert charlie.post(reverse("report_reply", args=[report.ref]), said()).status_code == 302
    for path in (report.get_absolute_url(), reverse("receipt", args=[report.ref])):
        assert rita.get(path).status_code == 404
    assert report.case.events.filter(kind="report_claimed").count() == 1


def test_after_that_letters_reach_the_reporter(cast, report, place):
    claim(cast.client("charlie"), place)
    builders.a_team_reply(report, by=cast.bob)
    assert [letter.to for letter in letters() if letter.subject == f"Update on {report.ref}"] == [["charlie@example.org"]]


def test_the_link_works_once(cast, report, place):
    stale = Participant.objects.get(pk=place.pk)
    assert claim(cast.client("charlie"), place).status_code == 302
    for who in ("rita", "charlie"):
        answer = claim(cast.client(who), place)
        assert answer.status_code == 410 and "used up" in answer.content.decode()
    with pytest.raises(submission.NotPossible, match="claimed already"):
        submission.claim(stale, by=cast.rita, at=now())
    assert report.participants.get(role="reporter").user == cast.charlie


@pytest.mark.parametrize("who", ["alice", "bob", "olivia"])
def test_nobody_of_the_team_claims_it(cast, report, place, who):
    client = cast.client(who)
    answer = claim(client, place)
    assert answer.status_code == 302
    assert "on the team of this project" in client.get(answer.url, follow=True).content.decode()
    assert report.participants.get(role="reporter").user is None


def test_nor_does_somebody_who_wrote_in_it_for_the_team_and_left(cast, report, place):
    cast.client("olivia").get(report.case.get_absolute_url())  # marks it as seen by her
    cast.olivia.memberships.all().delete()
    with pytest.raises(submission.NotPossible, match="take part"):
        submission.claim(place, by=cast.olivia, at=now())


def test_a_link_that_was_made_up_or_changed_or_is_too_old_opens_nothing(cast, report, place):
    client, token = cast.client("charlie"), claim_token(place)
    foreign = TimestampSigner(salt="portal.invitation").sign(place.pk.hex)
    unknown = TimestampSigner(salt=CLAIM_SALT).sign(uuid4().hex)
    odd = TimestampSigner(salt=CLAIM_SALT).sign("nothing")
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), place.pk.hex, "x", foreign, unknown, odd):
        for answer in (client.get(reverse("claim", args=[bad])), client.post(reverse("claim", args=[bad]))):
            assert answer.status_code == 410
    with time_machine.travel(now() + 31 * DAY, tick=True):
        assert cast.client("charlie").get(reverse("claim", args=[token])).status_code == 410
    assert report.participants.get(role="reporter").user is None


def test_without_an_account_the_link_leads_to_the_sign_in(cast, report, place):
    path = reverse("claim", args=[claim_token(place)])
    answer = cast.client(None).get(path)
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_login"))

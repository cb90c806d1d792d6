"""Which letters somebody gets, and when: what may be chosen, and that it is followed."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from accounts import outbox, timing
from accounts.models import Delivery, Kind, NoticeChoice, User
from accounts.notices import WAYS
from tests import builders
from tests.intake.doing import letters

PATH = "/account/letters/"
REPORTER = {"messages": "at_once", "news": "at_once", "mentions": "at_once", "hour": "8"}
TEAM = REPORTER | {"new_reports": "at_once", "team_messages": "at_once", "deadlines": "at_once"}


def chooses(client, **how):
    offered = client.get(PATH).context["form"].fields
    return client.post(PATH, {**{name: value for name, value in TEAM.items() if name in offered}, **how})


def test_a_reporter_chooses_of_what_is_theirs_and_sees_what_always_comes(cast):
    rita = cast.client("rita")
    page = rita.get(PATH)
    assert set(page.context["form"].fields) == {*REPORTER, "quiet_from", "quiet_until"}
    assert [offer.kind for offer in page.context["fixed"]] == ["account", "invitations", "records"]
    assert "Always at once: you would notice a theft by them." in page.content.decode()
    assert chooses(rita, messages="digest", news="off", hour="17").status_code == 302
    assert dict(NoticeChoice.objects.values_list("kind", "how")) == {"messages": "digest", "news": "off", "mentions": "at_once"}
    page = rita.get(PATH)
    assert page.context["form"]["messages"].value() == "digest" and page.context["form"]["hour"].value() == 17


@pytest.mark.parametrize(
    "wrong", [{"messages": "off"}, {"mentions": "off"}, {"news": "never"}, {"hour": "24"}, {"hour": "x"}, {"news": ""}]
)
def test_what_is_not_offered_is_refused_and_nothing_of_it_is_kept(cast, wrong):
    assert chooses(cast.client("rita"), **{"news": "digest", **wrong}).status_code == 422
    assert not NoticeChoice.objects.exists()


def test_the_safety_of_the_account_is_not_to_be_chosen(cast):
    chooses(cast.client("rita"), account="off", records="off", deadlines="off")
    assert not NoticeChoice.objects.filter(kind__in=["account", "records", "deadlines"]).exists()


def test_an_owner_is_never_without_the_letters_of_the_team_and_others_may_be(cast):
    olivia, bob = cast.client("olivia"), cast.client("bob")
    assert "so that no report goes unanswered" in olivia.get(PATH).content.decode()
    assert "so that no report goes unanswered" not in bob.get(PATH).content.decode()
    for kind in ("new_reports", "team_messages", "deadlines"):
        assert chooses(olivia, **{kind: "off"}).status_code == 422
    assert chooses(bob, new_reports="off", team_messages="off").status_code == 302
    builders.a_reporter_reply(cast.report, by=cast.rita)
    assert {one.to[0] for one in letters() if cast.case.ref in one.subject} == {"alice@example.org", "olivia@example.org"}
    builders.on_team(cast.bob, cast.mail_auth, "owner")
    builders.a_reporter_reply(cast.report, by=cast.rita)
    waits = Delivery.objects.get(recipient=cast.bob, gather=True)
    assert waits.gather and waits.letter == "reporter_replied", "who became an owner gets them once a day at least"
    assert bob.get(PATH).context["form"]["deadlines"].value() == "at_once"
    assert bob.get(PATH).context["form"]["new_reports"].value() == "digest"


def test_every_letter_is_of_a_kind_and_those_with_references_say_where_to_change_it(cast):
    assert set(WAYS) == set(Kind)
    always = {name for name, one in outbox._letters.items() if len(WAYS[one.kind]) == 1}
    assert {name for name in always if not name.startswith(("account_", "openpgp_", "team_", "token_", "recovery_"))} <= {
        *("digest", "report_received", "report_claim", "report_handed_over", "guest_invitation", "guest_removed"),
        *("erasure_asked", "erasure_planned", "erasure_stopped", "content_erased", "factors_gone"),
        *("case_owner_stepped_in", "case_reader_named", "deadline_administrators", "deadline_fallback", "webhook_off"),
    }
    builders.a_reporter_reply(cast.report, by=cast.rita)
    for letter in letters():
        for said in (letter.body, letter.alternatives[0].content):
            assert "http://localhost:8000/account/letters/" in said


def test_what_is_turned_off_is_not_sent_and_the_day_s_letter_comes_at_its_hour(cast):
    report, rita, at = cast.report, cast.client("rita"), now()
    chooses(rita, news="off", messages="digest", hour="17")
    User.objects.filter(pk=cast.rita.pk).update(timezone="Asia/Kathmandu")
    letters()
    mail.outbox.clear()
    builders.a_team_reply(report, by=cast.bob, at=at)
    waits = Delivery.objects.get(letter="team_replied")
    here = waits.due_at.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert (here.hour, here.minute) == (17, 0) and at < waits.due_at <= at + timedelta(days=1)
    assert letters() == [] and Delivery.objects.get(pk=waits.pk).outcome == ""
    outbox.drain(at=waits.due_at + timedelta(hours=1))
    assert mail.outbox == [], "what is gathered never leaves by itself"


def test_what_waits_follows_a_new_choice_and_a_new_hour_or_zone(cast):
    report, rita = cast.report, cast.client("rita")
    chooses(rita, messages="digest", news="digest")
    letters()
    mail.outbox.clear()
    builders.a_team_reply(report, by=cast.bob)
    waits = Delivery.objects.get(letter="team_replied")
    waits.refresh_from_db()
    Delivery.objects.filter(pk=waits.pk).update(due_at=now() + timedelta(hours=20))
    chooses(rita, messages="digest", hour=str((now().hour + 5) % 24))
    waits.refresh_from_db()
    assert timedelta(hours=4) < waits.due_at - now() <= timedelta(hours=5)
    rita.post("/account/", {"display_name": "Rita", "timezone": "Etc/GMT-2", "credit": "name"})
    waits.refresh_from_db()
    assert timedelta(hours=2) < waits.due_at - now() <= timedelta(hours=3)
    chooses(rita, messages="at_once")
    assert [one.to for one in letters()] == [["rita@example.org"]]


def test_what_waits_and_is_turned_off_goes_to_nobody(cast):
    rita = cast.client("rita")
    letter = Delivery(
        cause_uuid=cast.rita.uuid, recipient=cast.rita, recipient_key="x", letter="case_moved", facts={"report": cast.report.ref}
    )
    letter.made_at, letter.due_at, letter.gather = now(), now() + timedelta(hours=9), True
    letter.save()
    chooses(rita, news="off")
    letter.refresh_from_db()
    assert (letter.outcome, letter.trouble) == ("dropped", timing.TURNED_OFF)


def test_a_form_without_a_session_is_shown_again(db):
    assert Client().post(PATH, REPORTER).status_code == 401

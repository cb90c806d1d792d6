"""The heads of letters: threads that tell nobody anything, and the mail program's own button to turn a kind off."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from accounts import outbox, unsubscribing
from accounts.models import Delivery, NoticeChoice
from tests import builders
from tests.intake.doing import letters

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def to(person):
    return [one.message() for one in letters() if one.to == [person.email]]


def link_of(letter):
    return re.fullmatch(r"<http://localhost:8000(/account/letters/off/[^>]+/)>", letter["List-Unsubscribe"])[1]


def test_letters_about_one_thing_are_one_thread_for_each_recipient(cast):
    other = builders.a_report(cast.mailat, by=cast.rita)
    for report in (cast.report, cast.report, other):
        builders.a_team_reply(report, by=cast.bob)
        builders.a_reporter_reply(report, by=cast.rita)
    about = {
        (person.email, ref): {one["References"] for one in to(person) if ref in one["Subject"]}
        for person, refs in ((cast.rita, (cast.report.ref, other.ref)), (cast.alice, (cast.case.ref, other.case.ref)))
        for ref in refs
    }
    assert all(len(threads) == 1 for threads in about.values())
    assert len(set.union(*about.values())) == 4, "each of them another one"
    assert {one["References"] for one in to(cast.bob)}.isdisjoint(one["References"] for one in to(cast.alice)), "no two people share one"
    for letter in to(cast.rita):
        assert letter["In-Reply-To"] == letter["References"] != letter["Message-ID"]
        head = "".join(f"{name}: {value}\n" for name, value in letter.items() if name != "Subject")
        assert cast.case.ref not in head and cast.report.ref not in head and "Precedence" not in letter
        assert letter["List-Id"] == "Parley <letters.localhost>"


def test_what_is_about_the_account_is_no_thread_and_stays(rita):
    outbox.send("account_changed", cause=rita.uuid, to=[rita], facts={"what": "password"}, at=now())
    outbox.drain(at=now())
    (letter,) = (one.message() for one in mail.outbox)
    assert not {"References", "In-Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post"} & set(letter.keys())


@pytest.fixture
def reminded(cast):
    """A letter to Bob of a kind that he may turn off."""
    builders.a_reporter_reply(cast.report, by=cast.rita)
    return to(cast.bob)[-1]


def test_the_button_works_without_a_session_by_post_only(cast, reminded):
    link, stranger = link_of(reminded), Client(enforce_csrf_checks=True)
    assert reminded["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Turn these letters off?" in stranger.get(link).content.decode() and not NoticeChoice.objects.exists()
    assert stranger.post(link, ONE_CLICK).status_code == 200 and "sessionid" not in stranger.cookies
    assert NoticeChoice.objects.get().user == cast.bob and NoticeChoice.objects.get().how == "off"
    assert stranger.post(link, ONE_CLICK).status_code == 200, "twice is once"
    builders.a_reporter_reply(cast.report, by=cast.rita)
    assert len(to(cast.bob)) == 2, "the first report and the first message"


def test_an_owner_gets_them_once_a_day_instead(cast, reminded):
    link = link_of(to(cast.olivia)[-1])
    assert "once a day, together" in Client().post(link, ONE_CLICK).content.decode()
    builders.a_reporter_reply(cast.report, by=cast.rita)
    assert Delivery.objects.filter(recipient=cast.olivia).latest("pk").gather


def test_only_kinds_that_may_be_turned_off_have_it(cast):
    builders.a_team_reply(cast.report, by=cast.bob)
    assert all("List-Unsubscribe" not in one for one in to(cast.rita)), "a question that one does not see stops the clocks"


def test_a_link_that_was_changed_or_is_of_another_letter_does_nothing(cast, reminded):
    link = link_of(reminded)
    fixed = unsubscribing.path_of(Delivery.objects.filter(recipient=cast.rita, letter="report_received").get())
    for wrong in (link[:-3] + "xx/", "/account/letters/off/nonsense/", fixed):
        assert Client().post(wrong, ONE_CLICK).status_code == 404
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert Client().post(link, ONE_CLICK).status_code == 404
    assert not NoticeChoice.objects.exists()

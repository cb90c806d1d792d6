"""What somebody says of themselves: checked, kept, and shown to the teams that they report to and nobody else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Kind, NoticeChoice
from tests import builders

ACCOUNT = "/account/"
SAID = {"display_name": "Rita R.", "timezone": "Asia/Tokyo", "credit": "text", "credit_text": "rr of Example"}
LINKS = "https://rita.example.org/\nhttps://social.example/@rita?a=1"


def test_what_is_said_is_kept_and_the_team_of_a_report_sees_the_links(cast):
    rita, report = cast.client("rita"), cast.report
    assert rita.post(ACCOUNT, {**SAID, "links": LINKS}).status_code == 302
    cast.rita.refresh_from_db()
    assert (cast.rita.display_name, cast.rita.timezone, cast.rita.credited_as) == ("Rita R.", "Asia/Tokyo", "rr of Example")
    assert cast.rita.links == LINKS.split("\n")
    assert "https://social.example/@rita?a=1" in rita.get(ACCOUNT).content.decode()
    shown = cast.client("bob").get(report.case.get_absolute_url()).content.decode()
    assert '<a href="https://rita.example.org/" rel="noopener noreferrer nofollow ugc">https://rita.example.org/</a>' in shown
    guest = builders.a_guest(report, builders.a_person("Gus"), by=cast.rita).user
    for reader, path in ((cast.client(guest), report.get_absolute_url()), (Client(), "/p/mailat/"), (Client(), "/advisories/")):
        assert "rita.example.org" not in reader.get(path).content.decode()


@pytest.mark.parametrize(
    "links",
    [
        "http://rita.example.org/",
        "javascript:alert(1)",
        "https://rita.example.org/ data:text/html,x",
        "https://examp\u0456e.org/",
        "https://google.example@evil.example/",
        "https:///nowhere",
        f"https://example.org/{'x' * 200}",
        " ".join(f"https://{number}.example.org/" for number in range(6)),
    ],
)
def test_a_link_that_leads_elsewhere_than_it_says_is_refused_and_nothing_is_lost(cast, links):
    answer = cast.client("rita").post(ACCOUNT, {**SAID, "links": links})
    assert answer.status_code == 422 and "rr of Example" in answer.content.decode()
    assert answer.context["form"]["links"].value() == links and answer.context["form"].errors.keys() == {"links"}
    cast.rita.refresh_from_db()
    assert cast.rita.links == [] and cast.rita.display_name == "Rita"


def test_another_name_for_the_credit_must_be_given(cast):
    rita = cast.client("rita")
    assert "credit_text" in rita.post(ACCOUNT, {**SAID, "credit_text": " "}).context["form"].errors
    for chosen, credited in (("none", ""), ("name", "Rita R.")):
        rita.post(ACCOUNT, {**SAID, "credit": chosen})
        cast.rita.refresh_from_db()
        assert cast.rita.credited_as == credited


def test_a_form_that_comes_without_a_session_is_shown_again(cast):
    answer = Client().post(ACCOUNT, SAID)
    assert answer.status_code == 401 and "rr of Example" in answer.content.decode()


def test_the_pages_ask_the_same_few_questions_however_much_there_is(cast, settings):
    settings.SESSION_CACHE_ALIAS = "default"  # as where Redis runs
    bob = cast.client("bob")

    def asked(path):
        bob.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert bob.get(path).status_code == 200
        return len(queries)

    before = {path: asked(path) for path in (ACCOUNT, "/account/letters/", "/account/data/")}
    assert max(before.values()) <= 6, before
    builders.on_team(cast.bob, cast.mail_auth, "owner")
    NoticeChoice.objects.bulk_create(NoticeChoice(user=cast.bob, kind=kind, how="digest") for kind in Kind)
    builders.a_report(cast.mailat, by=cast.bob)
    assert {path: asked(path) for path in before} == before

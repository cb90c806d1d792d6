"""The page on which a case is restricted, and the owners' list of restricted cases: who sees them, what they do, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from intake import restriction
from intake.models import CaseReader
from intake.views import readers
from tests import builders
from tests.intake.restricted import HIDDEN, anew, named, proved, restrict

LIST = "/p/mailat/restricted/"


def page_of(case):
    return f"/cases/{case.ref}/readers/"


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_it_is_restricted_changed_and_opened_again(cast):
    alice, path = proved(cast, "alice"), page_of(cast.case)
    assert path in text(alice, f"/cases/{cast.case.ref}/")
    page = text(alice, path)
    assert "Bob, triager" in page and "Olivia, owner" in page and "Alice, " not in page
    page = alice.post(path, {"people": [str(cast.bob.uuid)], "restrict": "yes"}, follow=True).content.decode()
    assert named(cast.case) == ["Alice", "Bob"] and "Named" in page and "Olivia, owner" in page
    page = alice.post(path, {"people": [str(cast.olivia.uuid)], "admit": "yes"}, follow=True).content.decode()
    assert named(cast.case) == ["Alice", "Bob", "Olivia"] and "Everybody on the team is named." in page
    row = CaseReader.objects.get(user=cast.bob)
    alice.post(f"{path}{row.uuid}/dismiss/")
    assert named(cast.case) == ["Alice", "Olivia"]
    assert alice.post(f"{path}lift/").url == f"/cases/{cast.case.ref}/"
    assert anew(cast.case).restricted_at is None


def test_alone_is_enough_but_nobody_more_is_not(cast):
    alice, path = proved(cast, "alice"), page_of(cast.case)
    assert alice.post(path, {"restrict": "yes"}).status_code == 302 and named(cast.case) == ["Alice"]
    assert alice.post(path, {"admit": "yes"}).status_code == 422


def test_who_takes_themselves_off_is_led_to_the_inbox(cast):
    restrict(cast.case, cast.olivia, by=cast.alice)
    own = CaseReader.objects.get(user=cast.alice)
    assert proved(cast, "alice").post(f"{page_of(cast.case)}{own.uuid}/dismiss/").url == "/inbox/"
    assert cast.client("alice").get(f"/cases/{cast.case.ref}/").status_code == 404


def test_the_last_who_decides_is_told_to_name_another(cast):
    restrict(cast.case, cast.bob, by=cast.alice)
    own = CaseReader.objects.get(user=cast.alice)
    page = proved(cast, "alice").post(f"{page_of(cast.case)}{own.uuid}/dismiss/", follow=True).content.decode()
    assert "Name another one first" in page and named(cast.case) == ["Alice", "Bob"]


@pytest.mark.parametrize("who", ["rita", "charlie", "ada"])
def test_nobody_else_can_be_chosen(cast, who):
    alice = proved(cast, "alice")
    answer = alice.post(page_of(cast.case), {"people": [str(getattr(cast, who).uuid)], "restrict": "yes"})
    assert answer.status_code == 422 and anew(cast.case).restricted_at is None


def test_a_page_of_before_does_the_other_thing_to_nobody(cast):
    alice, path = proved(cast, "alice"), page_of(cast.case)
    page = alice.post(path, {"people": [str(cast.bob.uuid)], "admit": "yes"}, follow=True).content.decode()
    assert "open to the whole team by now" in page and not CaseReader.objects.exists()
    restrict(cast.case, by=cast.alice)
    page = alice.post(path, {"people": [str(cast.bob.uuid)], "restrict": "yes"}, follow=True).content.decode()
    assert "restricted this case meanwhile" in page and named(cast.case) == ["Alice"]


def test_triagers_may_not_but_see_whom_it_names(cast):
    restrict(cast.case, cast.bob, by=cast.alice)
    bob = proved(cast, "bob")
    page = text(bob, f"/cases/{cast.case.ref}/")
    assert "to 2 people" in page and "Alice, Bob" in page and page_of(cast.case) not in page
    row = CaseReader.objects.get(user=cast.alice)
    for ask, path in ((bob.get, ""), (bob.post, ""), (bob.post, "lift/"), (bob.post, f"{row.uuid}/dismiss/")):
        assert ask(f"{page_of(cast.case)}{path}").status_code == 403
    assert named(cast.case) == ["Alice", "Bob"]


def test_each_write_asks_for_the_second_factor_anew(cast):
    alice, path = cast.client("alice"), page_of(cast.case)
    assert alice.get(path).status_code == 200
    assert alice.post(path, {"restrict": "yes"}).status_code == 403 and not CaseReader.objects.exists()
    restrict(cast.case, cast.bob, by=cast.alice)
    row = CaseReader.objects.get(user=cast.bob)
    for more in ("lift/", f"{row.uuid}/dismiss/"):
        assert alice.post(f"{path}{more}").status_code == 403
    assert cast.client("olivia").post(f"{LIST}{cast.case.ref}/step-in/").status_code == 403
    assert named(cast.case) == ["Alice", "Bob"]


def test_inbox_and_timeline_say_whom_it_names(cast):
    restrict(cast.case, cast.bob, by=cast.alice)
    alice = cast.client("alice")
    assert "restricted: 2 people" in text(alice, "/inbox/")
    page = text(alice, f"/cases/{cast.case.ref}/timeline/")
    assert "Restricted to named people of the team" in page and "· Alice · Bob" in " ".join(page.split())


def test_an_owner_who_is_not_named_sees_that_it_exists_and_steps_in(cast):
    case = builders.a_report(cast.mailat, by=cast.rita, title=HIDDEN).case
    restrict(case, cast.bob, by=cast.alice)
    olivia = proved(cast, "olivia")
    assert LIST in text(olivia, "/p/mailat/team/")
    page = text(olivia, LIST)
    assert case.ref in page and "Alice, Bob" in page and "first answer" in page.lower() or "answer" in page
    assert HIDDEN not in page and f"/cases/{case.ref}/" not in page
    answer = olivia.post(f"{LIST}{case.ref}/step-in/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/cases/{case.ref}/" and HIDDEN in answer.content.decode()
    assert "You are named" in text(olivia, LIST)


@pytest.mark.parametrize("who, status", [("bob", 403), ("alice", 403), ("charlie", 404), ("ada", 404), ("rita", 404)])
def test_nobody_but_owners_has_the_list(cast, who, status):
    restrict(cast.case, by=cast.olivia)
    client = proved(cast, who)
    for ask, path in ((client.get, LIST), (client.post, f"{LIST}{cast.case.ref}/step-in/")):
        assert ask(path).status_code == status
    assert named(cast.case) == ["Olivia"]


def test_an_owner_of_another_project_has_no_step_into_it(cast):
    restrict(cast.case, by=cast.alice)
    builders.on_team(cast.olivia, cast.mail_auth, "owner")
    assert proved(cast, "olivia").post(f"/p/mail-auth/restricted/{cast.case.ref}/step-in/").status_code == 404
    assert proved(cast, "olivia").post(f"{LIST}MAILAT-2026-9999/step-in/").status_code == 404


def test_an_open_case_is_nothing_to_step_into(cast):
    assert proved(cast, "olivia").post(f"{LIST}{cast.case.ref}/step-in/").status_code == 404


def test_the_pages_cost_the_same_however_many_are_named(cast, monkeypatch):
    first = restrict(cast.case, by=cast.alice)
    paths = [("alice", "/inbox/"), ("alice", page_of(first)), ("alice", f"/cases/{first.ref}/timeline/"), ("olivia", LIST)]
    before = [count(cast, who, path) for who, path in paths]
    for number in range(6):
        person = builders.a_person(f"More{number}")
        builders.on_team(person, cast.mailat, "triager")
        restriction.admit(first, person, by=cast.alice, at=now())
        restrict(builders.a_report(cast.mailat, by=cast.rita).case, person, by=cast.alice)
    assert [count(cast, who, path) for who, path in paths] == before
    monkeypatch.setattr(readers, "PAGE", 3)
    page = text(cast.client("olivia"), LIST)
    assert page.count("/step-in/") == 3 and 'rel="next"' in page


def count(cast, who, path):
    client = cast.client(who)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)

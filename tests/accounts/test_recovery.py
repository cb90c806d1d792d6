"""A lost second factor, the whole way: asked for, agreed to by two, told to all, done after a day, a new factor by a link in a letter."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from django_otp import devices_for_user

from accounts import recovery
from accounts.models import AuditEvent, Delivery, EnrolmentLink, FactorRecovery, RecoveryCode, Session, TotpDevice
from accounts.two_factor import _replace_codes
from tests import builders
from tests.accounts.conftest import code_of, letters, link_in
from tests.accounts.recovering import ASK, after, agree, asked, at_the_second_factor, kinds, proved, swept
from tests.builders import sign_in


def to(person):
    return [message for message in letters() if message.to == [person.email]]


def test_two_agree_a_day_passes_and_a_link_comes(cast):
    bob, open_one = cast.bob, cast.client("bob")
    _replace_codes(bob)
    client = at_the_second_factor(bob)
    page = client.get(reverse("second_factor_challenge")).content.decode()
    assert f'href="{ASK}"' in page
    assert "Owners of your projects and the administrators" in client.get(ASK).content.decode()
    assert client.post(ASK).url == ASK
    assert "0 of two people" in client.get(ASK).content.decode()
    for told in (bob, cast.olivia, cast.ada):
        assert len(to(told)) == 1, told
    assert not to(cast.alice), "a maintainer has no say in it"

    lost = FactorRecovery.objects.get()
    olivia = proved(cast.olivia)
    assert "Bob" in olivia.get(reverse("recoveries")).content.decode()
    path = link_in(to(cast.olivia)[-1])
    assert path == lost.get_absolute_url() and "Confirm that it is them" in olivia.get(path).content.decode()
    assert agree(olivia, lost).url == path
    lost.refresh_from_db()
    assert lost.ready_at is None and "One more person" in to(bob)[-1].body
    agree(cast.ada, lost)
    lost.refresh_from_db()
    assert 23.9 < (lost.ready_at - now()).total_seconds() / 3600 <= 24
    assert "will be taken away at" in to(bob)[-1].body and "will be taken away at" in to(cast.olivia)[-1].body

    assert swept(hours=23) == 0 and TotpDevice.objects.filter(user=bob).exists()
    assert swept(hours=24, seconds=1) == 1
    assert not list(devices_for_user(bob, confirmed=None)) and not RecoveryCode.objects.filter(user=bob).exists()
    assert not Session.objects.filter(user=bob).exists()
    assert open_one.get("/inbox/").url.startswith("/accounts/login/")
    assert kinds() == ["recovery.asked", "recovery.approved", "recovery.approved", "recovery.done"]
    assert swept(hours=25) == 0, "once"
    with after(hours=24, minutes=1):
        _comes_back_in(bob)


def _comes_back_in(bob):
    letter = to(bob)[-1]
    path = link_in(letter)
    assert path.startswith("/account/second-factor/enrol/") and letter.subject == "Your second factors were taken away"
    token = path.rstrip("/").rsplit("/", 1)[-1]
    assert token not in str(list(Delivery.objects.values())), "the link lies in the letter only"
    client = at_the_second_factor(bob)
    assert client.get("/inbox/").url.startswith("/account/second-factor/enrol/"), "nothing is open before there is a new factor"
    assert client.get("/account/second-factor/enrol/").status_code == 403, "nor does the password alone set one up"
    client.get(path)
    page = client.get("/account/second-factor/enrol/").content.decode()
    seed = re.search(r'<p class="ref">([A-Z2-7 ]+)</p>', page).group(1).replace(" ", "")
    client.post("/account/second-factor/enrol/", {"code": code_of(None, seed=seed)})
    assert client.get("/inbox/").status_code == 200
    assert Client().get(path).status_code == 410


def test_a_researcher_gets_no_link_but_is_told(cast):
    builders.a_factor(cast.rita)
    hers = cast.client("rita")
    lost = asked(cast.rita)
    assert not to(cast.olivia) and len(to(cast.ada)) == 1
    agree(cast.ada, lost)
    lost.refresh_from_db()
    assert lost.ready_at, "there is one administrator"
    assert swept(hours=49) == 1
    assert "You sign in with your password alone for now" in to(cast.rita)[-1].body
    assert not EnrolmentLink.objects.exists() and not list(devices_for_user(cast.rita, confirmed=None))
    assert hers.get("/reports/").status_code == 302
    assert at_the_second_factor(cast.rita).get("/reports/").status_code == 200


def test_one_who_alone_could_agree_waits_twice_as_long_and_is_marked(cast):
    cast.olivia.memberships.all().delete()
    lost = asked(cast.bob)
    agree(cast.ada, lost)
    lost.refresh_from_db()
    assert 47.9 < (lost.ready_at - now()).total_seconds() / 3600 <= 48
    assert AuditEvent.objects.get(kind="recovery.approved").facts["alone"] is True
    assert swept(hours=47) == 0 and swept(hours=49) == 1


def test_too_few_agree_within_a_week(cast):
    lost = asked(cast.bob)
    agree(cast.olivia, lost)
    assert swept(days=6, hours=23) == 0 and recovery.open_of(cast.bob)
    swept(days=7, seconds=1)
    lost.refresh_from_db()
    assert lost.outcome == "expired" and TotpDevice.objects.filter(user=cast.bob).exists()
    assert "ran out" in to(cast.bob)[-1].body and "ran out" in to(cast.ada)[-1].body
    assert kinds()[-1] == "recovery.expired"


def test_every_proved_address_is_told_and_no_other(cast):
    for address, verified in (("bob@work.example", True), ("bob@unproved.example", False)):
        cast.bob.emailaddress_set.create(email=address, verified=verified, primary=False)
    asked(cast.bob)
    told = {message.to[0] for message in letters()}
    assert told == {cast.bob.email, "bob@work.example", cast.olivia.email, cast.ada.email}


def test_who_needs_a_factor_and_whose_link_ran_out_asks_the_same_way(cast):
    TotpDevice.objects.filter(user=cast.bob).delete()
    client = at_the_second_factor(cast.bob)
    assert ASK in client.get("/account/second-factor/enrol/").content.decode()
    client.post(ASK)
    lost = FactorRecovery.objects.get()
    agree(cast.olivia, lost)
    agree(cast.ada, lost)
    assert swept(hours=25) == 1
    assert link_in(to(cast.bob)[-1]).startswith("/account/second-factor/enrol/")


def test_closing_the_account_leaves_nothing_of_it(cast):
    lost = asked(cast.bob)
    agree(cast.olivia, lost)
    cast.bob.delete()
    assert not FactorRecovery.objects.exists() and not Session.objects.filter(user=None, agent__gt="").exists()


def test_the_list_costs_the_same_for_many(cast, django_assert_max_num_queries):
    client = sign_in(Client(), cast.ada)
    asked(cast.bob)
    client.get(reverse("recoveries"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("recoveries"))
        costs = len(one)
    for number in range(8):
        asked(builders.on_team(builders.a_person(f"Person{number}"), cast.mailat, "triager").user)
    with django_assert_max_num_queries(costs):
        assert "Person7" in client.get(reverse("recoveries")).content.decode()


def test_passwords_of_others_do_not_open_it(cast):
    client = at_the_second_factor(cast.bob, password="not the right one")
    assert client.get(ASK).url == reverse("account_login") and client.post(ASK).url == reverse("account_login")
    assert not FactorRecovery.objects.exists()

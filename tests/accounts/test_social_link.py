"""Linking an account elsewhere and taking it off: step-up before, a letter after, and never the last way in."""

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from django.utils.timezone import now

from accounts import social
from accounts.models import AuditEvent
from tests.accounts.conftest import code_of, give_factor, is_signed_in, letters, make_person, sign_in
from tests.accounts.elsewhere import begin_link, come, confirm, new_account, path_of
from tests.openid.running import walk


@pytest.fixture
def at_home(client, rita):
    """Rita's browser, in which she proved who she is a moment ago."""
    sign_in(client, rita.email)
    return client


def linked(client, name="example", who="nyx"):
    return client.get(walk(begin_link(client, name), who))


def test_link_sign_in_with_it_and_take_it_off(at_home, rita, sites_set):
    page = at_home.get(reverse("social_link", args=["example"])).content.decode()
    assert "sign in here as you" in page
    assert path_of(linked(at_home)) == reverse("account_security")
    visitor = type(at_home)()
    come(visitor, "nyx")
    assert visitor.session["_auth_user_id"] == str(rita.pk)
    shown = at_home.get(reverse("account_security")).content.decode()
    assert ">nyx<" in shown.replace(" ", "") or "</span> nyx" in shown
    assert reverse("social_unlink", args=["example"]) in shown and reverse("social_link", args=["twin"]) in shown
    assert at_home.post(reverse("social_unlink", args=["example"])).url == reverse("account_security")
    # Whoever came in by it is out, and does not come again.
    assert path_of(visitor.get("/reports/")) == reverse("account_login")
    assert path_of(come(type(at_home)(), "nyx")) == reverse("socialaccount_signup")
    assert at_home.get(reverse("account_security")).status_code == 200
    assert [letter.subject for letter in letters()] and len(letters()) == 2
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"sign_in.linked", "sign_in.unlinked"} <= kinds


def test_the_page_costs_the_same_with_many_links(at_home, rita, sites_set, django_assert_num_queries):
    linked(at_home)
    with django_assert_num_queries(1):
        assert social.links_of(rita)["linked"]
    linked(at_home, "twin")
    with django_assert_num_queries(1):
        assert len(social.links_of(rita)["linked"]) == 2


@pytest.mark.parametrize("name", ["social_link", "social_unlink"])
def test_an_open_session_alone_links_nothing(client, rita, sites_set, time_machine_of, name):
    SocialAccount.objects.create(user=rita, provider="example", uid="1", extra_data={"name": "nyx"})
    with time_machine_of(now()):
        sign_in(client, rita.email)
    path = reverse(name, args=["example"])
    with time_machine_of(now() + timedelta(minutes=11)):
        assert path_of(client.get(path)) == reverse("account_reauthenticate")
        answer = client.post(path)
        assert answer.status_code != 200 and "http-equiv" not in answer.content.decode()
        assert SocialAccount.objects.count() == 1
        confirm(client)
        assert client.get(path).status_code == 200


def test_with_a_factor_it_is_the_factor_that_is_asked_for(client, rita, sites_set):
    device, _codes = give_factor(rita)
    sign_in(client, rita.email)
    client.post(reverse("second_factor_challenge"), {"code": code_of(device)})
    assert path_of(linked(client)) == reverse("account_security")
    assert SocialAccount.objects.filter(user=rita).exists()


def test_an_account_elsewhere_belongs_to_one_person(at_home, rita, sites_set):
    new_account(type(at_home)(), "nyx")
    page = at_home.get(linked(at_home).url).content.decode()
    assert "belongs to another account here" in page
    assert not SocialAccount.objects.filter(user=rita).exists()


def test_one_account_of_a_site_each(at_home, rita, sites_set):
    linked(at_home)
    page = at_home.get(linked(at_home, who="ravi").url).content.decode()
    assert "another account at Example already" in page
    assert SocialAccount.objects.count() == 1
    # The same one once more changes nothing.
    linked(at_home)
    assert SocialAccount.objects.count() == 1


def test_a_round_that_somebody_else_began_links_nothing(at_home, rita, sites_set):
    """The state says for whom it was begun: a browser that changed hands meanwhile links nothing."""
    back = walk(begin_link(at_home), "nyx")
    other = make_person("bob@example.org")
    session = at_home.session
    states = session["socialaccount_states"]
    at_home.force_login(other)
    session = at_home.session
    session["socialaccount_states"] = states
    session.save()
    assert at_home.get(back).status_code == 502
    assert not SocialAccount.objects.exists()


def test_the_last_way_in_stays(client, db, sites_set):
    new_account(client)
    user = SocialAccount.objects.get().user
    device, _codes = give_factor(user)
    visitor = type(client)()
    come(visitor, "nyx")
    visitor.post(reverse("second_factor_challenge"), {"code": code_of(device)})
    path = reverse("social_unlink", args=["example"])
    page = visitor.get(path).content.decode()
    assert "You could not sign in any more" in page and reverse("account_set_password") in page and "btn danger" not in page
    assert visitor.post(path).status_code == 409
    assert SocialAccount.objects.count() == 1
    linked(visitor, "twin")
    assert visitor.post(path).status_code == 302
    assert [account.provider for account in SocialAccount.objects.all()] == ["twin"]


def test_what_a_site_that_is_no_longer_set_linked_can_be_taken_off(at_home, rita, sites_set, settings):
    linked(at_home)
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "no longer offered" in at_home.get(reverse("account_security")).content.decode()
    assert at_home.post(reverse("social_unlink", args=["example"])).status_code == 302
    assert not SocialAccount.objects.exists()


def test_signed_in_already_there_is_nothing_to_sign_in_to(at_home, sites_set):
    assert at_home.post(reverse("social_sign_in", args=["example"])).url == reverse("desk")
    assert is_signed_in(at_home)

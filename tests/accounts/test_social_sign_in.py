"""Signing up and in by way of another site, against a real one: what it says is proved counts, and the second factor stays."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.urls import reverse
from django.utils.timezone import now

from accounts import step_up
from accounts.models import AuditEvent, Session, User
from tests.accounts.conftest import code_of, give_factor, is_signed_in, letters, link_in, make_person
from tests.accounts.elsewhere import begin, come, finish, new_account, path_of
from tests.hashers import QuickArgon2


@pytest.mark.parametrize("name", ["example", "github"])
def test_somebody_new_makes_an_account_and_comes_again(client, db, sites_set, name):
    assert path_of(come(client, "nyx", name, next="/p/mailat/report/")) == reverse("socialaccount_signup")
    assert not is_signed_in(client) and not User.objects.exists()
    assert finish(client, display_name="Nyx of the night", timezone="Europe/Berlin").url == "/p/mailat/report/"
    user = User.objects.get()
    assert (user.email, user.display_name, user.timezone) == ("nyx@elsewhere.example", "Nyx of the night", "Europe/Berlin")
    assert is_signed_in(client) and not user.has_usable_password()
    assert user.has_verified("nyx@elsewhere.example") and not letters()
    again = type(client)()
    assert path_of(come(again, "nyx", name)) == reverse("desk")
    assert again.session["_auth_user_id"] == str(user.pk)
    assert list(AuditEvent.objects.values_list("kind", flat=True)) == ["signed_in", "signed_in", "sign_in.linked"]


def test_of_the_site_a_name_is_kept_and_nothing_else(client, db, sites_set):
    new_account(client)
    account = SocialAccount.objects.get()
    assert account.extra_data == {"name": "nyx"}
    assert not SocialToken.objects.exists()
    come(type(client)(), "ravi")
    waiting = [session.get_decoded().get("socialaccount_sociallogin") for session in Session.objects.all()]
    assert [sorted(one) for one in waiting if one] == [
        ["account", "email_addresses", "phone", "phone_verified", "provider", "state", "user"]
    ]


@pytest.mark.parametrize("who", ["unproved", "text"])
def test_an_address_that_the_site_has_not_proved_is_proved_by_letter(client, db, sites_set, who):
    assert path_of(new_account(client, who)) == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    letter = letters()[0]
    assert letter.to == [f"{who}@elsewhere.example"] and not User.objects.get().has_verified(letter.to[0])
    # Until then no way in, by the site neither.
    assert path_of(come(type(client)(), who)) == reverse("account_email_verification_sent")
    client.post(link_in(letter))
    assert path_of(come(type(client)(), who)) == reverse("desk")


def test_who_has_no_address_there_or_wants_another_is_asked_by_letter_too(client, db, sites_set):
    assert "required" in finish_with(client, "bare", email="").content.decode()
    assert path_of(finish(client, email="bare@here.example")) == reverse("account_email_verification_sent")
    other = type(client)()
    assert path_of(new_account(other, "nyx", email="night@here.example")) == reverse("account_email_verification_sent")
    assert sorted(letter.to[0] for letter in letters()) == ["bare@here.example", "night@here.example"]
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert not EmailAddress.objects.filter(email="nyx@elsewhere.example").exists()


def finish_with(client, who, **changes):
    come(client, who)
    return finish(client, **changes)


def test_an_account_made_with_the_address_of_another_is_not_kept_open_for_its_maker(client, db, sites_set):
    """Whoever proves the address in a browser of their own gets the account, and the site of its maker no longer opens it."""
    new_account(client, "ravi", email="victim@here.example")
    owner = type(client)()
    page = owner.post(link_in(letters()[0]), follow=True).content.decode()
    assert User.objects.get().has_verified("victim@here.example")
    assert "another browser" in page and not SocialAccount.objects.exists()
    assert path_of(come(client, "ravi")) == reverse("socialaccount_signup")


@pytest.mark.parametrize("who", ["taker", "taker-unproved"])
def test_an_address_that_is_known_here_opens_nothing(client, rita, sites_set, who):
    """B5: neither by what the site says of an address, nor by the form; a letter says how to link."""
    answer = new_account(client, who)
    assert path_of(answer) == reverse("account_email_verification_sent")
    assert not is_signed_in(client) and not SocialAccount.objects.exists() and User.objects.count() == 1
    letter = letters()[0]
    assert letter.to == [rita.email] and letter.subject == "You have an account at Parley already"
    assert reverse("account_security") in letter.body


def test_a_known_and_an_unknown_address_look_the_same(client, rita, sites_set, monkeypatch):
    hashed = []
    real = QuickArgon2.encode
    monkeypatch.setattr(QuickArgon2, "encode", lambda self, *args: hashed.append(1) or real(self, *args))
    seen = []
    for who, address in (("bare", "nobody@here.example"), ("bare-too", rita.email)):
        visitor = type(client)()
        answer = new_account(visitor, who, email=address)
        page = visitor.get(answer.url)
        seen.append((answer.status_code, answer.url, sorted(answer.cookies), page.content, len(hashed)))
        hashed.clear()
    assert seen[0] == seen[1] and seen[0][-1] > 0


def test_two_sites_with_the_same_people_are_two_identities(client, db, sites_set):
    new_account(client, "nyx", "example")
    visitor = type(client)()
    # The same subject and the same address, at another issuer.
    assert path_of(come(visitor, "nyx", "twin")) == reverse("socialaccount_signup")
    assert not is_signed_in(visitor)
    finish(visitor, email="twin@here.example")
    assert User.objects.count() == 2 and SocialAccount.objects.values("uid").distinct().count() == 2


def test_a_site_that_is_set_under_the_name_of_another_brings_nobody_along(client, db, sites_set, settings, openid_site):
    new_account(client, "nyx", "example")
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["issuer"] = f"{openid_site.twin_url}/o"
    visitor = type(client)()
    assert path_of(come(visitor, "nyx", "example")) == reverse("socialaccount_signup")


def test_the_second_factor_is_asked_for_after_another_site_too(client, db, sites_set):
    """B5: an account elsewhere replaces the password, never the factor."""
    new_account(client)
    device, _codes = give_factor(User.objects.get())
    visitor = type(client)()
    answer = come(visitor, "nyx", next="/reports/")
    assert path_of(answer) == reverse("second_factor_challenge") and not is_signed_in(visitor)
    assert "argon2" not in str(visitor.session.items())
    assert visitor.post(reverse("second_factor_challenge"), {"code": code_of(device)}).url == "/reports/"
    assert is_signed_in(visitor)


def test_staff_without_a_factor_get_nowhere_by_another_site(client, db, sites_set):
    new_account(client)
    User.objects.update(is_staff=True)
    visitor = type(client)()
    come(visitor, "nyx")
    assert path_of(visitor.get("/reports/")) == reverse("second_factor_enrol")
    assert visitor.get("/admin/").status_code == 302


def test_a_closed_account_stays_closed(client, db, sites_set):
    new_account(client)
    User.objects.update(is_active=False)
    visitor = type(client)()
    assert path_of(come(visitor, "nyx")) == reverse("account_inactive")
    assert not is_signed_in(visitor)


def test_who_has_no_password_and_no_factor_has_proved_nothing(client, db, sites_set, rf):
    """B6: not by the session, not by setting a password in it: the way leads over a letter."""
    new_account(client)
    user = User.objects.get()
    request = rf.get("/")
    request.user, request.session = user, client.session
    assert not step_up.is_proved(request, at=now())
    away = client.get(reverse("social_link", args=["twin"]))
    assert path_of(away) == reverse("account_set_password")
    assert "nyx@elsewhere.example" in client.get(away.url).content.decode()
    client.post(reverse("account_set_password"), {"password1": "something long enough", "password2": "something long enough"})
    user.refresh_from_db()
    assert not user.has_usable_password()
    letters()  # first it is looked up whose address it is
    letter = letters()[0]
    assert letter.to == [user.email]
    page = client.get(link_in(letter), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "something long enough", "password2": "something long enough"})
    user.refresh_from_db()
    assert user.check_password("something long enough")


def test_where_somebody_was_going_waits_in_the_browser(client, db, sites_set):
    come(client, "nyx", next="/invitations/abc:def/")
    assert not any("invitations" in str(session.get_decoded()) for session in Session.objects.all())
    assert 'value="/invitations/abc:def/"' in client.get(reverse("socialaccount_signup")).content.decode()
    assert finish(client).url == "/invitations/abc:def/"
    visitor = type(client)()
    assert path_of(come(visitor, "nyx", next="//evil.example/")) == reverse("desk")


def test_the_pages_offer_what_is_set_and_the_policy_stays_as_strict(client, db, sites_set):
    for name in ("account_login", "account_signup"):
        page = client.get(reverse(name), {"next": "/reports/"})
        text = page.content.decode()
        assert 'action="/accounts/login/with/example/"' in text and "Go on with GitHub" in text and 'value="/reports/"' in text
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    # A site has one name, and how it speaks is none.
    assert client.get(reverse("social_sign_in", args=["openid_connect"])).status_code == 404
    # By GET nobody is sent anywhere: a link from elsewhere must not sign anybody in.
    page = client.get(reverse("social_sign_in", args=["example"]))
    assert page.status_code == 200 and "http-equiv" not in page.content.decode()
    address = begin(client)
    assert "code_challenge_method=S256" in address and "nonce=" in address and "state=" in address


def test_without_a_site_there_is_no_button_and_no_address(client, rita):
    assert "elsewhere" not in client.get(reverse("account_login")).content.decode()
    for name in ("social_sign_in", "social_callback"):
        assert client.get(reverse(name, args=["github"])).status_code == 404
    assert client.get(reverse("socialaccount_signup")).status_code == 404
    client.force_login(rita)
    for name in ("social_link", "social_unlink"):
        assert client.get(reverse(name, args=["github"])).status_code == 404
    assert "linked-title" not in client.get(reverse("account_security")).content.decode()


def test_a_new_person_is_asked_for_a_proof_while_many_come(client, db, sites_set, settings):
    settings.LIMITS = {"signup.network": "1/h"}
    make_person("other@example.org")
    new_account(client)
    visitor = type(client)()
    answer = new_account(visitor, "ravi")
    assert answer.status_code == 429 and "data-challenge" in answer.content.decode()
    assert 'value="ravi@elsewhere.example"' in answer.content.decode()

"""Staff without a proved second factor reach its pages and the way out, and nothing else."""

import pytest
from django.contrib.admin import site
from django.urls import URLPattern, get_resolver, reverse

from accounts.middleware import BEFORE_SECOND_FACTOR
from accounts.models import AuditEvent, TotpDevice, User
from tests.accounts.conftest import give_factor, sign_in

ADDRESSES = [
    "account", "second_factor_codes", "account_email", "account_change_password", "account_reauthenticate", "account_reset_password",
    "account_signup", "account_login", "account_email_verification_sent", "admin:index", "admin:login", "admin:logout", "desk",
]  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_leads_to_the_second_factor(client, bare_ada, name, method):
    client.force_login(bare_ada)
    for leads_to in ("second_factor_enrol", "second_factor_challenge"):
        response = getattr(client, method)(reverse(name))
        if (method, name) == ("post", "account"):
            # It carries text: that is shown again, beside the way to the factor.
            assert response.status_code == 403 and reverse("second_factor_challenge") in response.content.decode()
        else:
            assert response.status_code == 302 and response.url.startswith(reverse(leads_to))
        give_factor(bare_ada)


def test_the_names_that_pass_exist():
    names = {pattern.name for pattern in all_patterns(get_resolver())}
    assert names >= BEFORE_SECOND_FACTOR


def all_patterns(resolver):
    for pattern in resolver.url_patterns:
        yield from [pattern] if isinstance(pattern, URLPattern) else all_patterns(pattern)


def test_one_may_sign_out(client, bare_ada):
    client.force_login(bare_ada)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_scripts_get_an_answer_that_they_understand(client, bare_ada):
    client.force_login(bare_ada)
    assert client.get(reverse("account"), headers={"Accept": "application/json"}).status_code == 403
    response = client.get(reverse("account"), headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/"})
    assert response.status_code == 401 and response["HX-Redirect"] == "/account/second-factor/enrol/?next=%2Finbox%2F"


def test_a_promotion_bites_in_the_running_session(client, rita):
    sign_in(client, rita.email)
    assert client.get(reverse("account")).status_code == 200
    type(rita).objects.filter(pk=rita.pk).update(is_staff=True)
    assert client.get(reverse("account")).url.startswith(reverse("second_factor_enrol"))


def test_a_factor_that_is_gone_ends_the_assurance(ada_client, ada):
    assert ada_client.get(reverse("account")).status_code == 200
    TotpDevice.objects.all().delete()
    assert ada_client.get(reverse("account")).url.startswith(reverse("second_factor_enrol"))


def test_the_challenge_works_for_a_session_that_is_signed_in_already(client, ada):
    client.force_login(ada.user)
    before = client.session.session_key
    response = client.post(reverse("second_factor_challenge"), {"code": ada.codes[0], "next": "/account/"})
    assert response.url == "/account/" and client.session.session_key != before
    assert client.get("/account/").status_code == 200


class TestAdmin:
    def test_has_no_sign_in_of_its_own(self, client, db):
        assert client.get(reverse("admin:index")).status_code == 302
        response = client.get(reverse("admin:login"), {"next": "/admin/accounts/user/"})
        assert response.url == "/accounts/login/?next=/admin/accounts/user/"
        assert client.post(reverse("admin:login"), {"username": "a", "password": "b"}).status_code == 302

    def test_lets_in_administrators_with_a_second_factor(self, ada_client):
        for name in ("index", "accounts_user_changelist", "accounts_auditevent_changelist", "accounts_delivery_changelist"):
            assert ada_client.get(reverse(f"admin:{name}")).status_code == 200, name

    def test_asks_for_the_second_factor_itself_too(self, rf, ada):
        request = rf.get(reverse("admin:index"))
        request.user = ada.user
        for device, allowed in ((None, False), (ada.device, True)):
            ada.user.is_verified = lambda device=device: device is not None
            assert site.has_permission(request) is allowed

    def test_keeps_researchers_out_even_with_a_second_factor(self, client, rita):
        _device, codes = give_factor(rita)
        sign_in(client, rita.email)
        client.post(reverse("second_factor_challenge"), {"code": codes[0]})
        response = client.get(reverse("admin:index"), follow=True)
        assert reverse("desk") in [address for address, _status in response.redirect_chain]

    def test_shows_people_without_their_password_and_changes_their_rights_on_the_record(self, ada_client, ada, rita):
        address = reverse("admin:accounts_user_change", args=[rita.pk])
        page = ada_client.get(address).content.decode()
        assert "argon2" not in page and "password" not in page.lower().replace("change password", "").replace("password_change", "")
        form = {"display_name": "Rita", "timezone": "UTC", "language": "en", "is_active": "on", "is_staff": "on"}
        assert ada_client.post(address, form).status_code == 302
        rita.refresh_from_db()
        assert rita.is_staff
        event = AuditEvent.objects.get(kind="person.rights_changed")
        assert event.facts == {"person": str(rita.uuid), "is_staff": True}

    @pytest.mark.parametrize("what", ["auditevent", "delivery", "user"])
    def test_adds_and_deletes_nothing(self, ada_client, ada, what):
        assert ada_client.get(reverse(f"admin:accounts_{what}_add")).status_code == 403
        pk = {"auditevent": 1, "user": ada.user.pk}.get(what, 1)
        assert ada_client.post(reverse(f"admin:accounts_{what}_delete", args=[pk]), {"post": "yes"}).status_code in (302, 403)
        assert User.objects.filter(pk=ada.user.pk).exists()

"""Before what matters, people prove anew who they are; a form that comes too late asks for it with the form still in it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent, Session
from tests.accounts import passkeys_at_work as at_work
from tests.accounts.conftest import PASSWORD, code_of, sign_in

pytestmark = [pytest.mark.urls("tests.accounts.step_up_urls"), pytest.mark.django_db]
CAREFUL = "/careful/"
TEXT = "The heap is smashed by\r\na <script> of 4 KB."
FORM = {"text": TEXT, "how": "at once", "kinds": ["a", "b"], "next": "/elsewhere/", "password": "swordfish"}


def an_hour_later(client, name="second_factor_at"):
    session = client.session
    session[name] = (now() - timedelta(hours=1)).isoformat()
    session.save()
    return client


def test_a_page_comes_after_the_proof(ada_client, ada):
    assert ada_client.get(CAREFUL).status_code == 200
    an_hour_later(ada_client)
    response = ada_client.get(CAREFUL + "?tab=2")
    assert response.url == "/account/second-factor/?next=%2Fcareful%2F%3Ftab%3D2"
    page = ada_client.get(response.url).content.decode()
    assert "Confirm that it is you" in page
    before = ada_client.session.session_key
    sent = {"code": code_of(ada.device, steps=1), "next": CAREFUL + "?tab=2"}
    assert ada_client.post("/account/second-factor/", sent).url == CAREFUL + "?tab=2"
    assert ada_client.session.session_key != before, "who proved anew has a new session id"
    assert ada_client.get(CAREFUL).status_code == 200


def test_ten_minutes_are_ten_minutes(ada_client, time_machine_of):
    for minutes, status in ((9, 200), (11, 302)):
        with time_machine_of(now() + timedelta(minutes=minutes)):
            assert ada_client.get(CAREFUL).status_code == status


@pytest.mark.parametrize("way", ["code", "passkey", "recovery code"])
def test_a_late_form_goes_through_with_the_proof_and_is_kept_nowhere(ada_client, ada, way):
    key, _page = at_work.add(ada_client)
    an_hour_later(ada_client)
    page = ada_client.post(CAREFUL + "?tab=2", FORM)
    shown = page.content.decode()
    assert page.status_code == 403 and page.headers["Cache-Control"] == "no-store"
    assert "a &lt;script&gt; of 4 KB." in shown and 'name="how" value="at once"' in shown
    assert shown.count('name="kinds"') == 2 and "swordfish" not in shown
    assert f'action="{CAREFUL}?tab=2"' in shown
    kept = [bytes(one.session_data, "ascii") for one in Session.objects.all()]
    assert "heap" not in str(dict(ada_client.session)) and not any(b"heap" in one for one in kept)

    fields = page.context["sent"]
    again = {name: [one["value"] for one in fields if one["name"] == name] for name in {one["name"] for one in fields}}
    wrong = ada_client.post(CAREFUL + "?tab=2", {**again, "step-up-code": "000000"})
    assert wrong.status_code == 422 and "a &lt;script&gt; of 4 KB." in wrong.content.decode()
    proof = {"recovery code": {"step-up-code": ada.codes[0]}, "code": {"step-up-code": code_of(ada.device, steps=1)}}.get(way)
    if way == "passkey":
        proof = {"step-up-code": "", "step-up-credential": key.get(at_work.begin(ada_client, "prove").json())}
    type(ada.device).objects.update(throttling_failure_count=0)  # as if the pause after the wrong code were over
    done = ada_client.post(CAREFUL + "?tab=2", {**again, **proof})
    assert (
        done.status_code == 200
        and done.json()["text"] == [TEXT]
        and done.json()["kinds"] == ["a", "b"]
        and done.json()["next"] == ["/elsewhere/"]
    )
    assert ada_client.get(CAREFUL).status_code == 200, "and counts for the next ten minutes"


def test_who_has_no_factor_gives_the_password(client, rita):
    sign_in(client, rita.email)
    assert client.get(CAREFUL).status_code == 200, "a sign-in a moment ago is a proof"
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    assert client.get(CAREFUL).url.startswith("/accounts/reauthenticate/")
    assert "Password" in client.post(CAREFUL, FORM).content.decode()
    wrong = client.post(CAREFUL, {"text": TEXT, "step-up-password": "no"})
    assert wrong.status_code == 422 and "not your password" in wrong.content.decode()
    assert AuditEvent.objects.filter(kind="step_up.refused", actor=rita).exists()
    assert client.post(CAREFUL, {"text": TEXT, "step-up-password": PASSWORD}).json()["text"] == [TEXT]
    assert client.get(CAREFUL).status_code == 200


def test_passwords_are_tried_only_so_often(client, rita, settings):
    settings.LIMITS = {"password.again": "3/5m"}
    client.force_login(rita)
    tries = [client.post(CAREFUL, {"step-up-password": f"wrong {number}"}) for number in range(4)]
    assert "Try again in" in tries[-1].content.decode()
    assert client.post(CAREFUL, {"step-up-password": PASSWORD}).status_code == 422, "not even the right one"


def test_nothing_is_no_proof(client, rita):
    """Somebody without a factor and without a password: allauth would count them as proved."""
    rita.set_unusable_password()
    rita.save()
    client.force_login(rita)
    assert client.get(CAREFUL).status_code == 302
    assert client.post(CAREFUL, {**FORM, "step-up-password": ""}).status_code == 302


def test_the_password_is_no_proof_of_who_has_a_factor(ada_client):
    an_hour_later(ada_client)
    assert ada_client.post(CAREFUL, {**FORM, "step-up-password": PASSWORD}).status_code == 422


def test_scripts_and_fragments_are_told(ada_client):
    an_hour_later(ada_client)
    assert ada_client.get(CAREFUL, headers={"Accept": "application/json"}).status_code == 403
    answer = ada_client.post(CAREFUL, {"text": TEXT}, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/x/"})
    assert answer.status_code == 401 and answer["HX-Redirect"] == "/account/second-factor/?next=%2Fx%2F"


def test_a_form_from_elsewhere_is_refused_before_anything_is_asked(ada, strict_client):
    """The page that asks carries what was sent: another site must not be able to put something there."""
    strict_client.force_login(ada.user)
    page = strict_client.post(CAREFUL, {"text": TEXT}, headers={"Origin": "https://evil.example"})
    assert page.status_code == 403 and "heap" not in page.content.decode()


def test_another_session_is_not_proved_by_this_one(ada_client, ada):
    other = Client()
    sign_in(other, ada.email)
    other.post(reverse("second_factor_challenge"), {"code": ada.codes[1]})
    an_hour_later(other)
    assert ada_client.get(CAREFUL).status_code == 200
    assert other.get(CAREFUL).status_code == 302

"""Whatever was written survives an expired session and a sign-in in another tab."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in

pytestmark = [pytest.mark.urls("tests.accounts.text_urls"), pytest.mark.django_db]

TEXT = "Steps:\n1. <script>alert('x')</script>\n2. café & \"quotes\""


def token_on(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()).group(1)


def sent_fields(page):
    """What a browser would send from the form on the page."""
    found = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', page.content.decode(), re.S)
    return {name: html.unescape(value) for name, value in found} | {"csrfmiddlewaretoken": token_on(page)}


def expire(client):
    client.session.flush()
    client.cookies.pop("parley", None)


def test_an_expired_session_gives_the_text_back(client, rita):
    client.force_login(rita)
    client.logout()
    response = client.post("/write/", {"body": TEXT, "password": "secret-word"})
    page = response.content.decode()
    assert response.status_code == 401
    assert "no-store" in response["Cache-Control"]
    assert sent_fields(response)["body"] == TEXT
    assert "<script>alert" not in page and "secret-word" not in page


def test_the_whole_way_with_csrf_enforced(strict_client, rita):
    client = strict_client
    # Signed in, a form open.
    token = token_on(client.get(reverse("account_login")))
    sign_in(client, rita.email, csrfmiddlewaretoken=token)
    token = token_on(client.get("/form/"))
    expire(client)
    # Sent too late: 401 with the text.
    late = client.post("/write/", {"body": TEXT, "csrfmiddlewaretoken": token})
    assert late.status_code == 401
    fields = sent_fields(late)
    # Signed in anew in another tab, which renews the token.
    again = token_on(client.get(reverse("account_login")))
    sign_in(client, rita.email, csrfmiddlewaretoken=again)
    assert is_signed_in(client)
    # "Send" on the old page: its token is stale, so it is shown once more, with a fresh one.
    stale = client.post("/write/", fields)
    assert stale.status_code == 403 and "Send again" in stale.content.decode()
    assert "no-store" in stale["Cache-Control"]
    # "Send again" arrives, with every character.
    sent = client.post("/write/", sent_fields(stale))
    assert sent.status_code == 200 and sent.content.decode() == f"kept: {TEXT}"


def test_nothing_is_kept_without_a_session_however_often_it_is_sent(strict_client):
    token = token_on(strict_client.get(reverse("account_login")))
    first = strict_client.post("/write/", {"body": TEXT, "csrfmiddlewaretoken": token})
    assert first.status_code == 401
    assert strict_client.post("/write/", sent_fields(first)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
    ],
)
def test_another_site_gets_no_form_with_a_token(strict_client, rita, headers):
    strict_client.force_login(rita)
    strict_client.get("/form/")
    response = strict_client.post("/write/", {"body": "pay me"}, headers=headers)
    assert response.status_code == 403
    assert "pay me" not in response.content.decode() and "csrfmiddlewaretoken" not in response.content.decode()


def test_a_form_without_text_is_only_out_of_date(strict_client, rita):
    response = strict_client.post(reverse("account_login"), {"login": rita.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "out of date" in response.content.decode() and PASSWORD not in response.content.decode()


def test_a_view_may_draw_its_own_form(client):
    response = client.post("/write/red/", {"body": TEXT})
    assert response.status_code == 401 and response.content.decode() == f"drawn for red because signed_out: {TEXT}"


def test_other_forms_lead_to_the_sign_in(client):
    assert client.post("/plain/", {"body": TEXT}).url == reverse("account_login")
    assert client.get("/plain/?page=2").url == reverse("account_login") + "?next=/plain/%3Fpage%3D2"


def test_text_survives_a_promotion_in_mid_form(client, rita):
    sign_in(client, rita.email)
    type(rita).objects.filter(pk=rita.pk).update(is_staff=True)
    response = client.post("/write/", {"body": TEXT})
    assert response.status_code == 403 and sent_fields(response)["body"] == TEXT


def test_text_survives_the_idle_time_of_staff(client, ada, time_machine_of):
    sign_in(client, ada.email)
    client.post(reverse("second_factor_challenge"), {"code": ada.codes[0]})
    assert client.post("/write/", {"body": TEXT}).status_code == 200
    with time_machine_of(now() + timedelta(minutes=31)):
        response = client.post("/write/", {"body": TEXT})
    assert response.status_code == 401 and sent_fields(response)["body"] == TEXT

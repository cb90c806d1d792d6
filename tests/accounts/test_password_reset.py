"""A new password is no way around the second factor, and its link exists in the letter only."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts import password_reset
from accounts.models import Delivery, TotpDevice
from tests.accounts.conftest import is_signed_in, letters, link_in, make_person, sign_in

NEW = "another umbrella of 1908 days"


def reset(client, email):
    client.post(reverse("account_reset_password"), {"email": email})
    page = client.get(link_in(letters()[-1]), follow=True)
    return client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)


def test_a_reset_signs_nobody_in_and_keeps_the_factor(client, ada):
    response = reset(client, ada.email)
    assert response.status_code == 200 and not is_signed_in(client)
    assert TotpDevice.objects.filter(user=ada.user, confirmed=True).exists()
    assert sign_in(client, ada.email, NEW).url == reverse("second_factor_challenge")
    assert not is_signed_in(client)


def test_the_person_is_told_afterwards(client, ada):
    reset(client, ada.email)
    assert "Your password was changed." in letters()[-1].body


def test_the_row_holds_no_token(client, rita):
    client.post(reverse("account_reset_password"), {"email": rita.email})
    token = link_in(letters()[0]).rstrip("/").rsplit("-", 1)[-1]
    assert len(token) > 20
    rows = list(Delivery.objects.order_by("pk").values())
    assert [(row["letter"], row["facts"], row["address"]) for row in rows] == [
        ("account_reset_asked", {}, ""),
        ("account_password_reset", {}, ""),
    ]
    assert token not in str(rows)


def test_an_unproved_address_gets_the_verification_instead(client, db):
    make_person("new@example.org", verified=False)
    client.post(reverse("account_reset_password"), {"email": "new@example.org"})
    assert "/confirm-email/" in letters()[0].body


def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(client, rita):
    make_person("off@example.org", is_active=False)
    answers, work = [], []
    for email in ("nobody@example.org", rita.email, "nobody@example.net", "off@example.org"):
        with CaptureQueriesContext(connection) as statements:
            answers.append(client.post(reverse("account_reset_password"), {"email": email}))
            work.append([re.sub(r"'[^']*'|\b\d+\b|\b[0-9a-f]{32}\b", "?", one["sql"]) for one in statements])
        answers.append(client.get(answers[-1].url))
    assert work[1] == work[2] == work[3] and not any("accounts_user" in sql or "account_emailaddress" in sql for sql in work[2])
    assert {answer.status_code for answer in answers[::2]} == {302} and len({answer.url for answer in answers[::2]}) == 1
    assert len({answer.content for answer in answers[1::2]}) == 1
    assert [message.to for message in letters()] == [[rita.email]]
    assert not Delivery.objects.exclude(address="").exists(), "addresses of nobody are not kept"


def test_capitals_are_alike_and_nothing_else_is(client, rita, db):
    mike = make_person("mike@example.org")
    for typed in ("m\u0131ke@example.org", "MIKE@Example.org", "RITA@example.org"):
        password_reset.ask(typed, at=now())
    assert [message.to for message in letters()] == [[mike.email], [rita.email]]


def test_a_used_link_says_so(client, rita):
    reset(client, rita.email)
    page = client.get(link_in(letters()[0]), follow=True)
    assert "no longer works" in page.content.decode()

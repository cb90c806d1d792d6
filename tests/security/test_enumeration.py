"""Nobody learns from an answer who has an account: status, body, headers and cookies are the same for every address.

About time: ``python -m bench --only enumeration`` (docs/limits.md).
"""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts import signing_in
from accounts.models import User
from portal.models import Invitation
from tests.accounts.conftest import PASSWORD, give_factor, make_person

WRONG = "not the right words at all"
SAME = {"password1": "other words that nobody knows", "password2": "other words that nobody knows"}
CHANGES = re.compile(r'csrfmiddlewaretoken" value="\w+"|nonce(-|=")[\w+/=-]+')


@pytest.fixture
def addresses(db):
    """An address of each kind of account, the last one of nobody; all of one length, which a page that repeats it shows."""
    make_person("verified@example.org")
    make_person("unproved@example.org", verified=False)
    make_person("isclosed@example.org", is_active=False)
    give_factor(make_person("is-staff@example.org", is_staff=True))
    User.objects.filter(pk=make_person("linkedup@example.org").pk).update(password="!")
    return [*User.objects.values_list("email", flat=True), "Verified@Example.org", "nobody-1@example.org"]


def seen(answer, email):
    """What a stranger sees of an answer, but for what differs each time."""
    body = CHANGES.sub("", answer.content.decode()).replace(email, "EMAIL")
    headers = {name: CHANGES.sub("", value) for name, value in answer.headers.items() if name != "Expires"}  # the time of day
    cookies = {name: {key: value for key, value in cookie.items() if key != "expires"} for name, cookie in answer.client.cookies.items()}
    return answer.status_code, getattr(answer, "redirect_chain", None), body, headers, cookies


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}])
@pytest.mark.parametrize(
    "page, fields, follow",
    [
        ("account_login", {"password": WRONG}, False),
        ("account_reset_password", {}, True),
        ("account_signup", SAME, True),
    ],
)
def test_a_form_answers_every_address_alike(addresses, settings, page, fields, follow, headers):
    settings.LIMITS = {"signup.network": "off"}
    told = {}
    for email in addresses:
        client, again = Client(headers=headers), Client(headers=headers)
        form = {"login": email, "email": email, **fields}
        first = client.post(reverse(page), form, follow=follow)
        # A second time, by somebody else: an account that the first made, or a letter that it sent, is no difference either.
        told[email] = seen(first, email), seen(again.post(reverse(page), form, follow=follow), email)
        assert told[email] == told[addresses[0]], email
    assert told["nobody-1@example.org"][0][0] == 200


def test_a_link_that_anybody_can_make_up_answers_alike(addresses):
    answers = []
    for uid in ("1", "zzzz"):
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": "abc-0123456789abcdef"})
        answers.append(seen(Client().get(path, follow=True), path)[:3])
    assert answers[0][0] == answers[1][0] == 200 and answers[0][2] == answers[1][2]


def test_what_stands_behind_a_password_is_told_to_who_has_it_only(addresses):
    for email in addresses[:-1]:
        wrong = Client().post(reverse("account_login"), {"login": email, "password": WRONG})
        assert wrong.status_code == 200
    right = {email: Client().post(reverse("account_login"), {"login": email, "password": PASSWORD}) for email in addresses[:4]}
    assert [answer.headers.get("Location") for answer in right.values()] == [
        "/desk/",
        reverse("account_email_verification_sent"),
        reverse("account_inactive"),
        reverse("second_factor_challenge"),
    ]


def test_an_owner_does_not_learn_who_has_an_account_by_inviting(cast):
    answers = []
    for email in ("charlie@example.org", "nobody1@example.org"):
        Invitation.objects.all().delete()
        client = cast.client("olivia")
        session = client.session
        session[signing_in.PROVED] = now().isoformat()
        session.save()
        answer = client.post(reverse("team", args=["mailat"]), {"email": email, "role": "triager"}, follow=True)
        answers.append((answer.redirect_chain, re.sub("[0-9a-f-]{36}", "", seen(answer, email)[2])))
    assert answers[0] == answers[1] and "The invitation is on its way to EMAIL" in answers[0][1]


@pytest.mark.parametrize("page, fields", [("account_login", {"password": WRONG}), ("account_reset_password", {}), ("account_signup", SAME)])
def test_every_address_costs_the_same_writing_and_at_most_one_lookup_more(addresses, settings, page, fields):
    settings.LIMITS = {"signup.network": "off", "verification.address": "off"}
    people, read, written = User.objects.count(), {}, {}
    for email in addresses:
        with CaptureQueriesContext(connection) as asked:
            Client().post(reverse(page), {"login": email, "email": email, **fields})
        kinds = [query["sql"].split(" ", 1)[0] for query in asked]
        read[email] = kinds.count("SELECT")
        written[email] = tuple(kinds.count(kind) for kind in ("INSERT", "UPDATE", "DELETE"))
    assert len(set(written.values())) == 1 and sum(written[addresses[0]]), written
    # allauth looks an address up once more where it found no proved one: below what can be measured beside a hash.
    assert max(read.values()) - min(read.values()) <= (0 if page == "account_reset_password" else 1), read
    # What a sign-up does for an address that is taken leaves nobody behind.
    assert User.objects.count() == people + (page == "account_signup")

"""Sign-up takes what is thrown at it: the same form twice at once, and addresses of pages that no database keeps."""

import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import Delivery, User

FORM = {"email": "new@example.org", "password1": "an umbrella of 1907 days", "password2": "an umbrella of 1907 days"}
SIGNUP = "/accounts/signup/"


@pytest.mark.parametrize("strange", ["/reports/?a\x00b", "/reports/?a\r\nb", "/reports/?\x1b[31m", "/reports/?\u202e"])
@pytest.mark.parametrize("email", ["rita@example.org", "new@example.org"])
def test_where_somebody_was_going_is_kept_only_if_it_is_plain(cast, strange, email):
    answer = Client().post(SIGNUP, {**FORM, "email": email, "next": strange})
    assert answer.status_code == 302
    assert "parley-next" not in answer.cookies
    assert "next" not in Delivery.objects.get().facts


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_makes_one_account_and_two_same_answers():
    start, answers = threading.Barrier(2), []

    def run():
        client = Client(raise_request_exception=False)
        start.wait()
        try:
            answer = client.post(SIGNUP, FORM)
            answers.append((answer.status_code, answer.headers.get("Location")))
        finally:
            connection.close()

    for _round in range(5):
        cache.clear()
        User.objects.all().delete()
        threads = [threading.Thread(target=run) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert User.objects.count() == 1
    assert answers == [(302, "/accounts/confirm-email/")] * 10


@pytest.mark.parametrize("typed", ["Ri\u202eta\u2066", "Ri\nta", " Ri\x1b \u2067ta "])
def test_a_name_is_one_line_that_reorders_nothing(cast, typed):
    cast.client("rita").post("/account/", {"display_name": typed, "timezone": "UTC"})
    Client().post(SIGNUP, {**FORM, "display_name": typed})
    names = list(User.objects.filter(email__in=["rita@example.org", "new@example.org"]).values_list("display_name", flat=True))
    assert len(names) == 2 and {name.replace(" ", "") for name in names} == {"Rita"}
    assert not any(mark in name for name in names for mark in "\n\x1b\u202e\u2066\u2067")

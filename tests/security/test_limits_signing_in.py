"""Wrong passwords are counted without locking anybody out: not in a browser of theirs, not from another network."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import known_browsers
from tests.accounts.conftest import PASSWORD, is_signed_in, make_person, sign_in

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"
WRONG = "not the right words at all"


@pytest.fixture
def rita(db):
    return make_person()


def browser(address=HERE):
    return Client(REMOTE_ADDR=address)


def besiege(address, email, times=5):
    return [sign_in(browser(address), email, WRONG).status_code for _number in range(times)]


def test_the_sixth_try_waits_and_is_told_how_long(rita):
    assert besiege(HERE, rita.email, 7) == [200] * 5 + [429] * 2
    answer = sign_in(browser(), rita.email)
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 350
    assert "There were too many wrong passwords. Try again in" in answer.content.decode()


@pytest.mark.parametrize("email", ["rita@example.org", "RITA@example.org", "nobody@example.org"])
def test_known_and_unknown_addresses_wait_alike(rita, email):
    assert besiege(HERE, email, 6) == [200] * 5 + [429]


def test_a_right_password_does_not_count(rita):
    for _number in range(8):
        client = browser()
        sign_in(client, rita.email)
        assert is_signed_in(client)


def test_a_right_password_in_between_gives_no_new_tries(rita):
    besiege(HERE, rita.email, 4)
    assert is_signed_in(client := browser()) is False and sign_in(client, rita.email).status_code == 302
    assert besiege(HERE, rita.email, 2) == [200, 429]


def test_a_stranger_does_not_lock_out_another_network_nor_a_browser_that_was_here_before(rita):
    mine = browser()
    sign_in(mine, rita.email)
    mine.post(reverse("account_logout"))
    besiege(HERE, rita.email, 6)
    other = browser(ELSEWHERE)
    sign_in(other, rita.email)
    sign_in(mine, rita.email)
    assert is_signed_in(other) and is_signed_in(mine)


def test_guesses_from_many_networks_end_but_not_for_a_browser_that_was_here_before(rita, settings):
    settings.LIMITS = {"signin.account.anywhere": "10/h"}
    mine = browser()
    sign_in(mine, rita.email)
    mine.post(reverse("account_logout"))
    for last in range(10):
        besiege(f"203.0.113.{last}", rita.email, 1)
    assert besiege(ELSEWHERE, rita.email, 1) == [429]
    sign_in(mine, rita.email)
    assert is_signed_in(mine)


def test_a_browser_that_was_here_before_guesses_no_more_than_others(rita):
    mine = browser()
    sign_in(mine, rita.email)
    mine.post(reverse("account_logout"))
    assert [sign_in(mine, rita.email, WRONG).status_code for _number in range(6)] == [200] * 5 + [429]


def test_the_mark_of_a_browser_names_nobody_and_cannot_be_made_up(rita, rf):
    client = browser()
    sign_in(client, rita.email)
    mark = client.cookies[known_browsers.NAME]
    assert mark["httponly"] and mark["samesite"] == "Lax" and "rita" not in mark.value
    make_person("bob@example.org")
    for value in (mark.value, mark.value[:-1], "", "x:y:z"):
        request = rf.get("/")
        request.COOKIES[known_browsers.NAME] = value
        assert bool(known_browsers.count_of(request, "rita@example.org")) is (value == mark.value)
        assert known_browsers.count_of(request, "bob@example.org") == ()


def test_one_network_tries_thirty_times_a_minute_whatever_its_header_says(rita):
    # B15: no proxy is trusted, so what a client writes there is nothing.
    answers = [
        browser().post(
            reverse("account_login"),
            {"login": f"p{number}@example.org", "password": WRONG},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
        for number in range(31)
    ]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(rita, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.LIMITS = {"signin.network": "3/m"}
    answers = [
        browser("127.0.0.1").post(
            reverse("account_login"),
            {"login": f"p{number}@example.org", "password": WRONG},
            headers={"X-Forwarded-For": f"10.0.0.{number}, {HERE}"},
        )
        for number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]


def test_a_household_of_ipv6_addresses_is_one_network(rita, settings):
    settings.LIMITS = {"signin.network": "3/m"}
    assert [besiege(f"2001:db8:1:2::{last}", f"p{last}@example.org", 1) for last in range(4)] == [[200]] * 3 + [[429]]
    assert besiege("2001:db8:1:3::1", "p9@example.org", 1) == [200]


def test_new_passwords_are_asked_for_five_times_an_hour_whoever_has_the_address(rita):
    for email in (rita.email, "nobody@example.org"):
        answers = [browser().post(reverse("account_reset_password"), {"email": email}).status_code for _number in range(6)]
        assert answers == [302] * 5 + [429]


def test_one_network_asks_for_twenty_new_passwords_an_hour(rita):
    answers = [browser().post(reverse("account_reset_password"), {"email": f"p{n}@example.org"}).status_code for n in range(21)]
    assert answers == [302] * 20 + [429]


def test_a_password_is_not_guessed_through_its_change(rita):
    client = browser()
    sign_in(client, rita.email)
    form = {"oldpassword": WRONG, "password1": PASSWORD + " x", "password2": PASSWORD + " x"}
    assert [client.post(reverse("account_change_password"), form).status_code for _number in range(6)][-1] == 429

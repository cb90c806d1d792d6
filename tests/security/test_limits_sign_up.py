"""While many accounts are made, each costs a proof of work or a wait; nobody who really wants one is kept out."""

import base64
import html
import json
import re
from datetime import timedelta

import altcha
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Delivery, User
from portal.lib import proof_of_work
from tests.accounts.conftest import PASSWORD, make_person

HERE = "192.0.2.7"
ASKED = re.compile(r'data-challenge="([^"]+)" data-tries="(\d+)"')
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _many_come(db, settings, monkeypatch):
    """One account an hour is made for nothing; a proof takes no time."""
    settings.LIMITS = {"signup.network": "1/h", "signup.heavy": "2/h", "signup.waiting": "2/h", "signup.tries": "9/m"}
    monkeypatch.setattr(proof_of_work, "ITERATIONS", 1)
    monkeypatch.setattr(proof_of_work, "TRIES", 8)
    sign_up("first@example.org")


def page(address=HERE):
    return Client(REMOTE_ADDR=address).get(reverse("account_signup")).content.decode()


def sign_up(email, address=HERE, client=None, **more):
    form = {"email": email, "password1": PASSWORD, "password2": PASSWORD, **more}
    return (client or Client(REMOTE_ADDR=address)).post(reverse("account_signup"), form)


def made(email):
    return User.objects.filter(email=email).exists()


def solve(shown):
    """What a browser sends in answer to the challenge of a page."""
    found = ASKED.search(shown)
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(found[1])))
    solution = altcha.solve_challenge(challenge)
    assert solution.counter <= int(found[2])
    return altcha.Payload(challenge, solution).to_base64()


def test_a_first_account_costs_nothing_and_elsewhere_it_stays_so():
    assert made("first@example.org")
    assert not ASKED.search(page("198.51.100.9"))
    sign_up("other@example.org", "198.51.100.9")
    assert made("other@example.org")


def test_the_page_asks_before_the_form_is_filled_in_and_takes_the_answer():
    shown = page()
    assert "Your browser computes something for some seconds" in shown and "in 10 minutes or later" in shown
    assert sign_up("new@example.org", proof=solve(shown)).status_code == 302
    assert made("new@example.org")


def test_a_form_without_an_answer_comes_back_with_what_was_typed():
    answer = sign_up("new@example.org", display_name="Nyx")
    shown = answer.content.decode()
    assert answer.status_code == 429 and int(answer["Retry-After"]) == 600
    assert 'value="new@example.org"' in shown and 'value="Nyx"' in shown and PASSWORD not in shown
    assert not made("new@example.org")
    sign_up("new@example.org", proof=solve(shown))
    assert made("new@example.org")


def test_the_whole_portal_asks_when_accounts_come_from_everywhere(settings):
    settings.LIMITS = {**settings.LIMITS, "signup.portal": "1/h"}
    sign_up("second@example.org", "203.0.113.4")
    assert made("second@example.org")
    assert ASKED.search(page("198.51.100.9"))
    assert sign_up("other@example.org", "198.51.100.9").status_code == 429


def test_known_and_unknown_addresses_are_asked_alike():
    assert sign_up("first@example.org").status_code == sign_up("new@example.org").status_code == 429
    known, new = (sign_up(email, proof=solve(page())) for email in ("first@example.org", "new@example.org"))
    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])


def test_an_answer_counts_once():
    answer = solve(page())
    assert sign_up("new@example.org", proof=answer).status_code == 302
    assert sign_up("more@example.org", proof=answer).status_code == 429
    assert not made("more@example.org")


def change(answer, *path, to):
    told = json.loads(base64.b64decode(answer))
    place = told
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to(place[path[-1]])
    return base64.b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize(
    "make_up",
    [
        lambda good: "",
        lambda good: "x" * 5000,
        lambda good: good[:-9],
        lambda good: base64.b64encode(b"[]").decode(),
        lambda good: base64.b64encode(b'{"challenge": {"parameters": null}, "solution": 7}').decode(),
        lambda good: base64.b64encode(b"[" * 3000).decode(),
        lambda good: change(good, "solution", "derivedKey", to=lambda key: "00" * 32),
        lambda good: change(good, "challenge", "parameters", "keyPrefix", to=lambda key: ""),
        lambda good: change(good, "challenge", "parameters", "expiresAt", to=lambda at: at + 3600),
        lambda good: change(good, "challenge", "signature", to=str.upper),
        lambda good: change(good, "challenge", "signature", to=lambda _signature: None),
    ],
)
def test_what_is_made_up_is_no_answer(make_up):
    assert sign_up("new@example.org", proof=make_up(solve(page()))).status_code == 429
    assert not made("new@example.org")


def test_an_answer_is_for_one_purpose_one_person_and_one_hour():
    asked = proof_of_work.ask("report", "rita")
    challenge = altcha.Challenge.from_dict(json.loads(asked.challenge))
    answer = altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()
    assert not proof_of_work.is_answer(answer, "signup")
    assert not proof_of_work.is_answer(answer, "report", "bob")
    assert not proof_of_work.is_answer(answer, "report", "rita", heavy=True)
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert not proof_of_work.is_answer(answer, "report", "rita")
    assert proof_of_work.is_answer(answer, "report", "rita")


def test_past_the_second_rate_it_takes_longer_but_is_never_refused():
    for number in range(2):
        assert sign_up(f"p{number}@example.org", proof=solve(page())).status_code == 302
    shown = page()
    assert int(ASKED.search(shown)[2]) == 64
    for number in range(2, 5):
        assert sign_up(f"p{number}@example.org", proof=solve(page())).status_code == 302


def test_without_javascript_one_waits_and_is_let_in():
    ticket = TICKET.search(page())[1]
    early = sign_up("new@example.org", ticket=ticket)
    assert early.status_code == 429 and not made("new@example.org")
    assert TICKET.search(early.content.decode())[1] == ticket, "sending too early begins the wait anew"
    with time_machine.travel(now() + timedelta(minutes=4)):
        assert "in 6 minutes or later" in sign_up("new@example.org", ticket=ticket).content.decode()
    with time_machine.travel(now() + timedelta(minutes=10, seconds=2)):
        assert sign_up("new@example.org", ticket=ticket).status_code == 302
        assert made("new@example.org")
        assert sign_up("more@example.org", ticket=ticket).status_code == 429, "a ticket counts twice"


def test_tickets_are_no_way_around_for_many(settings):
    tickets = [TICKET.search(page())[1] for _number in range(4)]
    with time_machine.travel(now() + timedelta(minutes=11)):
        answers = [sign_up(f"p{number}@example.org", ticket=ticket) for number, ticket in enumerate(tickets)]
        assert [answer.status_code for answer in answers] == [302, 302, 429, 429]
        assert int(answers[-1]["Retry-After"]) > 600
        # Their ticket is not used up by that: a proof, or the next free place, still lets them in.
        assert sign_up("p3@example.org", proof=solve(page())).status_code == 302
    with time_machine.travel(now() + timedelta(minutes=90)):
        assert sign_up("p2@example.org", ticket=tickets[2]).status_code == 302


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c"])
def test_what_is_no_ticket_waits_for_nothing(ticket):
    assert sign_up("new@example.org", ticket=ticket).status_code == 429


def test_one_network_tries_so_many_forms_a_minute():
    answers = [sign_up("no address").status_code for _number in range(9)]
    assert answers == [200] * 8 + [429]


def test_an_address_gets_one_letter_in_three_minutes_however_often_it_is_asked_for(settings):
    settings.LIMITS = {"signup.network": "off", "verification.address": "1/3m"}
    make_person("proved@example.org")
    for email in ("first@example.org", "new@example.org", "proved@example.org"):
        assert {sign_up(email).status_code for _number in range(4)} == {302}
    assert Delivery.objects.count() == 3

"""API tokens: what they look like, what they are worth, when they die."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils.timezone import now

from accounts import closing, outbox, recovery
from accounts.models import AuditEvent, Delivery, TotpDevice, User
from portal import teams, tokens
from portal.lib.permissions import SCOPES, Action
from portal.models import ApiToken
from tests import builders

pytestmark = pytest.mark.django_db
SCOPE = "list_cases"


def made(cast, who="bob", *, name="bot", lives=tokens.USUAL, at=None):
    return tokens.make(cast.mailat, name=name, scopes=[SCOPE], lives=lives, by=getattr(cast, who), at=at or now())


def works(secret, at=None):
    return tokens.bearer(secret, at=at or now()) is not None


def test_its_form_can_be_found_by_scanners_and_is_checked():
    secrets = {tokens.new_secret() for _number in range(200)}
    assert len(secrets) == 200 and all(re.fullmatch(r"parley_[0-9A-Za-z]{49}", one) for one in secrets)
    assert all(tokens.well_formed(one) for one in secrets)
    used = Counter("".join(one[7:50] for one in secrets))
    assert len(used) == 62  # 256 bits: no digit is left out
    secret = secrets.pop()
    for place in range(len(secret)):
        other = "x" if secret[place] != "x" else "y"
        assert not tokens.well_formed(secret[:place] + other + secret[place + 1 :])
    assert not any(map(tokens.well_formed, ("", "parley_", secret + "0", f" {secret}", f"{secret}\n", "parley_" + "ä" * 49)))


def test_the_database_has_a_digest_only(cast):
    token, secret = made(cast)
    assert works(secret)
    rows = [*ApiToken.objects.values(), *AuditEvent.objects.values(), *Delivery.objects.values()]
    assert all(secret not in str(row) and secret[7:50] not in str(row) for row in rows)
    assert token.digest == tokens.digest_of(secret) and len(token.digest) == 64


def test_a_malformed_one_costs_no_query(cast, django_assert_num_queries):
    _token, secret = made(cast)
    with django_assert_num_queries(0):
        assert not works(secret[:-1] + ("0" if secret[-1] != "0" else "1"))
        assert not works("parley_" + "\0" * 49)


def deaths(cast, token):
    yield "revoked", lambda: tokens.revoke(token, by=cast.bob, at=now())
    yield "its person left", lambda: teams.remove(cast.mailat.memberships.get(user=cast.bob), by=cast.bob, at=now())
    yield "its person lost the role otherwise", lambda: cast.mailat.memberships.filter(user=cast.bob).delete()
    yield "its person has no factor", lambda: TotpDevice.objects.filter(user=cast.bob).delete()
    yield "its person may not sign in", lambda: User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    yield "the factors of its person were reset", lambda: recovery.by_operator(cast.bob, at=now())
    yield "its person closed the account", lambda: closing.close(cast.bob, by=cast.bob, at=now())


@pytest.mark.parametrize("number", range(7))
def test_it_dies(cast, number):
    token, secret = made(cast)
    _other, olivias = made(cast, "olivia")
    why, happens = list(deaths(cast, token))[number]
    happens()
    assert not works(secret), why
    assert works(olivias)


def test_it_stays_dead_when_a_new_factor_is_set_up(cast):
    _token, secret = made(cast)
    recovery.by_operator(cast.bob, at=now())
    builders.a_factor(cast.bob)
    assert not works(secret)


def test_it_stays_dead_when_the_role_comes_back(cast):
    _token, secret = made(cast)
    teams.remove(cast.mailat.memberships.get(user=cast.bob), by=cast.olivia, at=now())
    builders.on_team(cast.bob, cast.mailat, "owner")
    assert not works(secret)


def test_it_expires(cast):
    _token, secret = made(cast, lives=timedelta(days=30))
    assert works(secret, at=now() + timedelta(days=29)) and not works(secret, at=now() + timedelta(days=30))
    with pytest.raises(tokens.Refused, match="a year at most"):
        made(cast, name="long", lives=timedelta(days=366))
    with pytest.raises(tokens.Refused):
        made(cast, name="none", lives=timedelta(0))


def test_it_holds_no_more_than_the_role_has_now(cast):
    _token, secret = made(cast, "olivia")
    found = tokens.bearer(secret, at=now())
    assert tokens.holds(found, Action.LIST_CASES)
    assert not tokens.holds(found, Action.READ_CASE)
    found.scopes = [str(action) for action in Action]  # whatever a row may say
    assert [action for action in Action if tokens.holds(found, action)] == list(SCOPES)
    found.standing = "outsider"
    assert not tokens.holds(found, Action.LIST_CASES)


def test_no_scope_touches_roles_factors_keys_erasing_or_tokens():
    never = {Action.INVITE, Action.CHANGE_TEAM, Action.LEAVE_TEAM, Action.MAKE_TOKEN, Action.REVOKE_TOKENS, Action.SET_RETENTION}
    never |= {Action.ANSWER_ERASURE, Action.PLACE_HOLD, Action.TAKE_COPY, Action.HAND_OVER, Action.INVITE_GUEST, Action.EDIT_POLICY}
    assert not never & set(SCOPES)


@pytest.mark.parametrize("scopes", [[], ["edit_policy"], ["read_notes", "list_cases"]])
def test_nothing_else_can_be_asked_for(cast, scopes):
    with pytest.raises(tokens.Refused, match="your role may do"):
        tokens.make(cast.mailat, name="bot", scopes=scopes, lives=tokens.USUAL, by=cast.olivia, at=now())


def test_only_the_team_makes_one(cast):
    for who in ("charlie", "rita", "ada"):
        with pytest.raises(tokens.Refused):
            made(cast, who)


def test_names_are_told_apart_and_there_is_an_end_to_them(cast, monkeypatch):
    made(cast)
    with pytest.raises(tokens.Refused, match="of this name already"):
        made(cast)
    made(cast, "alice")
    monkeypatch.setattr(tokens, "MOST", 2)
    made(cast, name="second")
    with pytest.raises(tokens.Refused, match="You have 2 tokens"):
        made(cast, name="third")


def test_its_last_use_is_kept_to_the_minute(cast, django_assert_num_queries):
    token, secret = made(cast)
    at = now()
    tokens.note_use(tokens.bearer(secret, at=at), at=at)
    again = tokens.bearer(secret, at=at)
    with django_assert_num_queries(0):
        tokens.note_use(again, at=at + timedelta(seconds=59))
    tokens.note_use(again, at=at + timedelta(seconds=61))
    token.refresh_from_db()
    assert token.last_used_at == at + timedelta(seconds=61)


def test_its_end_is_told_a_week_before_and_not_when_it_is_dead(cast):
    at = now()
    made(cast, at=at)
    dead, _secret = made(cast, name="dead", at=at)
    made(cast, name="short", lives=timedelta(days=7), at=at)
    made(cast, "alice", at=at)
    tokens.revoke(dead, by=cast.bob, at=at)
    cast.mailat.memberships.filter(user=cast.alice).delete()
    outbox.drain(at=at + timedelta(days=82, hours=23))
    assert not mail.outbox
    with time_machine.travel(at + timedelta(days=83), tick=False):
        outbox.drain(at=now())
        outbox.drain(at=now())
    (letter,) = mail.outbox
    assert letter.to == ["bob@example.org"] and "Its name: bot" in letter.body and "/p/mailat/tokens/" in letter.body

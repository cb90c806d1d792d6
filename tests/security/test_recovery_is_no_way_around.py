"""B10: whoever has a password, or one person's trust, cannot take a second factor away. Each guard by itself."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from django_otp.models import Device

from accounts import recovery, two_factor
from accounts.models import AuditEvent, EnrolmentLink, FactorRecovery, Session, TotpDevice, User
from accounts.two_factor import Refused
from portal.models import ApiToken
from tests import builders
from tests.accounts.conftest import code_of, letters
from tests.accounts.recovering import ASK, after, agree, asked, at_the_second_factor, proved, swept
from tests.builders import sign_in


@pytest.fixture
def lost(cast):
    return asked(cast.bob)


def has_factor(person):
    return TotpDevice.objects.filter(user=person, confirmed=True).exists()


def test_only_who_gave_the_password_asks(cast):
    for client in (Client(), cast.client("charlie"), cast.client("bob"), cast.client("bob", factor=False)):
        assert client.post(ASK).status_code == 302
    waiting = at_the_second_factor(cast.bob)
    with after(minutes=6):
        assert waiting.post(ASK).url == reverse("account_login"), "the first step counts for five minutes"
    assert not FactorRecovery.objects.exists()


def test_one_is_not_enough_and_the_same_one_twice_neither(cast, lost):
    olivia = proved(cast.olivia)
    for _try in range(2):
        agree(olivia, lost)
    lost.refresh_from_db()
    assert lost.approvals.count() == 1 and lost.ready_at is None
    assert swept(days=6) == 0 and has_factor(cast.bob)


@pytest.mark.parametrize("who", ["bob", "alice", "charlie", "rita"])
def test_nobody_agrees_who_is_neither_owner_nor_administrator_nor_for_themselves(cast, lost, who):
    if who == "bob":  # not even as an owner and an administrator
        cast.bob.memberships.update(role="owner")
        User.objects.filter(pk=cast.bob.pk).update(is_staff=True)
        client = sign_in(Client(), cast.bob)
    else:
        client = cast.client(who)
    for name in ("recovery", "recovery_approve"):
        assert client.get(reverse(name, args=[lost.uuid])).status_code == 404
    for name in ("recovery_approve", "recovery_stop"):
        assert client.post(reverse(name, args=[lost.uuid]), {"sure": "on"}).status_code == 404
    with pytest.raises(Refused):
        recovery.approve(lost, by=getattr(cast, who), at=now())
    assert recovery.open_of(cast.bob) and not lost.approvals.exists()


def test_an_owner_of_another_project_has_no_say(cast, lost):
    freya = builders.on_team(builders.a_person("Freya"), cast.mail_auth, "owner").user
    builders.a_factor(freya)
    assert sign_in(Client(), freya).get(lost.get_absolute_url()).status_code == 404
    assert freya not in recovery.approvers(cast.bob)
    cast.olivia.memberships.all().delete()  # before the letter is made up
    assert {message.to[0] for message in letters()} == {cast.bob.email, cast.ada.email}


def test_agreeing_asks_who_you_are_and_whether_you_are_sure(cast, lost):
    signed_in = cast.client("olivia")
    assert signed_in.get(reverse("recovery_approve", args=[lost.uuid])).url.startswith("/account/second-factor/")
    assert agree(signed_in, lost).status_code in (302, 403)
    olivia = proved(cast.olivia)
    assert agree(olivia, lost, sure="").status_code == 422
    with after(minutes=11):
        assert agree(olivia, lost).status_code in (302, 403)
    assert not lost.approvals.exists()


def test_the_pause_cannot_be_shortened_by_a_third(cast, lost):
    agree(cast.olivia, lost)
    agree(cast.ada, lost)
    third = builders.on_team(builders.a_person("Oscar"), cast.mailat, "owner").user
    with pytest.raises(Refused):
        recovery.approve(lost, by=third, at=now())
    assert swept(hours=23, minutes=59) == 0 and has_factor(cast.bob)


@pytest.mark.parametrize("who", ["olivia", "ada", "bob"])
def test_everybody_whom_it_concerns_stops_it_with_one_click(cast, lost, who):
    agree(cast.olivia, lost)
    agree(cast.ada, lost)
    client = cast.client(who)
    path = reverse("recovery_stop_own") if who == "bob" else reverse("recovery_stop", args=[lost.uuid])
    where = reverse("account_security") if who == "bob" else lost.get_absolute_url()
    assert path in client.get(where).content.decode()
    client.post(path)
    lost.refresh_from_db()
    assert (lost.outcome, lost.stopped_by) == ("stopped", getattr(cast, who))
    assert swept(hours=25) == 0 and has_factor(cast.bob)
    assert {message.to[0] for message in letters() if "was stopped" in message.body} == {
        cast.bob.email,
        cast.olivia.email,
        cast.ada.email,
    }
    with pytest.raises(Refused):
        recovery.approve(lost, by=cast.olivia, at=now())


def test_signing_in_with_the_factor_stops_it(cast, lost):
    client = at_the_second_factor(cast.bob)
    client.post(reverse("second_factor_challenge"), {"code": "000000"})
    assert recovery.open_of(cast.bob)
    with after(minutes=2):
        client = at_the_second_factor(cast.bob)
        client.post(reverse("second_factor_challenge"), {"code": code_of(cast.bob.totpdevice_set.get())})
    lost.refresh_from_db()
    assert (lost.outcome, lost.stopped_by) == ("stopped", cast.bob)


def test_so_does_proving_it_in_an_open_session(cast):
    open_one = cast.client("bob")
    lost = asked(cast.bob)
    open_one.post(reverse("second_factor_challenge"), {"code": code_of(cast.bob.totpdevice_set.get())})
    lost.refresh_from_db()
    assert lost.outcome == "stopped"


def test_who_lost_the_role_meanwhile_no_longer_counts(cast, lost):
    agree(cast.olivia, lost)
    agree(cast.ada, lost)
    oscar = builders.on_team(builders.a_person("Oscar"), cast.mailat, "owner").user
    builders.a_factor(oscar)
    cast.olivia.memberships.all().delete()
    assert swept(hours=25) == 0 and has_factor(cast.bob)
    lost.refresh_from_db()
    assert lost.is_open and lost.ready_at is None
    agree(oscar, lost)
    lost.refresh_from_db()
    assert 23.9 < (lost.ready_at - now()).total_seconds() / 3600 <= 24, "the pause begins anew"


def test_everything_that_proves_the_person_goes(cast, lost):
    """Sessions, tokens, recovery codes, links not used yet, and devices of every kind that is installed."""
    token = ApiToken.objects.create(user=cast.bob, project=cast.mailat, name="ci", digest="d", scopes=[], made_at=now(), expires_at=now())
    open_one, earlier = cast.client("bob"), two_factor.new_enrolment_link(cast.bob, by=None, at=now(), hours=999)
    kinds = [model for model in Device.__subclasses__() if not model._meta.abstract]
    assert len(kinds) >= 2
    agree(cast.olivia, lost)
    agree(cast.ada, lost)
    assert swept(hours=25) == 1
    for model in kinds:
        assert not model.objects.filter(user=cast.bob).exists(), model
    token.refresh_from_db()
    assert token.revoked_at and not Session.objects.filter(user=cast.bob).exists()
    assert open_one.get("/inbox/").url.startswith("/accounts/login/")
    assert not EnrolmentLink.objects.filter(pk=earlier.pk).exists()
    assert has_factor(cast.olivia), "nobody else's"


def test_who_asks_too_often_waits(cast):
    for _time in range(3):
        recovery.stop(asked(cast.bob), by=cast.olivia, at=now())
    answer = at_the_second_factor(cast.bob).post(ASK)
    assert answer.status_code == 409 and "three times" in answer.content.decode()
    with after(days=8):
        assert asked(cast.bob)


def test_the_admin_takes_no_factor_away(cast, lost):
    ada = proved(cast.ada)
    device = cast.bob.totpdevice_set.get()
    for model, pk in (("totpdevice", device.pk), ("factorrecovery", lost.pk), ("user", cast.bob.pk)):
        ada.post(f"/admin/accounts/{model}/{pk}/delete/", {"post": "yes"})
        ada.post(f"/admin/accounts/{model}/{pk}/change/", {"outcome": "done", "confirmed": ""})
    assert has_factor(cast.bob) and recovery.open_of(cast.bob) == lost
    assert not AuditEvent.objects.filter(kind="recovery.done").exists()

"""Setting up a second factor. For staff the first one needs a one-time link: a stolen password must not suffice."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts import two_factor
from accounts.models import AuditEvent, RecoveryCode, TotpDevice
from tests.accounts.conftest import code_of, give_factor, letters, make_person, sign_in

ENROL = "/account/second-factor/enrol/"


def make_link(user, **more):
    return two_factor.new_enrolment_link(user, by=None, at=now(), **more)


def seed_on(page):
    return re.search(r'<p class="ref">([A-Z2-7 ]+)</p>', page.content.decode()).group(1).replace(" ", "")


def enrol(client):
    page = client.get(ENROL)
    return client.post(ENROL, {"code": code_of(None, seed=seed_on(page))})


def codes_on(page):
    return [code.replace(" ", "") for code in re.findall(r"<li>([A-Z2-7 ]{24,})</li>", page.content.decode())]


def test_the_password_alone_does_not_enrol(client, bare_ada):
    sign_in(client, bare_ada.email)
    for response in (client.get(ENROL), client.post(ENROL, {"code": "123456"})):
        assert response.status_code == 403
        assert "one-time link" in response.content.decode()
    assert not TotpDevice.objects.exists()


def test_the_link_enrols_once(client, bare_ada):
    link = make_link(bare_ada)
    assert client.get(two_factor.enrolment_path(link)).url == ENROL
    sign_in(client, bare_ada.email)
    before = client.session.session_key
    response = enrol(client)
    assert response.status_code == 200
    codes = codes_on(response)
    assert len(set(codes)) == 10 and {len(code) for code in codes} == {24}
    assert client.session.session_key != before
    assert client.get(reverse("account")).status_code == 200, "the session is verified from here on"
    link.refresh_from_db()
    assert link.used_at
    assert type(client)().get(two_factor.enrolment_path(link)).status_code == 410
    assert "A second factor was set up" in letters()[-1].body


def test_the_codes_are_shown_once_and_kept_as_digests(client, bare_ada):
    client.get(two_factor.enrolment_path(make_link(bare_ada)))
    sign_in(client, bare_ada.email)
    codes = codes_on(enrol(client))
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(kept) == 10 and not kept & set(codes) and all(re.fullmatch("[0-9a-f]{64}", digest) for digest in kept)
    for page in (ENROL, reverse("second_factor_codes"), reverse("account")):
        assert not codes_on(client.get(page))


@pytest.mark.parametrize("flaw", ["of somebody else", "expired", "used", "forged", "of another purpose"])
def test_a_link_that_is_not_right_does_not_enrol(client, bare_ada, flaw):
    link = make_link(make_person("olivia@example.org", is_staff=True) if flaw == "of somebody else" else bare_ada)
    path = two_factor.enrolment_path(link)
    if flaw == "expired":
        type(link).objects.update(expires_at=now() - timedelta(seconds=1))
    if flaw == "used":
        type(link).objects.update(used_at=now())
    if flaw == "forged":
        path = reverse("second_factor_enrol_link", args=[f"{link.uuid}:aGVsbG8"])
    if flaw == "of another purpose":
        path = reverse("second_factor_enrol_link", args=[signing.Signer(salt="something else").sign(str(link.uuid))])
    assert client.get(path).status_code == (302 if flaw == "of somebody else" else 410)
    sign_in(client, bare_ada.email)
    assert client.get(ENROL).status_code == 403
    assert not TotpDevice.objects.exists()


def test_a_link_that_ran_out_after_it_was_opened_does_not_enrol(client, bare_ada):
    link = make_link(bare_ada)
    client.get(two_factor.enrolment_path(link))
    sign_in(client, bare_ada.email)
    seed = seed_on(client.get(ENROL))
    type(link).objects.update(used_at=now())
    assert client.post(ENROL, {"code": code_of(None, seed=seed)}).status_code == 403
    assert not TotpDevice.objects.filter(confirmed=True).exists()


def test_a_wrong_first_code_changes_nothing(client, rita):
    sign_in(client, rita.email)
    seed = seed_on(client.get(ENROL))
    response = client.post(ENROL, {"code": "000000"})
    assert response.status_code == 422 and seed_on(response) == seed
    assert not TotpDevice.objects.filter(confirmed=True).exists() and not RecoveryCode.objects.exists()


def test_researchers_enrol_freely(client, rita):
    sign_in(client, rita.email)
    assert len(codes_on(enrol(client))) == 10
    assert sign_in(type(client)(), rita.email).url == reverse("second_factor_challenge")


def test_a_seed_that_another_session_saw_is_never_used(client, rita):
    thief = type(client)()
    for one in (thief, client):
        sign_in(one, rita.email)
    seen = seed_on(thief.get(ENROL))
    assert seed_on(client.get(ENROL)) != seen


def test_another_app_needs_a_fresh_proof(client, rita):
    device, codes = give_factor(rita)
    client.force_login(rita)
    assert client.get(ENROL).url.startswith(reverse("second_factor_challenge"))
    assert client.post(ENROL, {"code": "123456"}).status_code == 302
    client.post(reverse("second_factor_challenge"), {"code": code_of(device)})
    page = client.get(ENROL)
    other = sign_in(Client(), rita.email).client
    other.post(reverse("second_factor_challenge"), {"code": codes[0]})
    assert client.post(ENROL, {"code": code_of(None, seed=seed_on(page))}).url == reverse("account_security")
    assert TotpDevice.objects.get().pk != device.pk
    assert RecoveryCode.objects.filter(used_at=None).count() == 9, "the codes that there are stay"
    assert client.get(reverse("account_security")).status_code == 200
    assert other.get(reverse("account_security")).url.startswith(reverse("account_login")), "every other session is ended"


def test_a_proof_of_an_hour_ago_is_not_fresh(ada_client):
    session = ada_client.session
    session["second_factor_at"] = (now() - timedelta(hours=1)).isoformat()
    session.save()
    for page in (ENROL, reverse("second_factor_codes")):
        assert ada_client.get(page).url.startswith(reverse("second_factor_challenge"))


def test_new_recovery_codes_replace_the_old_ones(ada_client, ada):
    codes = codes_on(ada_client.post(reverse("second_factor_codes")))
    assert len(codes) == 10
    other = type(ada_client)()
    sign_in(other, ada.email)
    assert other.post(reverse("second_factor_challenge"), {"code": ada.codes[0]}).status_code == 422
    assert RecoveryCode.objects.count() == 10


def test_the_trail_knows_of_it(client, bare_ada):
    client.get(two_factor.enrolment_path(make_link(bare_ada)))
    sign_in(client, bare_ada.email)
    enrol(client)
    kinds = list(AuditEvent.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["second_factor.link_made", "signed_in", "second_factor.enrolled"]

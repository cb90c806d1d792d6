"""Giving an OpenPGP key, and letters that only its owner reads: RFC 3156 over a real SMTP server, opened by GnuPG."""

import email
import email.policy
import logging
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from accounts import outbox, profile
from accounts.models import AuditEvent, Delivery, PublicKey
from portal.lib import openpgp
from tests import builders
from tests.browser.mail_server import MailServer
from tests.intake.copied import proved
from tests.openpgp import UNATTENDED, a_secret, gnupg, needs_gpg, public

KEY, REMOVE = "/account/openpgp/", "/account/openpgp/remove/"
SUBJECT = "Encrypted letter from Parley"


def by_password(client):
    client.post("/accounts/reauthenticate/", {"password": builders.PASSWORD, "next": KEY})
    return client


def given(user, secret, **state):
    """A key of somebody, as the page would keep it."""
    certificate = openpgp.certificate(public(secret).encode())
    profile.give_key(user, certificate, at=now())
    PublicKey.objects.filter(user=user).update(armored=public(secret, **state))


def post(person, letter="account_changed", facts=None):
    outbox.send(letter, cause=uuid4(), to=[person], facts=facts or {"what": "password"}, at=now())


@pytest.fixture
def smtp(settings):
    """A mail server, to which what is queued goes."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", urlsplit(server.url).port

        def arrived():
            server.received.clear()
            outbox.drain(at=now())
            return [letter for _to, letter in server.received]

        yield arrived


@needs_gpg
def test_letters_are_encrypted_from_then_on_subject_and_all(cast, smtp):
    report = cast.report
    smtp()
    with gnupg() as gpg:
        gpg(*UNATTENDED, "--quick-generate-key", "Rita <rita@example.org>", "future-default", "-", "1y")
        armored = gpg("--armor", "--export").stdout
        answer = by_password(cast.client("rita")).post(KEY, {"key": armored.decode()}, follow=True)
        key = PublicKey.objects.get(user=cast.rita)
        shown = answer.content.decode()
        assert key.grouped in shown and "in use" in shown and "None of your addresses" not in shown
        assert [one["Subject"] for one in smtp()] == ["The OpenPGP key of your account at Parley"], "that one letter is readable"
        builders.a_team_reply(report, by=cast.bob)
        (letter,) = smtp()
        whole = letter.as_bytes()
        assert letter["Subject"] == SUBJECT and letter["Auto-Submitted"] == "auto-generated" and letter["To"] == "rita@example.org"
        assert report.ref.encode() not in whole and b"/reports/" not in whole
        assert letter.get_content_type() == "multipart/encrypted" and letter.get_param("protocol") == "application/pgp-encrypted"
        version, body = letter.iter_parts()
        assert version.get_content_type() == "application/pgp-encrypted" and version.get_payload().strip() == "Version: 1"
        assert body.get_content_type() == "application/octet-stream"
        opened = gpg(*UNATTENDED, "--decrypt", input=body.get_payload().encode()).stdout
    inner = email.message_from_bytes(opened, policy=email.policy.default)
    assert b"\n" not in opened.replace(b"\r\n", b""), "the line ends that RFC 3156 asks for"
    assert inner["Subject"] == f"Update on {report.ref}" and inner.get_content_type() == "multipart/alternative"
    assert {name.lower() for name in inner} == {"content-type", "mime-version", "subject"}
    text, html = (inner.get_body((form,)).get_content() for form in ("plain", "html"))
    for said in (text, html):
        assert f"/reports/{report.ref}/" in said and "/account/letters/" in said
    assert Delivery.objects.filter(letter="team_replied").get().outcome == "accepted"


def test_a_key_that_no_longer_works_is_said_once_and_the_letter_still_comes(cast, smtp):
    given(cast.rita, a_secret(), revoked=True)
    smtp()
    post(cast.rita)
    letters = smtp()
    post(cast.rita)
    letters += smtp() + smtp()
    subjects = sorted(letter["Subject"] for letter in letters)
    assert subjects == ["Your OpenPGP key no longer works at Parley", *["Your account at Parley was changed"] * 2]
    for letter in letters:
        text = letter.get_body(("plain",)).get_content()
        assert "Your password was changed." not in text or "not encrypted: your OpenPGP key no longer works" in text
        assert "/account/openpgp/" in text
    given(cast.rita, a_secret())  # another one, which works
    smtp()
    post(cast.rita)
    assert [letter["Subject"] for letter in smtp()] == [SUBJECT]


def test_removing_it_ends_the_encryption_and_is_told_in_clear(cast, smtp):
    given(cast.rita, a_secret())
    rita = by_password(cast.client("rita"))
    assert rita.post(REMOVE).status_code == 302 and not PublicKey.objects.exists()
    smtp()
    post(cast.rita)
    assert [letter["Subject"] for letter in smtp()] == ["Your account at Parley was changed"]
    kinds = AuditEvent.objects.filter(actor=cast.rita, kind__startswith="openpgp").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["openpgp.given", "openpgp.removed"]
    rita.post(REMOVE)
    assert Delivery.objects.filter(letter="openpgp_changed").count() == 2, "there was nothing to remove the second time"


def test_a_secret_key_is_kept_nowhere_and_not_shown_again(cast, caplog):
    rita, secret = by_password(cast.client("rita")), str(a_secret())
    line = secret.splitlines()[5]
    with caplog.at_level(logging.DEBUG):
        for form in ({"key": secret}, {"file": SimpleUploadedFile("key.asc", secret.encode())}):
            answer = rita.post(KEY, form)
            shown = answer.content.decode()
            assert answer.status_code == 422 and "This is a secret key" in shown and line not in shown
    assert line not in caplog.text and not PublicKey.objects.exists() and not Delivery.objects.exists()


def test_a_file_does_as_well_and_a_key_of_somebody_else_is_doubted(cast):
    olivia, secret = proved(cast.client("olivia")), a_secret("Other <other@example.org>")
    file = SimpleUploadedFile("key.pgp", bytes(secret.extract_certificate()))
    answer = olivia.post(KEY, {"file": file}, follow=True)
    assert "None of your addresses stands in this key" in answer.content.decode()
    assert PublicKey.objects.get(user=cast.olivia).fingerprint == secret.extract_certificate().fingerprint
    again = a_secret("Olivia <OLIVIA@example.org>")
    assert "None of your" not in olivia.post(KEY, {"key": public(again)}, follow=True).content.decode()
    assert PublicKey.objects.get().fingerprint == again.extract_certificate().fingerprint, "one key a person"
    refused = olivia.post(KEY, {"key": "nonsense"})
    assert refused.status_code == 422 and "nonsense" in refused.content.decode(), "what was typed is still there"
    assert olivia.post(KEY, {"key": "", "x": "1"}).status_code == 422


def test_an_open_session_alone_changes_no_key(cast):
    given(cast.rita, a_secret())
    rita = cast.client("rita")
    assert rita.get(KEY).url.startswith("/accounts/reauthenticate/")
    late = rita.post(KEY, {"key": public(a_secret())})
    assert late.status_code == 403 and "BEGIN PGP PUBLIC KEY BLOCK" in late.content.decode(), "asked for with the form still in it"
    assert rita.post(REMOVE).status_code in (302, 403)
    assert AuditEvent.objects.filter(kind__startswith="openpgp").count() == 1

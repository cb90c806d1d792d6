"""What people give as their OpenPGP certificate: one public key that letters can be encrypted to now, and nothing else."""

import pysequoia
import pytest

from portal.lib import openpgp
from tests.openpgp import UNATTENDED, a_secret, gnupg, needs_gpg, public


def refusal(document):
    """The sentence with which a document is refused, and whether it was for a secret in it."""
    with pytest.raises(openpgp.Refused) as refused:
        openpgp.certificate(document)
    return str(refused.value), isinstance(refused.value, openpgp.SecretGiven)


def test_a_certificate_is_read_and_encrypted_to():
    secret = a_secret("Rita R. <Rita@Example.org>")
    armored = public(secret)
    found = openpgp.certificate(armored.encode())
    assert found.fingerprint == secret.extract_certificate().fingerprint and found.armored == armored
    assert found.addresses == {"rita@example.org"} and found.expires_at is None
    assert openpgp.certificate(bytes(secret.extract_certificate())) == found, "a file need not be armored"
    message = openpgp.encrypted(b"the words", to=found.armored)
    assert message.startswith(b"-----BEGIN PGP MESSAGE-----") and b"the words" not in message
    assert pysequoia.decrypt(message, secret.decryptor()).bytes == b"the words"


@pytest.mark.parametrize("disguise", [str, lambda secret: str(secret).replace("PRIVATE", "PUBLIC"), lambda secret: str(secret)[:400]])
def test_a_secret_key_is_refused_however_it_comes(disguise):
    sentence, secret = refusal(disguise(a_secret()).encode())
    assert secret and "not kept" in sentence


@pytest.mark.parametrize("document", [b"", b"no key", b"\xff\x00" * 50, b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"])
def test_what_is_no_key_is_refused(document):
    assert refusal(document) == (refusal(b"")[0], False)
    assert "PUBLIC KEY BLOCK" in refusal(document)[0]


def test_two_keys_a_revoked_one_and_a_large_one_are_refused():
    one, other = a_secret(), a_secret("Bob <bob@example.org>")
    assert "more than one key" in refusal((public(one) + public(other)).encode())[0]
    assert "revoked" in refusal(public(one, revoked=True).encode())[0]
    assert "too large" in refusal(public(one).encode() + b"\n" * openpgp.LARGEST_CERTIFICATE)[0]


def test_a_key_that_was_revoked_since_encrypts_no_more():
    with pytest.raises(openpgp.KeyUnusable):
        openpgp.encrypted(b"x", to=public(a_secret(), revoked=True))


@needs_gpg
def test_keys_of_gnupg_that_cannot_be_used_are_refused():
    with gnupg() as gpg:

        def made(name, *kind):
            gpg(*UNATTENDED, "--quick-generate-key", f"{name} <{name}@example.org>", *kind)
            return gpg("--armor", "--export", f"{name}@example.org").stdout

        assert "cannot encrypt" in refusal(made("sign", "ed25519", "sign", "never"))[0]
        assert "no longer safe" in refusal(made("weak", "rsa1024", "encr,sign", "never"))[0]
        gpg(
            *UNATTENDED,
            "--faked-system-time",
            "20200101T000000",
            "--quick-generate-key",
            "old <old@example.org>",
            "future-default",
            "-",
            "1y",
        )
        old = gpg("--armor", "--export", "old@example.org").stdout
        assert "has expired" in refusal(old)[0]
        with pytest.raises(openpgp.KeyUnusable):
            openpgp.encrypted(b"x", to=old.decode())
        good = openpgp.certificate(made("good", "future-default", "-", "1y"))
        assert good.addresses == {"good@example.org"} and good.expires_at
        again = gpg(*UNATTENDED, "--decrypt", input=openpgp.encrypted("Grüße".encode(), to=good.armored))
        assert again.stdout.decode() == "Grüße"

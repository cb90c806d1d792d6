"""The portal's OpenPGP key: for its owner's eyes only, and what it signs can be verified by others."""

import pysequoia
import pytest
from django.core.cache import caches

from portal.lib import openpgp
from portal.lib.openpgp import KeyUnusable
from tests.openpgp import a_key, gnupg, needs_gpg

TEXT = "# A file\nContact: mailto:security@example.org\n- dashes are escaped\n"


@pytest.fixture
def path(tmp_path, settings):
    """The path of a fresh key, which the settings name."""
    settings.OPENPGP_KEY = str(a_key(tmp_path))
    caches["pages"].clear()
    return tmp_path / "openpgp.asc"


def verified(signed):
    """What a signature of the portal's key is over; raises if it is not good."""
    certificate = pysequoia.Cert.from_bytes(openpgp.signing_key().public.encode())
    result = pysequoia.verify(signed.encode(), lambda _ids: [certificate])
    assert result.valid_sigs[0].certificate == openpgp.signing_key().fingerprint
    return result.bytes.decode()


def test_without_a_key_nothing_is_signed(settings):
    settings.OPENPGP_KEY = ""
    assert openpgp.signing_key() is None
    assert openpgp.signed(TEXT) == TEXT


def test_a_signed_text_can_be_verified(path):
    signed = openpgp.signed(TEXT)
    assert signed.startswith("-----BEGIN PGP SIGNED MESSAGE-----\n")
    assert signed.endswith("-----END PGP SIGNATURE-----\n")
    assert verified(signed) == TEXT


def test_a_changed_text_cannot(path):
    with pytest.raises(RuntimeError):
        verified(openpgp.signed(TEXT).replace("example.org", "example.com"))


def test_the_same_text_is_signed_once(path):
    first = openpgp.signed(TEXT)
    assert openpgp.signed(TEXT) == first
    assert openpgp.signed(TEXT + "#\n") != first
    caches["pages"].clear()
    assert openpgp.signed(TEXT) != first, "each signature has its own salt"


def test_the_public_key_holds_no_secret(path):
    public = openpgp.signing_key().public
    assert public.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
    assert "PRIVATE" not in public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601, 0o666])
def test_a_key_that_others_may_touch_is_refused(path, mode):
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match=f"may be read by others. Run: chmod 600 {path}"):
        openpgp.signing_key()
    path.chmod(0o600)
    assert openpgp.signing_key()


@pytest.mark.parametrize("document", [b"", b"no key", b"\x00\xff" * 40, b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n"])
def test_a_broken_key_is_refused_in_one_line(path, document):
    path.write_bytes(document)
    with pytest.raises(KeyUnusable, match="cannot be read") as refused:
        openpgp.signing_key()
    assert "\n" not in str(refused.value)


def test_a_public_key_cannot_sign(path, tmp_path, settings):
    public = tmp_path / "public.asc"
    public.touch(mode=0o600)
    public.write_text(openpgp.signing_key().public)
    settings.OPENPGP_KEY = str(public)
    with pytest.raises(KeyUnusable, match="secret key that may sign"):
        openpgp.signing_key()


def test_a_missing_key_is_refused(settings, tmp_path):
    settings.OPENPGP_KEY = str(tmp_path / "none.asc")
    with pytest.raises(KeyUnusable, match="PARLEY_OPENPGP_KEY"):
        openpgp.signing_key()


def test_a_key_that_cannot_be_used_is_said_in_the_log_and_the_text_goes_unsigned(path, caplog):
    path.chmod(0o644)
    assert openpgp.signed(TEXT) == TEXT
    assert "Not signed" in caplog.text and "chmod 600" in caplog.text


@needs_gpg
class TestWithGnuPg:
    """Made as docs/running.md says, and verified as anybody would."""

    @pytest.fixture
    def gpg(self):
        with gnupg() as run:
            yield run

    def made(self, gpg, path, passphrase=""):
        unattended = ("--pinentry-mode", "loopback", "--passphrase", passphrase)
        gpg(*unattended, "--quick-generate-key", "Portal <security@portal.example>", "ed25519", "sign", "2y")
        path.touch(mode=0o600)
        path.write_bytes(gpg(*unattended, "--armor", "--export-secret-keys").stdout)
        return str(path)

    def test_its_key_signs_and_it_verifies(self, gpg, tmp_path, settings):
        settings.OPENPGP_KEY = self.made(gpg, tmp_path / "openpgp.asc")
        signed = openpgp.signed(TEXT)
        assert b"Good signature" in gpg("--verify", input=signed.encode()).stderr
        assert gpg("--decrypt", input=signed.encode()).stdout.decode().rstrip("\n") == TEXT.rstrip("\n")
        assert gpg("--verify", input=signed.replace("example.org", "example.com").encode(), check=False).returncode != 0

    def test_it_verifies_what_a_key_of_ours_signs(self, gpg, path):
        gpg("--import", input=openpgp.signing_key().public.encode())
        assert b"Good signature" in gpg("--verify", input=openpgp.signed(TEXT).encode()).stderr

    def test_a_key_with_a_password_is_refused(self, gpg, tmp_path, settings):
        settings.OPENPGP_KEY = self.made(gpg, tmp_path / "openpgp.asc", "secret words")
        with pytest.raises(KeyUnusable, match="without a password"):
            openpgp.signing_key()

"""OpenPGP keys for tests, made anew each time: no secret lies in the repository."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

import pysequoia
import pytest

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="there is no gpg here")
UNATTENDED = ("--pinentry-mode", "loopback", "--passphrase", "")


def a_key(folder, name="openpgp.asc"):
    """Write a secret key without a password, for its owner's eyes only; return its path."""
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(str(pysequoia.Tsk.generate("Portal <security@portal.example>")))
    return path


def a_secret(user_id="Rita <rita@example.org>"):
    """A new secret key of somebody."""
    return pysequoia.Tsk.generate(user_id)


def public(secret, *, revoked=False):
    """The armored certificate of a secret key."""
    certificate = secret.extract_certificate()
    if revoked:
        revocation = certificate.revoke(secret.certifier())
        certificate = certificate.merge(pysequoia.Cert.from_bytes(bytes(certificate) + bytes(revocation)))
    return str(certificate)


@contextmanager
def gnupg():
    """GnuPG with a home of its own: a function that runs it."""
    # A short path: that of its socket has at most 108 letters.
    with tempfile.TemporaryDirectory(prefix="gpg") as home:
        env = {**os.environ, "GNUPGHOME": home}

        def run(*words, check=True, **more):
            return subprocess.run(["gpg", "--batch", *words], env=env, capture_output=True, check=check, **more)

        yield run
        subprocess.run(["gpgconf", "--kill", "all"], env=env, check=False)

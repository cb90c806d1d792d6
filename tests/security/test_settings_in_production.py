"""What the settings say where people reach the portal by HTTPS: the real ones, read by a process of their own."""

import json
import os
import subprocess
import sys

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.core.checks import Tags
from django.test import override_settings

from portal import settings as real
from tests.browser.processes import ROOT

ASK = """
import json
from django.conf import settings
words = ("COOKIE", "SECURE", "DEBUG", "HASHERS", "HSTS")
names = [name for name in dir(settings) if name.isupper() and any(word in name for word in words)]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def manage(tmp_path, *arguments, **environment):
    """Run ``manage.py`` with these settings and nothing of this machine's."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env |= {"PARLEY_DATA": str(tmp_path), **environment}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The settings of a portal at an address of HTTPS."""
    done = manage(tmp_path_factory.mktemp("data"), "shell", "--no-imports", "-c", ASK, PARLEY_URL="https://parley.example.org")
    return json.loads(done.stdout)


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF"])
def test_cookies_are_for_https_this_host_and_no_script(said, cookie):
    assert said[f"{cookie}_COOKIE_SECURE"] and said[f"{cookie}_COOKIE_HTTPONLY"]
    assert said[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
    assert said[f"{cookie}_COOKIE_DOMAIN"] is None and said[f"{cookie}_COOKIE_PATH"] == "/", "what the prefix asks for"
    assert said[f"{cookie}_COOKIE_SAMESITE"] == "Lax"


def test_browsers_are_told_to_come_by_https_for_a_year(said):
    assert said["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60


def test_debugging_is_off_unless_a_setting_turns_it_on(said):
    assert said["DEBUG"] is False and said["DEBUG_PROPAGATE_EXCEPTIONS"] is False


def test_django_finds_nothing_to_complain_of(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--tag", Tags.security, PARLEY_URL="https://parley.example.org")
    found = {line.split("(")[1].split(")")[0] for line in done.stderr.splitlines() if line.startswith("?: (")}
    # The domains below the host are not ours to bind; the proxy redirects to HTTPS (PARLEY_SSL_REDIRECT).
    assert found <= {"security.W005", "security.W008", "security.W021"}


def test_passwords_are_kept_by_argon2id_at_its_full_cost(said):
    assert said["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.Argon2PasswordHasher" == real.PASSWORD_HASHERS[0]
    with override_settings(PASSWORD_HASHERS=said["PASSWORD_HASHERS"]):
        kept = make_password("an umbrella of 1907 days")
        assert check_password("an umbrella of 1907 days", kept)
    cost = extract_parameters(kept.removeprefix("argon2"))
    assert cost.type is Type.ID and cost.salt_len >= 16 and cost.hash_len >= 32
    # More memory than what OWASP asks for at least (19 MiB, two passes).
    assert cost.memory_cost >= 19 * 1024 and cost.time_cost >= 2 and cost.parallelism >= 1
    assert Argon2PasswordHasher.memory_cost == cost.memory_cost

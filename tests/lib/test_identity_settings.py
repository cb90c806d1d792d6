"""Sites to sign in with, as set: what is missing or misspelt is said when the portal starts."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.lib import identity_settings

ONE = {"id": "example", "name": "Example", "issuer": "https://id.example.org", "client_id": "parley", "secret": "s"}


def test_nothing_set_is_nothing():
    assert identity_settings.read() == {}
    assert identity_settings.read(github=("", "", "https://github.com"), oidc="") == {}


def test_all_three_kinds(tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    (tmp_path / "sites.json").write_text(json.dumps([ONE, ONE | {"id": "other"}]))
    found = identity_settings.read(
        github=("a", f"file:{tmp_path / 'secret'}", "https://github.com/"),
        gitlab=("b", "s", "https://gitlab.example.org"),
        oidc=f"file:{tmp_path / 'sites.json'}",
    )
    assert found["github"]["APPS"][0]["secret"] == "from a file"
    assert found["github"]["APPS"][0]["settings"] == {"url": "https://github.com"}
    shown = [(app["provider_id"], app["settings"]["issuer"]) for app in found["openid_connect"]["APPS"]]
    assert shown == [("gitlab", "https://gitlab.example.org"), ("example", ONE["issuer"]), ("other", ONE["issuer"])]


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"github": ("a", "", "https://github.com")}, "PARLEY_GITHUB_SECRET is missing"),
        ({"github": ("a", "file:/nowhere/at/all", "https://github.com")}, "cannot be read"),
        ({"gitlab": ("a", "s", "http://gitlab.example.org")}, "begins with https://"),
        ({"oidc": "{"}, "is no JSON"),
        ({"oidc": "{}"}, "a list of objects"),
        ({"oidc": json.dumps([ONE | {"secret": ""}])}, "each needs"),
        ({"oidc": json.dumps([ONE | {"trust": "all"}])}, "and nothing else"),
        ({"oidc": json.dumps([ONE | {"id": "Example!"}])}, "is no id"),
        ({"oidc": json.dumps([ONE | {"id": "github"}])}, "is no id"),
        ({"oidc": json.dumps([ONE, ONE])}, "its own"),
        ({"oidc": json.dumps([ONE | {"issuer": "https://id.example.org/?tenant=1"}])}, "begins with https://"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(given, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        identity_settings.read(**given)


def test_without_tls_of_its_own_a_portal_may_use_sites_without():
    assert identity_settings.read(oidc=json.dumps([ONE | {"issuer": "http://localhost:9000/o"}]), insecure=True)

"""The sites whose accounts people may sign in with, as set: GitHub, GitLab and any that speaks OpenID Connect. Pure, but for files.

What is read here becomes ``SOCIALACCOUNT_PROVIDERS``. GitLab speaks OpenID Connect and is one of those; GitHub does not.
"""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TAKEN = ("github", "gitlab")
NEEDED = ("id", "name", "issuer", "client_id", "secret")
FILE = "file:"


def of(env, *, insecure) -> dict:
    """Return what ``read`` makes of the environment."""
    return read(
        github=(
            env.str("PARLEY_GITHUB_ID", default=""),
            env.str("PARLEY_GITHUB_SECRET", default=""),
            env.str("PARLEY_GITHUB_URL", default="https://github.com"),
        ),
        gitlab=(
            env.str("PARLEY_GITLAB_ID", default=""),
            env.str("PARLEY_GITLAB_SECRET", default=""),
            env.str("PARLEY_GITLAB_URL", default="https://gitlab.com"),
        ),
        oidc=env.str("PARLEY_OIDC", default=""),
        insecure=insecure,
    )


def read(*, github=("", "", ""), gitlab=("", "", ""), oidc="", insecure=False) -> dict:
    """Return allauth's table of providers.

    ``github`` and ``gitlab`` are (client id, secret, address); ``oidc`` is a JSON list of objects with the names in
    ``NEEDED``. A secret, and the whole list, may be ``file:PATH``. Addresses are https, unless ``insecure``. Raises
    ImproperlyConfigured with a sentence for the administrator.
    """
    found = {}
    if github[0]:
        app = _app("github", "GitHub", github[0], _secret("PARLEY_GITHUB_SECRET", github[1]))
        app["settings"]["url"] = _address("PARLEY_GITHUB_URL", github[2], insecure).rstrip("/")
        found["github"] = {"APPS": [app]}
    apps = []
    if gitlab[0]:
        app = _app("gitlab", "GitLab", gitlab[0], _secret("PARLEY_GITLAB_SECRET", gitlab[1]))
        app["settings"]["issuer"] = _address("PARLEY_GITLAB_URL", gitlab[2], insecure).rstrip("/")
        apps.append(app)
    apps += [_openid(one, insecure) for one in _list(oidc)]
    names = [app["provider_id"] for app in apps]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ImproperlyConfigured(f"PARLEY_OIDC: several have the id {sorted(twice)}. Each needs its own.")
    return found | ({"openid_connect": {"APPS": apps}} if apps else {})


def _app(name, shown, client, secret):
    return {"provider_id": name, "name": shown, "client_id": client, "secret": secret, "settings": {}}


def _list(text):
    try:
        found = json.loads(_content("PARLEY_OIDC", text) or "[]")
    except ValueError as error:
        raise ImproperlyConfigured(f"PARLEY_OIDC is no JSON: {error}.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ImproperlyConfigured("PARLEY_OIDC must be a list of objects: [{…}].")
    return found


def _openid(given, insecure):
    missing = [name for name in NEEDED if not isinstance(given.get(name), str) or not given[name]]
    if missing or set(given) - set(NEEDED):
        raise ImproperlyConfigured(f"PARLEY_OIDC: each needs {', '.join(NEEDED)}, as texts, and nothing else.")
    name = given["id"]
    if not ID.fullmatch(name) or name in TAKEN:
        raise ImproperlyConfigured(f"PARLEY_OIDC: {name!r} is no id. Use small letters, digits and hyphens, and not {' or '.join(TAKEN)}.")
    app = _app(name, given["name"], given["client_id"], _secret(f"PARLEY_OIDC ({name})", given["secret"]))
    app["settings"]["issuer"] = _address(f"PARLEY_OIDC ({name})", given["issuer"], insecure)
    return app


def _address(setting, text, insecure):
    parts = urlsplit(text)
    if not parts.netloc or parts.scheme not in (("https", "http") if insecure else ("https",)) or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{setting}: {text!r} is no address of a site to sign in with: it begins with https://.")
    return text


def _secret(setting, text):
    secret = _content(setting, text)
    if not secret:
        raise ImproperlyConfigured(f"{setting} is missing.")
    return secret


def _content(setting, text):
    if not text.startswith(FILE):
        return text
    try:
        return Path(text.removeprefix(FILE)).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{setting}: the file cannot be read ({error.strerror}).") from None

"""Run the site: ``python -m tests.openid PORT FOLDER CALLBACK…``, with the addresses that it may send people back to."""

import secrets
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from jwcrypto import jwk

from tests.openid.people import CLIENT, PASSWORD, PEOPLE, SECRET


def set_up(folder, key):
    settings.configure(
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF="tests.openid.pages",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "site.sqlite3"}},
        # Its tables are made as they are now, not one change after the other.
        MIGRATION_MODULES=dict.fromkeys(("auth", "contenttypes", "sessions", "oauth2_provider")),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGIN_URL="/login/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key,
            "OAUTH2_VALIDATOR_CLASS": "tests.openid.lies.Validator",
            "SCOPES": {name: name for name in ("openid", "profile", "email", "user:email")},
            "PKCE_REQUIRED": True,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
        },
    )
    django.setup()


def fill(callbacks):
    User, Application = (apps.get_model(name) for name in ("auth.User", "oauth2_provider.Application"))
    call_command("migrate", run_syncdb=True, verbosity=0)
    hashed = make_password(PASSWORD)
    User.objects.bulk_create(User(username=name, password=hashed) for name in PEOPLE)
    Application.objects.create(
        name="Parley",
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        redirect_uris=" ".join(callbacks),
    )


if __name__ == "__main__":
    port, folder, *callbacks = sys.argv[1:]
    key = jwk.JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None).decode()
    set_up(Path(folder), key)
    fill(callbacks)
    run("127.0.0.1", int(port), get_wsgi_application(), threading=True)

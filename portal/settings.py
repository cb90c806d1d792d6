"""Settings: everything an installation may change comes from the environment (see docs/settings.md).

Without any of it Parley runs embedded: SQLite, a broker made of files, mail written to files, all under ``var/``.
"""

import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import log_settings, task_settings
from portal.lib import identity_settings, mail_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
TESTING = "pytest" in sys.modules

DATA_DIR = Path(env.str("PARLEY_DATA", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _kept_secret(path):
    """Return the secret kept in ``path``, making it on the first start (0600)."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()


DEBUG = env.bool("PARLEY_DEBUG", default=False)
SECRET_KEY = env.str("PARLEY_SECRET_KEY", default="") or _kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("PARLEY_SECRET_KEY_FALLBACKS", default=[])

# Where people reach the portal; links in letters begin with it.
PUBLIC_URL = env.str("PARLEY_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list("PARLEY_HOSTS", default=[_public.hostname, "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The key ring: file:PATH, env:NAME or none: (a process that may not decrypt). Read by portal/lib/keyring.py only.
KEY_RING = env.str("PARLEY_RING", default=f"file:{DATA_DIR / 'ring.json'}")
# Folders that are backed up or served with what the ring opens: neither the ring nor a copy of it may lie there.
KEY_RING_NEVER_IN = [DATA_DIR / name for name in ("files", "backup", "backups", "mail", "log", "broker")]
# A secret OpenPGP key that signs security.txt. Read by portal/lib/openpgp.py only.
OPENPGP_KEY = env.str("PARLEY_OPENPGP_KEY", default="")
# Whom to tell about a vulnerability in the portal itself, the best way first.
SECURITY_CONTACT = env.list("PARLEY_SECURITY_CONTACT", default=[])

INSTALLED_APPS = [
    "portal.apps.ParleyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "django_otp",
    "django_otp_webauthn",
    "django_htmx",
    "rest_framework",
    "csp",
    "accounts",
    "portal",
    "intake",
    "advisories",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.PageHeaders",
    "portal.uploads.LeaveNothing",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.LoginRequired",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffAssurance",
    "accounts.middleware.ReaderTimezone",
    "accounts.refusals.Refusals",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.KeysOutOfReach",
    "portal.middleware.LimitsMet",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.csp_nonce",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.templatetags.parley"],
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'parley.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # FULL: a receipt survives power loss. IMMEDIATE: without it concurrent writers fail instead of waiting.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
        " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000;"
        " PRAGMA secure_delete=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("PARLEY_CONN_MAX_AGE", default=300)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- how long what was deleted lives on elsewhere -----------------------------------------------------------------
BACKUP_DAYS = env.int("PARLEY_BACKUP_DAYS", default=30)
WAL_HOURS = env.int("PARLEY_WAL_HOURS", default=24)

# --- cache and broker ---------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache" if REDIS_URL else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL or "parley",
        "KEY_PREFIX": "parley-json",
        # Whoever writes to Redis must not run code here.
        # In memory it would forget beyond 300 entries, and with them who has tried how often.
        "OPTIONS": {"serializer": "portal.lib.cache_values.Json"} if REDIS_URL else {"MAX_ENTRIES": 200_000},
    },
    # Where each process counts for itself while the shared cache is down.
    "alone": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "alone", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    "none": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    # Rendered public pages: in each process, so that they need no server that may be down.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 256}},
}
BROKER_DIR = DATA_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 1}
else:
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"  # the host says nothing, but without one kombu warns
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": BROKER_DIR / "queue",
        "data_folder_out": BROKER_DIR / "queue",
        "control_folder": BROKER_DIR / "control",
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
SWEEP_SECONDS = env.int("PARLEY_SWEEP_SECONDS", default=5)
CELERY_TASK_DEFAULT_QUEUE, CELERY_TASK_QUEUES, CELERY_TASK_ROUTES = task_settings.QUEUES[0], task_settings.queues(), task_settings.ROUTES
CELERY_BEAT_SCHEDULE = task_settings.schedule(sweep_seconds=SWEEP_SECONDS)

# --- mail ---------------------------------------------------------------------------------------------------------
MAIL_DIR = DATA_DIR / "mail"
_mail = env.email_url("EMAIL_URL", default="filemail://")
if env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail.get("EMAIL_HOST") or ""
    EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
    EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
    EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR
EMAIL_TIMEOUT = 20
# For how long what is being sent is the business of one process; then another one tries.
CLAIM_SECONDS = env.int("PARLEY_CLAIM_SECONDS", default=300)
DEFAULT_FROM_EMAIL = env.str("PARLEY_FROM", default=f"Parley <parley@{_public.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# What does not arrive comes back to an address made of this one for each letter; empty: to the sender (docs/mail.md).
BOUNCES = mail_settings.bounces(env.str("PARLEY_BOUNCES", default=""))

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # addresses are unique by a constraint on their lower case
    "otp_webauthn.E031",  # over plain http browsers offer no passkeys; everything else works there
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpExtra"
ACCOUNT_FORMS = {
    "login": "accounts.allauth_forms.LoginForm",
    "signup": "accounts.allauth_forms.SignupForm",
    "add_email": "accounts.allauth_forms.AddEmailForm",
    "change_password": "accounts.allauth_forms.ChangePasswordForm",
    "reset_password": "accounts.allauth_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.allauth_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.allauth_forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60  # how long a password counts for accounts.step_up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_TIMEOUT = 5 * 60  # between the password and the second factor
ACCOUNT_ADAPTER_SITE_NAME = "Parley"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PARLEY_TRUSTED_PROXIES", default=0)
# How often something may be done: other rates for the names in portal/lib/limits.py (docs/limits.md).
LIMITS = env.dict("PARLEY_LIMITS", default={})
ACCOUNT_RATE_LIMITS = False  # allauth's own: one truth is enough
OTP_TOTP_ISSUER = "Parley"
# How long everybody may object after two people confirmed that somebody lost their second factor.
RECOVERY_HOURS = env.int("PARLEY_RECOVERY_HOURS", default=24)
# Passkeys are bound to this domain for good: with another one all of them are lost.
OTP_WEBAUTHN_RP_ID = env.str("PARLEY_PASSKEY_DOMAIN", default=_public.hostname)
OTP_WEBAUTHN_RP_NAME = "Parley"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
# How many invitations of guests one project sends within 24 hours.
GUEST_INVITATIONS_A_DAY = env.int("PARLEY_GUEST_INVITATIONS", default=20)
# Servers of one's own network that webhooks may lead to, as HOST or HOST:PORT; any other must be on the public Internet.
WEBHOOK_HOSTS = env.list("PARLEY_WEBHOOK_HOSTS", default=[])
# What one search may cost.
SEARCH_RECORDS = env.int("PARLEY_SEARCH_RECORDS", default=20_000)
SEARCH_SECONDS = env.float("PARLEY_SEARCH_SECONDS", default=2.0)

# --- signing in with an account elsewhere: none is set, none is offered (docs/sign-in.md) ------------------------------
SOCIALACCOUNT_PROVIDERS = identity_settings.of(env, insecure=not HTTPS)
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.social_forms.SocialSignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address alone opens no account
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# --- sessions, cookies, transport ---------------------------------------------------------------------------------
SESSION_ENGINE = "accounts.sessions"
# From a cache only if all processes share it: else an ended session would live on in another one's memory.
SESSION_CACHE_ALIAS = "default" if REDIS_URL else "none"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-parley" if HTTPS else "parley"
CSRF_COOKIE_NAME = "__Host-parley-csrf" if HTTPS else "parley-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS and env.bool("PARLEY_SSL_REDIRECT", default=False)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Reports are at most 64 KiB a text; nothing that is uploaded is spooled to a temporary file in clear: attached files are
# encrypted as they arrive, and what comes to any other page is dropped above 2.5 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the longest policy draft that fits (portal.drafting.MOST) has some 6,000
FILE_UPLOAD_HANDLERS = ["portal.uploads.EncryptWhileReading", "django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- language, time, static files -----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
_static_root = env.str("PARLEY_STATIC_ROOT", default=str(BASE_DIR / "static-collected"))
_collected = Path(_static_root).is_dir() or "collectstatic" in sys.argv
# Not collected: WhiteNoise finds the files where they are, and would complain of a folder that is not there.
STATIC_ROOT = _static_root if _collected else None
KEY_RING_NEVER_IN.append(_static_root)
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = False
# --- files that people attach: ciphertext only ------------------------------------------------------------------------
if env.str("PARLEY_S3_BUCKET", default=""):
    _s3 = {
        "bucket_name": env.str("PARLEY_S3_BUCKET"),
        "endpoint_url": env.str("PARLEY_S3_ENDPOINT", default="") or None,
        "region_name": env.str("PARLEY_S3_REGION", default="") or None,
        # Both empty: boto finds the credentials of the machine.
        "access_key": env.str("PARLEY_S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("PARLEY_S3_SECRET_KEY", default="") or None,
        "addressing_style": env.str("PARLEY_S3_ADDRESSING", default="auto"),
        "location": env.str("PARLEY_S3_PREFIX", default=""),
    }
    _attachments = {"BACKEND": "portal.storage.s3.S3", "OPTIONS": _s3}
else:
    _attachments = {"BACKEND": "portal.storage.disk.Disk", "OPTIONS": {"location": DATA_DIR / "files"}}
DRAFT_DAYS = env.int("PARLEY_DRAFT_DAYS", default=90)
ATTACHMENT_MB = env.int("PARLEY_ATTACHMENT_MB", default=100)
ATTACHMENTS_OF_A_MESSAGE = env.int("PARLEY_ATTACHMENTS_OF_A_MESSAGE", default=20)
ATTACHMENTS_AN_HOUR = env.int("PARLEY_ATTACHMENTS_AN_HOUR", default=20)
COPIES_AN_HOUR = env.int("PARLEY_COPIES_AN_HOUR", default=3)  # of reports and cases, a person
ATTACHMENTS_MB_OF_A_CASE = env.int("PARLEY_ATTACHMENTS_MB_OF_A_CASE", default=500)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": _attachments,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected and not TESTING
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api_access.BearerToken", "portal.api_access.OpenSession"],
    # Shut, unless a view says which action it asks for.
    "DEFAULT_PERMISSION_CLASSES": ["portal.api_access.MayDo"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# --- logs ---------------------------------------------------------------------------------------------------------------
LOGGING = log_settings.read(
    level=env.str("PARLEY_LOG_LEVEL", default="INFO"),
    audit=env.str("PARLEY_AUDIT_LOG", default=str(DATA_DIR / "log" / "audit.jsonl")),
)

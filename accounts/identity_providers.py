"""Who vouches for people: GitHub, and whoever speaks OpenID Connect. allauth's classes, with what they leave open closed.

An answer that is not exactly as it must be raises OAuth2Error, which becomes a calm page. Of what a site tells, only a name
to know the account by is kept; its tokens are not.
"""

import hashlib
import secrets
from contextlib import contextmanager
from functools import cached_property

import jwt
from allauth.account import utils  # noqa: F401  first: allauth.account.models alone is a circular import
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

# Signatures by a key of the site's own. Never "none", and never HS256: it would take the site's public key for a secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCKS_DIFFER = 60  # seconds
NO_MAILBOX = ("@users.noreply.github.com",)
NAME = 80
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@contextmanager
def understood():
    """Turn whatever a strange answer trips over into the one error that the sign-in knows."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, jwt.PyJWTError) as error:
        raise OAuth2Error(f"an answer that is not understood: {type(error).__name__}") from error


def check_config(config: dict, issuer: str) -> None:
    """Raise OAuth2Error unless a site's description of itself is of this issuer, and leads nowhere less protected."""
    if config["issuer"] != issuer:
        raise OAuth2Error("the site calls itself by another address")
    wanted = "https://" if issuer.startswith("https://") else ("https://", "http://")
    for name in (*ENDPOINTS, *({"userinfo_endpoint"} & set(config))):
        if not config[name].startswith(wanted):
            raise OAuth2Error(f"{name} is not protected")


class _Strict:
    """What every provider does alike: PKCE, no parameters from the request, one address to come back to."""

    pkce_enabled_default = True

    def serialize(self):
        # allauth would tell providers apart by their client id, and two sites may give out the same.
        return {"id": self.sub_id}

    def extract_uid(self, data):
        # A site that is set under the name of another must not bring that one's accounts along.
        return hashlib.sha256("\n".join(self.identity(data)).encode()).hexdigest()

    def extract_extra_data(self, data):
        return {"name": self.known_as(data)[:NAME]}

    def extract_common_fields(self, data):
        return {"username": self.known_as(data)}


class _BackHere:
    state = None  # what was kept of this round when it began; the callback sets it

    def get_callback_url(self, request, app):
        return settings.PUBLIC_URL + reverse("social_callback", args=[app.provider_id])


class OpenIDAdapter(_BackHere, OpenIDConnectOAuth2Adapter):
    """The rounds with a site, as OpenID Connect Core 1.0 (section 3.1.3.7), Discovery (4.3) and RFC 9207 want them checked."""

    @property
    def issuer(self):
        return self.get_provider().app.settings["issuer"]

    @cached_property
    def openid_config(self):
        with understood():
            config = super().openid_config
            check_config(config, self.issuer)
        return config

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        said = request.GET.get("iss")
        must_say = self.openid_config.get("authorization_response_iss_parameter_supported") is True
        if (said or must_say) and said != self.issuer:
            raise OAuth2Error("the answer is another site's")
        with understood():
            return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request, app, token, **kwargs):
        with understood():
            claims = self._verified(kwargs["response"]["id_token"], app)
            told = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
            if told and told["sub"] != claims["sub"]:
                raise OAuth2Error("the site speaks of somebody else")
            return self.get_provider().sociallogin_from_response(request, {**claims, **told, "iss": claims["iss"]})

    def _verified(self, id_token, app):
        """Return the claims of an ID token: signed by the site, for us, of this very round, not over."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        wanted = jwt.get_unverified_header(id_token).get("kid")
        known = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if wanted in (None, key.key_id)]
        if not known:
            raise OAuth2Error("a key that the site does not have")
        claims = jwt.decode(
            id_token,
            known[0].key,
            algorithms=ALGORITHMS,
            audience=app.client_id,
            issuer=self.issuer,
            leeway=CLOCKS_DIFFER,
            options={"require": ["exp", "iat", "iss", "sub", "aud"]},
        )
        if claims["aud"] not in (app.client_id, [app.client_id]) and claims.get("azp") != app.client_id:
            raise OAuth2Error("meant for somebody else too")
        if not constant_time_compare(claims.get("nonce", ""), self.state["nonce"]):
            raise OAuth2Error("of another round")
        return claims


class OpenID(_Strict, OpenIDConnectProvider):
    """A site that speaks OpenID Connect. Who somebody is there is told by issuer and subject together, and by nothing else."""

    oauth2_adapter_class = OpenIDAdapter

    @property
    def server_url(self):
        return self.wk_server_url(self.app.settings["issuer"].rstrip("/"))

    def redirect(self, request, process, **kwargs):
        nonce = secrets.token_urlsafe(24)
        return super().redirect(request, process, nonce=nonce, auth_params={"nonce": nonce}, **kwargs)

    def identity(self, data):
        return data["iss"], data["sub"]

    def known_as(self, data):
        return _first_text(data, "preferred_username", "nickname", "name", "email")

    def extract_email_addresses(self, data):
        email = _first_text(data, "email")
        # "false" is a text, and so true: some sites send texts.
        verified = data.get("email_verified") in (True, "true")
        return [EmailAddress(email=email, verified=verified, primary=True)] if email else []


class GitHubAdapter(_BackHere, GitHubOAuth2Adapter):
    """GitHub, or one of somebody's own (GitHub Enterprise Server)."""

    @property
    def web_url(self):
        return self.get_provider().app.settings["url"]

    @property
    def api_url(self):
        return "https://api.github.com" if self.web_url == "https://github.com" else f"{self.web_url}/api/v3"

    @property
    def access_token_url(self):
        return f"{self.web_url}/login/oauth/access_token"

    @property
    def authorize_url(self):
        return f"{self.web_url}/login/oauth/authorize"

    @property
    def profile_url(self):
        return f"{self.api_url}/user"

    @property
    def emails_url(self):
        return f"{self.api_url}/user/emails"

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        with understood():
            return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request, app, token, **kwargs):
        with understood():
            return super().complete_login(request, app, token, **kwargs)


class GitHub(_Strict, GitHubProvider):
    """People of GitHub are known by their number there: names change hands."""

    oauth2_adapter_class = GitHubAdapter

    def identity(self, data):
        return self.app.settings["url"], str(int(data["id"]))

    def known_as(self, data):
        return _first_text(data, "login", "name")

    def extract_email_addresses(self, data):
        return [
            EmailAddress(email=one["email"], verified=one["verified"] is True, primary=one["primary"] is True)
            for one in data.get("emails") or []
            if not one["email"].endswith(NO_MAILBOX)
        ]


PROVIDERS = {"github": GitHub, "openid_connect": OpenID}


class Callback(OAuth2CallbackView):
    """Where a site sends people back to, with what was kept of the round at hand."""

    def _get_state(self, request, provider):
        state, refusal = super()._get_state(request, provider)
        self.adapter.state = state
        return state, refusal


def _first_text(data, *names):
    found = (data.get(name) for name in names)
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")

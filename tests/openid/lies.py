"""What the site says, and for some people how it lies: in the ID token, or of who it is about."""

import json
import time

from jwcrypto import jwk, jwt
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.openid.people import CLIENT, PEOPLE

ANOTHER_KEY = jwk.JWK.generate(kty="RSA", size=2048)
CLAIMS = {
    "other-issuer": {"iss": "http://another.example/o"},
    "other-audience": {"aud": "somebody else"},
    "also-for-others": {"aud": [CLIENT, "somebody else"]},
    "other-round": {"nonce": "of another round"},
    "no-round": {"nonce": ""},
    "too-old": {"exp": int(time.time()) - 3600},
}


class Validator(OAuth2Validator):
    oidc_claim_scope = None  # all that is known, whatever was asked for

    def get_additional_claims(self, request):
        return PEOPLE[request.user.username]

    def get_id_token_dictionary(self, token, token_handler, request):
        claims, until = super().get_id_token_dictionary(token, token_handler, request)
        return claims | CLAIMS.get(request.user.username, {}), until

    def get_userinfo_claims(self, request):
        claims = super().get_userinfo_claims(request)
        return claims | {"sub": "1000"} if request.user.username == "other-subject" else claims

    def finalize_id_token(self, id_token, token, token_handler, request):
        honest = super().finalize_id_token(id_token, token, token_handler, request)
        public = request.client.jwk_key
        if request.user.username == "other-key":
            return signed(id_token, ANOTHER_KEY, {"alg": "RS256", "kid": public.thumbprint()})
        if request.user.username == "key-as-secret":
            secret = jwk.JWK.from_password(public.export_to_pem().decode())
            return signed(id_token, secret, {"alg": "HS256", "kid": public.thumbprint()})
        if request.user.username == "no-signature":
            _head, body, _signature = honest.split(".")
            return f"{jwk.base64url_encode(json.dumps({'alg': 'none', 'kid': public.thumbprint()}))}.{body}."
        return honest


def signed(claims, key, header):
    made = jwt.JWT(header=header, claims=json.dumps(claims, default=str), algs=["RS256", "HS256"])
    made.make_signed_token(key)
    return made.serialize()

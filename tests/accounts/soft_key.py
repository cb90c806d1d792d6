"""A security key made of software (WebAuthn level 3, sections 6 and 7): what a browser and its authenticator would answer.

It signs honestly unless told otherwise: whether it verified its user, for which site, whose handle it names.
"""

import base64
import hashlib
import json
import secrets

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SoftKey:
    """One credential. ``verifies`` says whether it asks for a PIN or a finger."""

    def __init__(self, *, verifies=True, counts=True):
        self.verifies, self.counts = verifies, counts
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.handle = b""
        self.used = 0

    def create(self, options, **lies):
        """Answer the options of a registration, as JSON."""
        self.handle = unb64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        data = self._authenticator_data(ATTESTED, **lies) + attested
        response = {
            "clientDataJSON": b64(self._client_data("webauthn.create", options, **lies)),
            "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "something-new"],
        }
        return json.dumps({**self._named(), "response": response, "clientExtensionResults": {"credProps": {"rk": True}}})

    def get(self, options, *, handle=None, **lies):
        """Answer the options of an authentication, as JSON."""
        client_data, data = self._client_data("webauthn.get", options, **lies), self._authenticator_data(0, **lies)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": b64(client_data),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(self.handle if handle is None else handle),
        }
        return json.dumps({**self._named(), "response": response, "clientExtensionResults": {}})

    def _named(self):
        return {"id": b64(self.credential_id), "rawId": b64(self.credential_id), "type": "public-key"}

    def _client_data(self, kind, options, *, origin=None, **_lies):
        said = {"type": kind, "challenge": options["challenge"], "origin": origin or settings.OTP_WEBAUTHN_ALLOWED_ORIGINS[0]}
        return json.dumps(said).encode()

    def _authenticator_data(self, flags, *, site=None, verifies=None, **_lies):
        self.used += self.counts
        verified = self.verifies if verifies is None else verifies
        flags |= PRESENT | (VERIFIED if verified else 0)
        site = hashlib.sha256((site or settings.OTP_WEBAUTHN_RP_ID).encode()).digest()
        return site + bytes([flags]) + self.used.to_bytes(4, "big")

"""Passkeys and security keys (WebAuthn): adding one, proving one, signing in with one. django-otp-webauthn holds and checks them.

Each ceremony is begun for one purpose and one person, kept in the session, used once and forgotten after five minutes. A
passkey stands for both factors only where the authenticator verified its user (a PIN, a finger); whoever merely touched
a key has proved one factor. So an answer that was asked for as a second factor never opens a session by itself.
"""

import json
import logging
from datetime import timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_otp_webauthn.exceptions import CredentialNotFound, OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle
from webauthn import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import UserVerificationRequirement

from accounts import audit, two_factor
from accounts.two_factor import Refused

log = logging.getLogger("parley.passkeys")

CEREMONY = "passkey_ceremony"
LIVES = timedelta(minutes=5)
MOST = 20
# What strange input makes the libraries raise; none of it is anything but a refusal.
NOT_ACCEPTED = (WebAuthnException, OTPWebAuthnApiError, ValueError, TypeError, KeyError, AttributeError)


class Purpose(StrEnum):
    """What a ceremony is for."""

    ADD = "add"
    PROVE = "prove"
    SIGN_IN = "sign_in"


class Helper(WebAuthnHelper):
    """The library's ceremonies, with our names; what an authenticator says of its make is not asked for and not kept."""

    def get_credential_display_name(self, user):
        return user.shown_name

    def get_generate_authentication_options_kwargs(self, *, user=None, require_user_verification):
        options = super().get_generate_authentication_options_kwargs(user=user, require_user_verification=require_user_verification)
        if not require_user_verification:
            options["user_verification"] = UserVerificationRequirement.PREFERRED
        return options

    def create_attestation(self, credential, attestation_object, client_data_json):
        return None


def of(user):
    """Return this person's passkeys, the one used last first."""
    return WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("-last_used_at", "-created_at")


def begin(session, purpose: Purpose, *, user=None, at) -> dict:
    """Begin a ceremony: keep its challenge in the session, and return the options for the browser."""
    helper = Helper(request=None)
    if purpose is Purpose.ADD:
        options, state = helper.register_begin(user=user)
    else:
        options, state = helper.authenticate_begin(user=user, require_user_verification=purpose is Purpose.SIGN_IN)
    session[CEREMONY] = {**state, "purpose": purpose.value, "user": str(user.uuid) if user else "", "at": at.isoformat()}
    return options


def prove(session, *, user, answer, at) -> WebAuthnCredential:
    """Return this person's passkey that gave the answer, or raise Refused."""
    try:
        device = _answered(_taken(session, Purpose.PROVE, user=user, at=at), answer, user=user)
    except Refused:
        audit.record("second_factor.refused", by=user, at=at, way="passkey")
        raise
    audit.record("second_factor.proved", by=user, at=at, way="passkey")
    return device


def recognise(session, *, answer, at) -> WebAuthnCredential:
    """Return the passkey that gave the answer, whose person is then known by both factors; or raise Refused."""
    state = _taken(session, Purpose.SIGN_IN, user=None, at=at)
    device = _answered(state, answer, user=None)
    # The authenticator says whose key it is (WebAuthn 7.2, step 6): it must be the account that we have it for.
    handle = _handle_in(answer)
    if not WebAuthnUserHandle.objects.filter(user_id=device.user_id, handle_hex=handle.hex()).exists():
        log.info("A passkey named another account than its own.")
        raise Refused(_not_accepted())
    return device


@transaction.atomic
def add(session, *, user, name, answer, link, proved, at) -> tuple[WebAuthnCredential, list[str]]:
    """Take a new passkey into use; return it, and recovery codes if there were none."""
    state = _taken(session, Purpose.ADD, user=user, at=at)
    two_factor.hold(user)
    two_factor.check_may_enrol(user, link=link, proved=proved, at=at)
    check_room(user)
    device = _registered(state, user, name, answer)
    return device, two_factor.settle_enrolment(user, way="passkey", link=link, replaced=False, keep=session.session_key, at=at)


def check_room(user) -> None:
    """Refuse more passkeys than anybody needs."""
    if of(user).count() >= MOST:
        raise Refused(_("You have %(count)d passkeys. Remove one that you no longer use first.") % {"count": MOST})


@transaction.atomic
def rename(device, *, name, by, at) -> None:
    """Call a passkey something else."""
    WebAuthnCredential.objects.filter(pk=device.pk).update(name=name)
    audit.record("second_factor.renamed", by=by, at=at, way="passkey")


def _taken(session, purpose, *, user, at):
    """Return what was kept of the ceremony, which is used up by this; it must be for this purpose and person, and young."""
    state = session.pop(CEREMONY, None)
    whose = str(user.uuid) if user else ""
    if not state or state["purpose"] != purpose or state["user"] != whose or at - parse_datetime(state["at"]) > LIVES:
        raise Refused(_("That took too long, or was begun elsewhere. Try again."))
    return state


def _registered(state, user, name, answer):
    try:
        with transaction.atomic():
            device = Helper(request=None).register_complete(user=user, state=state, data=_read(answer))
            device.name = name or _("Passkey")
            device.save(update_fields=["name"])
    except IntegrityError:
        raise Refused(_("This passkey is set up already.")) from None
    except NOT_ACCEPTED as reason:
        log.info("A new passkey was not accepted: %s", type(reason).__name__)
        raise Refused(_("This passkey could not be set up. Try again, or use another device.")) from None
    return device


def _answered(state, answer, *, user):
    try:
        device = Helper(request=None).authenticate_complete(user=user, state=state, data=_read(answer))
    except CredentialNotFound:
        raise Refused(_("This passkey is not known here. It may have been removed from the account.")) from None
    except NOT_ACCEPTED as reason:
        log.info("A passkey was not accepted: %s", type(reason).__name__)
        raise Refused(_not_accepted()) from None
    if not device.confirmed:
        raise Refused(_not_accepted())
    return device


def _read(answer):
    """Return what the browser sent, as the libraries want it; whatever else is in it is left out."""
    given = json.loads(answer)
    properties = given.get("clientExtensionResults")
    kept = {"id": given["id"], "rawId": given["rawId"], "type": given["type"], "response": dict(given["response"])}
    if isinstance(properties, dict) and isinstance(properties.get("credProps"), dict):
        kept["clientExtensionResults"] = {"credProps": {"rk": properties["credProps"].get("rk") is True}}
    return kept


def _handle_in(answer):
    try:
        return base64url_to_bytes(json.loads(answer)["response"]["userHandle"])
    except NOT_ACCEPTED:
        return b""


def _not_accepted():
    return _("This passkey was not accepted. Try again, or use another way.")

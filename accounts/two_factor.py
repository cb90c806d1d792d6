"""Second factors: setting one up, proving it, taking it away, and recovery codes. django-otp's devices decide; this module asks them.

A person has one authenticator app at most and any number of passkeys (``passkeys``), and recovery codes as soon as there is
one of these. A first enrolment of staff needs an enrolment link: whoever has only the password must not be able to add a
factor of their own. Every change mails the person and ends their other sessions: ``keep`` is the key of the one that stays.
"""

import base64
import math
import secrets
from datetime import timedelta
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import django_otp
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp_webauthn.models import WebAuthnCredential

from accounts import audit, outbox, sessions
from accounts.models import EnrolmentLink, RecoveryCode, RecoveryDevice, TotpDevice, User

RECOVERY_CODES = 10
FEW_CODES = 3
KINDS = (TotpDevice, WebAuthnCredential)
SALT = "accounts.enrolment-link"


class Refused(Exception):
    """It cannot be done; the message is a sentence for the person."""


def has_factor(user) -> bool:
    """Say whether this person has a second factor of any kind that is in use."""
    in_use = [Exists(kind.objects.filter(user=OuterRef("pk"), confirmed=True)) for kind in KINDS]
    return User.objects.filter(in_use[0] | in_use[1], pk=user.pk).exists()


def app_of(user) -> TotpDevice | None:
    """Return this person's authenticator app, if one is in use."""
    return TotpDevice.objects.filter(user=user, confirmed=True).first()


def new_enrolment_link(user, *, by, at, hours=72) -> EnrolmentLink:
    """Allow this person to set up their first second factor, once, for some time."""
    link = EnrolmentLink.objects.create(user=user, made_at=at, expires_at=at + timedelta(hours=hours))
    audit.record("second_factor.link_made", by=by, at=at, person=user.uuid, hours=hours)
    return link


def enrolment_path(link) -> str:
    """Return the path to give to the person; the signature is made here, so that the database holds no usable link."""
    return reverse("second_factor_enrol_link", args=[signing.Signer(salt=SALT).sign(str(link.uuid))])


def link_of_token(token, *, at) -> EnrolmentLink | None:
    """Return the live link that a token stands for, or None."""
    try:
        return live_link(signing.Signer(salt=SALT).unsign(token), at=at)
    except signing.BadSignature:
        return None


def live_link(uuid, *, at, user=None) -> EnrolmentLink | None:
    """Return a link that may still be used (by this person, if one is given), or None."""
    try:
        links = EnrolmentLink.objects.filter(uuid=UUID(str(uuid)), used_at=None, expires_at__gt=at)
    except ValueError:
        return None
    return (links.filter(user=user) if user else links).first()


@transaction.atomic
def begin_enrolment(user, *, link, proved, at, resume=None) -> TotpDevice:
    """Return an authenticator app with a fresh seed, not yet in use. ``resume`` (a UUID) is the one this session began."""
    check_may_enrol(user, link=link, proved=proved, at=at)
    begun = TotpDevice.objects.filter(user=user, confirmed=False)
    if resume and (device := begun.filter(uuid=resume).first()):
        return device
    # Never one that another session has seen: its reader would know the seed of the factor.
    begun.delete()
    device = TotpDevice.with_new_seed(user, name=_("Authenticator app"))
    device.save()
    return device


def confirm_enrolment(user, *, device, code, link, proved, at, keep=None) -> list[str]:
    """Put the app into use with its first code, in place of any other; return the new recovery codes, if there were none."""
    check_may_enrol(user, link=link, proved=proved, at=at)
    if not _accepts(user, device, code):
        audit.record("second_factor.enrolment_code_refused", by=user, at=at)
        raise Refused(_("That code does not fit. Check that your phone's clock is right, and type the code that it shows now."))
    with transaction.atomic():
        hold(user)
        check_may_enrol(user, link=link, proved=proved, at=at)
        replaced = bool(TotpDevice.objects.filter(user=user, confirmed=True).exclude(pk=device.pk).delete()[0])
        TotpDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        TotpDevice.objects.filter(pk=device.pk).update(confirmed=True)
        device.confirmed = True
        return settle_enrolment(user, way="app", link=link, replaced=replaced, keep=keep, at=at)


def check_may_enrol(user, *, link, proved, at) -> None:
    """Refuse a new factor of somebody who has one and did not prove it, and the first one of staff without their link."""
    if has_factor(user):
        if not proved:
            raise Refused(_("You have a second factor already. Sign in with it first."))
    elif user.needs_second_factor and not (link and live_link(link.pk, at=at, user=user)):
        raise Refused(_("Your first second factor needs the one-time link of your invitation."))


def settle_enrolment(user, *, way, link, replaced, keep, at) -> list[str]:
    """Do what goes with a factor that was just put into use, in its transaction; return recovery codes if there were none."""
    if link and not EnrolmentLink.objects.filter(pk=link.pk, user=user, used_at=None).update(used_at=at):
        raise Refused(_("This link was used already. Ask for a new one."))
    codes = [] if codes_left(user) else _replace_codes(user)
    audit.record("second_factor.enrolled", by=user, at=at, way=way, replaced=replaced)
    _tell_and_end_sessions(user, "second_factor", keep=keep, at=at)
    return codes


def is_only(user, device) -> bool:
    """Say whether this is the only factor of a person."""
    others = [kind.objects.filter(user=user, confirmed=True) for kind in KINDS]
    return not any(found.exclude(pk=device.pk if isinstance(device, found.model) else None).exists() for found in others)


@transaction.atomic
def remove(user, *, device, proved, keep, at) -> None:
    """Take a factor away. Who needs one keeps their last; with the last one of anybody else their recovery codes go too."""
    if not proved:
        raise Refused(_("Prove your second factor first."))
    # Read anew: they may have come to a team meanwhile, and two removals at once take turns.
    user = hold(user)
    type(device).objects.filter(pk=device.pk, user=user).delete()
    last = not has_factor(user)
    if last and user.needs_second_factor:
        raise Refused(_("This is your only second factor, and your place on a team needs one. Add another first, then remove this one."))
    if last:
        forget_all(user)
    audit.record("second_factor.removed", by=user, at=at, way="app" if isinstance(device, TotpDevice) else "passkey", last=last)
    _tell_and_end_sessions(user, "second_factor_removed", keep=keep, at=at)


def forget_all(user) -> None:
    """Delete every factor and every recovery code of a person, in the transaction of whoever may do that."""
    for model in (*KINDS, RecoveryDevice, RecoveryCode):
        model.objects.filter(user=user).delete()


def hold(user) -> User:
    """Lock a person's row to the end of the transaction and return it as it is now: changes to their factors take turns."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


@transaction.atomic
def new_recovery_codes(user, *, proved, at, keep=None) -> list[str]:
    """Replace this person's recovery codes; the old ones stop working. Needs a session with a fresh second factor."""
    if not proved:
        raise Refused(_("Prove your second factor first."))
    hold(user)
    codes = _replace_codes(user)
    audit.record("second_factor.codes_replaced", by=user, at=at)
    _tell_and_end_sessions(user, "recovery_codes", keep=keep, at=at)
    return codes


def prove(user, *, code, at):
    """Return the device that accepted the code, or raise Refused with the reason."""
    code = "".join(code.split()).replace("-", "")
    # By the code's shape: a try on the wrong device would count as a failure there and lock it too.
    is_totp = len(code) == 6 and code.isascii() and code.isdigit()
    model = TotpDevice if is_totp else RecoveryDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    if device is not None:
        _check_not_locked(device, at)
        if _accepts(user, device, code):
            way = {"way": "app"} if is_totp else {}
            audit.record("second_factor.proved" if is_totp else "second_factor.recovery_code_used", by=user, at=at, **way)
            if not is_totp:
                _tell(user, "recovery_used", at=at)
            return device
    audit.record("second_factor.refused", by=user, at=at, way="app" if is_totp else "recovery")
    if device is not None:
        _tell_of_a_stop(user, device, at=at)
    raise Refused(_("That code does not fit, or it was used already. Wait for the next one and type it here."))


def codes_left(user) -> int:
    """Count the recovery codes that still work."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def recovery_device(user) -> RecoveryDevice:
    """Return this person's set of recovery codes in use."""
    return RecoveryDevice.objects.get(user=user)


def app_uri(device) -> str:
    """Return what the QR code says to an authenticator app."""
    issuer = settings.OTP_TOTP_ISSUER
    query = urlencode({"secret": device.seed, "issuer": issuer, "algorithm": "SHA1", "digits": 6, "period": 30}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(device.user.email)}?{query}"


def in_groups(text, size=4) -> str:
    """Return a code in groups that can be read aloud."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def _check_not_locked(device, at):
    allowed, why = device.verify_is_allowed()
    if allowed:
        return
    until = (why or {}).get("locked_until")
    seconds = max(1, math.ceil((until - at).total_seconds())) if until else 1
    if seconds > 120:
        minutes = math.ceil(seconds / 60)
        raise Refused(
            ngettext(
                "After so many wrong codes this way is closed for %(count)d minute. Use another way, or come back then.",
                "After so many wrong codes this way is closed for %(count)d minutes. Use another way, or come back then.",
                minutes,
            )
            % {"count": minutes}
        )
    raise Refused(
        ngettext(
            "After wrong codes there is a pause. Wait %(count)d second, then type the code that is shown now.",
            "After wrong codes there is a pause. Wait %(count)d seconds, then type the code that is shown now.",
            seconds,
        )
        % {"count": seconds}
    )


def _accepts(user, device, code):
    # Only through django_otp.verify_token: it locks the row, so that one code opens one session.
    return django_otp.verify_token(user, device.persistent_id, "".join(code.split())) is not None


def _replace_codes(user):
    # A new row: sessions that an old code opened lose their second factor with the old one.
    RecoveryDevice.objects.filter(user=user).delete()
    RecoveryDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    RecoveryCode.objects.filter(user=user).delete()
    codes = [base64.b32encode(secrets.token_bytes(15)).decode() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=RecoveryCode.digest_of(code)) for code in codes)
    return codes


def _tell_of_a_stop(user, device, *, at):
    # Read anew: the check of the code counted on a row of its own.
    device.refresh_from_db(fields=["throttling_failure_count"])
    if device.throttling_failure_count == device.STOP_AFTER:
        audit.record("second_factor.stopped", by=user, at=at, way="app" if isinstance(device, TotpDevice) else "recovery")
        _tell(user, "second_factor_stopped", at=at)


def _tell_and_end_sessions(user, what, *, keep, at):
    sessions.sign_out_everywhere(user, by=user, at=at, why="second_factor", but=keep)
    _tell(user, what, at=at)


def _tell(user, what, *, at):
    outbox.send("account_changed", cause=uuid4(), to=[user], facts={"what": what}, at=at)

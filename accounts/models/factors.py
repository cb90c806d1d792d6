"""Second factors. django-otp is the authority: these are its devices, with what it keeps in clear sealed or digested."""

import base64
import secrets
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin, VerifyNotAllowed
from django_otp.oath import TOTP

from portal.lib import crypto, keyring


class Pausing(ThrottlingMixin):
    """After each wrong code a pause of 1, 2, 4 … seconds; from the tenth in a row on, of an hour each.

    Only somebody with the right password gets here, so a stranger cannot cause it; and each device pauses by itself.
    """

    STOP_AFTER = 10
    STOP = timedelta(hours=1)

    class Meta:
        abstract = True

    def verify_is_allowed(self):
        count = self.throttling_failure_count
        if count < self.STOP_AFTER or not self.throttling_enabled:
            return super().verify_is_allowed()
        until = self.throttling_failure_timestamp + self.STOP
        why = {"reason": VerifyNotAllowed.N_FAILED_ATTEMPTS, "failure_count": count, "locked_until": until}
        return (True, None) if timezone.now() >= until else (False, why)


class TotpDevice(TimestampMixin, Pausing, Device):
    """An authenticator app (RFC 6238: SHA-1, 6 digits, 30 s). The seed is sealed by the ring itself.

    Always verify through ``django_otp.verify_token``, which locks the row; a used time step is never accepted again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed_seed = models.BinaryField()
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    @classmethod
    def with_new_seed(cls, user, *, name):
        """Return an unsaved, unconfirmed device with a fresh 160-bit seed."""
        device = cls(user=user, name=name, confirmed=False)
        seed = {"seed": base64.b32encode(secrets.token_bytes(20)).decode()}
        device.sealed_seed = crypto.seal(keyring.ring().wrap, seed, device.binding())
        return device

    @property
    def seed(self):
        """The seed in base32, as authenticator apps take it."""
        return crypto.unseal(keyring.ring().wrap, self.sealed_seed, self.binding())["seed"]

    def verify_token(self, token):
        allowed, _reason = self.verify_is_allowed()
        if not allowed:
            return False
        totp = TOTP(base64.b32decode(self.seed), drift=self.drift)
        totp.time = time.time()
        verified = token.isascii() and token.isdigit() and len(token) == 6 and totp.verify(int(token), 1, self.last_t + 1)
        if not verified:
            self.throttle_increment(commit=True)
            return False
        self.last_t, self.drift = totp.t(), totp.drift
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self):
        return getattr(settings, "OTP_TOTP_THROTTLE_FACTOR", 1)

    def binding(self):
        """Return what the sealed seed is bound to."""
        return crypto.Binding(scope=self.uuid, row=self.uuid, label="totp.seed")


class RecoveryDevice(TimestampMixin, Pausing, Device):
    """A person's set of single-use recovery codes: 24 base32 characters (120 bits) each, kept as digests only."""

    class Meta:
        verbose_name = _("set of recovery codes")
        verbose_name_plural = _("sets of recovery codes")

    def verify_token(self, token):
        allowed, _reason = self.verify_is_allowed()
        if not allowed:
            return False
        # One conditional UPDATE decides: of two tries with one code at the same moment, one wins.
        spent = RecoveryCode.objects.filter(user_id=self.user_id, digest=RecoveryCode.digest_of(token), used_at=None).update(
            used_at=timezone.now()
        )
        if not spent:
            self.throttle_increment(commit=True)
            return False
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self):
        return getattr(settings, "OTP_STATIC_THROTTLE_FACTOR", 1)


class RecoveryCode(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="a_recovery_code_once")]

    @staticmethod
    def digest_of(code):
        """Return the digest of a code as typed: case, spaces and dashes do not count."""
        plain = "".join(code.split()).replace("-", "").upper()
        return keyring.ring().digest("recovery-code", plain)


class EnrolmentLink(models.Model):
    """Permission to set up the first second factor: from an invitation or the console, once, for some days.

    The password alone must not suffice. The link carries a signature over ``uuid``; the row decides.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolment_links")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

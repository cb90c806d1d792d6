"""The person."""

import uuid
import zoneinfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


def known_timezone(name):
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone from the list, such as Europe/Berlin."))


class Credit(models.TextChoices):
    """How somebody wants to be thanked in an advisory, unless they say otherwise in a report."""

    NAME = "name", _("the name shown to others")
    TEXT = "text", _("another name")
    NONE = "none", _("no credit")


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **facts):
        user = self.model(email=self.normalize_email(email), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def with_address(self, email):
        """Return the person with this address, the first or an added one, or None. Capitals do not count, but nothing else is alike."""
        # Not iexact: PostgreSQL compares in capitals there, and takes mıke@ for mike@.
        wanted = email.lower()
        by_sign_in = self.alias(lowered=Lower("email")).filter(lowered=wanted).first()
        added = self.filter(emailaddress__email=wanted).order_by("-emailaddress__verified", "pk").first()
        return by_sign_in or added  # both are looked up each time, so that the time does not tell which of them found somebody

    def create_superuser(self, email, password=None, **facts):
        return self.create_user(email, password, is_staff=True, **facts)


class User(AbstractBaseUser):
    """A person with an account. ``is_staff`` makes an administrator of the portal, who opens no case by it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    display_name = models.CharField(
        _("name shown to others"),
        max_length=80,
        blank=True,
        help_text=_("A name or a pseudonym. The team of a project sees it on your reports."),
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_timezone])
    language = models.CharField(_("language"), max_length=12, default="en")
    links = models.JSONField(_("links"), default=list, blank=True)
    credit = models.CharField(_("credit"), max_length=8, choices=Credit.choices, default=Credit.NAME)
    credit_text = models.CharField(_("credit as"), max_length=120, blank=True)
    # At which full hour of their own day a person gets their digest.
    digest_hour = models.PositiveSmallIntegerField(_("hour of the digest"), default=8, validators=[MaxValueValidator(23)])
    # Between these full hours of their own day letters that can wait do; both or neither.
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), null=True, blank=True, validators=[MaxValueValidator(23)])
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), null=True, blank=True, validators=[MaxValueValidator(23)])
    # After a change of address: until then the password is not reset by mail.
    reset_frozen_until = models.DateTimeField(null=True, editable=False)
    # Since when letters to the address come back; None once the address changed, or its person says that letters arrive.
    bounces_since = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(
        _("administrator"), default=False, help_text=_("May use the administration. It opens no case: for that, a project invites.")
    )
    date_joined = models.DateTimeField(_("joined"), default=now)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self):
        return self.shown_name

    @property
    def shown_name(self):
        """The chosen name, or what stands before the @ of the address."""
        return self.display_name or self.email.partition("@")[0]

    @property
    def credited_as(self):
        """How advisories name this person, unless a report says otherwise; empty for no credit."""
        return {Credit.NAME: self.display_name, Credit.TEXT: self.credit_text}.get(self.credit, "")

    def has_verified(self, email):
        """Say whether an address is a verified one of this person's. PostgreSQL would take mıke@ for mike@: it compares capitals."""
        own = self.emailaddress_set.filter(verified=True).values_list("email", flat=True)
        return email.lower() in {address.lower() for address in own}

    @property
    def needs_second_factor(self):
        """Staff of any project, and administrators. Read anew for every request, so that a promotion bites at once."""
        return self.is_staff or self.memberships.exists()

    def has_perm(self, perm, obj=None):
        """Administrators may use the whole administration; there are no finer rights, and none elsewhere."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label):
        return self.is_active and self.is_staff

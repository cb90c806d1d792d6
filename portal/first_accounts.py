"""The first people of an empty portal: one for each standing, so that it can be tried at once."""

import os
import secrets
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts import two_factor
from accounts.models import User
from portal.models import Membership, Project
from portal.models.team import Role

KEPT_IN = settings.DATA_DIR / "first-sign-ins.txt"
# 31 characters that cannot be taken for one another; four groups of five are 99 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

PEOPLE = (
    # standing, address, name, role in every project, administrator
    ("researcher", "rita@example.org", "Rita", None, False),
    ("triager", "bob@example.org", "Bob", Role.TRIAGER, False),
    ("maintainer", "alice@example.org", "Alice", Role.MAINTAINER, False),
    ("owner", "olivia@example.org", "Olivia", Role.OWNER, False),
    ("administrator", "ada@example.org", "Ada", None, True),
)


@dataclass(frozen=True)
class SignIn:
    """What somebody needs to sign in the first time."""

    standing: str
    email: str
    password: str

    def __str__(self):
        return f"{self.standing:<14} {self.email:<20} {self.password}"


def make(*, at) -> list[SignIn]:
    """Create the first people with random passwords, kept in a file for the owner alone; nothing if anybody is there."""
    sign_ins = [SignIn(standing, email, _new_password()) for standing, email, *_ in PEOPLE]
    with transaction.atomic():
        if User.objects.exists():
            return []
        for sign_in, (_standing, email, name, role, administrator) in zip(sign_ins, PEOPLE, strict=True):
            user = User.objects.create_user(email, sign_in.password, display_name=name, is_staff=administrator, date_joined=at)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            if role:
                Membership.objects.bulk_create(Membership(user=user, project=project, role=role) for project in Project.objects.all())
        # Within the transaction: a file that cannot be written leaves nobody behind without a password.
        _keep(sign_ins)
    return sign_ins


def enrolments(*, at) -> list[tuple[str, str]]:
    """Return a fresh one-time link for everybody who needs a second factor and has none: (address, link)."""
    staff = User.objects.filter(Q(is_staff=True) | Q(memberships__isnull=False), is_active=True).distinct().order_by("pk")
    return [
        (user.email, settings.PUBLIC_URL + two_factor.enrolment_path(two_factor.new_enrolment_link(user, by=None, at=at)))
        for user in staff
        if not two_factor.has_factor(user)
    ]


def _new_password():
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def _keep(sign_ins):
    KEPT_IN.unlink(missing_ok=True)
    descriptor = os.open(KEPT_IN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as kept:
        kept.writelines(f"{sign_in}\n" for sign_in in sign_ins)

"""Closing an account: first what it would do is said, then it is done. Nothing of the person stays but a UUID in the audit trail.

The floors above take part through one signal, which is sent in both cases with a ``Farewell``: they say what keeps the
account from being closed and what happens to what is theirs, and where ``farewell.closes``, they let it happen.
"""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext as _

from accounts import audit, sessions
from accounts.models import Delivery, EnrolmentLink, RecoveryCode, RecoveryDevice, TotpDevice, User

closing = Signal()
# Sent before it where an account is closed: who takes cases takes them here, before projects and the lock of the trail, as everybody does.
holding = Signal()


class NotPossible(Exception):
    """The account cannot be closed now; ``sentences`` say why and what to do first."""

    def __init__(self, sentences):
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


@dataclass(frozen=True)
class Consequence:
    """A sentence about what happens; with a path, what the person may do about it before."""

    sentence: str
    path: str = ""
    label: str = ""


@dataclass
class Farewell:
    """Passed to all receivers: whose account, by whom, and whether it is closed (True) or only looked at."""

    user: User
    by: User
    at: datetime
    closes: bool
    addresses: tuple = ()
    obstacles: list = field(default_factory=list)
    consequences: list = field(default_factory=list)

    @property
    def own(self):
        """Whether people close their own account: only they see references of their reports."""
        return self.by.pk == self.user.pk

    def says(self, sentence, path="", label=""):
        self.consequences.append(Consequence(sentence, path, label))


def look(user, *, by, at) -> Farewell:
    """Return what closing this account would do, and what keeps it from being closed."""
    return _ask_all(user, by=by, at=at, closes=False)


@transaction.atomic
def close(user, *, by, at) -> None:
    """Close an account for good; raise NotPossible, and change nothing, if something stands against it."""
    # Without their keys: who writes to one of them holds a case that the receivers wait for, and would wait for us.
    administrators = list(User.objects.select_for_update(no_key=True).filter(Q(pk=user.pk) | Q(is_staff=True)).order_by("pk"))
    user = next(one for one in administrators if one.pk == user.pk)
    holding.send(sender=User, user=user)
    farewell = _ask_all(user, by=by, at=at, closes=True)
    if farewell.obstacles:
        raise NotPossible(farewell.obstacles)
    # Before the trail: who writes in it waits for its lock while holding what refers to this person.
    User.objects.select_for_update().get(pk=user.pk)  # from here on nobody queues anything for them
    audit.record("account.closed", by=by, at=at, person=user.uuid)
    _forget(user, farewell.addresses)


def _ask_all(user, *, by, at, closes):
    known = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    addresses = tuple(sorted({address.lower() for address in (user.email, *known)}))
    farewell = Farewell(user, by, at, closes, addresses)
    if user.is_staff and not User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk).exists():
        farewell.obstacles.append(_("This is the last administrator. Make somebody else one first."))
    farewell.says(_("The sign-in goes: address, password, second factor, sessions, and letters that were not sent yet."))
    closing.send(sender=User, farewell=farewell)
    return farewell


def _forget(user, addresses):
    sessions.end_all(user)
    by_address = [f"mail:{sha256(address.encode()).hexdigest()}" for address in addresses]
    Delivery.objects.filter(Q(recipient=user) | Q(recipient_key__in=[*by_address, f"user:{user.uuid}"])).delete()
    for model in (TotpDevice, RecoveryDevice, RecoveryCode, EnrolmentLink, EmailAddress):
        model.objects.filter(user=user).delete()
    _take_out_of_admin_log(user)
    user.delete()  # of who acted, the audit trail keeps the UUID


def _take_out_of_admin_log(user):
    """The administration names in its history what it changed by what it was called."""
    kinds = ContentType.objects.filter(model__in=["user", "membership"])
    named = Q(content_type__model="user", object_id=str(user.pk)) | Q(
        content_type__model="membership", object_repr__startswith=f"{user.shown_name}: "
    )
    LogEntry.objects.filter(named, content_type__in=kinds).update(object_repr=str(user.uuid))

"""API tokens: one person's, for one project, for some verbs, for a time. Shown once; the database has a digest.

A token is ``parley_``, 43 characters for 256 random bits, and six for their CRC-32, all in base 62: scanners for leaked
secrets find it by its form, and what was mistyped is refused without asking the database. The digest is a plain
SHA-256: nobody guesses 256 random bits, so a key would add nothing, and a process without the ring can check tokens.
"""

import hashlib
import re
import secrets
import zlib
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import audit, outbox, two_factor
from portal.lib.permissions import SCOPES, Action, Standing, may
from portal.models import ApiToken, Membership, Project

PREFIX = "parley_"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BITS, CHECKED = 256, 6
RANDOM = 43  # characters that hold 256 bits: log(2**256) / log(62)
FORM = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{RANDOM}}})([0-9A-Za-z]{{{CHECKED}}})")
LONGEST, USUAL = timedelta(days=365), timedelta(days=90)
MOST = 20  # live ones of a person for a project
TOLD_BEFORE = timedelta(days=7)
NOTED_EVERY = timedelta(minutes=1)
TOLD = UUID("5d7f3a0e-6f0b-4f7c-9f6e-2a2b7c3e1d90")  # names the letter about the end of a token


class Refused(ValidationError):
    """The token cannot be made; the message is a sentence for the person."""


@transaction.atomic
def make(project, *, name, scopes, lives: timedelta, by, at: datetime) -> tuple[ApiToken, str]:
    """Make a token of this person for a project; return it, and what is shown once and kept nowhere."""
    # A token must not outlive a role that is taken away at this moment: who takes it away waits here, or came before.
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=project.pk)
    scopes = sorted({Action(one) for one in scopes})
    standing = project.standing_of(by)
    if not scopes or not all(one in SCOPES and may(standing, one) for one in scopes):
        raise Refused(_("Choose something that your role may do."))
    if not timedelta(0) < lives <= LONGEST:
        raise Refused(_("A token lives for a year at most."))
    living = ApiToken.objects.alive(at).filter(user=by, project=project)
    if living.filter(name=name).exists():
        raise Refused(_("You have a token of this name already. Give this one another, so that you know them apart."))
    if living.count() >= MOST:
        raise Refused(_("You have %(most)d tokens for this project. Revoke one that you no longer need.") % {"most": MOST})
    secret = new_secret()
    token = ApiToken.objects.create(
        user=by, project=project, name=name, digest=digest_of(secret), scopes=scopes, made_at=at, expires_at=at + lives
    )
    if lives > TOLD_BEFORE:
        # Waits in the queue until then, and is not sent if the token is dead by then.
        facts, due = {"token": str(token.uuid)}, token.expires_at - TOLD_BEFORE
        outbox.send("token_expires", cause=uuid5(TOLD, token.uuid.hex), to=[by], facts=facts, at=at, due_at=due)
    audit.record("token.made", by=by, at=at, project=project.uuid, token=token.uuid, scopes=scopes, expires_at=token.expires_at.isoformat())
    return token, secret


def bearer(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the token that this is, with ``standing`` as it is now, or None when it is worth nothing (any more).

    Worth something is what was not revoked, has not expired, and belongs to an active person with a role in the project
    and a second factor in use.
    """
    if not well_formed(secret):
        return None
    rows = ApiToken.objects.alive(at).select_related("user", "project")
    found = rows.filter(digest=digest_of(secret), user__is_active=True).first()
    if found is None or not two_factor.has_factor(found.user):
        return None
    role = Membership.objects.filter(user=found.user_id, project=found.project_id).values_list("role", flat=True).first()
    if role is None:
        return None
    found.standing = Standing(role)
    return found


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Keep when a token was last used, to the minute."""
    if token.last_used_at is None or at - token.last_used_at >= NOTED_EVERY:
        older = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
        ApiToken.objects.filter(older, pk=token.pk).update(last_used_at=at)


def holds(token: ApiToken, action: Action) -> bool:
    """Say whether a token from ``bearer`` may do this: it has the scope, and its person's role still has the right."""
    return action in SCOPES and action in token.scopes and may(token.standing, action)


@transaction.atomic
def revoke(token: ApiToken, *, by, at: datetime) -> bool:
    """Make a token worthless from its next use on; say whether it was not before."""
    revoked = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    if revoked:
        audit.record("token.revoked", by=by, at=at, project=token.project.uuid, token=token.uuid, person=token.user.uuid)
    return bool(revoked)


def revoke_all(user, *, project=None, by, at: datetime) -> int:
    """Revoke every live token of a person, for one project or for all; return how many."""
    living = ApiToken.objects.alive(at).filter(user=user).select_related("user", "project").order_by("pk")
    return sum(revoke(token, by=by, at=at) for token in (living.filter(project=project) if project else living))


def listed(rows: QuerySet, *, at: datetime) -> QuerySet:
    """Return the live tokens of some rows with whose and for what, newest first."""
    return rows.alive(at).select_related("user", "project")


def new_secret() -> str:
    """Return a fresh token."""
    body = _in_digits(secrets.randbits(BITS), RANDOM)
    return f"{PREFIX}{body}{_checksum(body)}"


def well_formed(secret: str) -> bool:
    """Say whether this can be a token at all."""
    found = FORM.fullmatch(secret)
    return found is not None and _checksum(found[1]) == found[2]


def digest_of(secret: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(body):
    return _in_digits(zlib.crc32(body.encode()), CHECKED)


def _in_digits(number, length):
    found = ""
    for _place in range(length):
        number, rest = divmod(number, len(DIGITS))
        found = DIGITS[rest] + found
    return found

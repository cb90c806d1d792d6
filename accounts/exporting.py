"""Everything about somebody, for them to take away: a ZIP, made while it is sent; nothing of it lies anywhere.

The floors above take part through one signal, which is sent with an ``Export``: they say more for account.json, and
add files. Whatever cannot go on (no keys here) is raised by them at once, before the first byte.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q
from django.dispatch import Signal
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_otp_webauthn.models import WebAuthnCredential

from accounts import audit, calendar_feed, timing, two_factor
from accounts.models import AuditEvent, Delivery, PublicKey, Session, TotpDevice, User
from portal.lib import limits
from portal.lib.zips import json_pieces, streamed

exporting = Signal()
FORMAT = 1
ROWS = 500


@dataclass
class Export:
    """Passed to all receivers: whose it is, the request (for doors), and what is in it so far."""

    user: User
    request: HttpRequest
    at: datetime
    about: dict = field(default_factory=dict)
    explained: list = field(default_factory=list)
    _files: list = field(default_factory=list)

    def says(self, **facts):
        """Add facts to account.json; a generator stands for a list."""
        self.about |= facts

    def adds(self, name: str, sentence: str, files: Iterable[tuple[str, Iterable[bytes]]]):
        """Add files, as (name, pieces) one after the other, and a line for the README under a name for them all."""
        self.explained.append((name, sentence))
        self._files.append(files)

    def pieces(self) -> Iterator[bytes]:
        """Return the ZIP in pieces."""
        readme = {"explained": self.explained, "at": self.at, "url": settings.PUBLIC_URL}
        own = [
            ("README.txt", [render_to_string("accounts/data_readme.txt", readme).encode()]),
            ("account.json", json_pieces({"format": FORMAT, "made_at": text(self.at), "portal": settings.PUBLIC_URL, **self.about})),
        ]
        return streamed(chain(own, *self._files), at=self.at)


def take(request, *, at) -> Iterator[bytes]:
    """Record that somebody takes a copy of everything about them, and return it in pieces; raise limits.TooMany."""
    limits.spend("export", str(request.user.uuid))
    export = Export(request.user, request, at)
    _add_account(export)
    exporting.send(sender=User, export=export)
    audit.record("account.exported", by=request.user, at=at)
    return export.pieces()


def text(moment) -> str | None:
    """Return a moment as it stands in what is taken away: ISO 8601, UTC."""
    return moment.astimezone(UTC).isoformat() if moment else None


HOURS = ("digest_hour", "quiet_from", "quiet_until")


def _add_account(export):
    user = export.user
    words = ("email", "display_name", "timezone", "language", "links", "credit", "credit_text", *HOURS, "is_staff")
    export.explained.append(
        ("account.json", _("your profile, how you sign in, your choices, letters to you, and what the audit trail says of you"))
    )
    export.says(
        profile={"uuid": str(user.uuid), **{name: getattr(user, name) for name in words}, "joined": text(user.date_joined)},
        addresses=list(EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified", "primary")),
        second_factors=_factors(user),
        sign_ins_elsewhere=[_elsewhere(one) for one in SocialAccount.objects.filter(user=user).order_by("pk")],
        sessions=[_session(one) for one in Session.objects.filter(user=user).order_by("begun_at", "pk")],
        openpgp_key=_key(PublicKey.objects.filter(user=user).first()),
        calendar_of_deadlines=_calendar(calendar_feed.of(user)),
        recoveries=[
            {"asked_at": text(one.asked_at), "ready_at": text(one.ready_at), "outcome": one.outcome, "settled_at": text(one.settled_at)}
            for one in user.factor_recoveries.order_by("pk")
        ],
        choices_of_letters=dict(user.notice_choices.values_list("kind", "how")),
        letters=(_letter(one) for one in Delivery.objects.filter(recipient=user).order_by("pk").iterator(chunk_size=ROWS)),
        audit_trail=(_event(one, user) for one in _events(user).order_by("seq").iterator(chunk_size=ROWS)),
    )


def _factors(user):
    apps = TotpDevice.objects.filter(user=user, confirmed=True)
    keys = WebAuthnCredential.objects.filter(user=user, confirmed=True)
    return {
        "authenticator_apps": [_factor(one) for one in apps.order_by("pk")],
        "passkeys": [_factor(one) for one in keys.order_by("pk")],
        "recovery_codes_left": two_factor.codes_left(user),
    }


def _factor(device):
    return {"name": device.name, "added_at": text(device.created_at), "last_used_at": text(device.last_used_at)}


def _elsewhere(account):
    said = {"provider": account.provider, "account": account.uid, "told_of_you": account.extra_data}
    return said | {"linked_at": text(account.date_joined), "last_used_at": text(account.last_login)}


def _session(session):
    return {"browser": session.agent, "begun_at": text(session.begun_at), "last_used_at": text(session.seen_at)}


def _key(key):
    if key is None:
        return None
    return {"fingerprint": key.fingerprint, "armored": key.armored, "added_at": text(key.added_at), "expires_at": text(key.expires_at)}


def _calendar(feed):
    return {"made_at": text(feed.made_at), "last_used_at": text(feed.last_used_at)} if feed else None


def _letter(row):
    return {
        "letter": row.letter,
        "facts": _facts(row),
        "made_at": text(row.made_at),
        "channel": row.channel,
        "outcome": row.outcome,
        "settled_at": text(row.settled_at),
        "opened_at": text(row.opened_at),
    }


def _facts(row):
    """What a letter is about. Of one that never reached its person nothing: the case may have been shut to them meanwhile."""
    reached = row.outcome not in (Delivery.Outcome.OPEN, Delivery.Outcome.DROPPED) or row.trouble == timing.TURNED_OFF
    return row.facts if reached or not row.about else {}


def _events(user):
    return AuditEvent.objects.filter(Q(actor_uuid=user.uuid) | Q(facts__person=str(user.uuid)))


def _event(event, user):
    """An event with who acted as "you" or "somebody else": who that was is theirs."""
    by = "you" if event.actor_uuid == user.uuid else "somebody else" if event.actor_uuid else "the portal"
    return {"number": event.seq, "at": text(event.at), "by": by, "kind": event.kind, "facts": event.facts}

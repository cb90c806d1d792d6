"""Where sessions are kept: in the database, each with its person; and in the shared cache (``SESSION_CACHE_ALIAS``), where there is one.

Django's own way to extend its sessions ("Extending database-backed session engines"): the row is written by every
``save``, so a session whose id changes takes its row along. ``SESSION_ENGINE`` names this module.

A session that was ended leaves a mark in the cache for as long as it could have lived. Without it, a request that read the
row just before it went would put the session back into the cache, and it would live on there.
"""

import contextlib
import logging

from django.conf import settings
from django.contrib.sessions.backends import cached_db
from django.utils.dateparse import parse_datetime

from accounts import audit
from accounts.models import Session

log = logging.getLogger("parley.sessions")

BEGUN = "signed_in_at"
SEEN = "last_seen_at"
AGENT = "agent"
UUID = "session_uuid"
USER = "_auth_user_id"


class SessionStore(cached_db.SessionStore):
    """Sessions as rows of ``Session``, read from the cache where there is one."""

    cache_key_prefix = "accounts.sessions"
    ended_key_prefix = "accounts.sessions.ended"

    @classmethod
    def get_model_class(cls):
        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.uuid = data.get(UUID) or row.uuid
        row.user_id = data.get(USER)
        row.begun_at, row.seen_at = (parse_datetime(data.get(name, "")) for name in (BEGUN, SEEN))
        row.agent = data.get(AGENT, "")
        return row

    def load(self):
        ended = self.ended_key_prefix + self._get_or_create_session_key()
        try:
            cached = self._cache.get_many([self.cache_key, ended])
        except Exception:  # without its cache, the database says which sessions there are
            cached = {}
        if ended in cached:
            self._session_key = None
            return {}
        data = cached.get(self.cache_key)
        if data is not None:
            return data
        row = self._get_session_from_db()
        if row is None:
            return {}
        data = self.decode(row.session_data)
        with contextlib.suppress(Exception):
            self._cache.set(self.cache_key, data, self.get_expiry_age(expiry=row.expire_date))
        return data

    def exists(self, session_key):
        return Session.objects.filter(session_key=session_key).exists()

    def delete(self, session_key=None):
        """What a sign-out and a new id come to. They go on while the cache is down: the row is gone, and without cache that counts."""
        key = session_key or self.session_key
        if key is None:
            return
        try:
            self.delete_all([key])
        except Exception as error:
            if Session.objects.filter(session_key=key).exists():
                raise
            log.warning("A session that ended may still lie in the cache (%s).", type(error).__name__)

    @classmethod
    def delete_all(cls, keys) -> None:
        """End these sessions at once, in the cache too; raise what the cache raises, for then one that it still has may come back."""
        cache = cls()._cache
        try:
            # First, and whatever becomes of the transaction: until it is over, others still read the rows.
            cache.set_many({cls.ended_key_prefix + key: 1 for key in keys}, settings.SESSION_COOKIE_AGE)
        finally:
            Session.objects.filter(session_key__in=keys).delete()
        cache.delete_many([cls.cache_key_prefix + key for key in keys])


def end(session: Session) -> None:
    """End a session now."""
    SessionStore.delete_all([session.session_key])


def end_all(user, *, but: str | None = None) -> int:
    """End every session of a person, but one (its key); return how many there were."""
    keys = list(Session.objects.filter(user=user).exclude(session_key=but or "").values_list("session_key", flat=True))
    if keys:
        SessionStore.delete_all(keys)
    return len(keys)


def sign_out(session: Session, *, by, at) -> None:
    """End one session, as its person or an administrator asks."""
    end(session)
    audit.record("session.ended", by=by, at=at, person=session.user.uuid, session=session.uuid)


def sign_out_everywhere(user, *, by, at, why: str, but: str | None = None) -> int:
    """End every session of a person, but one (its key), and record it with the reason, a word; return how many there were."""
    count = end_all(user, but=but)
    if count:
        audit.record("sessions.ended", by=by, at=at, person=user.uuid, count=count, why=why)
    return count

"""An ended session is over at once and for good, with a shared cache too, whatever other requests do at that moment."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError

from accounts import sessions
from accounts.models import Session
from accounts.sessions import SessionStore
from tests import builders
from tests.builders import sign_in


@pytest.fixture(autouse=True)
def _cached(settings):
    settings.SESSION_CACHE_ALIAS = "default"


@pytest.fixture
def rita(db):
    return builders.a_person("Rita")


def is_open(client):
    return client.get("/account/").status_code == 200


def test_it_bites_although_the_session_is_cached(rita, django_assert_num_queries):
    client = sign_in(Client(), rita)
    key = client.session.session_key
    assert is_open(client) and cache.get(SessionStore.cache_key_prefix + key)
    with django_assert_num_queries(0):
        assert SessionStore(key).load()["_auth_user_id"] == str(rita.pk)
    sessions.end(Session.objects.get(user=rita))
    assert not is_open(client) and SessionStore(key).load() == {}
    assert cache.get(SessionStore.cache_key_prefix + key) is None, "nor does its content stay there"


def test_a_request_that_read_the_row_just_before_does_not_bring_it_back(rita):
    """The row is read, the session ends, and only then the reader puts it into the cache, as two processes may."""
    client = sign_in(Client(), rita)
    key = client.session.session_key
    cache.clear()
    read = SessionStore(key).load()
    assert sessions.end_all(rita) == 1
    cache.set(SessionStore.cache_key_prefix + key, read, settings.SESSION_COOKIE_AGE)
    assert not is_open(client)
    late = SessionStore(key)
    late.update(read)
    late.modified = True
    assert late.load() == {}


def test_nor_does_one_that_reads_it_before_the_transaction_ends(rita):
    client = sign_in(Client(), rita)
    with transaction.atomic():
        sessions.end_all(rita)
        cache.delete(SessionStore.cache_key_prefix + client.session.session_key)
        assert not is_open(client)


def test_signing_out_and_a_new_id_are_ends_too(rita):
    client = sign_in(Client(), rita)
    key, data = client.session.session_key, dict(client.session)
    client.post(reverse("account_logout"))
    cache.set(SessionStore.cache_key_prefix + key, data)
    assert SessionStore(key).load() == {}
    store = SessionStore()
    store.create()
    before = store.session_key
    store.cycle_key()
    cache.set(SessionStore.cache_key_prefix + before, {"_auth_user_id": str(rita.pk)})
    assert SessionStore(before).load() == {} and store.session_key != before


def test_without_the_cache_the_database_says_which_there_are(rita, settings):
    gone = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "gone": gone}
    settings.SESSION_CACHE_ALIAS = "gone"
    client = sign_in(Client(), rita)
    assert is_open(client)
    with pytest.raises(ConnectionError):  # it may come back with the session in it: nobody is told that this was it
        sessions.end_all(rita)
    assert not is_open(client)

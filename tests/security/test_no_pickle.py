"""Nothing is unpickled that another process could have written: broker, sessions and shared cache carry JSON."""

import ast
import json
import pickle

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from portal.celery import app
from portal.lib.cache_values import Json
from tests.test_architecture import imported, modules


class Hostile:
    def __reduce__(self):
        raise AssertionError("something was pickled")


def test_no_module_of_ours_knows_a_format_that_runs_code():
    for name, tree in modules().items():
        known = {target.partition(".")[0] for target, _line in imported(tree)} & {"pickle", "cPickle", "shelve", "marshal", "dill"}
        assert not known, f"{name} imports {known}"
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        assert not [call.lineno for call in calls if call.func.id in ("eval", "exec")], name


def test_tasks_travel_as_json_and_nothing_else_is_taken():
    assert app.conf.task_serializer == "json" and list(app.conf.accept_content) == ["json"]
    assert app.conf.task_ignore_result and not app.conf.result_backend


def test_sessions_are_json():
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"


@pytest.mark.parametrize("value", [0, 5, -1, True, None, 1.5, "text", "ü", [1, "a", [True]], {"a": {"b": [1.5]}}, "", [], {}])
def test_plain_values_come_back(value):
    kept = Json().dumps(value)
    assert Json().loads(kept if isinstance(kept, bytes) else str(kept).encode()) == value


@pytest.mark.parametrize("value", [Hostile(), object(), b"bytes", {1, 2}, settings])
def test_what_is_no_plain_value_is_not_kept(value):
    with pytest.raises(TypeError):
        Json().dumps(value)


@pytest.mark.parametrize("kept", [pickle.dumps({"a": 1}), b"", b"\x80\x05.", b"not JSON"])
def test_what_somebody_else_put_there_is_nothing(kept):
    assert Json().loads(kept) is None


@pytest.mark.skipif(not settings.REDIS_URL, reason="the embedded portal has no shared cache")
def test_what_lies_in_a_shared_cache_is_json(client, db):
    cache.set("plain", {"a": [1]})
    client.post("/accounts/login/", {"login": "nobody@example.org", "password": "wrong"})
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        kept = {key: server.get(key) for key in server.scan_iter("parley-json*")}
    assert len(kept) > 1, "the limits of the sign-in count there, too"
    for value in kept.values():
        json.loads(value)

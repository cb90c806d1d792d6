"""Limits count before the work is done, never let more through than they say, and say truly when to come back."""

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache, caches
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from portal import checks
from portal.lib import limits
from portal.lib.limits import TooMany

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOWHERE = "redis://127.0.0.1:1"


def tries(name, times, *keys):
    """How many of so many tries went through."""
    through = 0
    for _number in range(times):
        try:
            limits.spend(name, *keys)
        except TooMany:
            continue
        through += 1
    return through


@given(steps=st.lists(st.integers(0, 40), min_size=1, max_size=60), number=st.integers(1, 6), seconds=st.sampled_from([6, 60, 100]))
def test_no_window_lets_more_through_than_it_says(steps, number, seconds):
    cache.clear()
    at, through = 0, []
    with override_settings(LIMITS={"search": f"{number}/{seconds}s"}), time_machine.travel(NOON, tick=False) as clock:
        for step in steps:
            at += step
            clock.move_to(NOON + timedelta(seconds=at))
            try:
                limits.spend("search", "rita")
            except TooMany as met:
                assert 0 < met.wait.total_seconds() <= seconds * 7 / 6 + 1
                clock.shift(met.wait)
                limits.ask("search", "rita")  # what it said of the wait is true
            else:
                through.append(at)
    for begin in through:
        assert sum(begin <= other < begin + seconds for other in through) <= number


def test_what_was_refused_does_not_count(settings):
    settings.LIMITS = {"search": "2/60s"}
    with time_machine.travel(NOON, tick=False) as clock:
        assert tries("search", 50, "rita") == 2
        clock.shift(71)
        assert tries("search", 50, "rita") == 2


def test_of_two_windows_the_narrow_one_gives_back_what_the_wide_one_refuses(settings):
    settings.LIMITS = {"search": "9/10s + 3/60s"}
    assert tries("search", 12, "rita") == 3
    settings.LIMITS = {"search": "4/10s"}
    assert tries("search", 12, "bob") == 4


def test_many_at_once_get_no_more_than_one_after_the_other(settings):
    settings.LIMITS = {"search": "5/60s"}
    start, through = threading.Barrier(16), []

    def run():
        start.wait()
        through.append(tries("search", 2, "rita"))

    threads = [threading.Thread(target=run) for _number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(through) == 5


def test_keys_are_told_apart_and_none_lies_in_the_cache_in_clear(settings):
    settings.LIMITS = {"search": "1/60s"}
    limits.spend("search", "rita@example.org", "x")
    limits.spend("search", "rita@example.orgx", "")
    limits.spend("search", "rita@example.org,x")
    assert limits.exceeded("search", "rita@example.org", "x") and not limits.exceeded("search", "rita@example.org")
    kept = names_in_cache()
    assert len(kept) == 3 and not any("rita" in name or "search" in name for name in kept)


def names_in_cache():
    """All keys of the shared cache, in Redis or in memory."""
    if hasattr(cache._cache, "get_client"):
        return [name.decode() for name in cache._cache.get_client().keys("*")]
    return list(cache._cache)


def test_something_given_back_can_be_spent_again(settings):
    settings.LIMITS = {"search": "1/60s"}
    limits.give_back("search", "rita")  # nothing to give back: no credit for later
    limits.spend("search", "rita")
    limits.give_back("search", "rita")
    assert tries("search", 3, "rita") == 1


def test_without_the_cache_most_count_alone_and_what_can_wait_is_refused(settings, caplog):
    caches["alone"].clear()
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": NOWHERE}}
    settings.LIMITS = {"report.account": "2/60s", "export": "2/60s"}
    assert tries("report.account", 9, "rita") == 2
    assert tries("export", 9, "rita") == 0
    assert "out of reach" in caplog.text and "rita" not in caplog.text


def test_the_page_about_limits_names_each_with_its_rate():
    told = re.findall(r"^\| `([a-z.]+)` \| ([^|]+) \|", (ROOT / "docs/limits.md").read_text(), re.MULTILINE)
    assert dict(told) == {name: limit.rates for name, limit in limits.TABLE.items()}
    assert all(limits.rates(name) for name in limits.TABLE)


def test_rates_can_be_set(settings):
    settings.LIMITS = {"search": "off", "export": "7/d"}
    assert limits.rates("search") == () and limits.rates("export") == ((7, 24 * 60 * 60),)
    assert tries("search", 100, "rita") == 100


@pytest.mark.parametrize("wrong", [{"serch": "1/m"}, {"search": "ten"}, {"search": "0/m"}, {"search": "5/m,"}, {"search": ""}])
def test_a_limit_that_says_nothing_is_told_before_the_start(settings, wrong):
    settings.LIMITS = wrong
    (told,) = checks.limits_can_be_read()
    assert "PARLEY_LIMITS" in told.msg and next(iter(wrong)) in told.msg


@pytest.mark.parametrize(
    "proxies, remote, forwarded, found",
    [
        (0, "192.0.2.7", "203.0.113.1", "192.0.2.7"),
        (1, "192.0.2.7", "203.0.113.1, 198.51.100.9", "198.51.100.9"),
        (1, "192.0.2.7", "", "192.0.2.7"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        (0, "::ffff:192.0.2.7", "", "192.0.2.7"),
        (0, "", "", ""),
    ],
)
def test_a_network_is_what_can_be_believed(settings, proxies, remote, forwarded, found):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert limits.network(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)) == found

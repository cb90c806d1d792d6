"""What every test shares: clean caches, no way out to the network, and the cast."""

import ipaddress
import logging
import socket

import hypothesis
import pytest
from django.core.cache import cache

from tests.cast import assemble
from tests.matrix.scene import set_up

# The suite tries the same examples each time, so that a change is judged by what it changes; `make proof` tries new ones.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("proof", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("suite")

_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "portal", "browser"}

_connect = socket.socket.connect


def _connect_nearby(self, address):
    """Refuse whatever is not on this machine: a test that wants the network is a mistake."""
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise OSError(f"Tests may not connect to {host}.")
    return _connect(self, address)


def pytest_configure(config):
    socket.socket.connect = _connect_nearby


def pytest_unconfigure(config):
    socket.socket.connect = _connect


def pytest_collection_modifyitems(items):
    """Mark what never asks the database: it says the same on each, so that CI asks it once."""
    for item in items:
        database = item.get_closest_marker("django_db") or item.get_closest_marker("live") or _DATABASE & set(item.fixturenames)
        if not database:
            item.add_marker("pure")


@pytest.fixture(autouse=True)
def _clear_cache():
    """Rate limits and cached pages of one test are not the next one's."""
    cache.clear()


@pytest.fixture
def cast(db):
    """The people, the two projects and, when asked for, a report."""
    return assemble()


@pytest.fixture
def scene(cast):
    """The people of every standing, and something behind every URL: for the permission matrix and what goes through every address."""
    logging.disable(logging.WARNING)  # most of what these ask for is refused, each time with a traceback
    yield set_up(cast)
    logging.disable(logging.NOTSET)

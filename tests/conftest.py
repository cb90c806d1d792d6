"""What every test shares: clean caches, no way out to the network, and the cast."""

import ipaddress
import socket

import pytest
from django.core.cache import cache

from tests.cast import assemble

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


@pytest.fixture(autouse=True)
def _clear_cache():
    """Rate limits and cached pages of one test are not the next one's."""
    cache.clear()


@pytest.fixture
def cast(db):
    """The people, the two projects and, when asked for, a report."""
    return assemble()

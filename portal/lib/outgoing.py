"""The one way out to addresses that people typed: a POST to the public Internet, and to nothing of our own network.

The name is looked up once, every address that it has is checked, and the connection goes to one of these addresses, with
the name in TLS and in ``Host``: what the name says a moment later changes nothing. No redirect is followed, no proxy of the
environment is asked, and of the answer only its status is read. Servers of one's own network are named by the operator
(``PARLEY_WEBHOOK_HOSTS``); for these any address, plain http and the port that is named will do.
"""

import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Collection
from contextlib import closing
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PORTS = {"https": (443, 8443), "http": (80,)}
CONNECT_SECONDS, WHOLE_SECONDS = 3.0, 10.0
MOST_ADDRESSES = 4  # of a name that has many, so many are tried
MOST_BYTES = 4096  # of an answer
LONGEST_URL = 2000
NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*")
KEPT = "/%:@!$&'()*+,;=-._~"  # of a path, as it was typed
STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?=[ \r\n])")
NEVER_NAMED = (".local", ".internal", ".localhost", ".localdomain", ".home.arpa")
NOT_PLAIN = _("Write the address in plain letters, without spaces; of a name with others, the form that begins with xn--.")
NOT_PUBLIC = _("This server is not on the public Internet. For one of your own network, ask whoever runs the portal.")

# IANA's special-purpose registries, and what carries another address inside: said here, so that it is the same for each Python.
CLOSED_V4 = [
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this host, this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; of many clouds, what machines ask for their secrets
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
OPEN_V6 = IPv6Network("2000::/3")  # mapped and compatible IPv4, NAT64, unique local, link-local and multicast lie outside
CLOSED_V6 = [
    IPv6Network(one)
    for one in (
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]


class Refused(Exception):
    """This address is not for us, and will not be for trying again. ``sentence`` is for the person who typed it."""

    def __init__(self, sentence: str | Promise):
        super().__init__(str(sentence))
        self.sentence = sentence


class Unreachable(Exception):
    """Nobody answered in time, or nothing that can be understood: worth another try later. Says no address."""


class Target(NamedTuple):
    """An address that was taken apart: nothing else reads it a second time."""

    scheme: str
    host: str
    port: int
    path: str
    named: bool  # by the operator, as one of their own

    @property
    def authority(self) -> str:
        """What stands in ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


def read(url: str) -> Target:
    """Take an address apart, or raise Refused. Asks nobody: what its name leads to is asked when something is sent."""
    if len(url) > LONGEST_URL or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refused(NOT_PLAIN)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        raise Refused(_("This is no address. Write it such as https://example.org/hook.")) from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host or parts.netloc.endswith(":"):
        raise Refused(_("Write the whole address, from https:// on."))
    if "@" in parts.netloc:
        raise Refused(_("Leave the name and the password out of the address: it would be sent in clear. Put a secret into its path."))
    if not _is_number(host) and not NAME.fullmatch(host):
        raise Refused(_("This is no name of a server."))
    named = _named(host, port or PORTS[scheme][0], usual=port is None or port in PORTS[scheme])
    if not named:
        _check_open(scheme, host, port)
    path = quote(parts.path or "/", safe=KEPT)
    if parts.query:
        path += f"?{quote(parts.query, safe=KEPT + '?')}"
    return Target(scheme, host, port or PORTS[scheme][0], path, named)


def post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """Send something; return the status of the answer. Raise Refused or Unreachable, both within ten seconds."""
    until = time.monotonic() + WHOLE_SECONDS
    addresses = _addresses(target, until)
    with closing(_connected(target, addresses, until)) as connection:
        try:
            connection.settimeout(_left(until))
            connection.sendall(_request(target, body, headers))
            return _status(connection, until)
        except OSError as failure:
            raise Unreachable(_named_trouble(failure)) from None


def is_open(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is one of the public Internet, which does not stand for one of a network of our own."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED_V4)
    return address.scope_id is None and address in OPEN_V6 and not any(address in network for network in CLOSED_V6)


def _check_open(scheme, host, port):
    if scheme != "https":
        raise Refused(_("The address must begin with https://, so that nobody on the way reads or changes what is sent."))
    if port and port not in PORTS["https"]:
        raise Refused(_("Only the ports 443 and 8443 are allowed. For a server of your own network, ask whoever runs the portal."))
    if _is_number(host):
        if not is_open(ip_address(host)):
            raise Refused(NOT_PUBLIC)
    elif "." not in host or f".{host.lower()}".endswith(NEVER_NAMED):
        raise Refused(NOT_PUBLIC)


def _named(host, port, *, usual):
    """Say whether the operator named this server: with this port, or without one for the usual ports."""
    names: Collection[str] = [name.strip().lower() for name in settings.WEBHOOK_HOSTS]
    bracketed = f"[{host}]" if ":" in host else host
    return f"{bracketed}:{port}".lower() in names or (usual and bracketed.lower() in names)


def _is_number(host):
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _addresses(target, until):
    """Look the name up, once; return where it leads, or raise Refused if any of it is not public."""
    found = _looked_up(target, until)
    if not found:
        raise Unreachable("NoAddress")
    if not target.named and not all(is_open(ip_address(address[0])) for _family, address in found):
        raise Refused(NOT_PUBLIC)
    return found[:MOST_ADDRESSES]


def _looked_up(target, until):
    # The system's resolver has no limit of time of its own.
    answer = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(target, answer), daemon=True, name="look-up").start()
    try:
        found = answer.get(timeout=_left(until))
    except queue.Empty:
        raise Unreachable("LookupTimeout") from None
    if found is None:
        raise Unreachable("LookupError")
    return list(dict.fromkeys((family, address) for family, _type, _protocol, _name, address in found))


def _look_up(target, answer):
    try:
        answer.put(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        answer.put(None)


def _connected(target, addresses, until):
    """Return a connection to the first of these addresses that answers, under TLS where the address says so."""
    connection = _first(addresses, min(until, time.monotonic() + CONNECT_SECONDS))
    if target.scheme == "http":
        return connection
    try:
        connection.settimeout(_left(until))
        return ssl.create_default_context().wrap_socket(connection, server_hostname=target.host)
    except Exception as failure:
        connection.close()
        raise Unreachable(_named_trouble(failure)) from None


def _first(addresses, until):
    trouble = "ConnectTimeout"
    for tried, (family, address) in enumerate(addresses):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(_left(until) / (len(addresses) - tried))
            connection.connect(address)
            return connection
        except (OSError, Unreachable) as failure:
            connection.close()
            trouble = _named_trouble(failure)
    raise Unreachable(trouble)


def _named_trouble(failure):
    return str(failure) if isinstance(failure, Unreachable) else type(failure).__name__


def _request(target, body, headers):
    lines = {"Host": target.authority, **headers, "Content-Length": str(len(body)), "Connection": "close"}
    for name, value in lines.items():
        if not (f"{name}{value}".isascii() and f"{name}{value}".isprintable()):
            raise ValueError("A header would begin another one.")
    head = f"POST {target.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode("ascii") + b"\r\n" + body


def _status(connection, until):
    """Return the status of the answer, as soon as it is there: what comes behind it is nobody's business here."""
    head, size = b"", 0
    while size < MOST_BYTES:
        connection.settimeout(_left(until))
        piece = connection.recv(MOST_BYTES - size)
        if not piece:
            break
        head, size = head + piece, size + len(piece)
        while (found := STATUS.match(head)) and found[1].startswith(b"1") and b"\r\n\r\n" in head:
            head = head.partition(b"\r\n\r\n")[2]  # an answer before the answer
        if found and not found[1].startswith(b"1"):
            return int(found[1])
    raise Unreachable("NoAnswer")


def _left(until):
    left = until - time.monotonic()
    if left <= 0:
        raise Unreachable("Timeout")
    return left

"""What leaves for addresses that people typed: to the public Internet only, to the address that was checked, and never for long."""

import socket
import time
from ipaddress import ip_address

import pytest

from portal.lib import outgoing
from tests.receiver import OK, Receiver, answering, certificate, dripping

NAME = "hooks.example.test"


@pytest.fixture
def names(monkeypatch):
    """Where names lead: {name: [addresses of the first look-up, of the second, …]}; what is not in it leads nowhere."""
    known, asked = {}, []

    def look_up(host, port, *args, **options):
        asked.append(host)
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "nobody of that name")
        answers = known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port, 0, 0) if ":" in one else (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    known["asked"] = asked
    return known


@pytest.fixture
def connected(monkeypatch):
    """Where connections were begun; none comes about."""
    begun = []

    def begin(self, address):
        begun.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", begin)
    return begun


def sent(url, body=b"{}", **headers):
    return outgoing.post(outgoing.read(url), body, headers)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/hook",
        "//example.org/hook",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org:443/_GET",
        "http://example.org/hook",
        "https://",
        "https:///hook",
        "https://example.org:/hook",
        "https://example.org:80/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://example.org:-1/",
        "https://user:secret@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org\\@127.0.0.1/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: other",
        "https://example.org/\n",
        "https://exämple.org/",
        "https://１２７.0.0.1/",
        "https://localhost/",
        "https://localhost:8443/",
        "https://printer/",
        "https://db.internal/",
        "https://DB.Internal./",
        "https://box.local/",
        "https://foo.localhost/",
        "https://router.home.arpa/",
        "https://127.0.0.1/",
        "https://10.1.2.3:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://-example.org/",
        "https://example..org/",
        "https://example.org%2f@/",
        "https://exam_ple.org/",
        f"https://example.org/{'a' * 2000}",
    ],
)
def test_what_is_no_public_address_is_refused_when_it_is_typed(url, names):
    with pytest.raises(outgoing.Refused):
        outgoing.read(url)
    assert names["asked"] == []


@pytest.mark.parametrize(
    "url, authority, path",
    [
        ("https://hooks.slack.com/services/T0/B0/x", "hooks.slack.com", "/services/T0/B0/x"),
        ("HTTPS://Example.org", "example.org", "/"),
        ("https://example.org:8443/a?b=c&d=%20#part", "example.org:8443", "/a?b=c&d=%20"),
        ("https://example.org:443/a;b", "example.org", "/a;b"),
        ("https://xn--exmple-cua.org./", "xn--exmple-cua.org", "/"),
        ("https://93.184.215.14/", "93.184.215.14", "/"),
        ("https://[2606:2800:21f::1]:8443/", "[2606:2800:21f::1]:8443", "/"),
    ],
)
def test_public_addresses_are_taken(url, authority, path):
    target = outgoing.read(url)
    assert (target.authority, target.path, target.named) == (authority, path, False)


CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:20::1
2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1
"""


@pytest.mark.parametrize("address", CLOSED.split())
def test_an_address_that_is_not_public_is_closed_also_behind_a_name(address, names, connected):
    assert not outgoing.is_open(ip_address(address))
    names["hooks.example.org"] = [[address]]
    with pytest.raises(outgoing.Refused):
        sent("https://hooks.example.org/")
    names["mixed.example.org"] = [["93.184.215.14", address]]
    with pytest.raises(outgoing.Refused):
        sent("https://mixed.example.org/")
    assert connected == []


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "100.63.255.255", "172.32.0.1", "2606:2800:21f::1", "2a00:1450:4001::1"])
def test_a_public_address_is_open(address):
    assert outgoing.is_open(ip_address(address))


def test_the_address_that_was_checked_is_the_one_connected_to(names, connected):
    names["hooks.example.org"] = [["93.184.215.14"], ["127.0.0.1"]]
    with pytest.raises(outgoing.Unreachable):
        sent("https://hooks.example.org/")
    assert connected == [("93.184.215.14", 443)] and names["asked"] == ["hooks.example.org"]


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(names, settings):
    with Receiver() as first, Receiver(address="127.0.0.2") as second:
        settings.WEBHOOK_HOSTS = [f"{NAME}:{first.port}"]
        names[NAME] = [["127.0.0.1"], ["127.0.0.2"]]
        assert sent(f"http://{NAME}:{first.port}/a?b=c", b'{"a":1}', Shape="json") == 204
        assert first.connections == 1 and second.connections == 0 and len(names["asked"]) == 1
    (heard,) = first.heard
    assert heard.line == "POST /a?b=c HTTP/1.1" and heard.body == b'{"a":1}'
    assert heard.headers == {"host": f"{NAME}:{first.port}", "shape": "json", "content-length": "7", "connection": "close"}


def test_the_next_address_is_tried_where_the_first_does_not_answer(names, settings):
    with Receiver() as receiver:
        settings.WEBHOOK_HOSTS = [f"{NAME}:{receiver.port}"]
        names[NAME] = [["127.0.0.3", "127.0.0.1"]]
        assert sent(f"http://{NAME}:{receiver.port}/") == 204


@pytest.mark.parametrize(
    "named, url, taken",
    [
        ("10.0.0.5", "http://10.0.0.5/", True),
        ("10.0.0.5", "https://10.0.0.5/", True),
        ("10.0.0.5", "https://10.0.0.5:8443/", True),
        ("10.0.0.5", "http://10.0.0.5:9000/", False),
        ("10.0.0.5:9000", "http://10.0.0.5:9000/", True),
        ("10.0.0.5:9000", "http://10.0.0.5/", False),
        ("chat", "https://chat/", True),
        ("Chat.Internal", "https://chat.internal./", True),
        ("chat.internal", "https://other.chat.internal/", False),
        ("[fd00::1]:9000", "http://[fd00::1]:9000/", True),
        ("fd00::1", "http://[fd00::1]/", False),
    ],
)
def test_the_operator_names_servers_of_their_own(named, url, taken, settings):
    settings.WEBHOOK_HOSTS = [named]
    if taken:
        assert outgoing.read(url).named
    else:
        with pytest.raises(outgoing.Refused):
            outgoing.read(url)


def test_over_tls_the_name_is_shown_and_checked(names, settings, tmp_path, monkeypatch):
    authority, server = certificate(tmp_path, name=NAME)
    with Receiver(certificate=server) as receiver:
        settings.WEBHOOK_HOSTS = [f"{name}:{receiver.port}" for name in (NAME, "other.example.test")]
        names |= {NAME: [["127.0.0.1"]], "other.example.test": [["127.0.0.1"]]}
        with pytest.raises(outgoing.Unreachable, match="SSLCertVerificationError"):
            sent(f"https://{NAME}:{receiver.port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert sent(f"https://{NAME}:{receiver.port}/") == 204
        with pytest.raises(outgoing.Unreachable, match="SSLCertVerificationError"):
            sent(f"https://other.example.test:{receiver.port}/")
        assert len(receiver.heard) == 1 and receiver.heard[0].headers["host"] == f"{NAME}:{receiver.port}"
        assert receiver.names[1:] == [NAME, "other.example.test"]


@pytest.fixture
def reached(settings):
    """Send to a receiver with these answers."""

    def send(*answers, **options):
        with Receiver(*answers, **options) as receiver:
            settings.WEBHOOK_HOSTS = [receiver.address]
            send.receiver = receiver
            return sent(f"http://{receiver.address}/", send.body)

    send.body = b"{}"
    return send


def test_a_redirect_is_an_answer_and_leads_nowhere(reached):
    with Receiver() as elsewhere:
        assert reached(answering(302, Location=f"http://{elsewhere.address}/")) == 302
        assert elsewhere.connections == 0 and reached.receiver.connections == 1


def test_proxies_of_the_environment_are_not_asked(reached, monkeypatch):
    with Receiver() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.address}")
        assert reached() == 204 and proxy.connections == 0


def test_a_status_is_read_in_pieces_and_behind_an_answer_before_the_answer(reached):
    def slowly(connection):
        for piece in (b"HTTP/1.1 100 Con", b"tinue\r\nA: b\r\n\r\nHTTP/1.", b"1 50", b"3 Wait\r\n"):
            connection.sendall(piece)
            time.sleep(0.02)

    assert reached(slowly) == 503
    assert reached(OK + b"x" * 100_000) == 204, "what comes behind the status is nobody's business"


@pytest.mark.parametrize(
    "answer", [b"", b"hello", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 20", b"HTTP/1.1 999 ?\r\n", b"x" * 5000, b"HTTP/2 200\r\n"]
)
def test_what_is_no_answer_is_none(reached, answer):
    with pytest.raises(outgoing.Unreachable, match="NoAnswer|ConnectionResetError"):
        reached(answer)


@pytest.mark.parametrize("answer", [dripping(), dripping(b"HTTP/1.1 100 Wait\r\n\r\n"), lambda connection: time.sleep(3)])
def test_nobody_keeps_us_longer_than_the_whole_time(reached, answer, monkeypatch):
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.4)
    with pytest.raises(outgoing.Unreachable, match="Timeout"):
        reached(answer)


def test_who_takes_nothing_in_keeps_us_no_longer_either(reached, monkeypatch):
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.4)
    monkeypatch.setattr("tests.receiver._request", lambda connection: time.sleep(3))
    reached.body = b"x" * 30_000_000
    with pytest.raises(outgoing.Unreachable, match="Timeout"):
        reached()


def test_a_look_up_that_hangs_ends_with_the_time(monkeypatch):
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: time.sleep(2))
    begun = time.monotonic()
    with pytest.raises(outgoing.Unreachable, match="LookupTimeout"):
        sent("https://hooks.example.org/")
    assert time.monotonic() - begun < 1.5


def test_a_name_of_nobody_is_worth_another_try(names):
    with pytest.raises(outgoing.Unreachable, match="LookupError"):
        sent("https://hooks.example.org/")


def test_what_goes_wrong_says_nothing_of_the_address(names):
    with pytest.raises(outgoing.Unreachable) as failure:
        sent("https://hooks.example.org/services/SECRET")
    assert "SECRET" not in str(failure.value) and "hooks" not in str(failure.value)


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0", "ä"])
def test_no_header_begins_another(reached, value, settings):
    with Receiver() as receiver:
        settings.WEBHOOK_HOSTS = [receiver.address]
        with pytest.raises(ValueError):
            sent(f"http://{receiver.address}/", X=value)
        assert receiver.heard == []

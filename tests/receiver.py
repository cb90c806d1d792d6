"""A server on this machine that takes what is posted to it, over http or TLS, and answers as it is told."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class Heard(NamedTuple):
    """One request as it came."""

    line: str
    headers: dict
    body: bytes


class Receiver:
    """Listens on one address of this machine. ``answers`` are sent one after the other, the last one again and again; one may be a
    function of the connection."""

    def __init__(self, *answers, address="127.0.0.1", certificate=None):
        self.heard, self.names, self.connections = [], [], 0
        self._answers = list(answers or [OK])
        self._tls = self._context(certificate) if certificate else None
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"{address}:{self.port}"
        self._ends = False

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._ends = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept; to close alone would leave the port open
        self._listener.close()

    def _context(self, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _connection, name, _context: self.names.append(name)
        return context

    def _serve(self):
        while not self._ends:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self.heard.append(_request(connection))
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
        except OSError:
            pass
        finally:
            connection.close()


def answering(status, **headers):
    """An answer with this status."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}Content-Length: 0\r\n\r\n".encode()


def dripping(piece=b"H", *, every=0.05):
    """An answer that never comes to its end."""

    def drip(connection):
        for _number in range(400):
            connection.sendall(piece)
            time.sleep(every)

    return drip


def certificate(folder, *, name):
    """Make an authority and a certificate of it for a name; return the path of the authority, and that of certificate and key."""
    at = datetime.now(UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _which in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])

    def signed(subject, public, *extensions):
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(at - timedelta(days=1))
        made = made.not_valid_after(at + timedelta(days=1))
        own, authority = x509.SubjectKeyIdentifier.from_public_key, x509.AuthorityKeyIdentifier.from_issuer_public_key
        made = made.add_extension(own(public), critical=False).add_extension(authority(authority_key.public_key()), critical=False)
        for extension in extensions:
            made = made.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints | x509.KeyUsage))
        return made.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    usage = dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True)
    usage |= dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
    ca = signed(issuer, authority_key.public_key(), x509.BasicConstraints(ca=True, path_length=0), x509.KeyUsage(**usage))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    leaf = signed(subject, key.public_key(), x509.SubjectAlternativeName([x509.DNSName(name)]))
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "authority.pem").write_bytes(ca)
    (folder / "server.pem").write_bytes(leaf + secret)
    return folder / "authority.pem", folder / "server.pem"


def _request(connection):
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("it went away")
        got += piece
    head, _blank, body = got.partition(b"\r\n\r\n")
    line, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (one.partition(": ") for one in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Heard(line, headers, body)

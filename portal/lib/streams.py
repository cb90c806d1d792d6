"""Encrypt and decrypt files as they stream by, pure and in constant memory, whatever the size.

Tink's streaming AEAD (AES256_GCM_HKDF_1MB), a keyset of its own for each file. Ciphertext that was cut, reordered, changed
or moved to another file raises DecryptError. What a reader got before that must not be taken for a whole file.
"""

from collections.abc import Iterator

import tink
from tink import proto_keyset_format, secret_key_access, streaming_aead

from portal.lib.crypto import Binding, DecryptError

streaming_aead.register()

PIECE = 256 * 1024


def new_key() -> bytes:
    """Return a keyset for one file, in clear: it is kept in a sealed record only."""
    handle = tink.new_keyset_handle(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)
    return proto_keyset_format.serialize(handle, secret_key_access.TOKEN)


class Encrypting:
    """Encrypts what is written to it into ``target``, a binary file that stays open. Without ``finish`` nothing opens."""

    def __init__(self, target, *, key: bytes, binding: Binding):
        self._sink = _Sink(target)
        self._stream = _primitive(key).new_encrypting_stream(self._sink, binding.associated_data()).detach()

    def write(self, data: bytes) -> None:
        """Encrypt the next bytes; whatever the target raises comes out as it is."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._sink.doing(self._stream.write, rest) :]

    def finish(self) -> int:
        """Write the end, and return how many bytes of ciphertext there are."""
        self._sink.doing(self._stream.close)
        return self._sink.written

    def abandon(self) -> None:
        """Write nothing more: a stream that is only dropped would still write its end."""
        self._sink.target = None


def decrypting(source, *, key: bytes, binding: Binding) -> Iterator[bytes]:
    """Yield the content of a ciphertext, piece by piece; raise DecryptError, and what ``source`` raises, and nothing else."""
    origin = _Source(source)
    try:
        # BufferedReader would keep another buffer; the raw stream gives what it has.
        stream = _primitive(key).new_decrypting_stream(origin, binding.associated_data()).detach()
        while piece := stream.read(PIECE):
            yield piece
    except (tink.TinkError, ValueError, TypeError) as failure:
        if origin.failure:
            raise origin.failure from None
        raise DecryptError(f"The file {binding.label} {binding.row} cannot be opened.") from failure


def _primitive(key):
    return proto_keyset_format.parse(bytes(key), secret_key_access.TOKEN).primitive(streaming_aead.StreamingAead)


class _Sink:
    """What Tink writes to. Remembers the error of the target, which would arrive as a TinkError without a cause."""

    closed = False

    def __init__(self, target):
        self.target, self.written, self.failure = target, 0, None

    def doing(self, step, *arguments):
        try:
            return step(*arguments)
        except tink.TinkError:
            if self.failure:
                raise self.failure from None
            raise

    def writable(self):
        return True

    def write(self, data):
        if self.target is None:
            return len(data)
        try:
            self.target.write(data)
        except Exception as failure:
            self.failure = failure
            raise
        self.written += len(data)
        return len(data)

    def close(self):
        pass


class _Source:
    """What Tink reads from; remembers its error likewise."""

    closed = False

    def __init__(self, source):
        self.source, self.failure = source, None

    def readable(self):
        return True

    def read(self, size):
        try:
            return self.source.read(size)
        except Exception as failure:
            self.failure = failure
            raise

    def close(self):
        pass

"""Files are encrypted as they stream: what was cut, moved or changed does not open, and raises nothing but DecryptError."""

import io
import os
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import streams
from portal.lib.crypto import Binding, DecryptError

SEGMENT = 1024 * 1024
FILE = uuid4()
BINDING = Binding(scope=FILE, row=FILE, label="attachment.bytes")
KEY = streams.new_key()
LARGE = os.urandom(3 * SEGMENT + 17)


def encrypted(content, *, key=KEY, binding=BINDING, step=64 * 1024):
    out = io.BytesIO()
    stream = streams.Encrypting(out, key=key, binding=binding)
    for start in range(0, len(content), step):
        stream.write(content[start : start + step])
    assert stream.finish() == len(out.getvalue())
    return out.getvalue()


def decrypted(sealed, *, key=KEY, binding=BINDING):
    return b"".join(streams.decrypting(io.BytesIO(sealed), key=key, binding=binding))


CIPHERTEXT = encrypted(LARGE)


@pytest.mark.parametrize("size", [0, 1, 1000, SEGMENT - 56, SEGMENT - 55, SEGMENT, 2 * SEGMENT, len(LARGE)])
@pytest.mark.parametrize("step", [7777, 64 * 1024, 5 * SEGMENT])
def test_what_goes_in_comes_out(size, step):
    assert decrypted(encrypted(LARGE[:size], step=step)) == LARGE[:size]


def test_the_ciphertext_tells_nothing_and_is_another_each_time():
    assert encrypted(b"a" * 1000) != encrypted(b"a" * 1000)
    assert b"aaaa" not in encrypted(b"a" * 1000)


@pytest.mark.parametrize(
    "length", [0, 1, 23, 24, 39, 40, 41, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT, len(CIPHERTEXT) - 1]
)
def test_a_file_that_was_cut_does_not_open(length):
    with pytest.raises(DecryptError):
        decrypted(CIPHERTEXT[:length])


def test_segments_in_another_order_do_not_open():
    one, two, rest = CIPHERTEXT[:SEGMENT], CIPHERTEXT[SEGMENT : 2 * SEGMENT], CIPHERTEXT[2 * SEGMENT :]
    for mixed in (two + one + rest, one + rest, one + one + rest, one + two + two + rest, CIPHERTEXT + b"x", CIPHERTEXT + CIPHERTEXT):
        with pytest.raises(DecryptError):
            decrypted(mixed)


@given(place=st.integers(0, 299), bits=st.integers(1, 255))
def test_a_changed_byte_does_not_open(place, bits):
    sealed = bytearray(encrypted(b"x" * 244))
    assert len(sealed) == 300
    sealed[place] ^= bits
    with pytest.raises(DecryptError):
        decrypted(bytes(sealed))


@given(st.binary(max_size=400))
def test_anything_else_does_not_open(garbage):
    with pytest.raises(DecryptError):
        decrypted(garbage)


@pytest.mark.parametrize(
    "other",
    [
        {"key": streams.new_key()},
        {"key": b"no keyset"},
        {"key": b""},
        {"binding": Binding(scope=FILE, row=uuid4(), label="attachment.bytes")},
        {"binding": Binding(scope=FILE, row=FILE, label="preview.bytes")},
    ],
)
def test_under_another_key_or_as_another_file_it_does_not_open(other):
    with pytest.raises(DecryptError):
        decrypted(encrypted(b"hello"), **other)


def test_nothing_is_written_behind_an_end_that_was_given_up():
    out = io.BytesIO()
    stream = streams.Encrypting(out, key=KEY, binding=BINDING)
    stream.write(LARGE[: SEGMENT * 2])
    stream.abandon()
    so_far = out.getvalue()
    del stream
    assert out.getvalue() == so_far
    with pytest.raises(DecryptError):
        decrypted(so_far)


class Full:
    def write(self, data):
        raise OSError(28, "No space left on device")


class Unplugged:
    def read(self, size):
        raise ConnectionResetError("unplugged")


def test_what_goes_wrong_beneath_comes_out_as_it_is():
    with pytest.raises(OSError, match="No space"):
        streams.Encrypting(Full(), key=KEY, binding=BINDING).write(LARGE)
    with pytest.raises(OSError, match="No space"):
        streams.Encrypting(Full(), key=KEY, binding=BINDING).finish()
    with pytest.raises(ConnectionResetError):
        list(streams.decrypting(Unplugged(), key=KEY, binding=BINDING))


def test_a_file_of_the_first_version_opens_for_ever():
    key = bytes.fromhex(GOLDEN_KEY)
    binding = Binding(scope=GOLDEN_ROW, row=GOLDEN_ROW, label="attachment.bytes")
    assert decrypted(bytes.fromhex(GOLDEN), key=key, binding=binding) == b"kept for ever"


GOLDEN_ROW = UUID("6f1d0f2e-8f4e-4b0e-9d5c-3a5c1f5f7d10")
GOLDEN_KEY = (
    "08efc1c6ee06127b0a6f0a3d747970652e676f6f676c65617069732e636f6d2f676f6f676c652e63727970746f2e74696e6b2e41657347636d486b64"
    "6653747265616d696e674b6579122c120808808040102018031a20d22de81f9f0afef61a6e3f1569a037938453fa31257eaa3dc2934b0d10580dbc18"
    "01100118efc1c6ee062003"
)
GOLDEN = (
    "282c2c9c67a2bded2ebebbac11e61b0adc90fe3dadde71f3a3825c31572fa1eeecb81e2fc74184ea034dc89e4451b317394a4defa32575876fa59cdd"
    "b40b569d9fea4a1afe"
)

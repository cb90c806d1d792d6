"""The seed of an authenticator app lies in the database sealed, and opens in its own row only."""

import base64

import pytest
from django.db import connection

from accounts.models import TotpDevice
from portal.lib.crypto import DecryptError
from tests.accounts.conftest import give_factor, make_person


def raw_table():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TotpDevice._meta.db_table}")
        return b"\n".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for row in cursor.fetchall() for value in row
        )


def test_no_seed_in_the_table(rita):
    device, _codes = give_factor(rita)
    seed = device.seed
    assert len(base64.b32decode(seed)) == 20
    found = raw_table()
    assert str(device.uuid).replace("-", "").encode() in found.replace(b"-", b""), "the search itself works"
    for form in (seed.encode(), base64.b32decode(seed), base64.b32decode(seed).hex().encode(), base64.b64encode(base64.b32decode(seed))):
        assert form not in found


def test_a_seed_moved_to_another_row_does_not_open(rita):
    mine, _codes = give_factor(rita)
    theirs, _codes = give_factor(make_person("bob@example.org"))
    theirs.sealed_seed = mine.sealed_seed
    with pytest.raises(DecryptError):
        theirs.seed  # noqa: B018

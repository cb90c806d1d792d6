"""A recovery code lets in once."""

import threading

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts import two_factor
from accounts.models import AuditEvent, RecoveryCode
from tests.accounts.conftest import give_factor, is_signed_in, letters, make_person, sign_in

CHALLENGE = "/account/second-factor/"


@pytest.mark.parametrize("typed", [str, str.lower, two_factor.in_groups, lambda code: "-".join(two_factor.in_groups(code).split())])
def test_a_code_lets_in_once_however_it_is_typed(client, ada, typed):
    sign_in(client, ada.email)
    assert client.post(CHALLENGE, {"code": typed(ada.codes[3])}).status_code == 302
    assert is_signed_in(client)
    other = type(client)()
    sign_in(other, ada.email)
    assert other.post(CHALLENGE, {"code": typed(ada.codes[3])}).status_code == 422
    assert not is_signed_in(other)
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_its_person_is_told(client, ada):
    sign_in(client, ada.email)
    client.post(CHALLENGE, {"code": ada.codes[0]})
    assert "one of your recovery codes" in letters()[-1].body
    assert AuditEvent.objects.filter(kind="second_factor.recovery_code_used", actor=ada.user).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_tries_at_once_one_is_let_in():
    user = make_person()
    _device, codes = give_factor(user)
    start, results = threading.Barrier(4), []

    def run():
        start.wait()
        try:
            two_factor.prove(user, code=codes[0], at=now())
            results.append("in")
        except two_factor.Refused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["in", "refused", "refused", "refused"]

"""Is the portal up?"""

from django.db import OperationalError, connection


def test_it_is_up(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")


def test_a_database_that_does_not_answer_is_said(client, db):
    def broken(execute, *call):
        raise OperationalError("gone")

    with connection.execute_wrapper(broken):
        answer = client.get("/healthz")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert b"gone" not in answer.content

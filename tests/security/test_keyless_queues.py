"""What needs keys waits in a queue of its own: a worker without the ring takes the rest, one without -Q takes both."""

import ast

import pytest
from django.conf import settings

from portal.celery import app
from tests.test_architecture import modules

KEYED = {name for name, route in settings.CELERY_TASK_ROUTES.items() if route["queue"] == "keyed"}


def test_there_are_two_queues_that_do_not_share_messages():
    queues = app.amqp.queues
    assert set(queues) == {"plain", "keyed"} == set(queues.consume_from), "a worker without -Q takes both"
    assert len({(queue.exchange.name, queue.routing_key) for queue in queues.values()}) == 2


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: entry["task"])
def test_what_the_clock_asks_for_goes_where_it_can_be_done(entry):
    route = app.amqp.router.route({}, entry["task"])
    assert route["queue"].name == ("keyed" if entry["task"] in KEYED else "plain")


def test_mail_and_deadlines_do_without_keys():
    for task in ("accounts.tasks.drain_outbox", "intake.tasks.sweep_deadlines"):
        assert app.amqp.router.route({}, task)["queue"].name == "plain"


def test_every_route_is_that_of_a_task():
    app.loader.import_default_modules()
    assert set(app.tasks) >= KEYED


def test_the_embedded_worker_takes_both():
    (call,) = [
        node
        for node in ast.walk(modules()["portal.embedded"])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "worker_main"
    ]
    assert not {"-Q", "--queues"} & {one.value for one in ast.walk(call) if isinstance(one, ast.Constant)}

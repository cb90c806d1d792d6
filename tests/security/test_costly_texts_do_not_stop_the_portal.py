"""Costly texts take some of the web's threads, never all: whoever comes on top is asked to send again."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from intake import erasure
from intake.models import Message, Report
from portal import embedded
from portal.lib import render
from tests import builders
from tests.portal.draft_pages import prove_anew

COSTLY = "[" * 20_000
BUSY = "busy with other long texts"


@pytest.fixture
def crowded():
    """As many texts at the renderer as there are places."""
    with ExitStack() as held:
        while render.PLACES.acquire(blocking=False):
            held.callback(render.PLACES.release)
        yield


def test_the_places_are_fewer_than_the_threads_of_the_embedded_web():
    assert render.PLACES._initial_value < embedded.WEB_THREADS


def test_a_place_is_given_back_whatever_becomes_of_the_text():
    with ThreadPoolExecutor(4) as pool:
        for html in pool.map(render.render, [COSTLY] * 4):
            assert html
    with ExitStack() as held:
        for _place in range(render.PLACES._initial_value):
            assert render.PLACES.acquire(blocking=False)
            held.callback(render.PLACES.release)


def test_a_short_text_needs_no_place(cast, crowded):
    path = reverse("report_reply", args=[cast.report.ref])
    assert cast.client("rita").post(path, {"text": "Here is *more*.", "client_id": uuid4()}).status_code == 302


@pytest.mark.parametrize("who", ["rita", "alice"])
def test_a_costly_message_is_given_back(cast, crowded, who):
    ref = cast.report.ref
    path = reverse("report_reply", args=[ref]) if who == "rita" else reverse("case_reply", args=[cast.case.ref, ref])
    answer = cast.client(who).post(path, {"text": COSTLY, "client_id": uuid4()})
    assert answer.status_code == 422
    assert BUSY in answer.text and COSTLY in answer.text
    assert not Message.objects.exists()


def test_a_costly_report_is_given_back(cast, crowded):
    policy = cast.report.policy
    answers = {f"answer_{field.key}": COSTLY[:4000] if field.kind == "text" else "x" for field in policy.requested_fields.all()}
    page = {"title": "A", "markup": "markdown", "client_id": uuid4(), **answers}
    answer = cast.client("rita").post(reverse("report_new", args=["mailat"]), page)
    assert answer.status_code == 409
    assert BUSY in answer.text and COSTLY[:4000] in answer.text
    assert Report.objects.count() == 1


def test_a_preview_says_so(cast, crowded):
    assert BUSY in cast.client("rita").post(reverse("preview"), {"text": COSTLY}).text


def test_an_advisory_is_previewed_as_written_and_published_later(cast, crowded):
    draft = builders.a_draft(cast.case, by=cast.alice, description=COSTLY)
    alice = prove_anew(cast.client("alice"))
    assert COSTLY in alice.get(reverse("advisories:preview", args=[cast.case.ref])).text
    answer = alice.post(reverse("advisories:publish", args=[cast.case.ref]), {"revision": draft.revision, "confirmed": "on"})
    assert answer.status_code == 409
    assert BUSY in answer.text


def test_a_costly_reason_for_declining_holding_or_editing_is_given_back(cast, crowded):
    row, wish = builders.a_reporter_reply(cast.report, by=cast.rita), erasure.ask(cast.report, by=cast.rita, at=now())
    for who, path in (
        ("alice", reverse("case_erasure_decline", args=[cast.case.ref, wish.pk])),
        ("olivia", reverse("case_hold", args=[cast.case.ref])),
        ("rita", reverse("message_edit", args=[cast.report.ref, row.pk])),
    ):
        answer = cast.client(who).post(path, {"text": COSTLY, "client_id": uuid4(), "revision": 1})
        assert answer.status_code == 422
        assert BUSY in answer.text and COSTLY in answer.text

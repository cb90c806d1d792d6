"""What a limit answers: 429 with the time, as a page, as a sentence for htmx, as JSON for programs; and the text given back."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import include, path

from accounts.kept_text import keeps_text
from portal.lib import limits

TEXT = 'Steps:\n1. <b>café & "quotes"</b>'


@login_not_required
@limits.per_network("search")
def plain(request):
    raise AssertionError("the work is done before it is counted")


@login_not_required
@keeps_text
@limits.per_network("search")
def write(request):
    raise AssertionError("the work is done before it is counted")


urlpatterns = [
    path("plain/", plain),
    path("write/", write),
    path("api/v1/write/", plain),
    path("", include("portal.urls")),
]


@pytest.fixture(autouse=True)
def _used_up(db, settings):
    settings.ROOT_URLCONF = __name__
    settings.LIMITS = {"search": "1/2h"}
    limits.spend("search", "127.0.0.1")


def post(to, **headers):
    answer = Client(headers=headers).post(to, {"body": TEXT, "password": "secret-word"})
    assert answer.status_code == 429 and 3600 < int(answer["Retry-After"]) <= 7200 * 7 / 6
    assert "no-store" in answer["Cache-Control"]
    return answer, answer.content.decode()


def test_a_page_says_when_to_come_back():
    _answer, shown = post("/plain/")
    assert "These were many searches within a minute. Try again in 3 h." in shown
    assert "<h1>Too many tries" in shown and "secret-word" not in shown


def test_text_is_given_back():
    _answer, shown = post("/write/")
    assert "Your text is still here" in shown and "Try again in" in shown and "keep this page open" in shown
    assert "1. &lt;b&gt;café &amp; &quot;quotes&quot;&lt;/b&gt;</textarea>" in shown and "secret-word" not in shown


@pytest.mark.parametrize("to, headers", [("/plain/", {"Accept": "application/json"}), ("/api/v1/write/", {})])
def test_programs_get_json(to, headers):
    answer, _shown = post(to, **headers)
    assert answer.json()["detail"].startswith("These were many searches within a minute. Try again in")


def test_htmx_gets_a_sentence():
    answer, shown = post("/write/", **{"HX-Request": "true"})
    assert answer["Content-Type"].startswith("text/plain") and shown.startswith("These were many searches") and "<" not in shown

"""What every address says of its answer, whoever asks: nothing of a person's may be kept, framed, embedded, guessed or told on."""

import re

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from tests.matrix.scene import Door
from tests.matrix.table import STANDINGS, rows

SANDBOX = "sandbox"
PAGES_BESIDE = ("/admin/", "/admin/accounts/user/", "/admin/login/", "/no/such/page/")


def answers(scene):
    """Yield (which, public?, response): of every address, by every method, one of each kind of answer that somebody gets."""
    for key, row, _asks_anew in rows():
        for word in dict.fromkeys(row):
            standing = STANDINGS[row.index(word)]
            response = scene.visit(scene.people[standing], scene.door(key), proof="fresh")
            public = getattr(response.resolver_match.func, "public_page", False)
            yield f"{key} as {standing} ({response.status_code})", public, response
    for path in PAGES_BESIDE:
        yield path, False, scene.visit(scene.people["administrator"], Door("GET", "", path), proof="fresh")


def test_each_answer_carries_what_a_browser_must_know(scene):
    wrong = []
    for which, public, response in answers(scene):
        said = {name.lower(): value for name, value in response.headers.items()}
        policy = said.get("content-security-policy", "")
        closed = SANDBOX in policy or all(
            part in policy for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
        )
        checks = {
            "a policy of what it loads": closed and "unsafe" not in policy and "http:" not in policy,
            "nosniff": said.get("x-content-type-options") == "nosniff",
            "where somebody was": said.get("referrer-policy") in ("same-origin", "no-referrer"),
            "its own window": said.get("cross-origin-opener-policy") == "same-origin",
            "no frame": said.get("x-frame-options") == "DENY",
            "no other site embeds it": said.get("cross-origin-resource-policy") in ("same-origin", *(["cross-origin"] if public else [])),
            "no other site reads it": public or "access-control-allow-origin" not in said,
            "kept by nobody": public or said.get("cache-control") == "no-store",
            "nothing of what runs here": not {"server", "x-powered-by"} & set(said),
            "which letters": not said.get("content-type", "").startswith("text/html") or "charset=utf-8" in said["content-type"],
        }
        wrong += [f"{which}: {what}" for what, right in checks.items() if not right]
    assert not wrong, "\n".join(wrong)


def test_a_nonce_is_another_one_each_time(scene):
    alice = scene.cast.client("alice")
    nonces = [re.search("'nonce-([^']+)'", alice.get(reverse("desk"), follow=True)["Content-Security-Policy"]).group(1) for _ in range(20)]
    assert len(set(nonces)) == 20 and min(map(len, nonces)) >= 22, "128 bits at least"


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/no/such/page/", "/healthz", "/api/v1/projects/"])
def test_over_https_browsers_are_told_to_come_that_way_for_a_year(cast, path):
    with override_settings(SECURE_HSTS_SECONDS=365 * 24 * 60 * 60):
        assert Client().get(path, secure=True)["Strict-Transport-Security"] == "max-age=31536000"
        assert "Strict-Transport-Security" not in Client().get(path), "what came unprotected may have been made up"


def test_nobody_is_told_what_went_wrong_inside(scene, monkeypatch):
    monkeypatch.setattr("intake.access.case", lambda *_args, **_facts: 1 / 0)
    client = scene.cast.client("alice")
    client.raise_request_exception = False
    answer = client.get(f"/cases/{scene.cast.case.ref}/")
    page = answer.content.decode()
    assert answer.status_code == 500 and not settings.DEBUG
    assert not any(word in page for word in ("Traceback", "ZeroDivisionError", "Django", "intake", "line "))
    assert answer["Cache-Control"] == "no-store"

"""What the table says of a version, while somebody types it: for everybody, kept by nobody, and nothing else is sent."""

import re

import pytest
from django.test import Client

from tests.builders import a_new_version
from tests.intake.doing import filled

PATH = "/p/mailat/versions/"


def said(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    "version, words",
    [
        ("1.4.2", "<code>1.4.2</code>: supported"),
        ("0.9", "<code>0.9</code>: not supported"),
        ("7", "<code>7</code>: in no row"),
        ("banana", "<code>banana</code>: cannot tell"),
        ("1.4.2, 0.9", "<code>0.9</code>: not supported"),
    ],
)
def test_each_version_is_answered(client, cast, version, words):
    assert words in said(client.post(PATH, {"version": version}))


@pytest.mark.parametrize("version", ["", " ", ",,", "\0"])
def test_nothing_typed_gives_nothing(client, cast, version):
    assert said(client.post(PATH, {"version": version})) == ""


@pytest.mark.parametrize("version", ["<script>alert(1)</script>", "9" * 5000, "1.0," * 500, "\ud83d", "é\0x"])
def test_strange_versions_are_harmless(client, cast, version):
    answer = said(client.post(PATH, {"version": version.encode("utf-8", "replace").decode()}))
    assert "<script>" not in answer and answer.count("<strong>") <= 10


def test_nobody_keeps_the_answer_and_it_knows_nobody(cast):
    strangers, ritas = (cast.client(who).post(PATH, {"version": "1.4.2"}) for who in (None, "rita"))
    assert strangers.content == ritas.content
    assert strangers["Cache-Control"] == "no-store" and "Cookie" not in strangers.get("Vary", "") and not strangers.cookies


def test_a_version_never_stands_in_an_address(cast):
    assert cast.client("rita").get(PATH, {"version": "1.4.2"}).status_code == 405


def test_a_token_from_before_a_sign_in_does_not_matter(cast):
    strict = Client(enforce_csrf_checks=True)
    assert "supported" in said(strict.post(PATH, {"version": "1.4.2"}))


def test_an_unknown_project_is_not_found(cast, client):
    assert client.post("/p/nothing/versions/", {"version": "1"}).status_code == 404


def test_the_form_sends_its_version_fields_and_nothing_else(cast):
    fields = [
        {"key": "release", "label": "Which release?", "kind": "version"},
        {"key": "client", "label": "Which client?", "kind": "version"},
    ]
    a_new_version(cast.mailat, fields=fields)
    page = cast.client("rita").get("/p/mailat/report/").content.decode()
    asking = re.search(r"<form hidden novalidate[^>]*>(.*?)</form>", page, re.DOTALL)
    assert f'hx-post="{PATH}"' in asking.group() and asking.group(1).strip() == ""
    assert re.search(r'hx-nonce="[^"]+"', asking.group())
    assert 'hx-include="#id_answer_release, #id_answer_client"' in asking.group()
    assert 'id="version-answer" aria-live="polite"' in page
    found = cast.client(None).post(PATH, {"answer_release": "1.4", "answer_client": "0.9"})
    assert "<code>1.4</code>" in said(found) and "<code>0.9</code>" in said(found)


def test_without_scripts_the_form_that_comes_back_has_the_answer(cast):
    answer = cast.client("rita").post("/p/mailat/report/", filled(title="", version="0.9"))
    assert answer.status_code == 422 and "<code>0.9</code>" in answer.content.decode() and "not supported" in answer.content.decode()
    assert "not supported" in cast.client("rita").get("/p/mailat/report/?version=0.9").content.decode()

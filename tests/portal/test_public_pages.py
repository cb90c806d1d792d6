"""Public pages are the same bytes for everybody; everything else is kept by nobody."""

import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from portal.middleware import PageHeaders
from tests.builders import a_person
from tests.portal.conftest import signed_in

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/p/mailat/", "/p/mailat/?version=1.2.0", "/api/v1/projects/", "/api/v1/projects/mailat/policy/"]


@pytest.mark.parametrize("path", PUBLIC)
def test_the_reader_makes_no_difference(client, mailat, path):
    stranger = client.get(path)
    known = signed_in(client, a_person("rita")).get(path)
    assert known.content == stranger.content
    assert known.headers.get("Vary") == stranger.headers.get("Vary")
    assert "Cookie" not in stranger.headers.get("Vary", "")
    assert not known.cookies
    assert stranger["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("path", PUBLIC)
def test_they_carry_no_nonce(client, mailat, path):
    assert "nonce" not in client.get(path)["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/p/mailat/"])
def test_they_carry_nothing_inline(client, mailat, path):
    shown = client.get(path).content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", shown)


def test_other_pages_are_kept_by_nobody(client, mailat):
    assert client.get("/desk/")["Cache-Control"] == "no-store"
    assert client.get("/no/such/page")["Cache-Control"] == "no-store"


def test_signed_in_pages_let_only_htmx_make_markup(client, mailat):
    policy = signed_in(client, a_person("rita")).get(reverse("account"))["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["require-trusted-types-for"] == "'script'"
    assert directives["trusted-types"] == "htmx"
    assert directives["script-src"].startswith("'self' 'nonce-")
    assert directives["default-src"] == "'none'"


def test_the_admin_gets_neither_nonce_nor_trusted_types(client):
    answer = signed_in(client, a_person("ada", is_staff=True)).get("/admin/")
    assert answer.status_code == 200
    assert "nonce" not in answer["Content-Security-Policy"] and "trusted-types" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/desk/", "/admin/"])
def test_no_page_tells_other_sites_where_its_reader_was(client, mailat, path):
    answer = client.get(path)
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_only_reading_is_possible(client, mailat):
    assert client.post("/p/mailat/").status_code == 405
    assert client.post("/").status_code == 405
    assert client.post("/api/v1/projects/").status_code == 405


def test_a_head_request_gets_the_headers_alone():
    # The test client would take the body away itself, so the middleware is asked without it.
    answer = PageHeaders(lambda request: HttpResponse("body", headers={"Content-Length": "4"}))(RequestFactory().head("/"))
    assert (answer.content, answer.headers["Content-Length"]) == (b"", "4")

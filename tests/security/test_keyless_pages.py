"""Pages in a process whose ring is missing or broken, or that has none: calm, closed, and without a reason for strangers."""

import pytest
from django.urls import reverse

from intake.models import Report
from portal.lib import keyring, ring_file
from portal.lib.keyring import KeylessProcess
from portal.models import Keyset
from tests import builders


@pytest.fixture
def own_ring(tmp_path, settings):
    path = tmp_path / "hidden-keys" / "ring.json"
    path.parent.mkdir()
    settings.KEY_RING = f"file:{path}"
    ring_file.make(path, keyring.new_document())
    return path


@pytest.fixture
def signed_in(own_ring, cast):
    """Rita's page, and Alice's, from when there was a ring."""
    assert cast.report
    return {"rita": (cast.client("rita"), cast.report.get_absolute_url()), "alice": (cast.client("alice"), cast.case.get_absolute_url())}


def none(path, settings):
    settings.KEY_RING = "none:"


def missing(path, settings):
    path.unlink()
    keyring._rings.clear()


def broken(path, settings):
    path.write_text("{}")
    keyring._rings.clear()


def others_may_read(path, settings):
    path.chmod(0o644)
    keyring._rings.clear()


LOSSES = [none, missing, broken, others_may_read]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_page_that_needs_keys_says_so_calmly(own_ring, signed_in, settings, lose, caplog):
    lose(own_ring, settings)
    for client, url in signed_in.values():
        page = client.get(url)
        text = page.content.decode()
        assert page.status_code == 503 and "This page cannot be opened now" in text
        assert page["Cache-Control"] == "no-store"
        for hidden in ("hidden-keys", "ring", "PARLEY", "none:", "Traceback", "Stored XSS"):
            assert hidden not in text.replace("string", ""), hidden
    said = [record.getMessage() for record in caplog.records if record.name == "parley.keys"]
    assert any(one.startswith("The page report needs a key") for one in said)
    assert "Stored XSS" not in caplog.text


@pytest.mark.parametrize("lose", LOSSES)
def test_public_pages_go_on(own_ring, signed_in, settings, lose, client):
    lose(own_ring, settings)
    for name, names in [("home", {}), ("policy", {"slug": "mailat"}), ("advisories:list", {}), ("security_txt", {}), ("account_login", {})]:
        assert client.get(reverse(name, kwargs=names)).status_code == 200, name


@pytest.mark.parametrize("lose, status", [(none, 200), (missing, 503), (broken, 503), (others_may_read, 503)])
def test_the_health_page_is_truthful(own_ring, signed_in, settings, lose, status, client):
    """A process that is meant to have no keys is well; one that has lost them is not."""
    assert client.get("/healthz").status_code == 200
    lose(own_ring, settings)
    page = client.get("/healthz")
    assert page.status_code == status and b"hidden-keys" not in page.content


@pytest.mark.parametrize("lose", LOSSES)
def test_nothing_is_made_or_sealed_in_the_meantime(own_ring, signed_in, settings, lose, cast):
    lose(own_ring, settings)
    before = (Report.objects.count(), Keyset.objects.count())
    client, url = signed_in["rita"]
    client.post(f"{url}reply/", {"text": "Here is more.", "client_id": "0b1f2f0e-6f43-4b71-8a5e-6a5e1f7f3d4c"})
    with pytest.raises((KeylessProcess, keyring.RingUnusable)):
        builders.a_report(cast.mailat, by=cast.rita)
    assert (Report.objects.count(), Keyset.objects.count()) == before
    assert own_ring.exists() == (lose is not missing), "and no other ring takes its place"


def test_what_was_written_is_given_back(own_ring, signed_in, settings):
    client, url = signed_in["rita"]
    settings.KEY_RING = "none:"
    page = client.post(f"{url}reply/", {"text": "A long proof of concept.", "client_id": "0b1f2f0e-6f43-4b71-8a5e-6a5e1f7f3d4c"})
    text = page.content.decode()
    assert page.status_code == 503 and "A long proof of concept." in text and "Nothing is lost" in text


def test_a_fragment_and_a_program_get_a_sentence(own_ring, signed_in, settings):
    client, url = signed_in["rita"]
    settings.KEY_RING = "none:"
    fragment = client.get(url, headers={"HX-Request": "true"})
    assert fragment.status_code == 503 and b"Nothing is lost" in fragment.content and b"<html" not in fragment.content
    program = client.get(url, headers={"Accept": "application/json"})
    assert program.status_code == 503 and "cannot be opened now" in program.json()["detail"]


def test_a_seed_that_does_not_open_is_no_broken_page(own_ring, cast, settings):
    """The second factor of a person whose seed lies under a key that this process lacks: not now, rather than a crash."""
    client = cast.client("bob", factor=False)
    settings.KEY_RING = f"file:{own_ring.with_name('other.json')}"
    ring_file.make(own_ring.with_name("other.json"), keyring.new_document())
    page = client.post(reverse("second_factor_challenge"), {"code": "123456"})
    assert page.status_code == 503 and "cannot be opened now" in page.content.decode()

"""Files that other places fetch: kept and asked for again like the public pages, and there for any site to read."""

from datetime import UTC, datetime, timedelta

import pytest
import sectxt
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from portal import pauses, policies, policy_files
from portal.models import Project
from portal.security_md import own_words
from tests.openpgp import a_key
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db
OF_PROJECT = {
    "SECURITY.md": "text/markdown; charset=utf-8",
    ".well-known/security.txt": "text/plain; charset=utf-8",
    "policy.json": "application/json",
    "badge.svg": "image/svg+xml",
}
OF_PORTAL = {"/.well-known/security.txt": "text/plain; charset=utf-8", "/schemas/policy-1.json": "application/schema+json"}
EVERY = {**{f"/p/mailat/{name}": kind for name, kind in OF_PROJECT.items()}, **OF_PORTAL}


@pytest.fixture
def https(settings):
    """A portal as reporters reach it."""
    settings.PUBLIC_URL, settings.HTTPS = "https://portal.example", True


@pytest.fixture
def key(settings, tmp_path):
    settings.OPENPGP_KEY = str(a_key(tmp_path))


@pytest.fixture(autouse=True)
def _fresh():
    caches["pages"].clear()


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def complaints(content, url):
    return [error["code"] for error in sectxt.Parser(content.encode(), urls=url).errors]


@pytest.mark.parametrize("path, kind", EVERY.items())
def test_they_are_there_for_anybody_and_any_site(client, mailat, path, kind):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Cookie" not in answer.headers.get("Vary", "") and not answer.cookies


@pytest.mark.parametrize("path", EVERY)
def test_who_has_it_already_is_told_so(client, mailat, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", EVERY)
def test_only_reading_is_possible(client, mailat, path):
    shown = client.head(path)
    assert shown.status_code == 200 and shown.content == b""
    assert shown.headers["ETag"] == client.get(path).headers["ETag"]
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("name", OF_PROJECT)
def test_what_is_not_public_is_not_found(client, https, name):
    assert client.get(f"/p/nobody/{name}").status_code == 404
    draft = a_draft(a_project())
    assert client.get(f"/p/another/{name}").status_code == 404
    draft.effective_at = now() + timedelta(days=1)
    policies.publish(draft, by=None, at=now())
    assert client.get(f"/p/another/{name}").status_code == 404
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert client.get(f"/p/another/{name}").status_code == 200


@pytest.mark.parametrize("name", OF_PROJECT)
def test_a_new_version_or_a_new_name_is_another_file(client, mailat, name):
    tags = [client.get(f"/p/mailat/{name}").headers["ETag"]]
    mailat.name, mailat.security_txt_url = "Mailat II", "https://mailat.example/.well-known/security.txt"
    mailat.save()
    tags.append(client.get(f"/p/mailat/{name}").headers["ETag"])
    draft = policies.new_draft(mailat, by=None, at=AT)
    draft.service_levels.filter(milestone="acknowledgement").update(latest=24)
    policies.publish(draft, by=None, at=now())
    tags.append(client.get(f"/p/mailat/{name}").headers["ETag"])
    assert len(set(tags)) == 3


def test_a_pause_that_is_planned_changes_the_json(client, mailat):
    first = client.get("/p/mailat/policy.json")
    times = {"starts_at": now() + timedelta(days=2), "ends_at": now() + timedelta(days=9)}
    pauses.plan(mailat, **times, message="Away.", critical_ok=True, by=None, at=now())
    second = client.get("/p/mailat/policy.json", headers={"If-None-Match": first.headers["ETag"]})
    assert [one["message"] for one in second.json()["pauses"]] == ["Away."]
    with time_machine.travel(times["ends_at"] + timedelta(hours=1), tick=False):
        third = client.get("/p/mailat/policy.json", headers={"If-None-Match": second.headers["ETag"]})
        assert third.json()["pauses"] == []


@pytest.mark.parametrize("name", OF_PROJECT)
def test_the_database_is_asked_the_same_few_questions(client, mailat, name):
    def asked():
        with CaptureQueriesContext(connection) as statements:
            client.get(f"/p/mailat/{name}")
        return len(statements)

    a_long_policy(mailat, range(10, 11))
    few = asked()
    assert asked() == 1, "the second time it is kept, and only the stamp is asked for"
    a_long_policy(mailat, range(20, 60))
    assert asked() == few <= 9


def a_long_policy(project, numbers):
    """A new version in force, with a row, a component, a contact and a clause for each number."""
    draft = policies.new_draft(project, by=None, at=AT)
    for number in numbers:
        component = project.components.create(name=f"Part {number}")
        draft.supported_versions.create(text=f"{number}.x", status="supported", position=number, component=component)
        draft.contacts.create(purpose="report", uri=f"mailto:{number}@example.org", position=number)
        draft.clauses.create(kind="other", text=f"{number}.", position=number)
    policies.publish(draft, by=None, at=now())


def test_security_md_reads_back_as_the_policy(client, mailat, https):
    content = text(client, "/p/mailat/SECURITY.md")
    assert content.startswith("# Security Policy\n\nThis is version 1 of the policy, in force since 2026-11-04.")
    assert "<https://portal.example/p/mailat/report/>" in content
    assert own_words.read(content).rest == ""


def test_each_says_when_it_changed(client, mailat):
    Project.objects.filter(pk=mailat.pk).update(changed_at=AT)
    assert client.get("/p/mailat/SECURITY.md").headers["Last-Modified"] == "Wed, 04 Nov 2026 10:12:00 GMT"
    with time_machine.travel(datetime(2026, 11, 30, 15, tzinfo=UTC), tick=False):
        answer = client.get("/p/mailat/.well-known/security.txt")
    assert answer.headers["Last-Modified"] == "Mon, 30 Nov 2026 00:00:00 GMT"


@pytest.mark.parametrize("slug", ["mailat", "mail-auth"])
def test_sectxt_accepts_the_file_of_a_project(client, seeds, https, slug):
    where = f"https://portal.example/p/{slug}/.well-known/security.txt"
    content = text(client, f"/p/{slug}/.well-known/security.txt")
    assert complaints(content, where) == []
    contacts = [line for line in content.split("\n") if line.startswith("Contact: ")]
    assert contacts[0] == f"Contact: https://portal.example/p/{slug}/report/" and contacts[1].startswith("Contact: mailto:")
    assert f"Policy: https://portal.example/p/{slug}/\n" in content


def test_a_site_of_its_own_is_canonical_too(client, mailat, https):
    mailat.security_txt_url = "https://mailat.co/.well-known/security.txt"
    mailat.save()
    content = text(client, "/p/mailat/.well-known/security.txt")
    assert (
        complaints(content, mailat.security_txt_url)
        == complaints(content, policy_files.address("security_txt").replace("/.w", "/p/mailat/.w"))
        == []
    )


def test_it_expires_later_every_day(client, mailat, https):
    seen = []
    for days in (0, 1, 400):
        with time_machine.travel(datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC) + timedelta(days=days), tick=False):
            answer = client.get("/p/mailat/.well-known/security.txt")
            assert complaints(answer.content.decode(), None) == []
            seen.append(answer.headers["ETag"])
    assert len(set(seen)) == 3


def test_without_https_no_address_of_the_portal_stands_in_it(client, mailat):
    content = text(client, "/p/mailat/.well-known/security.txt")
    assert "Contact: mailto:security@mailat.co\n" in content and "http:" not in content and "not reached over HTTPS" in content
    assert complaints(content, None) == []


def test_without_https_and_without_an_address_there_is_none(client):
    policies.publish(a_draft(a_project()), by=None, at=now())
    assert client.get("/p/another/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    "contacts, said", [([], "mailto:parley@localhost"), (["https://portal.example/p/portal/report/", "tel:+1-201-555-0123"], None)]
)
def test_sectxt_accepts_the_file_of_the_portal(client, https, settings, contacts, said):
    settings.SECURITY_CONTACT = contacts
    content = text(client, "/.well-known/security.txt")
    assert complaints(content, "https://portal.example/.well-known/security.txt") == []
    assert [line.partition(" ")[2] for line in content.split("\n") if line.startswith("Contact: ")] == (contacts or [said])


@pytest.mark.parametrize("path", ["/.well-known/security.txt", "/p/mailat/.well-known/security.txt"])
def test_with_a_key_it_is_signed(client, mailat, https, key, path):
    content = text(client, path)
    assert content.startswith("-----BEGIN PGP SIGNED MESSAGE-----\n") and content.endswith("-----END PGP SIGNATURE-----\n")
    assert complaints(content, f"https://portal.example{path}") == []
    assert "https://portal.example/openpgp.asc" in content
    assert text(client, path) == content, "it is signed once"


def test_the_key_that_signs_can_be_fetched(client, key):
    answer = client.get("/openpgp.asc")
    assert answer.headers["Content-Type"] == "application/pgp-keys"
    assert answer.content.startswith(b"-----BEGIN PGP PUBLIC KEY BLOCK-----") and b"PRIVATE" not in answer.content


def test_without_a_key_there_is_none_to_fetch(client):
    assert client.get("/openpgp.asc").status_code == 404


def test_a_key_that_others_may_read_stops_the_start(settings, tmp_path):
    path = a_key(tmp_path)
    path.chmod(0o644)
    settings.OPENPGP_KEY = str(path)
    with pytest.raises(SystemCheckError, match="chmod 600"):
        call_command("check")


def test_a_contact_that_is_no_address_stops_the_start(settings):
    settings.SECURITY_CONTACT = ["security@example.org"]
    with pytest.raises(SystemCheckError, match="PARLEY_SECURITY_CONTACT names 'security@example.org'"):
        call_command("check")


def test_the_badge_says_how_soon_a_person_answers(client, mailat):
    assert "security policy: answer within 48 h" in text(client, "/p/mailat/badge.svg")


def test_what_to_paste_shows_the_badge_and_leads_to_the_policy(mailat, https):
    assert policy_files.badge_markdown(mailat.policies.get()) == (
        "[![security policy: answer within 48 h](https://portal.example/p/mailat/badge.svg)](https://portal.example/p/mailat/)"
    )

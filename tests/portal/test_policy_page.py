"""The policy page: everything that a stranger needs before reporting."""

import pytest

from portal import policies
from portal.models import Project
from tests.portal.conftest import AT, a_draft, a_project

pytestmark = pytest.mark.django_db


def page(client, slug, query=""):
    answer = client.get(f"/p/{slug}/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    "slug, said",
    [
        ("mailat", "A person answers within 48 hours."),
        ("mailat", "You hear from us again every 7 days."),
        ("mailat", '<tr><th scope="row">High</th><td>A fix is out within 7 to 14 days.</td></tr>'),
        ("mailat", "Impact assessment"),
        ("mailat", "Safe harbour: not mentioned"),
        ("mailat", "Bounty: no"),
        ("mailat", "Please do not open a public issue"),
        ("mailat", 'href="/p/mailat/report/"'),
        ("mailat", 'href="mailto:security@mailat.co"'),
        ("mailat", "Rotate secrets regularly"),
        ("mailat", "at least one every 7 days"),
        ("mailat", "policy version 1"),
        ("mail-auth", "Safe harbour: yes"),
        ("mail-auth", "Credit: not mentioned"),
        ("mail-auth", "Security Policy for Stalwart Mail Server"),
        ("mail-auth", "No time for a fix is promised by severity."),
        ("mail-auth", '<tr class="gap"><td><code>0.2.x</code></td><td>in no row: nothing is promised for it</td></tr>'),
    ],
)
def test_it_says(client, seeds, slug, said):
    assert said in page(client, slug)


def test_a_version_in_no_row_is_answered_so(client, seeds):
    shown = page(client, "mail-auth", "?version=0.2.4")
    assert "<code>0.2.4</code>: in no row" in shown
    assert "Nobody promised anything for it; report it and say your version." in shown


@pytest.mark.parametrize("version, said", [("0.3.1", "supported"), ("0.1", "not supported"), ("soon", "cannot tell")])
def test_a_version_is_answered(client, seeds, version, said):
    assert f"<code>{version}</code>: {said}" in page(client, "mail-auth", f"?version={version}")


@pytest.mark.parametrize("version", ["", "x" * 500, "%00", "%ED%A0%80", "<script>alert(1)</script>"])
def test_a_strange_version_gets_a_clear_page(client, seeds, version):
    assert "<script>" not in page(client, "mail-auth", f"?version={version}")


def test_a_project_that_nobody_knows_is_not_found(client, seeds):
    assert client.get("/p/nobody/").status_code == 404


def test_a_project_without_a_policy_in_force_is_not_found(client, db):
    a_draft(a_project())
    assert client.get("/p/another/").status_code == 404


def test_it_is_the_same_in_at_most_8_queries_for_many_rows(client, mailat, django_assert_max_num_queries):
    many = a_project("many")
    draft = a_draft(many)
    for number in range(1, 120):
        draft.supported_versions.create(position=number, text=f"{number + 1}.x", status="supported", component=mailat.components.first())
        draft.requested_fields.create(position=number, key=f"field-{number}", label=f"Question {number}")
        draft.clauses.create(position=number, kind="practice", text=f"Practice {number}")
    policies.publish(draft, by=None, at=AT)
    for slug in ("mailat", "many"):
        with django_assert_max_num_queries(8):
            assert client.get(f"/p/{slug}/").status_code == 200
        with django_assert_max_num_queries(8):
            assert client.get(f"/p/{slug}/?version=1.2").status_code == 200


def test_an_unchanged_page_costs_one_query(client, mailat, django_assert_num_queries):
    client.get("/p/mailat/")
    with django_assert_num_queries(1):
        client.get("/p/mailat/")


def test_an_unchanged_page_is_not_sent_again(client, mailat):
    etag = client.get("/p/mailat/")["ETag"]
    again = client.get("/p/mailat/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, max-age=60")


def test_a_new_version_is_shown_at_once(client, mailat):
    etag = client.get("/p/mailat/")["ETag"]
    draft = policies.new_draft(mailat, by=None, at=AT)
    draft.service_levels.filter(milestone="acknowledgement").update(latest=36)
    policies.publish(draft, by=None, at=AT)
    answer = client.get("/p/mailat/", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "within 36 hours" in answer.content.decode()


def test_a_changed_project_is_shown_at_once(client, mailat):
    client.get("/p/mailat/")
    mailat.summary = "Mail for everybody."
    mailat.save()
    assert "Mail for everybody." in page(client, "mailat")


def test_text_of_a_policy_is_never_markup(client):
    project = a_project()
    draft = a_draft(project, title="<b>bold</b>")
    draft.clauses.create(kind="reading", text="<img src=x onerror=alert(1)>")
    policies.publish(draft, by=None, at=AT)
    shown = page(client, "another")
    assert "<b>bold" not in shown and "<img src=x" not in shown
    assert Project.objects.get(slug="another").policies.get().title == "<b>bold</b>"

"""Whatever a policy holds stands on its page in plain words, and what it does not say is said to be unsaid."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from portal import policies
from portal.models import Clause, Component, Project
from tests.builders import a_new_version

KEY = "0123456789ABCDEF0123456789ABCDEF01234567"


def page(client, path="/p/mailat/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("kind", Clause.Kind.values)
def test_a_clause_of_every_kind_is_shown(cast, client, kind):
    a_new_version(cast.mailat, clauses=[(kind, "A sentence of our own.")])
    assert "A sentence of our own." in page(client)


@pytest.mark.parametrize(
    "facts, said",
    [
        ({"ai": "unstated"}, "Reports made with AI: not mentioned"),
        ({"ai": "allow"}, "The form asks whether AI helped; you need not answer."),
        ({"ai": "declare"}, "They are welcome if you say so."),
        ({"ai": "refuse"}, "does not take reports that were found or written with AI"),
        ({"languages": "en, pt-BR, gsw"}, "The team reads: English, Brazilian Portuguese, gsw."),
        ({"languages": ""}, "The policy names no languages that the team reads."),
        ({"disclosure_days": 90}, "Keeping it private: at most 90 days"),
        ({"disclosure_days": 1}, "Keeping it private: at most 1 day"),
        ({"disclosure_days": None}, "Keeping it private: not mentioned"),
        ({"embargo": "yes"}, "The team agrees with you on the day on which it becomes public."),
        ({"embargo": "no"}, "agrees on no day before which you may not speak"),
        ({"embargo": "unstated"}, "A date agreed with you: not mentioned"),
        ({"safe_harbour": "no"}, "Safe harbour: no"),
        ({"introduction": "Welcome here."}, "Welcome here."),
    ],
)
def test_what_a_policy_says_of_itself(cast, client, facts, said):
    a_new_version(cast.mailat, **facts)
    assert said in page(client)


def test_contacts_come_with_their_key_and_the_delay_of_the_fallback(cast, client):
    keys = [
        {"purpose": "report", "uri": "mailto:a@example.org", "encryption": f"openpgp4fpr:{KEY}"},
        {"purpose": "report", "uri": "https://example.org/form", "encryption": "https://example.org/key.asc"},
        {"purpose": "fallback", "uri": "mailto:b@example.org", "delay_hours": 72, "note": "the board"},
    ]
    a_new_version(cast.mailat, contacts=keys)
    shown = page(client)
    assert "<code>0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567</code>" in shown and '<a href="https://example.org/key.asc">' in shown
    assert "after 3 days without an answer" in shown and "the board" in shown


def test_rows_come_by_component_with_status_end_and_note(cast, client):
    today = now().date()
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    other = Component.objects.create(project=cast.mailat, name="Client")
    rows = [
        {"text": "7.x", "status": "supported", "ends_on": today + timedelta(days=400)},
        {"text": "6.x", "status": "security_only", "note": "long-term line"},
        {"text": "5.x", "status": "supported", "ends_on": today - timedelta(days=1)},
        {"text": "4.x", "status": "unclear"},
    ]
    for position, row in enumerate(rows, 10):
        draft.supported_versions.create(position=position, component=other, **row)
    policies.publish(draft, by=None, at=now())
    shown = page(client)
    assert "<caption>Client</caption>" in shown
    assert "security fixes only" in shown and "long-term line" in shown and "not clear" in shown
    assert "support has ended</span> since <time" in shown and "supported</span> until <time" in shown


def test_support_ends_on_the_page_on_its_day(cast, client):
    etags = []
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    draft.supported_versions.create(position=10, text="0.9.x", status="supported", ends_on=now().date())
    policies.publish(draft, by=None, at=now())
    for day in (0, 1):
        policy = policies.in_force(cast.mailat, now())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("portal.access.now", lambda day=day: now() + timedelta(days=day))
            etags.append(client.get("/p/mailat/")["ETag"])
            assert ("support has ended" in page(client)) == bool(day), policy
    assert len(set(etags)) == 2


def test_a_long_table_and_a_long_list_are_folded(cast, client):
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    for number in range(40):
        draft.supported_versions.create(position=10 + number, text=f"{number + 50}.x", status="ended")
        draft.clauses.create(kind="not_a_vulnerability", position=number, text=f"Finding {number}")
    policies.publish(draft, by=None, at=now())
    shown = page(client)
    assert "30 more rows" in shown and "28 more" in shown and "89.x" in shown and "Finding 39" in shown


def test_several_versions_are_answered_at_once(cast, client):
    shown = page(client, "/p/mail-auth/?version=0.3.1,%200.2.4")
    assert "<code>0.3.1</code>: supported" in shown and "<code>0.2.4</code>: in no row" in shown


def test_it_leads_to_its_versions(cast, client):
    shown = page(client)
    assert 'href="/p/mailat/history/"' in shown and 'href="/p/mailat/history/1/"' in shown


def test_a_version_of_the_past_says_so_and_takes_no_reports(cast, client):
    a_new_version(cast.mailat, introduction="New words.")
    shown = page(client, "/p/mailat/history/1/")
    assert "This is an earlier version of the policy." in shown and "Read the version in force" in shown
    assert 'href="/p/mailat/report/"' not in shown and "Check my version</button>" not in shown
    assert "This version is in force." in page(client, "/p/mailat/history/2/")


def test_a_project_that_says_little_is_shown_calmly(client, db):
    project = Project.objects.create(slug="quiet", name="Quiet", ref_prefix="QUIET")
    draft = policies.new_draft(project, by=None, at=now())
    draft.supported_versions.create(text="1.x", status="supported")
    draft.service_levels.create(milestone="acknowledgement", latest=3, unit="days")
    draft.requested_fields.create(key="what", label="What is it?", required=True)
    policies.publish(draft, by=None, at=now())
    shown = page(client, "/p/quiet/")
    for said in ("does not say what is in or out of scope", "names no address beside this portal", "Bounty: not mentioned"):
        assert said in shown

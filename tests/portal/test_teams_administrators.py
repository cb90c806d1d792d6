"""Who runs the portal sees no content, and cannot come onto a team without its owners knowing."""

import pytest
from django.core import mail
from django.utils.timezone import now

from accounts import outbox
from accounts.models import AuditEvent
from portal import teams
from tests import builders
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db


def letters():
    outbox.drain(at=now())
    return {letter.to[0]: " ".join(letter.body.split()) for letter in mail.outbox}


def test_being_an_administrator_opens_no_case_note_file_search_copy_or_list(cast):
    case, ada = cast.case, prove_anew(cast.client("ada"))
    note, file = builders.a_note(case, by=cast.bob, text="A very own note."), builders.a_sent_file(cast.report, by=cast.rita)
    base = case.get_absolute_url()
    paths = [base, f"{base}timeline/", f"{base}copy/", f"{base}files/{file.pk}/", f"{base}notes/{note.pk}/history/", f"{base}news/"]
    paths += [cast.report.get_absolute_url(), "/p/mailat/team/", "/p/mailat/tokens/", "/p/mailat/draft/", "/api/v1/projects/mailat/cases/"]
    assert {path: ada.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert ada.post(f"{base}note/", {"text": "Hello"}).status_code == 404
    found = ada.post("/search/", {"words": "inbox preview"}).content.decode()
    assert case.ref not in found and "Stored XSS" not in found and "own note" not in found
    assert case.ref not in ada.get("/inbox/").content.decode()


def test_an_administrator_who_joins_is_seen_by_the_owners(cast):
    invitation = teams.invite(cast.mailat, email=cast.ada.email, role="triager", by=cast.ada, at=now())
    told = letters()
    assert set(told) == {"ada@example.org", "olivia@example.org"}
    assert "Somebody was asked to join the team of Mailat as triager. It was done by Ada (ada@example.org)." in told["olivia@example.org"]
    assert "This is an administrator of the portal." in told["olivia@example.org"]
    mail.outbox.clear()
    teams.accept(invitation, user=cast.ada, at=now())
    told = letters()
    assert set(told) == {"olivia@example.org"}
    assert "Ada (ada@example.org), as triager. The invitation came from Ada (ada@example.org)." in told["olivia@example.org"]
    assert "This is an administrator of the portal." in told["olivia@example.org"]
    kinds = AuditEvent.objects.filter(kind__in=("team.invited", "team.joined")).order_by("seq")
    assert [(one.kind, one.actor, one.project_uuid) for one in kinds] == [
        ("team.invited", cast.ada, cast.mailat.uuid),
        ("team.joined", cast.ada, cast.mailat.uuid),
    ]


def test_owners_are_told_of_whom_another_owner_brings(cast):
    otto = builders.a_person("Otto")
    builders.on_team(otto, cast.mailat, "owner")
    invitation = teams.invite(cast.mailat, email=cast.charlie.email, role="owner", by=cast.olivia, at=now())
    assert set(letters()) == {"charlie@example.org"}
    mail.outbox.clear()
    teams.accept(invitation, user=cast.charlie, at=now())
    told = letters()
    assert set(told) == {"otto@example.org", "olivia@example.org"} - {"olivia@example.org"}
    assert "administrator" not in told["otto@example.org"]


def test_through_the_administration_the_same_verbs_act(cast):
    """A role is changed and taken there as on the team page: the last owner stays, the owners are told."""
    ada = prove_anew(cast.client("ada"))
    own, bobs = (cast.mailat.memberships.get(user=who) for who in (cast.olivia, cast.bob))
    base = "/admin/portal/membership"
    for path, facts in ((f"{base}/{own.pk}/change/", {"role": "triager"}), (f"{base}/{own.pk}/delete/", {"post": "yes"})):
        answer = ada.post(path, facts, follow=True)
        assert answer.status_code == 200 and "would be without an owner" in answer.content.decode()
    ada.post(f"{base}/", {"action": "delete_selected", "_selected_action": [own.pk, bobs.pk], "post": "yes"}, follow=True)
    assert cast.mailat.memberships.filter(user=cast.olivia, role="owner").exists()
    session = cast.client("bob")
    cast.mailat.memberships.get_or_create(user=cast.bob, defaults={"role": "triager"})
    bobs = cast.mailat.memberships.get(user=cast.bob)
    mail.outbox.clear()
    assert ada.post(f"{base}/{bobs.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not cast.mailat.memberships.filter(user=cast.bob).exists()
    assert session.get("/reports/")["Location"].startswith("/accounts/login/")
    told = letters()
    assert "It was done by Ada (ada@example.org). This is an administrator of the portal." in told["olivia@example.org"]

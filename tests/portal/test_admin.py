"""The administration of projects, policies and teams."""

import pytest
import time_machine
from django.contrib import admin
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import policies, teams
from portal.models import Invitation, Membership, Project, SecurityPolicy
from tests.builders import a_person
from tests.portal.conftest import AT, a_draft, a_member, a_project, signed_in
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
ROWS = ("supported_versions", "service_levels", "contacts", "requested_fields", "clauses")


@pytest.fixture
def ada(client):
    signed_in(client, a_person("ada", is_staff=True))
    return prove_anew(client)


def empty_rows():
    return {f"{relation}-{count}_FORMS": "0" for relation in ROWS for count in ("TOTAL", "INITIAL")}


def test_no_model_of_a_case_is_registered():
    assert "intake" not in {model._meta.app_label for model in admin.site._registry}


def test_a_project_is_made_with_its_components(ada):
    facts = {
        "name": "New",
        "slug": "new",
        "ref_prefix": "NEW",
        "timezone": "UTC",
        "language": "en",
        "components-TOTAL_FORMS": "1",
        "components-INITIAL_FORMS": "0",
        "components-0-name": "core",
        "components-0-scheme": "pep440",
    }
    assert ada.post(reverse("admin:portal_project_add"), facts).status_code == 302
    assert Project.objects.get(slug="new").components.get().scheme == "pep440"


def test_a_draft_is_made_changed_and_published(ada):
    project = a_project()
    facts = {"project": project.pk, "title": "Policy", "safe_harbour": "yes", "credit": "unstated", "bounty": "no", **empty_rows()}
    facts |= {"embargo": "unstated", "ai": "unstated", "weekend": "6,7"}
    assert ada.post(reverse("admin:portal_securitypolicy_add"), facts).status_code == 302
    draft = project.policies.get()
    assert (draft.number, draft.published) == (1, False)
    answer = ada.post(reverse("admin:portal_securitypolicy_changelist"), {"action": "publish", "_selected_action": draft.pk}, follow=True)
    assert "the table has no row" in answer.content.decode()
    draft.delete()
    draft = a_draft(project)
    ada.post(reverse("admin:portal_securitypolicy_changelist"), {"action": "publish", "_selected_action": draft.pk})
    assert SecurityPolicy.objects.get(pk=draft.pk).published
    assert AuditEvent.objects.get(kind="policy.published").actor.email == "ada@example.org"


def test_a_second_draft_is_refused_with_a_sentence(ada, mailat):
    policies.new_draft(mailat, by=None, at=AT)
    facts = {"project": mailat.pk, "title": "Policy", "safe_harbour": "yes", "credit": "unstated", "bounty": "no", **empty_rows()}
    facts |= {"embargo": "unstated", "ai": "unstated", "weekend": "6,7"}
    answer = ada.post(reverse("admin:portal_securitypolicy_add"), facts)
    assert answer.status_code == 200
    assert "has a draft already" in answer.content.decode()


def test_a_published_policy_is_only_read(ada, mailat):
    policy = policies.in_force(mailat, AT)
    path = reverse("admin:portal_securitypolicy_change", args=[policy.pk])
    shown = ada.get(path)
    assert shown.status_code == 200
    assert 'name="title"' not in shown.content.decode() and 'name="_save"' not in shown.content.decode()
    assert ada.post(path, {"title": "Another"}).status_code == 403
    assert ada.post(reverse("admin:portal_securitypolicy_delete", args=[policy.pk]), {"post": "yes"}).status_code == 403
    ada.post(reverse("admin:portal_securitypolicy_changelist"), {"action": "delete_selected", "_selected_action": policy.pk, "post": "yes"})
    assert SecurityPolicy.objects.get(pk=policy.pk).title == "Security Policy"


def test_a_new_draft_is_begun_from_a_version(ada, mailat):
    policy = policies.in_force(mailat, AT)
    ada.post(reverse("admin:portal_securitypolicy_changelist"), {"action": "new_draft", "_selected_action": policy.pk})
    assert mailat.policies.get(published_at=None).supported_versions.count() == 2


def test_inviting_sends_the_letter(ada, mailat):
    path = reverse("admin:portal_invitation_add")
    facts = {"project": mailat.pk, "email": "zoe@example.org", "role": "owner"}
    for _time in range(2):
        assert ada.post(path, facts).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.invited_by.email, invitation.role) == ("ada@example.org", "owner")
    assert ada.post(reverse("admin:portal_invitation_change", args=[invitation.pk]), facts).status_code == 403
    assert ada.post(reverse("admin:portal_invitation_delete", args=[invitation.pk]), {"post": "yes"}).status_code == 302
    assert AuditEvent.objects.filter(kind="team.invitation_withdrawn").count() == 1


def test_who_is_on_the_team_is_not_invited(ada, mailat):
    a_member(mailat, "bob", "triager")
    answer = ada.post(reverse("admin:portal_invitation_add"), {"project": mailat.pk, "email": "BOB@example.org", "role": "owner"})
    assert "on the team already" in answer.content.decode()


def test_roles_change_and_end_on_record(ada, mailat):
    bob = a_member(mailat, "bob", "triager")
    membership = Membership.objects.get(user=bob)
    assert ada.get(reverse("admin:portal_membership_add")).status_code == 403
    assert ada.post(reverse("admin:portal_membership_change", args=[membership.pk]), {"role": "maintainer"}).status_code == 302
    assert Membership.objects.get(user=bob).role == "maintainer"
    assert ada.post(reverse("admin:portal_membership_delete", args=[membership.pk]), {"post": "yes"}).status_code == 302
    assert not Membership.objects.filter(user=bob).exists()
    assert [event.facts["person"] for event in AuditEvent.objects.filter(kind__in=["team.role_changed", "team.left"])] == [
        str(bob.uuid)
    ] * 2


def test_lists_and_forms_open(ada, mailat):
    teams.invite(mailat, email="zoe@example.org", role="owner", by=None, at=now())
    a_member(mailat, "bob", "triager")
    for model in ("project", "securitypolicy", "membership", "invitation"):
        assert ada.get(reverse(f"admin:portal_{model}_changelist")).status_code == 200
    assert ada.get(reverse("admin:portal_project_change", args=[mailat.pk])).status_code == 200
    assert ada.get(reverse("admin:portal_securitypolicy_add")).status_code == 200


def test_a_project_shows_where_its_own_site_serves_security_txt_and_what_its_components_released(ada, mailat):
    page = reverse("admin:portal_project_change", args=[mailat.pk])
    component = mailat.components.get()
    facts = {
        "name": "Mailat",
        "timezone": "Europe/Berlin",
        "language": "en",
        "security_txt_url": "https://mailat.example/.well-known/security.txt",
        "components-TOTAL_FORMS": "1",
        "components-INITIAL_FORMS": "1",
        "components-0-id": component.pk,
        "components-0-project": mailat.pk,
        "components-0-name": "Mailat",
        "components-0-scheme": "semver",
        "components-0-latest_release": "1.4.2",
    }
    assert ada.post(page, facts).status_code == 302
    component.refresh_from_db()
    mailat.refresh_from_db()
    assert (component.latest_release, component.prereleases_in_line) == ("1.4.2", False)
    assert mailat.security_txt_url == "https://mailat.example/.well-known/security.txt"


def pause_facts(project, starts, ends, **facts):
    moments = {f"{name}_{part}": text for name, at in (("starts_at", starts), ("ends_at", ends)) for part, text in enumerate(at.split())}
    return {"project": project.pk, "message": "We are back in a week.", "critical_ok": "on", **moments, **facts}


@time_machine.travel(AT, tick=False)
def test_a_pause_is_planned_changed_and_taken_back_through_the_verbs(ada, mailat):
    add = reverse("admin:portal_projectpause_add")
    refused = ada.post(add, pause_facts(mailat, "2026-12-20 00:00", "2026-12-10 00:00"))
    assert "The pause must end after it begins" in refused.content.decode()
    assert not mailat.pauses.exists()
    assert ada.post(add, pause_facts(mailat, "2026-12-20 00:00", "2026-12-27 00:00")).status_code == 302
    pause = mailat.pauses.get()
    twice = ada.post(add, pause_facts(mailat, "2026-12-26 00:00", "2026-12-29 00:00"))
    assert "Another pause is planned in this time" in twice.content.decode()
    page = reverse("admin:portal_projectpause_change", args=[pause.pk])
    assert ada.post(page, pause_facts(mailat, "2026-12-21 00:00", "2026-12-27 00:00", message="Later.")).status_code == 302
    assert mailat.pauses.get().message == "Later."
    assert ada.post(reverse("admin:portal_projectpause_delete", args=[pause.pk]), {"post": "yes"}).status_code == 302
    assert not mailat.pauses.exists()
    kinds = AuditEvent.objects.filter(kind__startswith="pause.").order_by("seq").values_list("kind", "actor__email")
    assert list(kinds) == [(f"pause.{one}", "ada@example.org") for one in ("planned", "changed", "cancelled")]

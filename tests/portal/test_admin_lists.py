"""The administration as a whole: what it shows and never shows, what it asks before it acts, what it costs."""

import tomllib
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from django_otp_webauthn.models import WebAuthnCredential

from accounts import audit_check, outbox
from accounts.admin_parts import BoundedPaginator
from accounts.models import AuditEvent, Delivery, FactorRecovery, Session, TotpDevice, User
from portal import VERSION, pauses, teams, tokens
from portal.lib.permissions import Action
from portal.models import ApiToken, Membership, Project
from tests import builders
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
SECRETS = {"password", "digest", "sealed", "sealed_seed", "session_key", "session_data", "token", "secret", "credential_id", "public_key"}
SECRETS |= {"extra_data", "wrapped", "handle_hex", "facts", "recipient_key", "cause_uuid"}


@pytest.fixture
def ada(cast):
    return prove_anew(cast.client("ada"))


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def more_of_everything(cast, count):
    """Another few rows of every model that is registered."""
    at = now()
    for _number in range(count):
        someone = builders.a_person(f"p{uuid4().hex[:8]}")
        device = builders.a_factor(someone)
        builders.sign_in(cast.client(None), someone)
        WebAuthnCredential.objects.create(
            user=someone, name="key", confirmed=True, credential_id=uuid4().bytes, public_key=b"PUBLIC-KEY", aaguid="", sign_count=0,
            backup_eligible=False, backup_state=False,
        )  # fmt: skip
        SocialAccount.objects.create(user=someone, provider="github", uid=str(device.uuid), extra_data={"token": "EXTRA-DATA"})
        builders.on_team(someone, cast.mailat, "triager")
        tokens.make(cast.mailat, name="build", scopes=[Action.LIST_CASES], lives=timedelta(days=30), by=someone, at=at)
        FactorRecovery.objects.create(user=someone, asked_at=at, expires_at=at + timedelta(days=7))
        begins = at + timedelta(days=10 * (cast.mailat.pauses.count() + 1))
        pauses.plan(cast.mailat, starts_at=begins, ends_at=begins + timedelta(days=2), message="Away.", critical_ok=False, by=None, at=at)
        teams._invite(cast.mailat, email=f"{uuid4().hex}@example.org", role="triager", by=None, at=at)
        project = Project.objects.create(slug=f"p-{uuid4().hex[:8]}", name="P", ref_prefix=f"P{uuid4().hex[:8].upper()}")
        project.policies.create(number=1, title="Draft")


def pages_of(client, model):
    """The list, and the page of its first row, if there is one."""
    first = admin.site._registry[model].get_queryset(type("Request", (), {})()).first() if model is not Session else None
    pages = [list_of(model)]
    if first is not None:
        pages.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[first.pk]))
    return [(url, client.get(url)) for url in pages]


@time_machine.travel(now(), tick=False)  # once a minute a page notes that its session is in use
def test_lists_cost_the_same_however_many_rows_there_are(cast, ada, settings):
    settings.SESSION_CACHE_ALIAS = "default"
    counts = []
    for more in (2, 6):
        more_of_everything(cast, more)
        counts.append({})
        for url in ["/admin/", *(list_of(model) for model in REGISTERED)]:
            ada.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert ada.get(url).status_code == 200, url
            counts[-1][url] = len(asked.captured_queries)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 10, counts[0]


def test_no_page_shows_a_secret_or_what_somebody_wrote(cast, ada):
    assert {model._meta.app_label for model in REGISTERED} == {"accounts", "portal", "socialaccount", "django_otp_webauthn"}
    more_of_everything(cast, 1)
    builders.a_reporter_reply(cast.report, by=cast.rita, text="CANARY-REPLY")
    builders.a_note(cast.case, by=cast.bob, text="CANARY-NOTE")
    builders.a_draft(cast.case, by=cast.alice)
    secrets = ["Stored XSS", "CANARY", "Stored script", "PUBLIC-KEY", "EXTRA-DATA", User.objects.first().password[-20:]]
    secrets += list(Session.objects.values_list("session_key", flat=True)) + list(ApiToken.objects.values_list("digest", flat=True))
    secrets += [device.seed for device in TotpDevice.objects.all()]
    for model in REGISTERED:
        for url, page in pages_of(ada, model):
            text = page.content.decode()
            assert page.status_code == 200, url
            assert not [secret for secret in secrets if secret in text], url


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_no_list_and_no_form_names_a_secret(rf, cast, model):
    request = rf.get("/admin/")
    request.user = cast.ada
    registered = admin.site._registry[model]
    binary = {field.name for field in model._meta.fields if isinstance(field, models.BinaryField)}
    shown = set(admin.utils.flatten_fieldsets(registered.get_fieldsets(request, model())))
    shown |= {*registered.get_list_display(request), *registered.get_list_filter(request)}
    assert not shown & ((SECRETS | binary) - ({"facts"} if model is AuditEvent else set()))
    may_delete = registered.has_delete_permission(request)
    assert not may_delete or model._meta.label in {"portal.Membership", "portal.Invitation", "portal.ProjectPause", "portal.SecurityPolicy"}


def test_what_is_changed_asks_for_the_second_factor_anew_and_keeps_the_form(cast):
    ada = cast.client("ada")
    page = reverse("admin:accounts_user_change", args=[cast.rita.pk])
    assert ada.get(page).status_code == 200, "reading does not"
    sent = {"display_name": "Rita the finder", "timezone": "UTC", "language": "en", "is_active": "on"}
    asked = ada.post(page, sent)
    assert asked.status_code == 403 and "Rita the finder" in asked.content.decode()
    cast.rita.refresh_from_db()
    assert cast.rita.display_name == "Rita"
    assert prove_anew(ada).post(page, sent).status_code == 302
    cast.rita.refresh_from_db()
    assert cast.rita.display_name == "Rita the finder"


def test_whatever_is_done_is_in_the_trail_once_with_the_names_of_fields_only(cast, ada):
    page = reverse("admin:portal_project_change", args=[cast.mailat.pk])
    component = cast.mailat.components.get()
    sent = {
        "name": "Mailat", "summary": "CANARY-SUMMARY", "timezone": "UTC", "language": "en",
        "components-TOTAL_FORMS": "1", "components-INITIAL_FORMS": "1", "components-0-id": component.pk,
        "components-0-project": cast.mailat.pk, "components-0-name": "core", "components-0-scheme": "semver",
    }  # fmt: skip
    assert ada.post(page, sent).status_code == 302
    event = AuditEvent.objects.get(kind="admin.changed")
    assert (event.actor, event.project_uuid) == (cast.ada, cast.mailat.uuid), "the owners see it"
    assert event.facts["row"] == str(cast.mailat.uuid) and {"Name", "One line about it"} & {
        one.capitalize() for one in event.facts["fields"]
    }
    assert "CANARY" not in str(event.facts)
    membership = Membership.objects.get(user=cast.bob)
    ada.post(list_of(Membership), {"action": "delete_selected", "_selected_action": membership.pk, "post": "yes"})
    assert list(AuditEvent.objects.filter(kind__in=["admin.deleted", "team.left"]).values_list("kind", flat=True)) != []
    assert AuditEvent.objects.filter(kind="admin.deleted").count() == 1 == LogEntry.objects.filter(action_flag=3).count()
    assert audit_check.first_break() is None


def test_what_a_verb_refuses_is_said_and_nothing_is_recorded(cast, ada):
    owner = Membership.objects.get(user=cast.olivia)
    page = reverse("admin:portal_membership_delete", args=[owner.pk])
    answer = ada.post(page, {"post": "yes"}, follow=True)
    assert "owner" in answer.content.decode() and answer.status_code == 200
    assert ada.post(reverse("admin:portal_membership_change", args=[owner.pk]), {"role": "triager"}).status_code == 302
    ada.post(list_of(Membership), {"action": "delete_selected", "_selected_action": owner.pk, "post": "yes"})
    assert Membership.objects.get(pk=owner.pk).role == "owner"
    assert not AuditEvent.objects.filter(kind__startswith="admin.").exists() and not LogEntry.objects.exists()


def a_letter(person, **facts):
    outbox.send("account_changed", cause=uuid4(), to=[person], facts={"what": "password"}, at=now())
    Delivery.objects.filter(recipient=person).update(**facts)
    return Delivery.objects.get(recipient=person)


def test_failed_letters_are_tried_again_after_a_question(cast, ada, mailoutbox):
    lost = a_letter(cast.rita, outcome="failed", attempts=20, settled_at=now(), trouble="SMTPException")
    sent = a_letter(cast.bob, outcome="accepted", settled_at=now())
    outbox.send("account_exists", cause=uuid4(), address="gone@example.org", facts={}, at=now())
    Delivery.objects.filter(recipient=None).update(outcome="failed", address="")
    assert "1 letter" not in ada.get("/admin/").content.decode() and "2 letters were given up" in ada.get("/admin/").content.decode()
    chosen = {"action": "try_again", "_selected_action": list(Delivery.objects.values_list("pk", flat=True))}
    asked = ada.post(list_of(Delivery), chosen)
    assert asked.status_code == 200 and "account_changed: Rita" in asked.content.decode() and "Bob" not in asked.content.decode()
    lost.refresh_from_db()
    assert lost.outcome == "failed", "only asked so far"
    assert ada.post(list_of(Delivery), chosen | {"confirmed": "yes"}).status_code == 302
    assert AuditEvent.objects.get(kind="letters.tried_again").facts == {"count": 1}
    outbox.drain(at=now())
    assert [letter.to for letter in mailoutbox] == [[cast.rita.email]]
    sent.refresh_from_db()
    assert sent.outcome == "accepted" and Delivery.objects.get(recipient=None).outcome == "failed"
    assert "None of these can be tried again" in ada.post(list_of(Delivery), chosen, follow=True).content.decode()


def test_sessions_go_by_their_uuid_and_end_at_once(cast, ada):
    rita, bob = cast.client("rita"), cast.client("bob")
    page = ada.get(list_of(Session), {"q": "rita@example.org"}).content.decode()
    session = Session.objects.get(user=cast.rita)
    assert str(session.uuid) in page and session.session_key not in page and cast.bob.email not in page
    chosen = {"action": "end_sessions", "_selected_action": str(session.uuid)}
    asked = ada.post(list_of(Session), chosen).content.decode()
    assert "rita@example.org" in asked and session.session_key not in asked
    assert rita.get("/account/").status_code == 200
    ada.post(list_of(Session), chosen | {"confirmed": "yes"})
    assert rita.get("/account/").status_code == 302 and bob.get("/account/").status_code == 200
    by_key = {"action": "end_sessions", "_selected_action": Session.objects.get(user=cast.bob).session_key, "confirmed": "yes"}
    ada.post(list_of(Session), by_key)
    assert bob.get("/account/").status_code == 200, "no row goes by its key"
    key = Session.objects.get(user=cast.bob).session_key
    for what in ("change", "history", "delete"):
        found = ada.get(f"{list_of(Session)}{key}/{what}/")
        assert found.status_code in (302, 403), "there is no page of one session"


def test_rights_that_are_taken_end_sessions_and_the_last_administrator_stays(cast, ada):
    second = builders.a_person("Second", staff=True)
    session = cast.client(second)
    page = reverse("admin:accounts_user_change", args=[second.pk])
    sent = {"display_name": "Second", "timezone": "UTC", "language": "en", "is_active": "on"}
    assert ada.post(page, sent).status_code == 302
    assert session.get("/account/").status_code == 302
    own = reverse("admin:accounts_user_change", args=[cast.ada.pk])
    assert "the last administrator" in ada.post(own, sent | {"display_name": "Ada"}).content.decode()
    assert User.objects.get(pk=cast.ada.pk).is_staff


def test_people_are_found_by_address_uuid_and_a_part_of_the_name(cast, ada):
    for wanted in ("RITA@example.org", str(cast.rita.uuid), "rit"):
        page = ada.get(list_of(User), {"q": wanted}).content.decode()
        assert "rita@example.org" in page and "bob@example.org" not in page, wanted
    builders.on_team(cast.charlie, cast.mailat, "triager")
    page = ada.get(list_of(Membership), {"q": "Charlie@example.org"}).content.decode()
    assert "Charlie" in page and "Olivia" not in page
    assert ada.get(list_of(Membership), {"q": "' OR 1=1 \0"}).status_code in (200, 302)


def test_a_long_list_is_counted_no_further_than_needed(cast, ada, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "MOST", 3)
    assert "The newest 3 are shown" in ada.get(list_of(User)).content.decode()


def test_the_front_page_says_how_it_is(cast, ada, settings):
    audit_check.follow(at=now())
    page = ada.get("/admin/").content.decode()
    assert "Passkeys" in page and "Linked sign-ins" in page and "OTP WebAuthn" not in page and "Social" not in page
    for words in ("holds together", "none open", "in order", "opens", "runs"):
        assert words in page, words
    AuditEvent.objects.filter(seq=1).update(kind="x")
    audit_check.follow(at=now() - timedelta(hours=1), anew=True)
    FactorRecovery.objects.create(user=cast.bob, asked_at=now(), expires_at=now() + timedelta(days=7))
    a_letter(cast.rita, due_at=now() - timedelta(hours=1))
    settings.KEY_RING = "file:/nowhere/at/all.json"
    page = ada.get("/admin/").content.decode()
    for words in ("does not follow from those before it", "1 person lost", "see what the mail server says", "does not open"):
        assert words in page, words


def test_the_version_is_that_of_the_package():
    assert tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["version"] == VERSION

"""Who stands at the doors, in which sessions, and where each URL leads: something real lies behind every one of them."""

import functools
import time
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.timezone import now
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import calendar_feed, recovery, signing_in, two_factor, unsubscribing
from accounts.models import Delivery, TotpDevice
from intake import erasure, guests, previews
from intake.models import Participant
from intake.notifications import claim_token, guest_token
from portal import absences, pauses, teams, tokens, webhooks
from tests import builders
from tests.intake.attaching import an_image
from tests.intake.restricted import restrict
from tests.matrix.table import STANDINGS

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Door:
    """One URL by one method, with the address that it leads to."""

    method: str
    name: str
    url: str


@dataclass
class Scene:
    """The people, what lies behind the doors, and a session of each person for each proof."""

    cast: object
    people: dict
    elsewhere: dict  # people of the other project alone, by what they are there
    arguments: dict
    special: dict
    _sessions: dict = field(default_factory=dict)

    def door(self, key) -> Door:
        """Return the door of an entry of the table."""
        method, name = key.split(" ", 1)
        wanted = self.special.get(name) or {one: self.arguments[one] for one in names()[name]}
        return Door(method, name, reverse(name.split(" ")[0], kwargs=wanted))

    def meets(self, user, door, *, proof) -> str:
        """Say what somebody meets at a door; see ``visit``."""
        return met(self.visit(user, door, proof=proof), door)

    def visit(self, user, door, *, proof):
        """Return what a door answers.

        ``proof``: they proved who they are just now ("fresh"), an hour ago ("stale") or not at all in this session ("none").
        Whatever the visit changes is taken back, so that the next one meets the same world.
        """
        cache.clear()
        client = Client()
        if user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._session(user, proof)
        with transaction.atomic():
            response = getattr(client, door.method.lower())(door.url, {"client_id": uuid4()} if door.method == "POST" else {})
            transaction.set_rollback(True)
        return response

    def _session(self, user, proof):
        if (user.pk, proof) not in self._sessions:
            self._sessions[user.pk, proof] = _sign_in(user, proof)
        return self._sessions[user.pk, proof]


def _sign_in(user, proof):
    """Begin a session, as it is after the proof, and return its key."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    session, ago = client.session, timedelta(hours=1) if proof == "stale" else timedelta(0)
    if proof != "none":
        if device := TotpDevice.objects.filter(user=user, confirmed=True).first():
            session[DEVICE_ID_SESSION_KEY], session[signing_in.PROVED] = device.persistent_id, (now() - ago).isoformat()
        else:
            session["account_authentication_methods_user"] = str(user.pk)
            session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago.total_seconds()}]
    session.save()
    return session.session_key


@functools.cache
def names():
    """Return {name: its parameters} of every URL that the portal answers, but for the admin's, which has its own test."""

    def walk(patterns, namespace=""):
        for one in patterns:
            if isinstance(one, URLPattern):
                yield f"{namespace}{one.name}", sorted(one.pattern.converters) or sorted(one.pattern.regex.groupindex)
            elif one.namespace != "admin":
                yield from walk(one.url_patterns, f"{one.namespace}:" if one.namespace else namespace)

    return dict(walk(get_resolver().url_patterns))


def met(response, door) -> str:
    """Say in a word what the answer of a door comes to."""
    location = response.headers.get("Location", "")
    if response.status_code == 403 and "accounts/confirm.html" in [template.name for template in response.templates]:
        # A form that came too late: the proof is asked for with the form still in it.
        return "password" if "password" in response.context["form"].fields else "factor"
    if response.status_code in (401, 403, 404, 405):
        return str(response.status_code)
    if location.startswith("/accounts/login/") and door.name != "account_confirm_email":
        return "login"
    if location.startswith(reverse("second_factor_enrol")):
        return "open" if door.name == "passkey_add" else "enrol"  # back to where it is added, for nothing was sent
    if location.startswith("/account/second-factor/"):
        return "factor"
    if location.startswith("/accounts/reauthenticate/"):
        return "password"
    if location.startswith("/desk/") or location == "/":
        return "open"
    assert response.status_code < 400 or response.status_code in (409, 410, 422), f"{door}: {response.status_code}"
    return "open"


def _elsewhere(cast):
    """People of the other project: its owner is among the standings, these have less of it."""
    people = {}
    for role in ("triager", "maintainer"):
        people[role] = builders.a_person(f"Other {role}", email=f"other-{role}@example.org")
        builders.on_team(people[role], cast.mail_auth, role)
        builders.a_factor(people[role])
    people["reporter"] = builders.a_person("Romy")
    report = builders.a_report(cast.mail_auth, by=people["reporter"])
    people["guest"] = builders.a_person("Gerd")
    Participant.objects.create(report=report, user=people["guest"], role="collaborator", joined_at=now())
    return people


def set_up(cast) -> Scene:
    """Make the people of every standing, and something behind every URL."""
    guest, foreign = builders.a_person("Gus"), builders.a_person("Freya")
    builders.on_team(foreign, cast.mail_auth, "owner")
    builders.a_factor(foreign)
    Participant.objects.create(report=cast.report, user=guest, role="collaborator", joined_at=now())
    asked = guests.invite(cast.report, email="co-finder@example.org", with_history=True, by=cast.rita, at=now())
    cofinder = builders.a_guest(cast.report, builders.a_person("Gina"), by=cast.rita)
    recorded = builders.a_recorded_report(cast.mail_auth, by=foreign)
    advisory = builders.an_advisory(builders.a_report(cast.mailat, by=cast.rita).case, by=cast.alice)
    builders.a_draft(cast.case, by=cast.alice)
    invitation = teams.invite(cast.mailat, email="new@example.org", role="triager", by=cast.olivia, at=now())
    open_one = teams.invite(cast.mailat, email="newer@example.org", role="triager", by=cast.olivia, at=now())
    token, _secret = tokens.make(cast.mailat, name="bot", scopes=["list_cases"], lives=tokens.USUAL, by=cast.olivia, at=now())
    hook = builders.a_webhook(cast.mailat, by=cast.olivia)
    webhooks.try_out(hook, by=cast.olivia, at=now())
    # It is over: a running one would close the report form, and one ahead would be gone once it is cancelled.
    once = now() - timedelta(days=40)
    span = {"starts_at": once, "ends_at": once + timedelta(days=9)}
    pause = pauses.plan(cast.mailat, **span, message="Holidays.", critical_ok=True, by=cast.alice, at=once)
    ritas, bobs = builders.a_reporter_reply(cast.report, by=cast.rita), builders.a_team_reply(cast.report, by=cast.bob)
    note = builders.a_note(cast.case, by=cast.bob)
    text, picture = (builders.a_sent_file(cast.report, by=cast.rita, content=body) for body in (b"GET /", an_image()))
    previews.make(picture)
    files, unsent = {"": text, "_text": text, "_preview": picture}, builders.an_unsent_file(cast.report, by=cast.rita)
    kept = restrict(builders.a_report(cast.mailat, by=cast.rita).case, cast.bob, cast.olivia, by=cast.alice)
    lost = recovery.ask(cast.bob, at=now())
    wish = erasure.ask(cast.report, by=cast.rita, at=now())
    away = absences.add(cast.bob, starts_on=now().date(), ends_on=now().date(), at=now())
    later = cast.report.deadlines.first().extensions.create(until=now() + timedelta(days=90), asked_at=now(), asked_by=bobs.author)
    arrived = Delivery.objects.filter(recipient=cast.bob, letter="report_arrived").first()
    people = dict(zip(STANDINGS, (None, cast.charlie, cast.rita, guest, cast.bob, cast.alice, cast.olivia, cast.ada, foreign), strict=True))
    arguments = {
        "slug": "mailat",
        "ref": cast.case.ref,
        "report_ref": cast.report.ref,
        "version": "1.4.2",
        "number": 1,
        "name": "reject",
        "provider": "github",
        "key": "none",
    }
    special = {
        "report": {"ref": cast.report.ref},
        "report_guests": {"ref": cast.report.ref},
        "report_guest_remove": {"ref": cast.report.ref, "uuid": cofinder.pk},
        "report_guest_withdraw": {"ref": cast.report.ref, "uuid": asked.pk},
        "report_leave": {"ref": cast.report.ref},
        "report_attach": {"ref": cast.report.ref},
        "file_remove": {"uuid": unsent.pk},
        **{f"report_file{what}": {"ref": cast.report.ref, "uuid": file.pk} for what, file in files.items()},
        **{f"case_file{what}": {"ref": cast.case.ref, "uuid": file.pk} for what, file in files.items()},
        **dict.fromkeys(("case_readers", "case_unrestrict"), {"ref": kept.ref}),
        "case_reader_dismiss": {"ref": kept.ref, "uuid": kept.readers.get(user=cast.bob).uuid},
        "restricted_step_in": {"slug": "mailat", "ref": kept.ref},
        "report_erasure": {"ref": cast.report.ref},
        "report_extension": {"ref": cast.report.ref, "uuid": later.pk},
        "absence_remove": {"number": away.pk},
        "team_turns": {"slug": "mailat", "person": cast.bob.uuid},
        "report_hand_over": {"ref": cast.report.ref},
        "case_erasure_decline": {"ref": cast.case.ref, "uuid": wish.pk},
        "account_close_other": {"person": cast.charlie.uuid},
        "session_end": {"session": uuid4()},
        **{f"recovery{what}": {"recovery": lost.uuid} for what in ("", "_approve", "_stop")},
        "guest_invitation": {"token": guest_token(asked)},
        "case_guest_remove": {"ref": cast.case.ref, "report_ref": cast.report.ref, "uuid": cofinder.pk},
        "case_guest_withdraw": {"ref": cast.case.ref, "report_ref": cast.report.ref, "uuid": asked.pk},
        "receipt": {"ref": cast.report.ref},
        "report_copy": {"ref": cast.report.ref},
        "report_draft": {"ref": cast.report.ref},
        "report_news": {"ref": cast.report.ref},
        "report_read": {"ref": cast.report.ref},
        "report_reply": {"ref": cast.report.ref},
        **{f"message_{what}": {"ref": cast.report.ref, "uuid": ritas.pk} for what in ("edit", "history", "retract")},
        **{f"case_message_{what}": {"ref": cast.case.ref, "uuid": bobs.pk} for what in ("edit", "history", "retract")},
        **{f"note_{what}": {"ref": cast.case.ref, "uuid": note.pk} for what in ("edit", "history", "retract")},
        "advisories:advisory": {"ref": advisory.ref},
        "advisories:withdraw": {"ref": advisory.case.ref},
        "unsubscribe": {"token": _last_part(unsubscribing.path_of(arrived))},
        "claim": {"token": claim_token(recorded.participants.get(role="reporter"))},
        "invitation": {"token": _last_part(teams.invitation_path(invitation))},
        "second_factor_enrol_link": {
            "token": _last_part(two_factor.enrolment_path(two_factor.new_enrolment_link(cast.bob, by=None, at=now())))
        },
        "account_confirm_email": {"key": "none"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
        **{f"invitation_{what}": {"slug": "mailat", "uuid": open_one.pk} for what in ("resend", "withdraw")},
        **{f"team_{what}": {"slug": "mailat", "person": cast.bob.uuid} for what in ("role", "remove")},
        **{f"webhook{what}": {"slug": "mailat", "uuid": hook.uuid} for what in ("", "_log", "_edit", "_remove", "_secret", "_try", "_on")},
        "webhook_again": {"slug": "mailat", "uuid": hook.uuid, "delivery": webhooks.of(hook).get(letter="webhook.test").uuid},
        "calendar": {"token": calendar_feed.make(cast.alice, at=now())},
        "token_revoke": {"slug": "mailat", "uuid": token.uuid},
        "pause": {"slug": "mailat", "number": pause.pk},
        "pause_cancel": {"slug": "mailat", "number": pause.pk},
        "case_move close": {"ref": cast.case.ref, "name": "close"},
    }
    return Scene(cast, people, _elsewhere(cast), arguments, special)


def _last_part(path):
    return path.rstrip("/").rsplit("/", 1)[-1]

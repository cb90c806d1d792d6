"""Who gets where: every URL × every standing × with and without the second factor. A URL that is not listed here fails."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.utils.timezone import now

from accounts import recovery, two_factor
from accounts.middleware import BEFORE_SECOND_FACTOR
from intake import erasure, guests, previews
from intake.models import Participant
from intake.notifications import claim_token, guest_token
from portal import pauses, teams, tokens
from portal.lib.permissions import ALLOWED, REFUSALS, Action, Standing, may
from tests import builders
from tests.intake.attaching import an_image

STANDINGS = ("anonymous", "outsider", "reporter", "guest", "triager", "maintainer", "owner", "administrator", "foreign")
STAFF = ("triager", "maintainer", "owner", "administrator", "foreign")

EVERYBODY = "open " * 9
NOT_HERE = "404 " * 9
SIGNED_IN = "login " + "open " * 8
REPORTERS = "login 404 open open 404 404 404 404 404"
TEAM = "login 404 404 404 open open open 404 404"
MAINTAINERS = "login 404 404 404 403 open open 404 404"
OWNERS = "login 404 404 404 403 403 open 404 404"

# method and name → what each standing meets, in the order of STANDINGS (with the second factor proved, where they have one).
# "open": the view answers; "login": sent to sign in; "factor": sent to the second factor; "away": sent to where they may be.
MATRIX = {
    "GET home": EVERYBODY,
    "GET policy": EVERYBODY,
    "GET policy_markdown": EVERYBODY,
    "GET policy_json": EVERYBODY,
    "GET project_security_txt": EVERYBODY,
    "GET badge": EVERYBODY,
    "GET security_txt": EVERYBODY,
    "GET policy_schema": EVERYBODY,
    "GET openpgp_key": NOT_HERE,
    "GET policy_history": EVERYBODY,
    "GET policy_version": EVERYBODY,
    "GET healthz": EVERYBODY,
    "GET api_projects": EVERYBODY,
    "GET api_policy": EVERYBODY,
    "GET api_version": EVERYBODY,
    # Programs have no sign-in page to be sent to. A session says who its person is, but only a token what it is.
    "GET api_token": "401 " + "403 " * 8,
    "GET api_cases": "401 404 404 404 open open open 404 404",
    "GET advisories:list": EVERYBODY,
    "GET advisories:feed": EVERYBODY,
    "GET advisories:project_feed": EVERYBODY,
    "GET advisories:advisory": EVERYBODY,
    "GET account_login": EVERYBODY,
    "GET account_signup": EVERYBODY,
    "GET account_inactive": EVERYBODY,
    "GET account_email_verification_sent": EVERYBODY,
    "GET account_confirm_email": EVERYBODY,
    "GET account_reset_password": EVERYBODY,
    # No other site is set (tests/accounts/test_social_*.py set one).
    "GET social_sign_in": NOT_HERE,
    "POST social_sign_in": NOT_HERE,
    "GET social_callback": NOT_HERE,
    "GET socialaccount_signup": NOT_HERE,
    "GET social_link": "login " + "404 " * 8,
    "POST social_link": "login " + "404 " * 8,
    "GET social_unlink": "login " + "404 " * 8,
    "POST social_unlink": "login " + "404 " * 8,
    "GET account_reset_password_done": EVERYBODY,
    "GET account_reset_password_from_key": EVERYBODY,
    "GET account_reset_password_from_key_done": EVERYBODY,
    "GET account_logout": EVERYBODY,
    # A link that is alive leads on to the enrolment, which asks again who may.
    "GET second_factor_enrol_link": "factor " * 9,
    "GET account_reauthenticate": SIGNED_IN,
    "GET account_change_password": SIGNED_IN,
    "GET account_set_password": SIGNED_IN,
    "GET account": SIGNED_IN,
    # Who has no factor is led to the enrolment, and who has one to prove it lately.
    "GET second_factor_challenge": "login factor factor factor open open open open open",
    "GET second_factor_enrol": "login password password password factor factor factor factor factor",
    "GET second_factor_codes": "login " + "factor " * 8,
    "GET second_factor_remove_app": "login 404 404 404 factor factor factor factor factor",
    # There is no such passkey: whose it is says the list.
    "GET passkey_rename": "login " + "404 " * 8,
    "GET passkey_remove": "login " + "404 " * 8,
    "POST passkey_add": "login password password password factor factor factor factor factor",
    "POST passkey_add_begin": "login " + "403 " * 8,
    "POST passkey_prove_begin": "401 " + "open " * 8,
    "POST passkey_sign_in_begin": EVERYBODY,
    "POST passkey_sign_in": "login " + "open " * 8,
    "GET account_security": SIGNED_IN,
    "GET account_letters": SIGNED_IN,
    "GET account_data": SIGNED_IN,
    "GET account_key": "login password password password factor factor factor factor factor",
    "POST account_key": "401 password password password factor factor factor factor factor",
    "POST account_key_remove": "login password password password factor factor factor factor factor",
    "GET account_export": "login password password password factor factor factor factor factor",
    "POST account_export": "login password password password factor factor factor factor factor",
    "GET account_email": "login password password password factor factor factor factor factor",
    "GET desk": SIGNED_IN,
    "GET invitation": SIGNED_IN,
    "POST preview": SIGNED_IN,
    "GET report_new": SIGNED_IN,
    "POST report_new": "401 " + "open " * 8,
    "POST new_draft": "401 " + "open " * 8,
    # There is none to throw away; whose it is says the draft itself.
    "POST new_draft_discard": "login " + "404 " * 8,
    "POST version_check": EVERYBODY,
    "GET reports": SIGNED_IN,
    "GET search": SIGNED_IN,
    "POST search": "401 " + "open " * 8,
    "GET claim": SIGNED_IN,
    "GET report": REPORTERS,
    "GET receipt": "login 404 open 403 404 404 404 404 404",
    "GET report_guests": "login 404 open 403 404 404 404 404 404",
    "GET report_guest_remove": "login 404 open 403 404 404 404 404 404",
    "POST report_guest_withdraw": "login 404 open 403 404 404 404 404 404",
    "GET report_leave": "login 404 403 open 404 404 404 404 404",
    "GET guest_invitation": SIGNED_IN,
    "GET case_guests": MAINTAINERS,
    "GET case_guest_remove": MAINTAINERS,
    "POST case_guest_withdraw": MAINTAINERS,
    "POST report_draft": "401 404 open open 404 404 404 404 404",
    "GET report_news": REPORTERS,
    "POST report_read": REPORTERS,
    "POST report_reply": "401 404 open open 404 404 404 404 404",
    "GET report_copy": "login 404 open 403 404 404 404 404 404",
    "POST report_copy": "login 404 open 403 404 404 404 404 404",
    # The second factor must have been proved lately.
    "GET case_copy": "login 404 404 404 403 factor factor 404 404",
    "POST case_copy": "login 404 404 404 403 factor factor 404 404",
    "GET inbox": "login 403 403 403 open open open open open",
    "GET team": TEAM,
    # The second factor must have been proved lately; a form that comes too late is shown again, to be sent with the proof.
    "GET team_role": "login 404 404 404 403 403 factor 404 404",
    "POST team_role": "login 404 404 404 403 403 factor 404 404",
    "GET team_remove": "login 404 404 404 403 403 factor 404 404",
    "GET team_leave": "login 404 404 404 factor factor factor 404 404",
    "GET team_transfer": "login 404 404 404 403 403 factor 404 404",
    "POST invitation_resend": "login 404 404 404 403 403 factor 404 404",
    "POST invitation_withdraw": OWNERS,
    "GET tokens": TEAM,
    "GET token_new": "login 404 404 404 factor factor factor 404 404",
    "POST token_revoke": "login 404 404 404 404 404 open 404 404",
    "GET policy_draft": OWNERS,
    "POST policy_draft": "401 404 404 404 403 403 open 404 404",
    "POST policy_draft_preview": "401 404 404 404 403 403 open 404 404",
    "GET policy_import": OWNERS,
    "POST policy_import": "401 404 404 404 403 403 open 404 404",
    "GET policy_source": OWNERS,
    # The second factor must have been proved lately.
    "GET policy_publish": "login 404 404 404 403 403 factor 404 404",
    "POST policy_publish": "login 404 404 404 403 403 factor 404 404",
    "GET policy_discard": OWNERS,
    "POST policy_discard": OWNERS,
    "GET retention": OWNERS,
    "GET project_audit": OWNERS,
    "GET project_audit_export": "login 404 404 404 403 403 factor 404 404",
    "POST project_audit_export": "login 404 404 404 403 403 factor 404 404",
    "GET audit": "login 404 404 404 404 404 404 open 404",
    "GET audit_export": "login 404 404 404 404 404 404 factor 404",
    "POST audit_export": "login 404 404 404 404 404 404 factor 404",
    "GET pauses": MAINTAINERS,
    "GET pause": MAINTAINERS,
    "POST pause_cancel": MAINTAINERS,
    "GET report_erasure": "login 404 open 403 404 404 404 404 404",
    "POST report_erasure": "login 404 open 403 404 404 404 404 404",
    # Who proves themselves by a password is sent to give it again.
    "GET report_hand_over": "login 404 password 403 404 404 404 404 404",
    "GET case_erasure": "login 404 404 404 403 factor factor 404 404",
    "POST case_erasure": "login 404 404 404 403 factor factor 404 404",
    "GET case_erasure_decline": MAINTAINERS,
    "POST case_erasure_decline": "401 404 404 404 403 open open 404 404",
    "GET case_hold": OWNERS,
    "POST case_hold": "401 404 404 404 403 403 open 404 404",
    # There is no such session of theirs.
    "POST session_end": "login " + "404 " * 8,
    "POST sessions_end_others": SIGNED_IN,
    # Who waits at the second factor may ask; nobody here does.
    "GET recovery_ask": "login " + "factor " * 8,
    "POST recovery_ask": "login " + "factor " * 8,
    "POST recovery_stop_own": SIGNED_IN,
    # Of the triager: an owner of the project and the administrator may answer, the triager may not.
    "GET recoveries": "login 404 404 404 404 404 open open open",
    "GET recovery": "login 404 404 404 404 404 open open 404",
    "GET recovery_approve": "login 404 404 404 404 404 factor factor 404",
    "POST recovery_approve": "login 404 404 404 404 404 factor factor 404",
    "POST recovery_stop": "login 404 404 404 404 404 open open 404",
    "GET account_close": "login password password password factor factor factor factor factor",
    "GET account_close_other": "login 404 404 404 404 404 404 factor 404",
    "GET record_report": TEAM,
    "GET case": TEAM,
    "GET case_timeline": TEAM,
    "GET recorded": TEAM,
    "POST case_reply": "401 404 404 404 open open open 404 404",
    "POST case_draft": "401 404 404 404 open open open 404 404",
    "POST note_draft": "401 404 404 404 open open open 404 404",
    "GET case_news": TEAM,
    "POST case_read": TEAM,
    "POST case_note": "401 404 404 404 open open open 404 404",
    "POST case_title": "401 404 404 404 open open open 404 404",
    "POST case_severity": TEAM,
    "GET case_join": TEAM,
    "POST case_join": TEAM,
    "GET case_move": TEAM,
    "GET case_move close": MAINTAINERS,
    # Only the author: Rita of the one message, Bob of the other and of the note.
    "GET message_history": REPORTERS,
    "GET message_edit": "login 404 open 403 404 404 404 404 404",
    "POST message_edit": "401 404 open 403 404 404 404 404 404",
    "GET message_retract": "login 404 open 403 404 404 404 404 404",
    "POST message_retract": "login 404 open 403 404 404 404 404 404",
    "GET case_message_history": TEAM,
    "GET case_message_edit": "login 404 404 404 open 403 403 404 404",
    "POST case_message_edit": "401 404 404 404 open 403 403 404 404",
    "GET case_message_retract": "login 404 404 404 open 403 403 404 404",
    "GET note_history": TEAM,
    "GET note_edit": "login 404 404 404 open 403 403 404 404",
    "POST note_edit": "401 404 404 404 open 403 403 404 404",
    "GET note_retract": "login 404 404 404 open 403 403 404 404",
    "POST report_new_attach": "login " + "open " * 8,
    "POST report_attach": REPORTERS,
    "POST case_attach": TEAM,
    "POST note_attach": TEAM,
    "POST file_remove": "login 404 open 404 404 404 404 404 404",
    "GET report_file": REPORTERS,
    "GET report_file_preview": REPORTERS,
    "GET report_file_text": REPORTERS,
    "GET case_file": TEAM,
    "GET case_file_preview": TEAM,
    "GET case_file_text": TEAM,
    "GET advisories:draft": TEAM,
    "POST advisories:begin": TEAM,
    "GET advisories:preview": TEAM,
    "GET advisories:publish": "login 404 404 404 403 factor factor 404 404",
    "GET advisories:withdraw": "login 404 404 404 403 factor factor 404 404",
}


@dataclass
class Door:
    """One entry of the matrix, with the address that it leads to."""

    method: str
    name: str
    url: str


@pytest.fixture
def scene(cast):
    """The people of every standing, and something behind every URL."""
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
    # It is over: a running one would close the report form, and one ahead would be gone once it is cancelled.
    once = now() - timedelta(days=40)
    span = {"starts_at": once, "ends_at": once + timedelta(days=9)}
    pause = pauses.plan(cast.mailat, **span, message="Holidays.", critical_ok=True, by=cast.alice, at=once)
    ritas, bobs = builders.a_reporter_reply(cast.report, by=cast.rita), builders.a_team_reply(cast.report, by=cast.bob)
    note = builders.a_note(cast.case, by=cast.bob)
    text, picture = (builders.a_sent_file(cast.report, by=cast.rita, content=body) for body in (b"GET /", an_image()))
    previews.make(picture)
    files, unsent = {"": text, "_text": text, "_preview": picture}, builders.an_unsent_file(cast.report, by=cast.rita)
    lost = recovery.ask(cast.bob, at=now())
    wish = erasure.ask(cast.report, by=cast.rita, at=now())
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
        "report_erasure": {"ref": cast.report.ref},
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
        "claim": {"token": claim_token(recorded.participants.get(role="reporter"))},
        "invitation": {"token": _last_part(teams.invitation_path(invitation))},
        "second_factor_enrol_link": {
            "token": _last_part(two_factor.enrolment_path(two_factor.new_enrolment_link(cast.bob, by=None, at=now())))
        },
        "account_confirm_email": {"key": "none"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
        **{f"invitation_{what}": {"slug": "mailat", "uuid": open_one.pk} for what in ("resend", "withdraw")},
        **{f"team_{what}": {"slug": "mailat", "person": cast.bob.uuid} for what in ("role", "remove")},
        "token_revoke": {"slug": "mailat", "uuid": token.uuid},
        "pause": {"slug": "mailat", "number": pause.pk},
        "pause_cancel": {"slug": "mailat", "number": pause.pk},
        "case_move close": {"ref": cast.case.ref, "name": "close"},
    }
    return cast, people, arguments, special


def _last_part(path):
    return path.rstrip("/").rsplit("/", 1)[-1]


def names():
    """Every (name, parameters) that the portal answers, but for the admin's, which has its own test below."""

    def walk(patterns, namespace=""):
        for one in patterns:
            if isinstance(one, URLPattern):
                yield f"{namespace}{one.name}", sorted(one.pattern.converters) or sorted(one.pattern.regex.groupindex)
            elif one.namespace != "admin":
                yield from walk(one.url_patterns, f"{one.namespace}:" if one.namespace else namespace)

    return dict(walk(get_resolver().url_patterns))


def doors(arguments, special):
    parameters = names()
    for key in MATRIX:
        method, name = key.split(" ", 1)
        wanted = special.get(name) or {one: arguments[one] for one in parameters[name]}
        yield key, Door(method, name, reverse(name.split(" ")[0], kwargs=wanted))


def met(client, door):
    """Say what somebody meets at a door."""
    response = getattr(client, door.method.lower())(door.url, {"client_id": uuid4()} if door.method == "POST" else {})
    location = response.headers.get("Location", "")
    if response.status_code == 403 and "accounts/confirm.html" in [template.name for template in response.templates]:
        # A form that came too late: the proof is asked for with the form still in it.
        return "password" if "password" in response.context["form"].fields else "factor"
    if response.status_code in (401, 403, 404):
        return str(response.status_code)
    if location.startswith("/accounts/login/") and door.name != "account_confirm_email":
        return "login"
    if location.startswith("/account/second-factor/"):
        return "factor"
    if location.startswith("/accounts/reauthenticate/"):
        return "password"
    if location.startswith("/desk/") or location == "/":
        return "away" if door.name.startswith("admin:") else "open"
    assert response.status_code < 400 or response.status_code in (409, 410, 422), f"{door}: {response.status_code}"
    return "open"


def test_every_url_is_in_the_matrix():
    listed = {key.split(" ")[1] for key in MATRIX}
    assert set(names()) - listed == set(), "say in MATRIX who may open these"
    assert listed - set(names()) == set(), "these are gone"


def test_everybody_meets_what_the_matrix_says(scene):
    cast, people, arguments, special = scene
    wrong = []
    for key, door in doors(arguments, special):
        for standing, expected in zip(STANDINGS, MATRIX[key].split(), strict=True):
            found = met(cast.client(people[standing]), door)
            if found != expected:
                wrong.append(f"{key} as {standing}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_a_guest_without_history_meets_the_same_doors(scene):
    cast, people, arguments, special = scene
    late = builders.a_guest(cast.report, builders.a_person("Lea"), by=cast.rita, with_history=False).user
    wrong = []
    for key, door in doors(arguments, special):
        expected, found = MATRIX[key].split()[STANDINGS.index("guest")], met(cast.client(late), door)
        expected = "404" if door.name.startswith(("message_", "report_file")) else expected  # it was said before they joined
        if found != expected:
            wrong.append(f"{key}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_staff_without_the_second_factor_get_nowhere(scene):
    cast, people, arguments, special = scene
    wrong = []
    for key, door in doors(arguments, special):
        if MATRIX[key] in (EVERYBODY, NOT_HERE) or door.name in BEFORE_SECOND_FACTOR:
            continue
        for standing in STAFF:
            found = met(cast.client(people[standing], factor=False), door)
            if found not in ("factor", "403"):
                wrong.append(f"{key} as {standing}: {found}")
    assert not wrong, "\n".join(wrong)


def test_the_admin_is_for_administrators_with_their_second_factor(scene):
    cast, people, _arguments, _special = scene
    pages = [reverse("admin:index")]
    pages += [f"/admin/{label}/" for label in ("accounts/user", "accounts/auditevent", "accounts/delivery", "portal/project")]
    pages += [f"/admin/portal/{label}/" for label in ("securitypolicy", "membership", "invitation")]
    for page in pages:
        for standing in STANDINGS:
            response = cast.client(people[standing]).get(page)
            assert (response.status_code == 200) == (standing == "administrator"), f"{page} as {standing}"
        assert cast.client("ada", factor=False).get(page).status_code == 302


def test_the_admin_holds_no_case(scene):
    cast, _people, _arguments, _special = scene
    page = cast.client("ada").get("/admin/").content.decode()
    assert "/admin/intake/" not in page
    assert "/admin/advisories/advisorydraft" not in page


def test_the_table_knows_every_action_and_has_a_sentence_for_each():
    assert set(ALLOWED) == set(REFUSALS) == set(Action)
    for action in Action:
        assert str(action.refusal).endswith(".")
        assert not may(Standing.ANONYMOUS, action)
        assert not may(None, action)


def test_an_administrator_opens_no_case():
    content = set(Action) - {Action.SUBMIT_REPORT, Action.READ_AUDIT}
    assert not any(may(Standing.ADMINISTRATOR, action) for action in content)

"""The table: what each standing meets at each URL, by each method that it takes."""

STANDINGS = ("anonymous", "outsider", "reporter", "guest", "triager", "maintainer", "owner", "administrator", "foreign")
STAFF = ("triager", "maintainer", "owner", "administrator", "foreign")

EVERYBODY = "open " * 9
NOT_HERE = "404 " * 9
SIGNED_IN = "login " + "open " * 8
REPORTERS = "login 404 open open 404 404 404 404 404"
TEAM = "login 404 404 404 open open open 404 404"
MAINTAINERS = "login 404 404 404 403 open open 404 404"
OWNERS = "login 404 404 404 403 403 open 404 404"
ADMINISTRATORS = "login 404 404 404 404 404 404 open 404"
NO_PAGE = "login " + "404 " * 8
# Forms whose text is kept are shown again, rather than lost in a sign-in.
MAINTAINERS_FORM, OWNERS_FORM = (row.replace("login", "401") for row in (MAINTAINERS, OWNERS))
# Asks anew: who is let in needs to have proved who they are within the last minutes, or proves it now (accounts.step_up).
ANEW = " anew"

# Methods and name → what each standing meets, in the order of STANDINGS, with the proof that they can give given just now.
# "open": the view answers; "login": sent to sign in; "factor", "password": asked for that proof; "enrol": led to set one up.
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
    "GET POST healthz": EVERYBODY,
    "GET api_projects": EVERYBODY,
    "GET api_policy": EVERYBODY,
    "GET api_version": EVERYBODY,
    # Programs have no sign-in page to be sent to. A session says who its person is, but only a token what it is.
    "GET POST api_token": "401 " + "403 " * 8,
    "GET api_cases": "401 404 404 404 open open open 404 404",
    "GET advisories:list": EVERYBODY,
    "GET advisories:feed": EVERYBODY,
    "GET advisories:project_feed": EVERYBODY,
    "GET advisories:advisory": EVERYBODY,
    "GET POST account_login": EVERYBODY,
    "GET POST account_signup": EVERYBODY,
    "GET account_inactive": EVERYBODY,
    "GET account_email_verification_sent": EVERYBODY,
    "GET account_confirm_email": EVERYBODY,
    "POST account_confirm_email": NOT_HERE,
    "GET POST account_reset_password": EVERYBODY,
    # No other site is set (tests/accounts/test_social_*.py set one).
    "GET POST social_sign_in": NOT_HERE,
    "GET social_callback": NOT_HERE,
    "GET POST socialaccount_signup": NOT_HERE,
    "GET POST social_link": NO_PAGE,
    "GET POST social_unlink": NO_PAGE,
    "GET account_reset_password_done": EVERYBODY,
    "GET POST account_reset_password_from_key": EVERYBODY,
    "GET account_reset_password_from_key_done": EVERYBODY,
    "GET POST account_logout": EVERYBODY,
    # A link that is alive leads on to the enrolment, which asks again who may.
    "GET second_factor_enrol_link": "enrol " * 9,
    "GET POST account_reauthenticate": SIGNED_IN,
    "GET POST account_change_password": SIGNED_IN,
    "GET POST account_set_password": SIGNED_IN,
    "GET account": SIGNED_IN,
    "POST account": "401 " + "open " * 8,
    # Who has no factor is led to the enrolment.
    "GET POST second_factor_challenge": "login enrol enrol enrol open open open open open",
    "GET POST second_factor_enrol": SIGNED_IN + ANEW,
    "GET POST second_factor_codes": "login enrol enrol enrol open open open open open" + ANEW,
    "GET POST second_factor_remove_app": "login 404 404 404 open open open open open" + ANEW,
    # There is no such passkey: whose it is says the list.
    "GET POST passkey_rename": NO_PAGE,
    "GET POST passkey_remove": NO_PAGE,
    "POST passkey_add": SIGNED_IN + ANEW,
    "POST passkey_add_begin": SIGNED_IN + ANEW,
    "POST passkey_prove_begin": "401 " + "open " * 8,
    "POST passkey_sign_in_begin": EVERYBODY,
    "POST passkey_sign_in": "login " + "open " * 8,
    "GET account_security": SIGNED_IN,
    "GET account_letters": SIGNED_IN,
    "POST account_letters": "401 " + "open " * 8,
    "POST letters_arrive": SIGNED_IN,
    # Whoever has the link of a letter may turn its kind off.
    "GET POST unsubscribe": EVERYBODY,
    "GET notifications": SIGNED_IN,
    "POST notifications_read": SIGNED_IN,
    # An open page asks; it is answered by nothing where nobody is signed in.
    "GET notifications_unread": EVERYBODY,
    # Whoever knows the address of a calendar reads it.
    "GET calendar": EVERYBODY,
    "GET account_calendar": SIGNED_IN,
    "POST account_calendar_make": SIGNED_IN + ANEW,
    "POST account_calendar_revoke": SIGNED_IN,
    "GET account_data": SIGNED_IN,
    "GET account_key": SIGNED_IN + ANEW,
    "POST account_key": "401 " + "open " * 8 + ANEW,
    "POST account_key_remove": SIGNED_IN + ANEW,
    "GET POST account_export": SIGNED_IN + ANEW,
    "GET POST account_email": SIGNED_IN + ANEW,
    "GET POST desk": SIGNED_IN,
    "GET POST invitation": SIGNED_IN,
    "POST preview": SIGNED_IN,
    "GET report_new": SIGNED_IN,
    "POST report_new": "401 " + "open " * 8,
    "POST new_draft": "401 " + "open " * 8,
    # There is none to throw away; whose it is says the draft itself.
    "POST new_draft_discard": NO_PAGE,
    "POST version_check": EVERYBODY,
    "GET reports": SIGNED_IN,
    "GET search": SIGNED_IN,
    "POST search": "401 " + "open " * 8,
    "GET POST claim": SIGNED_IN,
    "GET report": REPORTERS,
    "GET receipt": "login 404 open 403 404 404 404 404 404",
    "GET POST report_guests": "login 404 open 403 404 404 404 404 404",
    "GET POST report_guest_remove": "login 404 open 403 404 404 404 404 404",
    "POST report_guest_withdraw": "login 404 open 403 404 404 404 404 404",
    "GET POST report_leave": "login 404 403 open 404 404 404 404 404",
    "GET POST guest_invitation": SIGNED_IN,
    "GET POST case_guests": MAINTAINERS,
    "GET POST case_guest_remove": MAINTAINERS,
    "POST case_guest_withdraw": MAINTAINERS,
    "POST report_draft": "401 404 open open 404 404 404 404 404",
    "GET report_news": REPORTERS,
    "POST report_read": REPORTERS,
    "POST report_reply": "401 404 open open 404 404 404 404 404",
    "GET POST report_copy": "login 404 open 403 404 404 404 404 404" + ANEW,
    "GET POST case_copy": MAINTAINERS + ANEW,
    "GET inbox": "login 403 403 403 open open open open open",
    "GET figures": "login 403 403 403 open open open open open",
    "GET project_figures": TEAM,
    # No owner has made it public.
    "GET responsiveness": NOT_HERE,
    "GET responsiveness_settings": OWNERS,
    "POST responsiveness_settings": OWNERS + ANEW,
    "GET team": TEAM,
    "POST team": OWNERS_FORM + ANEW,
    "GET POST team_role": OWNERS + ANEW,
    "GET POST team_remove": OWNERS + ANEW,
    "GET POST team_leave": TEAM + ANEW,
    "GET POST team_transfer": OWNERS + ANEW,
    "POST invitation_resend": OWNERS + ANEW,
    "POST invitation_withdraw": OWNERS,
    "GET tokens": TEAM,
    "GET token_new": TEAM + ANEW,
    "POST token_new": "401 404 404 404 open open open 404 404" + ANEW,
    "POST token_revoke": "login 404 404 404 404 404 open 404 404",
    "GET policy_draft": OWNERS,
    "POST policy_draft": OWNERS_FORM,
    "POST policy_draft_preview": OWNERS_FORM,
    "GET policy_import": OWNERS,
    "POST policy_import": OWNERS_FORM,
    "GET POST policy_source": OWNERS,
    "GET POST policy_publish": OWNERS + ANEW,
    "GET POST policy_discard": OWNERS,
    "GET ladder": OWNERS,
    "POST ladder": OWNERS + ANEW,
    "POST ladder_remove": OWNERS + ANEW,
    "POST ladder_reset": OWNERS + ANEW,
    "POST ladder_turns": OWNERS + ANEW,
    "POST case_assign": TEAM,
    "GET case_extension": TEAM,
    "POST case_extension": TEAM.replace("login", "401"),
    "POST report_extension": "login 404 open 403 404 404 404 404 404",
    # Bob's turns, by himself and by owners; his absence, by himself.
    "POST team_turns": "login 404 404 404 open 403 open 404 404",
    "GET POST absences": "login 404 404 404 open open open 404 open",
    "POST absence_remove": "login 404 404 404 open 404 404 404 404",
    "GET retention": OWNERS,
    "POST retention": OWNERS + ANEW,
    "GET project_audit": OWNERS,
    "GET POST project_audit_export": OWNERS + ANEW,
    "GET audit": ADMINISTRATORS,
    "GET POST audit_export": ADMINISTRATORS + ANEW,
    "GET webhooks": OWNERS,
    "GET webhook_new": OWNERS + ANEW,
    "POST webhook_new": OWNERS_FORM + ANEW,
    "GET webhook": OWNERS,
    "GET webhook_log": OWNERS,
    "GET webhook_edit": OWNERS + ANEW,
    "POST webhook_edit": OWNERS_FORM + ANEW,
    "GET POST webhook_remove": OWNERS + ANEW,
    "GET POST webhook_secret": OWNERS + ANEW,
    "POST webhook_try": OWNERS + ANEW,
    "POST webhook_on": OWNERS + ANEW,
    "POST webhook_again": OWNERS + ANEW,
    "GET pauses": MAINTAINERS,
    "POST pauses": MAINTAINERS_FORM,
    "GET pause": MAINTAINERS,
    "POST pause": MAINTAINERS_FORM,
    "POST pause_cancel": MAINTAINERS,
    "GET POST report_erasure": "login 404 open 403 404 404 404 404 404",
    "GET POST report_hand_over": "login 404 open 403 404 404 404 404 404" + ANEW,
    "GET POST case_erasure": MAINTAINERS + ANEW,
    "GET case_erasure_decline": MAINTAINERS,
    "POST case_erasure_decline": MAINTAINERS_FORM,
    "GET case_hold": OWNERS,
    "POST case_hold": OWNERS_FORM,
    # There is no such session of theirs.
    "POST session_end": NO_PAGE,
    "POST sessions_end_others": SIGNED_IN,
    # Who waits at the second factor may ask; nobody here does.
    "GET POST recovery_ask": "login " + "factor " * 8,
    "POST recovery_stop_own": SIGNED_IN,
    # Of the triager: an owner of the project and the administrator may answer, the triager may not.
    "GET recoveries": "login 404 404 404 404 404 open open open",
    "GET recovery": "login 404 404 404 404 404 open open 404",
    "GET POST recovery_approve": "login 404 404 404 404 404 open open 404" + ANEW,
    "POST recovery_stop": "login 404 404 404 404 404 open open 404",
    "GET POST account_close": SIGNED_IN + ANEW,
    "GET POST account_close_other": ADMINISTRATORS + ANEW,
    "GET record_report": TEAM,
    "POST record_report": "401 404 404 404 open open open 404 404",
    "GET case": TEAM,
    "GET case_timeline": TEAM,
    "GET case_told": TEAM,
    # A restricted case that names all three.
    "GET case_readers": MAINTAINERS,
    "POST case_readers": MAINTAINERS + ANEW,
    "POST case_reader_dismiss": MAINTAINERS + ANEW,
    "POST case_unrestrict": MAINTAINERS + ANEW,
    "GET restricted_cases": OWNERS,
    "POST restricted_step_in": OWNERS + ANEW,
    "GET recorded": TEAM,
    "POST case_reply": "401 404 404 404 open open open 404 404",
    "POST case_draft": "401 404 404 404 open open open 404 404",
    "POST note_draft": "401 404 404 404 open open open 404 404",
    "GET case_news": TEAM,
    "POST case_read": TEAM,
    "POST case_note": "401 404 404 404 open open open 404 404",
    "POST case_title": "401 404 404 404 open open open 404 404",
    "POST case_severity": TEAM,
    "GET POST case_join": TEAM,
    "GET case_move": TEAM,
    "POST case_move": "401 404 404 404 open open open 404 404",
    "GET case_move close": MAINTAINERS,
    # Only the author: Rita of the one message, Bob of the other and of the note.
    "GET message_history": REPORTERS,
    "GET message_edit": "login 404 open 403 404 404 404 404 404",
    "POST message_edit": "401 404 open 403 404 404 404 404 404",
    "GET POST message_retract": "login 404 open 403 404 404 404 404 404",
    "GET case_message_history": TEAM,
    "GET case_message_edit": "login 404 404 404 open 403 403 404 404",
    "POST case_message_edit": "401 404 404 404 open 403 403 404 404",
    "GET POST case_message_retract": "login 404 404 404 open 403 403 404 404",
    "GET note_history": TEAM,
    "GET note_edit": "login 404 404 404 open 403 403 404 404",
    "POST note_edit": "401 404 404 404 open 403 403 404 404",
    "GET POST note_retract": "login 404 404 404 open 403 403 404 404",
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
    "POST advisories:draft": "401 404 404 404 open open open 404 404",
    "POST advisories:begin": TEAM,
    "GET advisories:preview": TEAM,
    "GET POST advisories:publish": MAINTAINERS + ANEW,
    "GET POST advisories:withdraw": MAINTAINERS + ANEW,
}

ALIKE = (EVERYBODY.split(), NOT_HERE.split())  # rows of what asks nobody who they are
# Where a session whose proof is too old meets something else than the page that asks for it: a script is refused.
STALE = {"POST passkey_add_begin": "403"}


def rows():
    """Yield (method and name, what each standing meets, whether it asks anew), one for each method."""
    for key, row in MATRIX.items():
        *methods, name = _split(key)
        cells = row.split()
        asks_anew = cells[len(STANDINGS) :] == ["anew"]
        for method in methods:
            yield f"{method} {name}", cells[: len(STANDINGS)], asks_anew


def _split(key):
    words = key.split(" ")
    count = sum(word in ("GET", "POST") for word in words[:2])
    return [*words[:count], " ".join(words[count:])]

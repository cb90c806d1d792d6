"""Who may do what: one table. It knows no model and no database.

``Standing`` is a fact of the data (a membership, an authorship); whether the session proved a second factor is a fact
of the request and is asked for by the doors (``access.py`` of each app).
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Standing(StrEnum):
    ANONYMOUS = "anonymous"
    OUTSIDER = "outsider"
    REPORTER = "reporter"
    COLLABORATOR = "collaborator"
    TRIAGER = "triager"
    MAINTAINER = "maintainer"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    READ_REPORT = "read_report"
    REPLY = "reply"
    SUBMIT_REPORT = "submit_report"
    READ_CASE = "read_case"
    READ_NOTES = "read_notes"
    WRITE_NOTE = "write_note"
    TRIAGE = "triage"
    SET_SEVERITY = "set_severity"
    CLOSE_CASE = "close_case"
    RECORD_REPORT = "record_report"
    DRAFT_ADVISORY = "draft_advisory"
    PUBLISH_ADVISORY = "publish_advisory"
    INVITE = "invite"
    EDIT_POLICY = "edit_policy"
    PLAN_PAUSE = "plan_pause"
    INVITE_GUEST = "invite_guest"
    LEAVE = "leave"
    READ_RECEIPT = "read_receipt"
    TAKE_COPY = "take_copy"
    ASK_ERASURE = "ask_erasure"
    ANSWER_ERASURE = "answer_erasure"
    PLACE_HOLD = "place_hold"
    SET_RETENTION = "set_retention"
    HAND_OVER = "hand_over"
    READ_AUDIT = "read_audit"
    LIST_CASES = "list_cases"
    RESTRICT_CASE = "restrict_case"
    SEE_RESTRICTED = "see_restricted"
    ASSIGN = "assign"
    ASK_EXTENSION = "ask_extension"
    ANSWER_EXTENSION = "answer_extension"
    SEE_DELIVERIES = "see_deliveries"
    SET_LADDER = "set_ladder"
    MANAGE_WEBHOOKS = "manage_webhooks"
    SEE_FIGURES = "see_figures"
    SHOW_FIGURES = "show_figures"
    SEE_TEAM = "see_team"
    CHANGE_TEAM = "change_team"
    LEAVE_TEAM = "leave_team"
    MAKE_TOKEN = "make_token"
    REVOKE_TOKENS = "revoke_tokens"

    @property
    def refusal(self):
        """A sentence for somebody who may see the thing but not do this."""
        return REFUSALS[self]


TEAM = frozenset({Standing.TRIAGER, Standing.MAINTAINER, Standing.OWNER})
SIGNED_IN = frozenset(set(Standing) - {Standing.ANONYMOUS})

ALLOWED = {
    Action.READ_REPORT: frozenset({Standing.REPORTER, Standing.COLLABORATOR}),
    Action.REPLY: TEAM | {Standing.REPORTER, Standing.COLLABORATOR},
    Action.SUBMIT_REPORT: SIGNED_IN,
    Action.READ_CASE: TEAM,
    Action.READ_NOTES: TEAM,
    Action.WRITE_NOTE: TEAM,
    Action.TRIAGE: TEAM,
    Action.SET_SEVERITY: TEAM,
    Action.CLOSE_CASE: frozenset({Standing.MAINTAINER, Standing.OWNER}),
    Action.RECORD_REPORT: TEAM,
    Action.DRAFT_ADVISORY: TEAM,
    Action.PUBLISH_ADVISORY: frozenset({Standing.MAINTAINER, Standing.OWNER}),
    Action.INVITE: frozenset({Standing.OWNER}),
    Action.EDIT_POLICY: frozenset({Standing.OWNER}),
    Action.PLAN_PAUSE: frozenset({Standing.MAINTAINER, Standing.OWNER}),
    Action.INVITE_GUEST: frozenset({Standing.REPORTER, Standing.MAINTAINER, Standing.OWNER}),
    Action.LEAVE: frozenset({Standing.COLLABORATOR}),
    Action.READ_RECEIPT: frozenset({Standing.REPORTER}),
    Action.TAKE_COPY: frozenset({Standing.REPORTER, Standing.MAINTAINER, Standing.OWNER}),
    Action.ASK_ERASURE: frozenset({Standing.REPORTER}),
    Action.ANSWER_ERASURE: frozenset({Standing.MAINTAINER, Standing.OWNER}),
    Action.PLACE_HOLD: frozenset({Standing.OWNER}),
    Action.SET_RETENTION: frozenset({Standing.OWNER}),
    Action.HAND_OVER: frozenset({Standing.REPORTER}),
    # Who did what to the team, the policy and the keys: facts about people, never what they wrote.
    Action.READ_AUDIT: frozenset({Standing.OWNER, Standing.ADMINISTRATOR}),
    Action.LIST_CASES: TEAM,
    Action.RESTRICT_CASE: frozenset({Standing.MAINTAINER, Standing.OWNER}),
    # That they exist and whom they name; of the content nothing.
    Action.SEE_RESTRICTED: frozenset({Standing.OWNER}),
    Action.ASSIGN: TEAM,
    Action.ASK_EXTENSION: TEAM,
    Action.ANSWER_EXTENSION: frozenset({Standing.REPORTER}),
    Action.SEE_DELIVERIES: TEAM,
    Action.SET_LADDER: frozenset({Standing.OWNER}),
    Action.MANAGE_WEBHOOKS: frozenset({Standing.OWNER}),
    Action.SEE_FIGURES: TEAM,
    Action.SHOW_FIGURES: frozenset({Standing.OWNER}),
    Action.SEE_TEAM: TEAM,
    Action.CHANGE_TEAM: frozenset({Standing.OWNER}),
    Action.LEAVE_TEAM: TEAM,
    Action.MAKE_TOKEN: TEAM,
    Action.REVOKE_TOKENS: frozenset({Standing.OWNER}),
}

# What an API token may be made for: what an address of the API asks for, and never roles, factors, keys, erasing or tokens.
SCOPES = {
    Action.LIST_CASES: _("List cases: reference, stage, severity and dates, and no text of anybody."),
}

REFUSALS = {
    Action.READ_REPORT: _("Only the people of this report may read it."),
    Action.REPLY: _("Only the people of this report may write in it."),
    Action.SUBMIT_REPORT: _("Sign in to send a report, so that the team can answer you."),
    Action.READ_CASE: _("Only the team of this project may open its cases."),
    Action.READ_NOTES: _("Only the team of this project may read its notes."),
    Action.WRITE_NOTE: _("Only the team of this project may write notes."),
    Action.TRIAGE: _("Only the team of this project may judge a report."),
    Action.SET_SEVERITY: _("Only the team of this project may set a severity."),
    Action.CLOSE_CASE: _("Closing or reopening a case is for maintainers and owners of the project. Ask one of them."),
    Action.RECORD_REPORT: _("Only the team of this project may record a report that arrived elsewhere."),
    Action.DRAFT_ADVISORY: _("Only the team of this project may draft an advisory."),
    Action.PUBLISH_ADVISORY: _("Publishing and withdrawing are for maintainers and owners of the project. Ask one of them."),
    Action.INVITE: _("Inviting people is for owners of the project. Ask one of them."),
    Action.EDIT_POLICY: _("The policy is drafted and published by owners of the project. Ask one of them."),
    Action.PLAN_PAUSE: _("Pauses are planned by maintainers and owners of the project. Ask one of them."),
    Action.INVITE_GUEST: _("Guests are invited by the reporter, and by maintainers and owners of the project. Ask one of them."),
    Action.LEAVE: _("Only a guest leaves a report. Its reporter can ask the team to close it."),
    Action.READ_RECEIPT: _("The receipt belongs to the reporter."),
    Action.TAKE_COPY: _("A copy may be taken by the reporter, and by maintainers and owners of the project."),
    Action.ASK_ERASURE: _("Only the reporter asks that a report be erased."),
    Action.ANSWER_ERASURE: _("Erasing is decided by maintainers and owners of the project. Ask one of them."),
    Action.PLACE_HOLD: _("A legal hold is placed and lifted by owners of the project. Ask one of them."),
    Action.HAND_OVER: _("Only the reporter hands a report over to somebody else."),
    Action.READ_AUDIT: _("The audit trail of a project is read by its owners. Ask one of them."),
    Action.SET_RETENTION: _("How long cases are kept is decided by owners of the project. Ask one of them."),
    Action.LIST_CASES: _("Only the team of this project may list its cases."),
    Action.RESTRICT_CASE: _("A case is restricted, and opened again, by maintainers and owners of the project. Ask one of them."),
    Action.SEE_RESTRICTED: _("Which cases are restricted is shown to owners of the project. Ask one of them."),
    Action.ASSIGN: _("Only the team of this project may assign its cases."),
    Action.ASK_EXTENSION: _("Only the team of this project may ask for a later date."),
    Action.ANSWER_EXTENSION: _("Only the reporter agrees to a later date."),
    Action.SEE_DELIVERIES: _("Only the team of this project may see who was told of what."),
    Action.SET_LADDER: _("Who is reminded when is decided by owners of the project. Ask one of them."),
    Action.MANAGE_WEBHOOKS: _("Webhooks are kept by owners of the project. Ask one of them."),
    Action.SEE_FIGURES: _("Only the team of this project may see its figures."),
    Action.SHOW_FIGURES: _("Whether figures are public is decided by owners of the project. Ask one of them."),
    Action.SEE_TEAM: _("Only the team of this project may see who is on it."),
    Action.CHANGE_TEAM: _("Roles are changed, and people removed, by owners of the project. Ask one of them."),
    Action.LEAVE_TEAM: _("Only somebody on the team can leave it."),
    Action.MAKE_TOKEN: _("Only the team of this project makes API tokens for it."),
    Action.REVOKE_TOKENS: _("Tokens of others are revoked by owners of the project. Ask one of them."),
}


def may(standing: Standing | None, action: Action) -> bool:
    """Say whether somebody of this standing may do this."""
    return standing in ALLOWED[action]

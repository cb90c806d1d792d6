"""The table of who may do what, cell by cell where it matters."""

import pytest

from portal.lib.permissions import ALLOWED, REFUSALS, TEAM, Action, Standing, may

REPORTERS = {Standing.REPORTER, Standing.COLLABORATOR}
DECIDERS = {Standing.MAINTAINER, Standing.OWNER}
EXPECTED = {
    Action.READ_REPORT: REPORTERS,
    Action.REPLY: REPORTERS | TEAM,
    Action.SUBMIT_REPORT: set(Standing) - {Standing.ANONYMOUS},
    Action.READ_CASE: TEAM,
    Action.READ_NOTES: TEAM,
    Action.WRITE_NOTE: TEAM,
    Action.TRIAGE: TEAM,
    Action.SET_SEVERITY: TEAM,
    Action.CLOSE_CASE: DECIDERS,
    Action.RECORD_REPORT: TEAM,
    Action.DRAFT_ADVISORY: TEAM,
    Action.PUBLISH_ADVISORY: DECIDERS,
    Action.INVITE: {Standing.OWNER},
    Action.EDIT_POLICY: {Standing.OWNER},
    Action.PLAN_PAUSE: DECIDERS,
    Action.INVITE_GUEST: {Standing.REPORTER, Standing.MAINTAINER, Standing.OWNER},
    Action.HAND_OVER: {Standing.REPORTER},
    Action.LEAVE: {Standing.COLLABORATOR},
    Action.READ_RECEIPT: {Standing.REPORTER},
    Action.TAKE_COPY: {Standing.REPORTER, Standing.MAINTAINER, Standing.OWNER},
    Action.ASK_ERASURE: {Standing.REPORTER},
    Action.ANSWER_ERASURE: {Standing.MAINTAINER, Standing.OWNER},
    Action.PLACE_HOLD: {Standing.OWNER},
    Action.SET_RETENTION: {Standing.OWNER},
    Action.READ_AUDIT: {Standing.OWNER, Standing.ADMINISTRATOR},
    Action.LIST_CASES: TEAM,
    Action.RESTRICT_CASE: DECIDERS,
    Action.ASSIGN: TEAM,
    Action.ASK_EXTENSION: TEAM,
    Action.ANSWER_EXTENSION: {Standing.REPORTER},
    Action.SEE_DELIVERIES: TEAM,
    Action.SET_LADDER: {Standing.OWNER},
    Action.MANAGE_WEBHOOKS: {Standing.OWNER},
    Action.SEE_RESTRICTED: {Standing.OWNER},
    Action.SEE_FIGURES: TEAM,
    Action.SHOW_FIGURES: {Standing.OWNER},
    Action.SEE_TEAM: TEAM,
    Action.CHANGE_TEAM: {Standing.OWNER},
    Action.LEAVE_TEAM: TEAM,
    Action.MAKE_TOKEN: TEAM,
    Action.REVOKE_TOKENS: {Standing.OWNER},
}


@pytest.mark.parametrize("action", Action)
def test_each_action_is_for_these_and_for_nobody_else(action):
    assert {standing for standing in Standing if may(standing, action)} == EXPECTED[action]


def test_every_action_is_in_the_table_and_has_a_sentence():
    assert set(ALLOWED) == set(REFUSALS) == set(Action)
    for action in Action:
        assert str(action.refusal).endswith(".") and "!" not in str(action.refusal)


def test_no_standing_may_do_nothing():
    assert not any(may(None, action) for action in Action)


def test_an_administrator_opens_no_case():
    allowed = {action for action in Action if may(Standing.ADMINISTRATOR, action)}
    assert allowed == {Action.SUBMIT_REPORT, Action.READ_AUDIT}


def test_no_reporter_reads_a_note():
    for action in (Action.READ_NOTES, Action.WRITE_NOTE, Action.READ_CASE):
        assert not any(may(standing, action) for standing in REPORTERS)

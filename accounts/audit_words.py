"""The audit trail in words: for each kind of event its group, and a sentence that takes its facts. No queries."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.lib.permissions import Standing


class Group(models.TextChoices):
    """What an event is about, for who looks for something."""

    SIGN_IN = "sign-in", _("signing in and out")
    FACTORS = "factors", _("passwords, addresses, second factors")
    PEOPLE = "people", _("accounts and rights")
    TEAM = "team", _("teams")
    POLICY = "policy", _("policies, pauses, retention")
    CASES = "cases", _("cases opened, copied, erased")
    ADVISORIES = "advisories", _("advisories")
    TOKENS = "tokens", _("API tokens, webhooks, calendars")
    KEYS = "keys", _("keys")
    ADMIN = "admin", _("administration and exports")


class Words(NamedTuple):
    """The group of a kind, and its sentence: facts stand in it as %(name)s."""

    group: Group
    sentence: str | Promise


WORDS = {
    # signing in and out
    "signed_in": Words(Group.SIGN_IN, _("Signed in, second factor: %(second_factor)s")),
    "signed_out": Words(Group.SIGN_IN, _("Signed out")),
    "sign_in.linked": Words(Group.FACTORS, _("Linked the sign-in with %(site)s")),
    "sign_in.unlinked": Words(Group.FACTORS, _("Took off the sign-in with %(site)s")),
    "sign_in.refused": Words(Group.SIGN_IN, _("A wrong password for %(person)s")),
    "session.ended": Words(Group.SIGN_IN, _("Ended a session of %(person)s")),
    "sessions.ended": Words(Group.SIGN_IN, _("Ended %(count)s sessions of %(person)s")),
    "step_up.refused": Words(Group.SIGN_IN, _("Could not confirm who they are")),
    # how somebody gets in
    "password.changed": Words(Group.FACTORS, _("Changed the password")),
    "address.changed": Words(Group.FACTORS, _("Changed the e-mail address")),
    "address.verified": Words(Group.FACTORS, _("Verified an e-mail address")),
    "second_factor.link_made": Words(Group.FACTORS, _("Made an enrolment link for %(person)s, good for %(hours)s hours")),
    "second_factor.enrolled": Words(Group.FACTORS, _("Set up a second factor: %(way)s")),
    "second_factor.removed": Words(Group.FACTORS, _("Took a second factor off: %(way)s")),
    "second_factor.renamed": Words(Group.FACTORS, _("Renamed a second factor: %(way)s")),
    "second_factor.stopped": Words(Group.FACTORS, _("Ten wrong codes in a row, codes are refused for an hour: %(way)s")),
    "second_factor.enrolment_code_refused": Words(Group.FACTORS, _("A wrong code while setting up a second factor")),
    "second_factor.proved": Words(Group.FACTORS, _("Proved the second factor: %(way)s")),
    "second_factor.refused": Words(Group.FACTORS, _("A second factor was refused: %(way)s")),
    "recovery.asked": Words(Group.FACTORS, _("Said that their second factor is lost")),
    "recovery.approved": Words(Group.FACTORS, _("Confirmed the lost second factor of %(person)s; as the only one who could: %(alone)s")),
    "recovery.put_off": Words(Group.FACTORS, _("The lost second factor of %(person)s waits again: who confirmed it no longer may")),
    "recovery.stopped": Words(Group.FACTORS, _("Stopped the recovery of the second factor of %(person)s")),
    "recovery.expired": Words(Group.FACTORS, _("The recovery of the second factor of %(person)s ran out")),
    "recovery.done": Words(Group.FACTORS, _("The second factors of %(person)s were taken away, as was confirmed")),
    "recovery.by_operator": Words(Group.FACTORS, _("The second factors of %(person)s were taken away on the console")),
    "second_factor.recovery_code_used": Words(Group.FACTORS, _("Used a recovery code")),
    "second_factor.codes_replaced": Words(Group.FACTORS, _("Made new recovery codes")),
    "openpgp.given": Words(Group.FACTORS, _("Gave an OpenPGP key for letters: %(fingerprint)s")),
    "openpgp.removed": Words(Group.FACTORS, _("Removed the OpenPGP key for letters: %(fingerprint)s")),
    # accounts
    "account.exported": Words(Group.PEOPLE, _("Took a copy of everything about themselves")),
    "account.closed": Words(Group.PEOPLE, _("Closed the account of %(person)s")),
    "person.rights_changed": Words(Group.PEOPLE, _("Changed rights of %(person)s: administrator %(is_staff)s, may sign in %(is_active)s")),
    # teams
    "team.invited": Words(Group.TEAM, _("Invited somebody to the team as %(role)s")),
    "team.invitation_withdrawn": Words(Group.TEAM, _("Took an invitation to the team back")),
    "team.joined": Words(Group.TEAM, _("Joined the team as %(role)s")),
    "team.role_changed": Words(Group.TEAM, _("Changed the role of %(person)s to %(role)s")),
    "team.left": Words(Group.TEAM, _("%(person)s is no longer on the team (was %(role)s)")),
    "team.turns_changed": Words(Group.TEAM, _("%(person)s takes cases in turn: %(takes)s")),
    # what a project promises
    "policy.drafted": Words(Group.POLICY, _("Began a draft, version %(number)s of the policy")),
    "policy.imported": Words(Group.POLICY, _("Read a SECURITY.md into a draft, version %(number)s of the policy")),
    "policy.changed": Words(Group.POLICY, _("Saved the draft of version %(number)s of the policy")),
    "policy.discarded": Words(Group.POLICY, _("Discarded the draft of version %(number)s of the policy")),
    "policy.published": Words(Group.POLICY, _("Published version %(number)s of the policy")),
    "pause.planned": Words(Group.POLICY, _("Planned a pause from %(starts_at)s to %(ends_at)s")),
    "pause.changed": Words(Group.POLICY, _("Changed a pause: from %(starts_at)s to %(ends_at)s")),
    "pause.cancelled": Words(Group.POLICY, _("Took a pause back: from %(starts_at)s to %(ends_at)s")),
    "project.retention_set": Words(Group.POLICY, _("Closed cases are kept for %(months)s months (before: %(before)s)")),
    "project.responsiveness_set": Words(Group.POLICY, _("Public page of response times shown: %(shown)s")),
    "project.ladder_changed": Words(Group.POLICY, _("Changed who is reminded when: %(steps)s")),
    "project.assignment_set": Words(Group.POLICY, _("Cases that nobody took are assigned after %(hours)s hours (before: %(before)s)")),
    # cases
    "case.opened": Words(Group.CASES, _("Opened %(case)s")),
    "case.restricted": Words(Group.CASES, _("Restricted %(case)s to named people of the team: %(count)s")),
    "case.reader_named": Words(Group.CASES, _("Named %(person)s among those who may open %(case)s")),
    "case.reader_dismissed": Words(Group.CASES, _("Took %(person)s from those who may open %(case)s")),
    "case.restriction_lifted": Words(Group.CASES, _("Opened %(case)s to the whole team again")),
    "case.hold_placed": Words(Group.CASES, _("Placed a legal hold on %(case)s")),
    "case.hold_lifted": Words(Group.CASES, _("Lifted the legal hold on %(case)s")),
    "case.erased": Words(Group.CASES, _("Erased the content of %(case)s: %(reason)s")),
    "access.refused_often": Words(Group.CASES, _("Was refused what they may not do or know of, %(count)s times within an hour")),
    "case.copy_taken": Words(Group.CASES, _("Took a copy of %(case)s: %(reason)s")),
    # advisories
    "advisory.published": Words(Group.ADVISORIES, _("Published advisory %(advisory)s")),
    "advisory.revised": Words(Group.ADVISORIES, _("Revised advisory %(advisory)s, now revision %(revision)s")),
    "advisory.withdrawn": Words(Group.ADVISORIES, _("Withdrew advisory %(advisory)s")),
    # programs
    "token.made": Words(Group.TOKENS, _("Made an API token for %(scopes)s, good until %(expires_at)s")),
    "token.revoked": Words(Group.TOKENS, _("Revoked an API token of %(person)s")),
    "webhook.made": Words(Group.TOKENS, _("Made a webhook that leads to %(host)s")),
    "webhook.changed": Words(Group.TOKENS, _("Changed a webhook; it leads to %(host)s")),
    "webhook.removed": Words(Group.TOKENS, _("Removed a webhook that led to %(host)s")),
    "webhook.secret_replaced": Words(Group.TOKENS, _("Replaced the secret of a webhook")),
    "webhook.tested": Words(Group.TOKENS, _("Sent a try to a webhook")),
    "webhook.sent_again": Words(Group.TOKENS, _("Had something sent to a webhook again")),
    "webhook.switched_off": Words(Group.TOKENS, _("A webhook was switched off: %(because)s")),
    "webhook.switched_on": Words(Group.TOKENS, _("Switched a webhook on again")),
    "calendar.made": Words(Group.TOKENS, _("Made a calendar of deadlines, in place of any other")),
    "calendar.revoked": Words(Group.TOKENS, _("Revoked the calendar of deadlines of %(person)s")),
    # keys
    "keys.added": Words(Group.KEYS, _("Added key %(key)s to the ring")),
    "keys.activated": Words(Group.KEYS, _("Made key %(key)s the active one")),
    "keys.rewrapped": Words(Group.KEYS, _("Rewrapped %(rows)s rows under key %(key)s")),
    "keys.retired": Words(Group.KEYS, _("Retired key %(key)s")),
    "keys.enabled": Words(Group.KEYS, _("Let key %(key)s open again")),
    "keys.destroyed": Words(Group.KEYS, _("Destroyed key %(key)s")),
    "keys.exported": Words(Group.KEYS, _("Exported the key ring")),
    # administration
    "admin.added": Words(Group.ADMIN, _("Added in the administration: %(model)s %(row)s")),
    "admin.changed": Words(Group.ADMIN, _("Changed in the administration: %(model)s %(row)s, %(fields)s")),
    "admin.deleted": Words(Group.ADMIN, _("Deleted in the administration: %(model)s %(row)s")),
    "letters.tried_again": Words(Group.ADMIN, _("Had %(count)s letters tried again")),
    "audit.exported": Words(Group.ADMIN, _("Took a copy of the audit trail (%(format)s)")),
}
ROLES = {
    Standing.TRIAGER: _("triager"),
    Standing.MAINTAINER: _("maintainer"),
    Standing.OWNER: _("owner"),
    Standing.REPORTER: _("reporter"),
    Standing.COLLABORATOR: _("guest"),
}
WAYS = {"app": _("authenticator app"), "recovery": _("recovery code"), "passkey": _("passkey")}
CHOSEN = {"role": ROLES, "before": ROLES, "way": WAYS}
GONE = _("somebody whose account is closed")
NOBODY = _("the portal")
VISITOR = _("somebody not signed in")
CONSOLE = _("somebody on the server")
UNKNOWN = _("an address without an account")


def kinds_of(group: str) -> list[str]:
    """Return the kinds of a group."""
    return [kind for kind, words in WORDS.items() if words.group == group]


def sentence(kind: str, facts: dict, people: dict[UUID, str]) -> str:
    """Say what happened. ``people`` are the names of those whom facts name, by UUID; who is not among them has no account any more."""
    known = WORDS.get(kind)
    if known is None:
        return kind
    return str(known.sentence) % _Facts({name: _in_words(name, value, people) for name, value in facts.items()}, kind)


def actor(event, people: dict[UUID, str]) -> str:
    """Say who did it."""
    if event.actor_uuid is None:
        return str(VISITOR if event.kind == "sign_in.refused" else CONSOLE if event.kind.startswith("keys.") else NOBODY)
    return people.get(event.actor_uuid) or str(GONE)


def named(event) -> set[UUID]:
    """Return the people whom an event names, who acted among them."""
    found = {event.actor_uuid, _uuid(event.facts.get("person"))}
    return {one for one in found if one}


class _Facts(dict):
    """What an older event does not say stands as a dash."""

    def __init__(self, facts, kind):
        super().__init__(facts)
        self.kind = kind

    def __missing__(self, name):
        return str(UNKNOWN) if name == "person" else "–"


def _in_words(name, value, people):
    if name == "person":
        return people.get(_uuid(value)) or str(GONE if value else UNKNOWN)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value in (None, "", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(str(one).replace("_", " ") for one in value)
    if name.endswith("_at") and (moment := _moment(value)):
        return f"{moment:%Y-%m-%d %H:%M} UTC"
    chosen = CHOSEN.get(name, {})
    return str(chosen.get(value, value) if isinstance(value, str) else value)


def _uuid(text):
    try:
        return UUID(text) if text else None
    except (ValueError, TypeError, AttributeError):
        return None


def _moment(text):
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None

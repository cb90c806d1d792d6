"""What the policy page shows, gathered from one version of a policy."""

from dataclasses import dataclass, replace
from datetime import UTC, date

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext, ngettext

from portal import directory, languages, policies, service_levels
from portal.models import Clause, SecurityPolicy
from portal.models.policy import AiMode, Stance

CONTENTS = ("supported_versions__component", "service_levels", "contacts", "requested_fields", "clauses")
SHORT = 12  # rows of a table and entries of a list that stand open; the rest is folded


@dataclass(frozen=True)
class Topic:
    """What a policy says of one thing: in a word, in a sentence of ours, and in its own words."""

    name: str
    stance: str
    said: str = ""
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class VersionRow:
    """A row of the version table, with its state on the day on which it is shown."""

    row: object
    over: bool

    @property
    def state(self):
        return "ended" if self.over else {"supported": "met", "security_only": "open", "ended": "ended"}.get(self.row.status, "unclear")


def stamp(policy, *, extra="") -> str:
    """Return an ETag of a project's page, from a policy as the door gave it.

    It changes with the version in force, the project, its running pause and the day (support ends on days).
    """
    return directory.etag(policy.pk, policy.published_at, policy.project.changed_at, policy.pause_id, policy.asked_at.date(), extra)


def whole(policy) -> SecurityPolicy:
    """Fetch all rows of a policy, in as many queries as there are kinds of rows."""
    prefetch_related_objects([policy], *CONTENTS, "project__components")
    return policy


def questions(policy) -> SecurityPolicy:
    """Fetch the rows of a policy that a report form is made of."""
    prefetch_related_objects([policy], "requested_fields", "clauses")
    return policy


def guide(policy) -> dict:
    """Return what a policy wants reporters to know before they write."""
    clauses = clauses_of(policy)
    scope = _lists(clauses, (Clause.Kind.SCOPE_IN, Clause.Kind.SCOPE_OUT))
    return {"scope": scope, "languages": languages.names(policy.languages)}


def contents(policy, *, on: date | None = None) -> dict:
    """Return everything that the page shows of a whole policy, with the support that has ended before the day ``on``."""
    levels = policies.levels_of(policy)
    clauses = clauses_of(policy)
    return {
        "policy": policy,
        "project": policy.project,
        "since": policy.effective_at and policy.effective_at.astimezone(UTC).date(),
        "headline": service_levels.headline(levels),
        "marks": service_levels.marks(levels),
        "promises": [(level, service_levels.sentence(level)) for level in levels if not level.severity],
        "conditions": policies.conditions_of(policy),
        "fixes": [_by_severity(level) for level in levels if level.severity],
        "tables": _tables(policy, on),
        "gaps": policies.gaps(policy),
        "languages": languages.names(policy.languages),
        "clauses": clauses,
        "scope": _lists(clauses, SCOPE),
        "stances": _stances(policy, clauses),
        "before_public": [_window(policy, clauses), _embargo(policy, clauses)],
        "ai": ai_topic(policy, clauses),
        "more": _lists(clauses, MORE),
    }


def pauses_of(policy, *, at) -> dict:
    """Return the pauses of a project that its page shows: the one that runs, and the next one that is planned."""
    ahead = list(policy.project.pauses.ahead(at)[:SHORT]) if policy.pauses_ahead else []
    running = next((one for one in ahead if one.pk == policy.pause_id), None)
    closed = running is not None and not running.critical_ok
    return {"pause": running, "closed": closed, "planned": next((one for one in ahead if one.starts_at > at), None)}


def clauses_of(policy) -> dict[str, list[str]]:
    """Return the texts of a policy's clauses by kind."""
    found = {}
    for clause in policy.clauses.all():
        found.setdefault(clause.kind, []).append(clause.text)
    return found


def ai_topic(policy, clauses) -> Topic:
    """Say what a policy wants to know, or refuses, of reports that a language model helped with."""
    said = {
        AiMode.UNSTATED: gettext("The policy says nothing about them."),
        AiMode.ALLOW: gettext("They are welcome like any other. The form asks whether AI helped; you need not answer."),
        AiMode.DECLARE: gettext("They are welcome if you say so. The form asks whether AI helped, with what and how."),
        AiMode.REFUSE: gettext("The project does not take reports that were found or written with AI."),
    }[policy.ai]
    return Topic(gettext("Reports made with AI"), AiMode(policy.ai).label, said, _texts(clauses, Clause.Kind.AI))


def _by_severity(level):
    return {"severity": service_levels.severity_name(level.severity), "promise": service_levels.sentence(replace(level, severity=""))}


def _tables(policy, on):
    """Return the rows of each component, in the order in which the components come."""
    tables = {}
    for row in policy.supported_versions.all():
        over = bool(on and row.ends_on and row.ends_on < on)
        tables.setdefault(row.component.name if row.component else "", []).append(VersionRow(row, over))
    return [{"component": name, "rows": rows[:SHORT], "rest": rows[SHORT:]} for name, rows in tables.items()]


def _stances(policy, clauses):
    said = (
        (gettext("Safe harbour"), policy.safe_harbour, Clause.Kind.SAFE_HARBOUR),
        (gettext("Credit"), policy.credit, Clause.Kind.CREDIT),
        (gettext("Bounty"), policy.bounty, Clause.Kind.BOUNTY),
    )
    return [_stance(name, stance, _texts(clauses, kind)) for name, stance, kind in said]


def _stance(name, stance, texts, said=""):
    neither = gettext("The policy says neither yes nor no.") if stance == Stance.UNSTATED and not texts else ""
    return Topic(name, Stance(stance).label, said or neither, texts)


def _embargo(policy, clauses):
    said = {
        Stance.YES: gettext("The team agrees with you on the day on which it becomes public."),
        Stance.NO: gettext("The team agrees on no day before which you may not speak about it."),
    }.get(policy.embargo, "")
    return _stance(gettext("A date agreed with you"), policy.embargo, _texts(clauses, Clause.Kind.EMBARGO), said)


def _window(policy, clauses):
    name, texts, days = gettext("Keeping it private"), _texts(clauses, Clause.Kind.DISCLOSURE), policy.disclosure_days
    if not days:
        return Topic(name, Stance.UNSTATED.label, "" if texts else gettext("The policy names no time."), texts)
    words = ngettext("at most %(count)d day", "at most %(count)d days", days) % {"count": days}
    said = gettext("The project asks you to keep it private until an advisory is out, but no longer than this from your report.")
    return Topic(name, words, said, texts)


def _texts(clauses, kind):
    return tuple(clauses.get(kind, ()))


SCOPE = (Clause.Kind.SCOPE_IN, Clause.Kind.SCOPE_OUT, Clause.Kind.NOT_A_VULNERABILITY)
MORE = (Clause.Kind.READING, Clause.Kind.PRACTICE, Clause.Kind.CONSIDERATION, Clause.Kind.OTHER)


def _lists(clauses, kinds):
    titles = {
        Clause.Kind.SCOPE_IN: gettext("In scope"),
        Clause.Kind.SCOPE_OUT: gettext("Out of scope"),
        Clause.Kind.NOT_A_VULNERABILITY: gettext("Not a vulnerability, by this policy"),
        Clause.Kind.READING: gettext("How we read it"),
        Clause.Kind.PRACTICE: gettext("Practices that the project recommends"),
        Clause.Kind.CONSIDERATION: gettext("Security considerations"),
        Clause.Kind.OTHER: gettext("And besides"),
    }
    folded = (Clause.Kind.PRACTICE, Clause.Kind.CONSIDERATION)
    return [
        {"title": titles[kind], "texts": clauses[kind][:SHORT], "rest": clauses[kind][SHORT:], "open": kind not in folded}
        for kind in kinds
        if kind in clauses
    ]

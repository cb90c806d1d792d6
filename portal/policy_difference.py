"""What changed between two versions of a policy, in words that a reader needs no code to understand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext

from portal import policy_words
from portal.policy_facts import OF_POLICY
from portal.security_md.facts import Facts

# Clauses of one kind that share this much of their words are one clause, written anew.
ALIKE = 0.5
# Longer texts are shown whole, before and after: finding what changed within them would cost too much.
LONGEST_COMPARED = 4000


@dataclass(frozen=True)
class Change:
    """Something was "added", "removed" or "changed"; ``before`` and ``after`` are texts, "" where there is none."""

    kind: str
    what: str
    before: str = ""
    after: str = ""

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """The change word by word, as ("same" | "removed" | "added", text) pairs."""
        return word_by_word(self.before, self.after)


@dataclass(frozen=True)
class Group:
    """The changes of one part of a policy."""

    title: str
    changes: tuple[Change, ...]


def difference(old: Facts, new: Facts) -> tuple[Group, ...]:
    """Say what a policy says differently from an earlier version of it, part by part; nothing for a part that stayed."""
    groups = (
        (gettext("Supported versions"), _rows(old.supported_versions, new.supported_versions, _version_key, policy_words.version)),
        (gettext("What is promised, and by when"), _rows(old.service_levels, new.service_levels, _level_key, policy_words.promise)),
        (gettext("How to report"), _rows(old.requested_fields, new.requested_fields, lambda one: one.key, policy_words.requested)),
        (gettext("Contacts"), _rows(old.contacts, new.contacts, lambda one: (one.purpose, one.uri), policy_words.contact)),
        (gettext("What it says"), [*_fields(old, new), *_clauses(old.clauses, new.clauses)]),
    )
    return tuple(Group(title, tuple(changes)) for title, changes in groups if changes)


def word_by_word(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return two texts as one sequence of pieces: the same, removed, added."""
    if len(before) + len(after) > LONGEST_COMPARED:
        return (("removed", before), ("added", after))
    old, new = before.split(), after.split()
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", " ".join(old[a:b])))
            continue
        pieces += [(said, " ".join(words)) for said, words in (("removed", old[a:b]), ("added", new[c:d])) if words]
    return tuple(pieces)


def _rows(old: Sequence, new: Sequence, key: Callable[[Any], Any], say: Callable[[Any], str]) -> list[Change]:
    """Compare rows that are told apart by a key: gone, new, said differently, or only in another order."""
    before, after = {key(one): say(one) for one in old}, {key(one): say(one) for one in new}
    changes = [
        Change("changed", "", text, after[one]) if one in after else Change("removed", "", text)
        for one, text in before.items()
        if after.get(one) != text
    ]
    changes += [Change("added", "", "", text) for one, text in after.items() if one not in before]
    stayed = [one for one in before if one in after]
    if not changes and stayed != [one for one in after if one in before]:
        return [Change("changed", gettext("The order"), "; ".join(before.values()), "; ".join(after.values()))]
    return changes


def _fields(old: Facts, new: Facts) -> list[Change]:
    changed = [name for name in OF_POLICY if getattr(old, name) != getattr(new, name)]
    return [
        Change(
            "changed",
            policy_words.field_name(name),
            policy_words.field_value(name, getattr(old, name)),
            policy_words.field_value(name, getattr(new, name)),
        )
        for name in changed
    ]


def _clauses(old: Iterable, new: Iterable) -> list[Change]:
    """Compare clauses kind by kind; one that was reworded is shown beside its old words."""
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    changes = []
    for clause in gone:
        kin = [one for one in come if one.kind == clause.kind]
        closest = max(kin, key=lambda one: _alike(one.text, clause.text), default=None)
        if closest is not None and _alike(closest.text, clause.text) >= ALIKE:
            come.remove(closest)
            changes.append(Change("changed", policy_words.kind(clause), clause.text, closest.text))
        else:
            changes.append(Change("removed", policy_words.kind(clause), clause.text))
    return changes + [Change("added", policy_words.kind(clause), "", clause.text) for clause in come]


def _alike(one, other):
    if len(one) + len(other) > LONGEST_COMPARED:
        return 0.0
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _version_key(row):
    return row.component, row.text


def _level_key(level):
    return level.milestone, level.severity

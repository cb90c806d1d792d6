"""Where each fact of a draft stood in the text that it was read from, and what of that text became nothing yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext

from portal import drafting, policies, policy_words
from portal.models import ImportedText
from portal.policy_facts import OF_POLICY, facts_of
from portal.security_md.facts import Clause, Facts

# What begins a line of Markdown and is not part of what it says.
MARKS = re.compile(r"^\s*(?:(?:[-*+•>]|\d{1,4}[.)]|#{1,6})\s+)*")


@dataclass(frozen=True)
class Found:
    """A fact in words, with the line (from 1; None: it came from elsewhere) and what stands there."""

    said: str
    line: int | None
    quoted: str = ""


def lines_of(imported) -> list[str]:
    """Return the text by line, as its reader counted them."""
    return imported.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def found(said: Facts, imported) -> list[tuple[str, list[Found]]]:
    """Return what a draft says, part by part, each fact beside its line."""
    source = lines_of(imported)

    def at(words, line):
        return Found(words, line, source[line - 1].strip() if line and line <= len(source) else "")

    parts = (
        (gettext("The policy itself"), [at(words, line) for words, line in _fields(said, imported.lines)]),
        (gettext("Supported versions"), [at(policy_words.version(row), row.line) for row in said.supported_versions]),
        (gettext("What is promised, and by when"), [at(policy_words.promise(row), row.line) for row in said.service_levels]),
        (gettext("What a report should say"), [at(policy_words.requested(row), row.line) for row in said.requested_fields]),
        (gettext("Contacts"), [at(policy_words.contact(row), row.line) for row in said.contacts]),
        (gettext("In its own words"), [at(f"{policy_words.kind(row)}: {row.text}", row.line) for row in said.clauses]),
    )
    return [(title, rows) for title, rows in parts if rows]


@transaction.atomic
def keep(draft, kinds: Mapping[int, str], *, by, at) -> int:
    """Keep lines that were not understood as clauses: {number of the line: kind}; return how many."""
    draft = policies.held(draft)
    imported = ImportedText.objects.filter(policy=draft).first() if draft else None
    if imported is None:
        raise policies.NotADraft(policies.NO_DRAFT)
    chosen = [one for one in imported.not_understood if one["line"] in kinds]
    clauses = [Clause(kinds[one["line"]], MARKS.sub("", one["text"]).strip() or one["text"], one["line"]) for one in chosen]
    if clauses:
        said = facts_of(drafting.fetched(draft))
        drafting.save(draft, replace(said, clauses=(*said.clauses, *clauses)), by=by, at=at)
        imported.not_understood = [one for one in imported.not_understood if one["line"] not in kinds]
        imported.save(update_fields=["not_understood"])
    return len(clauses)


def _fields(said, lines):
    for name in OF_POLICY:
        value = getattr(said, name)
        if name in lines or value != getattr(Facts(), name):
            yield f"{policy_words.field_name(name)}: {policy_words.field_value(name, value)}", lines.get(name)

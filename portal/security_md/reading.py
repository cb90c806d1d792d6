"""A whole SECURITY.md read into facts. Nothing is dropped in silence: what no fact accounts for is listed, line by line.

Rules only: no network, no model. ``Unreadable`` is the one thing that reading raises.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from portal.security_md import (
    about,
    clauses,
    contacts,
    document,
    openpgp_keys,
    own_words,
    remainder,
    requested,
    sentences,
    stances,
    supported,
    times,
)
from portal.security_md.document import Document, Table
from portal.security_md.facts import Facts, Reading
from portal.security_md.fitting import fitted

MOST_BYTES = 200_000
MOST_LINES = 20_000
MOST_ROWS = 500
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")


class Unreadable(ValueError):
    """A text that is not read at all; its only argument is a sentence that says why."""


def decoded(data: bytes) -> str:
    """Return the text of a file, or raise Unreadable: UTF-8, UTF-16 where it says so, else Latin letters."""
    _refuse_size(len(data))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise Unreadable(_("This is not a text: it has bytes that no text has. Choose a file such as SECURITY.md."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(text: str, *, on: date | None = None) -> Facts:
    """Read a text into facts, or raise Unreadable; ``on`` is the day of reading, for versions that only name their end."""
    _refuse(text)
    own = own_words.read(text)
    read_ = document.read(text if own is None else own.rest)
    _refuse_rows(read_)
    return _Assembly(read_, Facts() if own is None else own.facts, on).facts()


def _refuse_size(size):
    if size > MOST_BYTES:
        raise Unreadable(
            _("This text is too long: it has %(size)s kB, and a policy has at most %(most)s kB. Take out what is no policy.")
            % {"size": size // 1000, "most": MOST_BYTES // 1000}
        )


def _refuse(text):
    _refuse_size(len(text))
    if not _is_text(text):
        raise Unreadable(_("This is not a text: it has bytes that no text has. Choose a file such as SECURITY.md."))
    if not text.strip():
        raise Unreadable(_("There is nothing to read: the text is empty."))
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        raise Unreadable(_("This text has %(lines)s lines; at most %(most)s are read.") % {"lines": lines, "most": MOST_LINES})


def _is_text(text):
    """Tell a text from bytes that were taken for one; a stray control character makes no difference."""
    if "\0" in text or SURROGATE.search(text):
        return False
    return len(CONTROL.findall(text)) * 20 <= len(text)


def _refuse_rows(read_: Document):
    for block in read_.blocks:
        if isinstance(block, Table) and len(block.rows) > MOST_ROWS:
            raise Unreadable(
                _("The table in line %(line)s has %(rows)s rows; at most %(most)s are read. Name the versions by ranges, such as 1.x.")
                % {"line": block.line, "rows": len(block.rows), "most": MOST_ROWS}
            )


class _Assembly:
    """Puts together what the readers made of one document."""

    def __init__(self, read_: Document, own: Facts, on: date | None):
        self.document, self.own, self.on = read_, own, on
        self.warnings: list[str] = list(own.warnings)
        self.accounted: set[int] = set()

    def facts(self) -> Facts:
        versions = self._take(supported.read(self.document, self.on))
        if len(versions) > MOST_ROWS:
            raise Unreadable(
                _("There are more than %(most)s rows of versions. Name the versions by ranges, such as 1.x.") % {"most": MOST_ROWS}
            )
        promises = self._take(times.read(self.document))
        addresses = self._take(contacts.read(self.document))
        of_rows = frozenset(fact.line for fact in (*versions, *promises, *addresses) if fact.line)
        fields = self._take(requested.read(self.document, of_rows))
        of_rows |= {fact.line for fact in fields}
        said = self._take(stances.read(self.document))
        forbidding = frozenset(stance.line for stance in said if stance.name == "public_issues_forbidden")
        begun = self._take(about.read(self.document, frozenset(self.accounted)))
        introduced = _lines_of(begun, "introduction")
        other = self._take(clauses.read(self.document, of_rows | forbidding | introduced))
        window = times.disclosure_days(self.document)
        if window:
            self.accounted.add(window.line)
        facts = Facts(
            **{stance.name: stance.value for stance in (*said, *begun)},
            disclosure_days=window and window.days,
            supported_versions=versions,
            service_levels=promises,
            contacts=addresses,
            requested_fields=fields,
            clauses=other,
            lines={stance.name: stance.line for stance in (*said, *begun)}
            | ({"disclosure_days": window.line} if window else {})
            | self._key(addresses),
        )
        facts, cut = fitted(own_words.merged(self.own, facts))
        self.warnings += [*cut, *_unsaid(facts)]
        return replace(
            facts,
            not_understood=tuple(remainder.not_understood(self.document, self.accounted)),
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    def _key(self, addresses):
        """Say where an OpenPGP key is mentioned, and warn if no contact has it."""
        key = openpgp_keys.key_of(sentences.of(self.document))
        if key and not any(one.encryption for one in addresses):
            self.warnings.append(
                _("Line %(line)s speaks of an OpenPGP key. Add it to a contact: no address here could take it.") % {"line": key.lines[0]}
            )
        return {"openpgp": key.lines[0]} if key else {}

    def _take(self, reading: Reading) -> tuple:
        self.warnings += reading.warnings
        self.accounted |= reading.lines | {fact.line for fact in reading.facts if fact.line}
        return reading.facts


def _lines_of(said, name):
    return frozenset(stance.line for stance in said if stance.name == name)


def _unsaid(facts: Facts) -> Iterator[str]:
    """Yield a sentence for each thing that people look for in a policy and that the text does not say."""
    if not facts.supported_versions:
        yield _("Nothing says which versions are supported. Add them before you publish.")
    if not any(level.milestone == "acknowledgement" for level in facts.service_levels):
        yield _("Nothing says how soon you answer. Promise an answer before you publish.")
    if not any(one.purpose == "report" for one in facts.contacts):
        yield _("Nothing says where to write. Reports arrive through the portal all the same.")
    if not any(field.required for field in facts.requested_fields):
        yield _("Nothing says what a report must contain. Ask for something before you publish.")
    if not facts.public_issues_forbidden:
        yield _("Nothing asks for reports to be kept out of public issues.")
    for name, sentence in (
        ("safe_harbour", _("Nothing is said about safe harbour.")),
        ("credit", _("Nothing is said about credit.")),
        ("bounty", _("Nothing is said about a bounty.")),
    ):
        if getattr(facts, name) == "unstated":
            yield sentence

"""Facts made to fit the columns that they fill; what had to be cut or left out is said."""

import re
from dataclasses import replace
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from portal.security_md.facts import Address, Facts, Promise, Requested, VersionRow

# Lengths and sizes of the columns that facts fill.
TITLE, PRODUCT, VERSION, NOTE, LABEL, HELP, URI, COMPONENT = 200, 200, 160, 200, 160, 300, 200, 80
MOST_NUMBER = 32_767
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
STORED = re.compile(r"(?:mailto|https|tel):\S+")
# Where a file of a repository is looked at: links without a host in it lead from there.
FORGES = re.compile(r"https://(?:github\.com|gitlab\.com|codeberg\.org)/[^/?#]+/[^/?#]+/?")


def fitted(facts: Facts) -> tuple[Facts, list[str]]:
    """Return facts that fit their columns, and sentences about what was cut."""
    fitting = _Fitting([])
    return fitting.fitted(facts), fitting.warnings


def stored(facts: Facts, website: str = "") -> tuple[Facts, list[str]]:
    """Return facts whose contacts can be stored (mailto:, https:, tel:), and sentences about the others.

    A link within a repository is completed by the project's ``website``, if that is the repository.
    """
    contacts, warnings = [], []
    for one in facts.contacts:
        uri = _absolute(one.uri, website)
        if not STORED.fullmatch(uri) or len(uri) > URI:
            warnings.append(_("The address %(address)s was left out: write it in full, beginning with https:") % {"address": one.uri})
            continue
        if uri != one.uri:
            warnings.append(_("The address %(address)s is kept as %(uri)s. Check that it works.") % {"address": one.uri, "uri": uri})
        contacts.append(replace(one, uri=uri))
    return replace(facts, contacts=tuple(contacts)), warnings


def _absolute(uri, website):
    if uri.startswith("http://"):
        return "https" + uri[len("http") :]
    if not SCHEME.match(uri) and FORGES.fullmatch(website):
        return urljoin(f"{website.rstrip('/')}/blob/HEAD/SECURITY.md", uri)
    return uri


class _Fitting:
    """Makes facts fit their columns: longer ones are shortened, doubled ones kept once, and said so."""

    def __init__(self, warnings: list[str]):
        self.warnings = warnings

    def fitted(self, facts: Facts) -> Facts:
        return replace(
            facts,
            title=self._short(facts.title, TITLE),
            product=self._short(facts.product, PRODUCT),
            disclosure_days=facts.disclosure_days if facts.disclosure_days and facts.disclosure_days <= MOST_NUMBER else None,
            supported_versions=tuple(self._versions(facts.supported_versions)),
            service_levels=tuple(self._promises(facts.service_levels)),
            contacts=tuple(self._contacts(facts.contacts)),
            requested_fields=tuple(self._fields(facts.requested_fields)),
        )

    def _short(self, text, most, line=None):
        if len(text) <= most:
            return text
        self.warnings.append(_("Line %(line)s is shortened: more than %(most)s letters do not fit.") % {"line": line or 1, "most": most})
        return text[: most - 1] + "…"

    def _versions(self, rows: tuple[VersionRow, ...]):
        for row in rows:
            if row.text.strip():
                yield self._version(row)

    def _version(self, row):
        return replace(
            row,
            text=self._short(row.text, VERSION, row.line),
            note=self._short(row.note, NOTE, row.line),
            component=self._short(row.component, COMPONENT, row.line),
        )

    def _promises(self, promises: tuple[Promise, ...]):
        known = set()
        for one in promises:
            place = (one.milestone, one.severity)
            if place in known or not 0 < one.latest <= MOST_NUMBER or (one.earliest or 0) > one.latest:
                self.warnings.append(
                    _("The time in line %(line)s was left out: it is promised already, or is no time.") % {"line": one.line}
                )
                continue
            known.add(place)
            yield one

    def _contacts(self, found: tuple[Address, ...]):
        for one in found:
            if len(one.uri) > URI:
                self.warnings.append(_("The address in line %(line)s was left out: it is too long.") % {"line": one.line})
                continue
            delay = one.delay_hours if (one.delay_hours or 0) <= MOST_NUMBER else None
            key = one.encryption if len(one.encryption) <= URI else ""
            yield replace(one, note=self._short(one.note, NOTE, one.line), delay_hours=delay, encryption=key)

    def _fields(self, fields: tuple[Requested, ...]):
        for one in fields:
            if one.label.strip():
                yield replace(one, label=self._short(one.label, LABEL, one.line), help=self._short(one.help, HELP, one.line))

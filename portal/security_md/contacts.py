"""Where to write: each address once, with its purpose, what is said of it, and the OpenPGP key that goes with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext as _

from portal.security_md import addresses, openpgp_keys, sentences, way_words, ways, words
from portal.security_md.document import Document
from portal.security_md.facts import Address, Reading
from portal.security_md.sentences import Sentence
from portal.security_md.ways import Mention

MOST = 500  # addresses of a text that are looked at
RANK = ("report", "fallback", ways.LISTED, "non_security")
REPOSITORY_PAGE = re.compile(r"/security(?:/advisories)?$")
PLACEHOLDER = re.compile(
    r"@(?:[\w-]+\.)*(?:example|test|invalid|localhost)(?:\.(?:com|org|net))?$|your[-_.]|replace[-_]?me|placeholder",
    re.IGNORECASE,
)
HOURS = re.compile(r"(\d{1,3})\s?(?:-\s?)?(hours?|hrs?|h\b|days?|business days?|working days?|weeks?)", re.IGNORECASE)
IN_HOURS = {"h": 1, "d": 24, "b": 24, "w": 168}
AGAIN = re.compile(
    r"\b(?:follow[- ]?up|write|send|e-?mail|contact|remind|ping|resend|reach out)\b.{0,60}\b(?:again|"
    r"e-?mail|us|original|another|to ensure|to confirm)\b|\bfollow up\b",
    re.IGNORECASE,
)


def read(document: Document) -> Reading:
    """Read the contacts of a document, and the key that reports can be encrypted to."""
    told = sentences.of(document)
    refused = next((one for one in told if way_words.NOT_TO_THEM.search(one.text)), None)
    found: dict[str, Address] = {}
    lines: set[int] = set()
    for mention in islice(ways.mentions(told), MOST):
        purpose = ways.purpose_of(mention)
        if purpose and not (refused and _is_one_of_them(mention, refused)):
            lines |= {*mention.sentence.lines, *mention.sentence.lead_lines}
            _keep(found, mention, purpose)
    found = _without_listed(found)
    again = next((one for sentence in told if (one := _ask_again(sentence, found.values()))), None)
    contacts = [*_most_specific(found), *filter(None, [again])]
    private, warning = (), []
    if not any(_is_of_advisories(place) for place in found):
        private, warning = _private_without_address(told)
    key = openpgp_keys.key_of(told)
    lines |= {*private, *(key.lines if key else ())}
    warnings = [*_placeholders(contacts), *(warning or (() if contacts else _elsewhere(told)))]
    return Reading(tuple(_with_key(contacts, key)), frozenset(lines), tuple(warnings))


def _is_one_of_them(mention, refused):
    """Tell whether an address is of the people listed below "do not report to these people"."""
    sentence = mention.sentence
    return sentence.kind in ("item", "row") and sentence.first > refused.first and sentence.section == refused.section


def _keep(found, mention, purpose):
    """Keep an address once: a way to report wins over a fallback, that over other questions; the first note stays."""
    known = found.get(_place(mention.uri))
    if known and RANK.index(known.purpose) <= RANK.index(purpose):
        return
    delay = delay_of(mention.sentence) if purpose == "fallback" else None
    found[_place(mention.uri)] = Address(mention.uri, purpose, note_of(mention, purpose), delay, line=mention.sentence.first)


def _without_listed(found):
    """Leave out people who are only listed, unless nobody else takes reports."""
    if any(one.purpose in ("report", "fallback") for one in found.values()):
        return {place: one for place, one in found.items() if one.purpose != ways.LISTED}
    return {place: replace(one, purpose="report") if one.purpose == ways.LISTED else one for place, one in found.items()}


def _place(uri):
    """Return what two spellings of an address have in common."""
    return re.sub(r"^https?://(?:www\.)?", "", uri.lower().partition("?")[0]).rstrip("/")


def _most_specific(found: dict[str, Address]) -> Iterator[Address]:
    """Yield the contacts without pages of a repository whose form for reports is among them."""
    for place, one in found.items():
        form = f"{REPOSITORY_PAGE.sub('', place)}/security/advisories/new"
        if form == place or form not in found:
            yield one


def _is_of_advisories(place):
    return way_words.ADVISORY_FORM.search(place) or way_words.ADVISORIES.search(place)


def note_of(mention: Mention, purpose: str) -> str:
    """Return what is said of an address: in brackets after it, as the text of its link, or when to use it."""
    after = re.match(r"\W{0,3}[(（]([^()（）]{3,150})[)）]", mention.sentence.text[mention.end : mention.end + 160])
    if after:
        return after[1].strip()
    if purpose == "fallback":
        text, start = mention.around, min(mention.start, sentences.NEAR)
        return when(text[:start] + text[start + mention.end - mention.start :])
    return mention.label if mention.label.lower() not in mention.uri.lower() else ""


def when(text: str) -> str:
    """Return a sentence as the note of a contact: in lower case, without its full stop and what led to the address."""
    text = re.sub(r"\s+(?:at|to|via|an|à)?\s*[:<>()]*\s*[.!]?$", "", text.strip())
    return text[:1].lower() + text[1:].rstrip(".!。 ")


def delay_of(sentence: Sentence) -> int | None:
    """Return after how many hours without an answer a fallback is for, if the text says it."""
    found = next((found for text in (sentence.text, sentence.lead, sentence.before) if (found := HOURS.search(text))), None)
    return int(found[1]) * IN_HOURS[found[2][0].lower()] or None if found else None


def _ask_again(sentence, known: Iterable[Address]) -> Address | None:
    """Read "if you hear nothing, follow up by mail": the mail address itself, once more, as the fallback."""
    if not AGAIN.search(sentence.text) or not words.NO_ANSWER.search(sentence.text) or any(addresses.webs(sentence.text)):
        return None
    first = next((one for one in known if one.purpose == "report" and one.uri.startswith("mailto:")), None)
    delay = delay_of(sentence)
    if not first or not delay or any(one.purpose == "fallback" for one in known):
        return None
    return Address(first.uri, "fallback", when(sentence.text), delay, line=sentence.first)


def _with_key(contacts, key):
    """Give the key to the first mail address for reports."""
    uri = key.uri if key else ""
    for one in contacts:
        if uri and one.purpose == "report" and one.uri.startswith("mailto:"):
            yield replace(one, encryption=uri)
            uri = ""
        else:
            yield one


def _placeholders(contacts):
    for one in contacts:
        if PLACEHOLDER.search(one.uri):
            yield _("The address %(address)s looks like a placeholder.") % {"address": one.uri}


def _private_without_address(told):
    """Return the lines that ask for private reports on GitHub, and say that their address is missing."""
    for sentence in told:
        asks = sentence.kind != "heading" and way_words.GITHUB_PRIVATE.search(sentence.text)
        if asks and not words.NOT.search(words.CONDITION.sub("", sentence.text)):
            said = _(
                "Line %(line)s asks for private reports on GitHub, but not where. "
                "Add https://github.com/…/…/security/advisories/new to the contacts."
            )
            return {*sentence.lines, *sentence.lead_lines}, [said % {"line": sentence.first}]
    return (), []


def _elsewhere(told):
    """Say where the policy is, if this text only points to it."""
    for mention in islice(ways.mentions(told), MOST):
        if mention.uri.startswith("http") and words.READ.search(f"{mention.ahead} {mention.label}"):
            said = _("No contact is named. Line %(line)s points to %(page)s: import the text of that page.")
            return [said % {"line": mention.sentence.first, "page": mention.uri}]
    return []

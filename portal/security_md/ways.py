"""The addresses in a text, and what each is for: reports, other questions, or nothing that is written to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from portal.security_md import addresses, asides, clauses, sentences, way_words, words
from portal.security_md.openpgp_keys import KEY_PLACE
from portal.security_md.sentences import Sentence

FORGES = ("", "github.com", "gitlab.com", "codeberg.org")
LISTED = "listed"  # of people whose part in reports is not said
LITTLE = 40  # words before an address that lean on the sentence before, in letters
SHORT = 160  # of an entry that only names a way, in letters


@dataclass(frozen=True)
class Mention:
    """An address, and its place in its sentence; ``label`` is the text of its link."""

    uri: str
    sentence: Sentence
    start: int
    end: int
    label: str = ""

    @cached_property
    def ahead(self) -> str:
        """The words before the address."""
        return self.sentence.text[max(0, self.start - 160) : self.start]

    @cached_property
    def after(self) -> str:
        """The words after the address."""
        return self.sentence.text[self.end : self.end + 80]

    @cached_property
    def clause(self) -> str:
        """Of the words before it, those of the same clause."""
        return re.split(r"[.;!?]\s|[。；]", self.ahead)[-1]

    @cached_property
    def around(self) -> str:
        """The sentence, or as much of it as is near."""
        return self.sentence.text[max(0, self.start - sentences.NEAR) : self.end + sentences.NEAR]

    @cached_property
    def host(self) -> str:
        """Of a web address: its host. "" for a relative one, and for one that is none."""
        try:
            return (urlsplit(self.uri).hostname or "").removeprefix("www.")
        except ValueError:
            return ""


def mentions(told) -> Iterator[Mention]:
    """Yield every address of a text that could be a contact, in order."""
    for sentence in told:
        for found in addresses.mails(sentence.text):
            yield Mention(found.uri, sentence, found.start, found.end)
        for found in addresses.webs(sentence.text):
            yield Mention(found.uri, sentence, found.start, found.end)
        for found in addresses.bare(sentence.text):
            if not any(sentence.text[found.start : found.end] in link.text for link in sentence.links):
                yield Mention(found.uri, sentence, found.start, found.end)
        yield from _linked(sentence)


def _linked(sentence):
    place = 0
    for link in sentence.links:
        start = _place_of(link.text, sentence.text, place)
        if start < 0:
            continue  # it stands in another sentence of the line
        place = end = start + len(link.text)
        url = link.url.lower()
        if url.startswith("mailto:"):
            yield from (Mention(uri, sentence, start, end, link.text) for uri in addresses.of_mailto(link.url))
        elif any(addresses.mails(link.text)) or any(addresses.webs(link.text)):
            continue  # read as written: behind it may be the page of a mailing list, or a way round
        elif url.startswith(("https://", "http://")):
            yield Mention(addresses.trimmed(link.url), sentence, start, end, link.text)
        elif way_words.ADVISORIES.search(link.url) or way_words.ADVISORY_FORM.search(link.url):
            yield Mention(link.url, sentence, start, end, link.text)


def _place_of(label, text, place):
    """Return where the text of a link stands, as words of their own where it can: "here" is not in "there". -1 if nowhere."""
    whole = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)").search(text, place)
    return whole.start() if whole else text.find(label, place)


def purpose_of(mention: Mention) -> str:
    """Return what an address is for (report, fallback, non_security, LISTED), or "" if it is no contact."""
    sentence = mention.sentence
    if clauses.of_place(sentence) in ("scope_out", "not_a_vulnerability") or _of_others(mention) or asides.is_aside(mention):
        return ""
    if words.THANKS.search(sentence.heading) and not way_words.REPORTING.search(sentence.heading):
        return ""
    if not (_mail_is_contact(mention) if mention.uri.startswith("mailto:") else _page_is_contact(mention)):
        return ""
    if _of_other_matters(mention):
        return "non_security"
    if words.NO_ANSWER.search(f"{sentence.context} {mention.around}") and not _is_first_way(mention):
        return "fallback"
    return LISTED if _is_listed(mention) else "report"


def _is_listed(mention):
    """Tell whether somebody only stands in a list of people, answers questions, or takes what may be anything."""
    sentence = mention.sentence
    if way_words.QUESTIONS.search(f"{sentence.before[-20:]} {mention.clause}") or not _is_of_security(mention):
        return True
    of_people = way_words.PEOPLE.search(sentence.heading) and not way_words.ASKING_HEADING.search(sentence.heading)
    return bool(of_people and not words.ASK.search(f"{sentence.lead} {sentence.before} {mention.ahead}"))


def _is_of_security(mention):
    """Tell whether security is spoken of where a page stands; a mail address is taken for what asks to write there."""
    sentence = mention.sentence
    if mention.uri.startswith("mailto:") or way_words.PLATFORMS.search(mention.host) or way_words.ASKING_HEADING.search(sentence.heading):
        return True
    return bool(asides.OF_SECURITY.search(" ".join((sentence.heading, sentence.context, sentence.text, mention.uri))))


def _of_others(mention):
    """Tell whether an address stands in an account of what was, or belongs to somebody else."""
    if way_words.ASKED_AFTER.search(mention.clause):
        return False
    return bool(way_words.OF_OTHERS.search(mention.clause) or way_words.HISTORY.search(mention.around))


def _is_first_way(mention):
    return way_words.FIRST_WAY.search(mention.around) and not words.NO_ANSWER.search(f"{mention.sentence.lead} {mention.around}")


def _of_other_matters(mention):
    sentence = mention.sentence
    if way_words.OTHER_OFFICES.search(mention.uri) and not way_words.ASKED_AFTER.search(mention.ahead):
        return True
    if asides.is_other(mention):
        return True
    return any(words.OTHER_MATTERS.search(text) for text in (mention.ahead, sentence.lead, sentence.heading))


def _announced(mention):
    """Tell whether an address stands where something is announced to readers."""
    heading, lead = mention.sentence.heading, mention.sentence.lead
    of_news = way_words.NEWS.search(heading) and not way_words.ASKING_HEADING.search(heading) and not words.ASK.search(mention.clause)
    return bool(of_news or (lead.endswith((":", "：")) and way_words.TOLD.search(lead)))


def _mail_is_contact(mention):
    sentence, local = mention.sentence, mention.uri.removeprefix("mailto:").partition("@")[0].lower()
    if way_words.OF_A_LIST.search(local) or way_words.UPSTREAM.search(mention.ahead) or way_words.OPEN_LIST.search(mention.ahead):
        return False
    if sentence.kind == "code" and way_words.OWNER_OF_KEY.search(sentence.text) or way_words.NOT_TO.search(mention.clause):
        return False
    if words.ANNOUNCE.search(mention.around) and not words.ASK.search(mention.ahead) or _announced(mention):
        return False
    return not way_words.CONDUCT.search(f"{mention.around} {sentence.heading}")


def _page_is_contact(mention):
    url, host = mention.uri, mention.host
    if _is_no_way(mention):
        return False
    if way_words.ADVISORY_FORM.search(url):
        return True
    if host == way_words.TIDELIFT:
        return url.rstrip("/").endswith("/security")
    if way_words.ADVISORIES.search(url) and host in FORGES:
        return _asks_to_report(mention) and not words.ANNOUNCE.search(mention.around)
    if way_words.PLATFORMS.search(host):
        return not way_words.NO_PLACE.search(url) or bool(words.ASK.search(mention.ahead)) and urlsplit(url).path in ("", "/")
    if way_words.TRACKER.search(url):
        return _of_other_matters(mention) or (_asks_to_report(mention) and not words.ANNOUNCE.search(mention.clause))
    if way_words.PROFILE.match(url) or way_words.DIRECT_CHAT.search(host):
        return _is_asked(mention) and _asks_to_report(mention)
    if words.ANNOUNCE.search(mention.around):
        return False
    if way_words.NO_PLACE.search(url) and not way_words.PAGE_FOR_REPORTS.search(url) and not _is_written_out(mention):
        return False
    return _asks_to_report(mention)


def _is_written_out(mention):
    """Tell whether somebody is to be contacted at the home page that is written there."""
    return bool(not mention.label and way_words.HOME.fullmatch(mention.uri) and way_words.CONTACT_AT.search(mention.clause))


def _is_no_way(mention):
    """Tell whether a page is something else, closed, refused, or for readers or other projects."""
    url = mention.uri
    if (KEY_PLACE.search(url) or asides.has_no_inbox(mention)) and not way_words.ADVISORY_FORM.search(url):
        return True
    if mention.label and asides.PLACE_FOLLOWS.match(mention.after):
        return True
    if way_words.COORDINATORS.search(mention.host) and way_words.PAGE_FOR_REPORTS.search(url):
        return _refused(mention)
    if way_words.REFERENCE_HOSTS.search(mention.host) or way_words.CHAT.search(mention.host):
        return True
    if way_words.RETIRED.search(mention.around) or way_words.UPSTREAM.search(mention.ahead):
        return True
    return _refused(mention) or _announced(mention)


def _refused(mention):
    """Tell whether the words before an address say not to use it."""
    if words.NOT_THESE.search(mention.sentence.heading):
        return True
    ahead = re.split(r"[.;:!?]\s|\b(?:instead(?! of)|but|please use|rather(?! than))\b|[。；]", mention.ahead)[-1]
    lead = mention.sentence.lead if mention.sentence.kind == "item" else ""
    return any(words.NOT.search(words.CONDITION.sub("", text)) and not words.NO_ANSWER.search(text) for text in (ahead, lead))


def _is_asked(mention):
    """Tell whether the words before an address ask for reports; those of the sentence before where this one says little."""
    before = mention.sentence.before if len(mention.ahead) <= LITTLE else ""
    return bool(words.ASK.search(f"{mention.sentence.lead} {before} {mention.ahead}"))


def _asks_to_report(mention):
    """Tell whether the words around an address ask to report there, not only to read."""
    sentence, ahead, label = mention.sentence, mention.ahead, mention.label
    if way_words.DONE_BY.search(mention.clause) or way_words.FILE.search(mention.uri):
        return False
    if way_words.WAY_BEFORE.match(mention.after) and words.ASK.search(mention.after) and not words.READ.search(mention.after):
        return True
    reads = words.READ.search(ahead if len(ahead) > 3 else f"{sentence.before} {ahead}")
    if reads and not (way_words.TO_REPORT.search(ahead) and way_words.PAGE_FOR_REPORTS.search(mention.uri)):
        return False
    if way_words.LABEL.search(label) and not words.READ.search(label) and not way_words.ABOUT_IT.search(label):
        return bool(way_words.REPORTING.search(" ".join((*sentence.section, sentence.context, mention.around))))
    names_a_way = len(sentence.text) <= SHORT and way_words.ASKING_HEADING.search(sentence.heading)
    in_table = sentence.kind == "row" and way_words.PAGE_FOR_REPORTS.search(mention.uri)
    way = way_words.WAY.search(ahead) or way_words.WAY_THERE.search(ahead) or in_table
    return bool((_is_asked(mention) or names_a_way) and way)

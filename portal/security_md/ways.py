"""The addresses in a text, and what each is for: reports, other questions, or nothing that is written to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from portal.security_md import addresses, asides, clauses, sentences, uses, way_words, words
from portal.security_md.openpgp_keys import KEY_PLACE
from portal.security_md.sentences import Sentence

FORGES = ("", "github.com", "gitlab.com", "codeberg.org")
LISTED = "listed"  # of people whose part in reports is not said
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
        return re.split(r"(?<!\be\.g)(?<!\bi\.e)[.;!?]\s|[。；]", self.ahead)[-1]

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
        # What a link spells out against harvesters may be read wrongly; where it leads is certain.
        spelled = [link.text for link in sentence.links if _is_spelled(link)]
        for found in addresses.mails(sentence.text):
            if not any(sentence.text[found.start : found.end] in text for text in spelled):
                yield Mention(found.uri, sentence, found.start, found.end)
        for found in addresses.webs(sentence.text):
            yield Mention(found.uri, sentence, found.start, found.end)
        for found in addresses.bare(sentence.text):
            if not any(sentence.text[found.start : found.end] in link.text for link in sentence.links):
                yield Mention(found.uri, sentence, found.start, found.end)
        yield from _linked(sentence)


def _is_spelled(link):
    """Tell whether a link leads to a mail address that its text says in words."""
    return link.url.lower().startswith("mailto:") and "@" not in link.text and any(addresses.of_mailto(link.url))


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
    if clauses.of_place(sentence) in ("scope_out", "not_a_vulnerability") or uses.is_of_others(mention) or asides.is_aside(mention):
        return ""
    if words.THANKS.search(sentence.heading) and not way_words.REPORTING.search(sentence.heading) or uses.is_for_members(mention):
        return ""
    if not (_mail_is_contact(mention) if mention.uri.startswith("mailto:") else _page_is_contact(mention)):
        return ""
    if uses.is_of_other_matters(mention):
        return "non_security"
    if words.NO_ANSWER.search(f"{sentence.context} {mention.around}") and not _is_first_way(mention):
        return "fallback"
    return LISTED if uses.is_weak(mention) else "report"


def _is_first_way(mention):
    return way_words.FIRST_WAY.search(mention.around) and not words.NO_ANSWER.search(f"{mention.sentence.lead} {mention.around}")


def _announced(mention):
    """Tell whether an address stands where something is announced to readers."""
    heading, lead = mention.sentence.heading, mention.sentence.lead
    if way_words.FOR_REPORTS.match(mention.after) or way_words.ADVISORY_FORM.search(mention.uri):
        return False
    of_news = way_words.NEWS.search(heading) and not way_words.ASKING_HEADING.search(heading) and not words.ASK.search(mention.clause)
    return bool(of_news or (lead.endswith((":", "：")) and way_words.TOLD.search(lead)))


def _mail_is_contact(mention):
    sentence, local = mention.sentence, mention.uri.removeprefix("mailto:").partition("@")[0].lower()
    if way_words.OF_A_LIST.search(local) or uses.is_of_vendors(mention) or way_words.OPEN_LIST.search(mention.ahead):
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
        return _asks_to_report(mention) and not (words.ANNOUNCE.search(mention.around) and not way_words.USE_AT.search(mention.clause))
    if way_words.TEXTS.search(host) and not way_words.PAGE_FOR_REPORTS.search(url):
        return False
    if way_words.PLATFORMS.search(host):
        return not way_words.NO_PLACE.search(url) or bool(words.ASK.search(mention.ahead)) and urlsplit(url).path in ("", "/")
    if way_words.TRACKER.search(url):
        return uses.is_of_other_matters(mention) or (_asks_to_report(mention) and not words.ANNOUNCE.search(mention.clause))
    if way_words.PROFILE.match(url) or way_words.DIRECT_CHAT.search(host):
        return _is_asked(mention) and _asks_to_report(mention)
    if words.ANNOUNCE.search(mention.around) and not (
        way_words.ASKED_AFTER.search(mention.clause) and way_words.PAGE_FOR_REPORTS.search(url)
    ):
        return False
    if way_words.NO_PLACE.search(url) and not way_words.PAGE_FOR_REPORTS.search(url) and not _is_written_out(mention):
        return False
    return _asks_to_report(mention)


def _is_written_out(mention):
    """Tell whether somebody is to be contacted at the home page that is written there."""
    told = mention.clause if len(mention.clause) > 3 else mention.sentence.before  # "… via:", and the page alone in the next line
    return bool(not mention.label and way_words.HOME.fullmatch(mention.uri) and way_words.CONTACT_AT.search(told))


def _is_no_way(mention):
    """Tell whether a page is something else, closed, refused, or for readers or other projects."""
    url = mention.uri
    of_key = (KEY_PLACE.search(url) and not asides.is_chat_of_person(mention)) or asides.has_no_inbox(mention)
    if of_key and not way_words.ADVISORY_FORM.search(url):
        return True
    if mention.label and asides.PLACE_FOLLOWS.match(mention.after):
        return True
    if way_words.COORDINATORS.search(mention.host) and way_words.PAGE_FOR_REPORTS.search(url):
        return _refused(mention)
    if way_words.REFERENCE_HOSTS.search(mention.host) or way_words.CHAT.search(mention.host) and not _is_room_for_reports(mention):
        return True
    if way_words.FOUND.search(url) or way_words.TEXT.search(url):
        return True
    if way_words.RETIRED.search(mention.around) or uses.is_of_vendors(mention):
        return True
    return _refused(mention) or _announced(mention)


def _is_room_for_reports(mention):
    """Tell whether a sentence asks for reports in a chat. Where people meet, or ask what became of a report, is no way."""
    # "Instead, open a ticket on …" goes on from what is not to be reported elsewhere.
    before = mention.sentence.before if way_words.INSTEAD.match(mention.sentence.text) else ""
    told = f"{mention.sentence.lead} {before} {mention.around}"
    if words.ANNOUNCE.search(mention.around) or words.NO_ANSWER.search(f"{mention.sentence.context} {mention.around}"):
        return False
    asked = words.ASK.search(mention.clause) or way_words.OPENED.search(mention.clause)
    return bool(asked and (asides.OF_SECURITY.search(told) or way_words.REPORTED_ON.search(mention.clause)))


def _refused(mention):
    """Tell whether the words before an address say not to use it."""
    if words.NOT_THESE.search(mention.sentence.heading):
        return True
    ahead = re.split(
        r"[.;:!?]\s|\b(?:instead(?! of)|but|please use|(?<=, )use|rather(?! than))\b|[。；]", mention.ahead, flags=re.IGNORECASE
    )[-1]
    lead = mention.sentence.lead if mention.sentence.kind == "item" else ""
    return any(words.NOT.search(words.CONDITION.sub("", text)) and not words.NO_ANSWER.search(text) for text in (ahead, lead))


def _is_asked(mention):
    """Tell whether the words before an address ask for reports; those of the sentence before where this one says little."""
    before = mention.sentence.before if len(mention.ahead) <= uses.LITTLE else ""
    told = f"{mention.sentence.lead} {before} {mention.ahead}"
    return bool(words.ASK.search(told) or way_words.OPENED.search(told))


def _asks_to_report(mention):
    """Tell whether the words around an address ask to report there, not only to read."""
    sentence, ahead, label = mention.sentence, mention.ahead, mention.label
    if way_words.DONE_BY.search(mention.clause) or way_words.FILE.search(mention.uri):
        return False
    if way_words.THEN.match(mention.after) and not way_words.RETIRED.search(ahead):
        return True
    if way_words.WAY_BEFORE.match(mention.after) and words.ASK.search(mention.after) and not words.READ.search(mention.after):
        return True
    reads = words.READ.search(ahead if len(ahead) > 3 else f"{sentence.before} {ahead}")
    if sentence.kind == "item" and words.READ.search(sentence.lead) and not words.ASK.search(sentence.lead):
        reads = True
    if reads and not (way_words.TO_REPORT.search(ahead) and way_words.PAGE_FOR_REPORTS.search(mention.uri)):
        return False
    if way_words.LABEL.search(label) and not words.READ.search(label) and not way_words.ABOUT_IT.search(label):
        return bool(way_words.REPORTING.search(" ".join((*sentence.section, sentence.context, mention.around))))
    led = not sentence.lead or words.ASK.search(sentence.lead) or way_words.LEADS_TO.search(sentence.lead)
    names_a_way = len(sentence.text) <= SHORT and way_words.ASKING_HEADING.search(sentence.heading) and led
    if way_words.IS_THAT.match(mention.after):
        return False
    in_table = sentence.kind == "row" and way_words.PAGE_FOR_REPORTS.search(mention.uri)
    way = way_words.WAY.search(ahead) or way_words.WAY_THERE.search(ahead) or way_words.LABEL_GOES_ON.search(label) or in_table
    of_forge = way_words.ADVISORIES.search(mention.uri) or way_words.TRACKER.search(mention.uri)
    way = way or of_forge and way_words.IN_SECTION.search(ahead)
    way = way or way_words.PAGE_FOR_REPORTS.search(mention.uri) and way_words.CONTACT_THEM.search(ahead)
    return bool((_is_asked(mention) or names_a_way) and way)

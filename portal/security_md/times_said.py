"""What one sentence or cell promises: for each length of time its milestone, severities and anchor, or that it is no promise.

A length of time belongs to the words before it, back to the one before ("acknowledged within 24 hours, fixed within 7 days"),
or to those after it where the sentence begins with one ("Within 24 hours we acknowledge, within 7 days we fix").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from portal.security_md import times_words as words
from portal.security_md.durations import Duration, find
from portal.security_md.words import NO_ANSWER

REACH = 300  # characters on either side of a length of time that can say what it is about
MOST_IN_SENTENCE = 100
LONGEST = 10_000  # characters of a sentence that are read
NO_PROMISE, WINDOW = "no promise", "window"
LABEL = 80  # a longer text is a sentence, in which "high" need not be a severity
FOR_SEVERITY = re.compile(rf"\s?(?:[(（]|(?:[^\s,;:.()]{{1,20}}\s){{0,3}}?(?<![^\W\d_]){words.FOR}(?![^\W\d_]))", re.IGNORECASE)
FOR_FIRST = re.compile(rf"\W{{0,4}}{words.FOR}\s", re.IGNORECASE)
LABELLED = re.compile(r"[\W\d_]*(?:p\d\W+|s(?:ev)?-?\d\W+|severity\W+|for\s)?(?:all )?", re.IGNORECASE)
JOINED = re.compile(r"\s?(?:[,/&+、|–-]|and|or|und|oder|et|ou|y|o|e|ve|dan|i|и|или|或|和|및|to|bis|through)?\s?[(（]?", re.IGNORECASE)
AND = re.compile(r"\b(?:and|or|y|et|und|e|и)\b")
PROSE = re.compile(r"[a-z] [a-z]+ [a-z]+ [a-z]+ [a-z]", re.IGNORECASE)
BANDS = {"critical": (9, 10), "high": (7, 8.9), "medium": (4, 6.9), "low": (0.1, 3.9)}  # the qualitative severity ratings of CVSS 3 and 4
COLON = re.compile(r"[^:：]{1,60}[:：]")
STOP = re.compile(r"[.;,。，；]")
PARENTHESES = re.compile(r"[(（\[][^()（）\[\]]{0,200}[)）\]]")


@dataclass(frozen=True)
class Said:
    """One length of time with what it is about.

    ``milestone`` "" is unknown, "response" an answer of some kind, WINDOW for how long reporters are asked to wait, NO_PROMISE
    something else; ``severities`` may hold "rest", all that are not named.
    """

    duration: Duration
    milestone: str
    severities: tuple[str, ...] = ()
    anchor: str = "received"
    exploited: bool = False


def said(text: str, heading: str = "") -> Iterator[Said]:
    """Yield what each length of time in a sentence is about."""
    text = text[:LONGEST]
    durations = tuple(islice(find(text), MOST_IN_SENTENCE))
    if not durations:
        return
    bounds = [0, *(one.end for one in durations[:-1])], [*(one.start for one in durations[1:]), len(text)]
    places = [_Place(text, one, begin, end, heading) for one, begin, end in zip(durations, *bounds, strict=True)]
    after_first = _begins_with_time(places[0]) or (len(places) > 1 and all(map(_time_for_something, places)))
    spoken_of = ""
    for place in places:
        severities = place.severities(after_first)
        milestone = place.milestone(after_first) or (spoken_of if severities else "")
        if place.refused(milestone):
            yield Said(place.duration, NO_PROMISE)
            continue
        severities, spoken_of = severities or _for_all(text, durations[0]), milestone
        exploited = not severities and bool(words.EXPLOITED.search(place.clause))
        yield Said(place.duration, milestone, severities, place.anchor, exploited)


def _begins_with_time(place):
    return not milestones(place.before) and bool(milestones(place.after))


def _time_for_something(place):
    purpose = words.TIME_FOR.match(place.own_after)
    return bool(purpose and words.MILESTONE.search(purpose[0]))


class _Place:
    """A length of time in its sentence, with the words before and after it that are its own; phrases for an anchor are blanked."""

    def __init__(self, text, duration, begin, end, heading):
        self.text, self.duration, self.heading = text, duration, heading
        begin, end = max(begin, duration.start - REACH), min(end, duration.end + REACH)
        self.own_before, self.own_after = text[begin : duration.start], text[duration.end : end]
        self.since_after = words.ANCHOR_AFTER.match(self.own_after)
        self.since_before = _last(words.ANCHOR_BEFORE, self.own_before) or _last(words.HAN_ANCHOR, self.own_before)
        self.before = _blanked(words.HAN_ANCHOR, _blanked(words.ANCHOR_BEFORE, self.own_before))
        self.after = self.own_after[self.since_after.end() :] if self.since_after else _blanked(words.ANCHOR_BEFORE, self.own_after)

    @property
    def clause(self):
        """The words close by: enough to see what kind of time this is."""
        return self.own_before[-100:] + self.text[self.duration.start : self.duration.end] + self._rest_of_clause

    @property
    def _rest_of_clause(self):
        """What follows up to the next comma; what comes after one is said of something else."""
        return STOP.split(self.own_after[:60], maxsplit=1)[0]

    def milestone(self, after_first):
        near = _nearest(self.before) if not after_first else ""
        near = near or next((name for _start, _end, name in milestones(self.after)), "") or _nearest(self.before)
        if self.duration.every:
            whole = milestones(self.text[max(0, self.duration.start - REACH) : self.duration.end + REACH])
            near = "status_update" if any(name == "status_update" for _start, _end, name in whole) else NO_PROMISE if near else ""
        return WINDOW if self._asked(near) else near

    def _asked(self, near):
        """Whether reporters are asked to keep something to themselves for this time."""
        around = self.text[max(0, self.duration.start - REACH) : self.duration.end + REACH]
        private = words.PRIVATE.search(around)
        if words.GIVE_US.search(self.own_before) and (private or words.PRIVATE.search(self.heading)):
            return near in ("", "remediation", "disclosure")
        if near == "disclosure":
            return bool(words.ASKED.search(around))
        state = not self.duration.within or self.duration.lasting or self.duration.least
        return near in ("", "remediation") and state and bool(private and words.ASKED.search(around))

    def refused(self, milestone):
        """Whether this is no promise of the team."""
        duration = self.duration
        if milestone == WINDOW:
            return bool(words.OTHER_CLOCKS.search(self.clause) or words.NOTICE_TO_US.search(self.own_before))
        if duration.least or (duration.lasting and milestone not in ("acknowledgement", "response", "assessment")):
            return True
        until_here = self.text[max(0, duration.start - REACH) : duration.end]
        if NO_ANSWER.search(until_here + self._rest_of_clause) or words.THEIR_DUTY.search(self.clause):
            return True
        if words.OTHER_CLOCKS.search(self.clause) or words.PAST.search(_blanked(words.ANCHOR_BEFORE, self.clause)):
            return True
        return milestone in ("", "remediation", "status_update", "disclosure") and bool(words.SUPPORT.search(self.clause))

    @property
    def anchor(self):
        found = self.since_after or self.since_before
        return found.lastgroup if found and found.lastgroup in words.ANCHORS else "received"

    def severities(self, after_first):
        after = _severity_after(self.own_after)
        if after:
            return after
        before = severity_words(self.own_before)
        if before:
            return before[-1]
        return _first(severity_words(STOP.split(self.own_after, maxsplit=1)[0])) if after_first else ()


def milestones(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, milestone) of the words of a text that name one; those in parentheses only where there are no others."""
    plain = PARENTHESES.sub(lambda found: " " * len(found[0]), text) if "(" in text or "（" in text or "[" in text else text
    found = [(one.start(), one.end(), one.lastgroup) for one in words.MILESTONE.finditer(plain)]
    if found or plain is text or severity_label(text):
        return found
    return [(one.start(), one.end(), one.lastgroup) for one in words.MILESTONE.finditer(text)]


def _nearest(text):
    """Return the last milestone of a text, or the one before it of which it is only the object ("acknowledge your disclosure")."""
    found = milestones(text)
    if not found:
        return ""
    start, _end, name = found[-1]
    if len(found) > 1 and name in ("disclosure", "remediation") and found[-2][2] not in ("disclosure", "remediation"):
        between = text[found[-2][1] : start]
        if words.OBJECT.fullmatch(between) and not AND.search(between):
            return found[-2][2]
    return name


def severity_words(text: str) -> list[tuple[str, ...]]:
    """Return the severities that a text names, those that stand together ("critical/high", "high and above") as one group."""
    groups, reached = [], -1
    for found in words.SEVERITY.finditer(text):
        if not _severe(text, found, reached):
            continue
        joined = groups and JOINED.fullmatch(text[reached : found.start()])
        groups[-1 if joined else len(groups) :] = [(*(groups[-1] if joined else ()), found.lastgroup)]
        reached = found.end()
    return [tuple(dict.fromkeys(group)) for group in groups] or _bands(text)


def _severe(text, found, reached):
    """Whether a word for a severity is one here: alone in a label, or beside what it describes."""
    start, end = found.span()
    if words.NOT_SEVERE_AFTER.match(text, end):
        return False
    if words.HAN_BEGINS.match(found[0]) or (len(text) <= LABEL and not PROSE.search(text[:start])):
        return True
    if words.SEVERE_BEFORE.search(text[max(0, start - 30) : start]) or 0 <= start - reached <= 6:
        return True
    return bool(words.SEVERE_THINGS.search(text[max(0, start - 24) : start] + "\n" + text[end : end + 24]))


def _bands(text):
    """Read the severities of a band of CVSS scores: "CVSS 7.0-8.9", "CVSS >= 9"."""
    found = words.CVSS.search(text)
    if not found:
        return []
    low, high, sign = float(found["low"]), float(found["high"] or 10), found["sign"] or ""
    if "<" in sign or "≤" in sign:
        low, high = 0.1, low
    elif not found["high"] and not sign and text[found.end() : found.end() + 1] != "+":
        high = low
    below = "<" in sign and "=" not in sign
    return [tuple(name for name, (least, most) in BANDS.items() if low <= most and (high > least if below else high >= least))]


def severity_label(text: str) -> tuple[str, ...]:
    """Return the severities with which a label begins, or that are all that a short one says."""
    found = words.SEVERITY.search(text[:LABEL])
    if not found or not LABELLED.fullmatch(text[: found.start()]):
        return ()
    return _first(severity_words(text[:LABEL]))


def _severity_after(text):
    """Return the severities that follow at once: "7 days for critical", "14 days (high)"."""
    head = FOR_SEVERITY.match(text)
    if not head:
        return ()
    stop = re.search(r"[,;:.。；)）]", text[head.end() :])
    phrase = text[head.end() : head.end() + (stop.start() if stop else 90)]
    return () if words.SOONER.search(phrase) else _first(severity_words(phrase))


def _for_all(text, first):
    """Return the severities with which a sentence begins, when they hold for all of it: "For critical issues we …"."""
    head = text[: first.start]
    return severity_label(head) if FOR_FIRST.match(head) or COLON.match(head) else ()


def _blanked(pattern, text):
    return pattern.sub(lambda found: " " * len(found[0]), text)


def _last(pattern, text):
    return next(reversed(tuple(pattern.finditer(text))), None)


def _first(groups):
    return groups[0] if groups else ()

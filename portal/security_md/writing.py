"""A policy as a SECURITY.md that people like to read, and that ``own_words`` reads back exactly.

Our sentences are those of ``phrases``, said in the language of the project; a project's words are written so that Markdown shows
them as they are (``plain_words``). Whatever the project does not say is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from re import fullmatch

from django.utils.text import slugify
from django.utils.translation import override

from portal.security_md import phrases, plain_words
from portal.security_md.facts import Address, Facts, Promise, Requested, VersionRow
from portal.service_levels import in_order

MAILBOX = r"mailto:([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x20\x7f-\x9f\ufeff]*"
ALWAYS_SHOWN = ("text", "status")


@dataclass(frozen=True)
class Place:
    """Where a policy is published: its number and first day, the addresses of its page and of its report form."""

    number: int
    since: date
    page: str
    form: str


def normal(facts: Facts) -> Facts:
    """Return facts in the order that says something: promises as a report meets them, clauses by kind; ends of lines as LF."""
    clauses = sorted(facts.clauses, key=lambda one: one.kind)
    return replace(
        facts,
        introduction=_line_feeds(facts.introduction),
        service_levels=in_order(facts.service_levels),
        clauses=tuple(replace(one, text=_line_feeds(one.text)) for one in clauses),
    )


def write(facts: Facts, place: Place | None = None, *, language: str = "en") -> str:
    """Write a policy as Markdown. Of whatever the columns hold, ``own_words.read`` makes ``normal(facts)`` again."""
    with override(language):
        blocks = _blocks(normal(facts), place)
        blocks.append([phrases.MARK.say(format=phrases.FORMAT, language=language)])
        return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


# --- one line each: what own_words checks its reading against -------------------------------------------------------
def version_line(row: VersionRow, columns: Iterable[str]) -> str:
    """Write a row of the version table in these columns."""
    cells = {
        "component": plain_words.cell(row.component),
        "text": plain_words.cell(row.text),
        "status": str(phrases.STATUSES[row.status]),
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        "note": plain_words.cell(row.note),
    }
    return f"| {' | '.join(cells[column] for column in columns)} |"


def head(columns: Iterable[str]) -> list[str]:
    """Write the head of the version table, and the rule below."""
    names = [str(phrases.COLUMNS[column]) for column in columns]
    return [f"| {' | '.join(names)} |", f"| {' | '.join('---' for _name in names)} |"]


def contact_line(one: Address) -> str:
    """Write a contact as an item."""
    key = phrases.KEY.say(key=_address(one.encryption)) if one.encryption else ""
    delay = "" if one.delay_hours is None else phrases.DELAY.say(amount=phrases.amount(one.delay_hours, "hours"))
    note = f": {plain_words.escaped(one.note)}" if one.note else ""
    return f"- {_address(one.uri)}{key}{delay}{note}"


def requested_line(one: Requested) -> str:
    """Write a requested field as an item; its key and kind stand in a comment where they do not go without saying."""
    optional = "" if one.required else phrases.OPTIONAL
    help_ = f": {plain_words.escaped(one.help)}" if one.help else ""
    comment = "" if (one.key, one.kind) == (key_of(one.label), "text") else f" <!-- {one.key}, {one.kind} -->"
    return f"- **{plain_words.escaped(one.label)}**{optional}{help_}{comment}"


def level_line(one: Promise) -> str:
    """Write a service level as an item."""
    return f"- **{phrases.milestone(one)}** {phrases.promise(one)}"


def item_lines(text: str) -> list[str]:
    """Write a clause as an item; what follows its first line is indented."""
    first, *others = plain_words.paragraphs(text)
    return [f"- {first}".rstrip(), *(f"  {line}".rstrip() for line in others)]


def paragraph_lines(text: str) -> list[str]:
    """Write a project's text as paragraphs; one that begins like a sentence of ours is told apart by its first letter."""
    first, *others = plain_words.paragraphs(text)
    return [f"&#{ord(first[0])};{first[1:]}" if is_ours(first) else first, *others]


def is_ours(line: str) -> bool:
    """Say whether the first line of a section would be read as one of our sentences."""
    sentences = (str(sentence) for stances in phrases.STANCES.values() for sentence in stances.values())
    said = (phrases.PLACE, phrases.PRODUCT, phrases.DISCLOSURE_DAYS)
    return line in sentences or any(phrase.hear(line) is not None for phrase in said)


def key_of(label: str) -> str:
    """Return the key that a requested field has if nothing else is said."""
    return slugify(label)[:40]


# --- sections: lists of blocks, each a list of lines ------------------------------------------------------------------
def _blocks(facts, place):
    sections = {"versions": _versions(facts), "reporting": _reporting(facts, place), "times": _times(facts)}
    blocks = list(_top(facts, place))
    for name, title in phrases.SECTIONS.items():
        body = sections[name] if name in sections else _clauses(facts, name)
        blocks += [[f"## {title}"], *body] if body else []
    return blocks


def _top(facts, place) -> Iterator[list[str]]:
    if facts.title:
        yield [f"# {plain_words.heading(facts.title)}"]
    if place is not None:
        yield [phrases.PLACE.say(number=place.number, since=place.since.isoformat(), page=place.page)]
    if facts.product:
        yield [phrases.PRODUCT.say(product=plain_words.escaped(facts.product))]
    if facts.introduction:
        yield paragraph_lines(facts.introduction)


def _versions(facts):
    if not facts.supported_versions:
        return []
    rows = facts.supported_versions
    columns = [name for name in phrases.COLUMNS if name in ALWAYS_SHOWN or any(getattr(row, name) for row in rows)]
    return [[*head(columns), *(version_line(row, columns) for row in rows)]]


def _reporting(facts, place):
    blocks = [[str(phrases.NO_PUBLIC_ISSUES)]] if facts.public_issues_forbidden else []
    if place is not None:
        blocks.append([phrases.FORM.say(form=place.form)])
    for purpose, contacts in groupby(facts.contacts, key=lambda one: one.purpose):
        blocks += [[str(phrases.PURPOSES[purpose])], [contact_line(one) for one in contacts]]
    if facts.languages:
        blocks.append([phrases.LANGUAGES.say(languages=plain_words.escaped(facts.languages))])
    if facts.requested_fields:
        blocks += [[str(phrases.REQUESTED)], [requested_line(one) for one in facts.requested_fields]]
    return blocks


def _times(facts):
    blocks = [[level_line(one) for one in facts.service_levels]] if facts.service_levels else []
    calendar = []
    if facts.weekend != Facts.weekend or any(one.unit == "business_days" for one in facts.service_levels):
        calendar.append(phrases.days_off(facts.weekend))
    if facts.calendar_zone:
        calendar.append(phrases.ZONE.say(zone=plain_words.escaped(facts.calendar_zone)))
    if facts.holiday_calendar:
        calendar.append(phrases.HOLIDAYS.say(calendar=plain_words.escaped(facts.holiday_calendar)))
    return [*blocks, calendar] if calendar else blocks


def _clauses(facts, name):
    """Write our sentence of a section, if there is one, and the project's words: one clause as text, several as a list."""
    blocks = []
    stance = phrases.STANCES.get(name, {}).get(getattr(facts, name, ""))
    if stance is not None:
        blocks.append([str(stance)])
    if name == "disclosure" and facts.disclosure_days is not None:
        blocks.append([phrases.DISCLOSURE_DAYS.say(amount=phrases.amount(facts.disclosure_days, "days"))])
    texts = [one.text for one in facts.clauses if one.kind == name]
    if len(texts) == 1:
        blocks.append(paragraph_lines(texts[0]))
    elif texts:
        blocks.append([line for text in texts for line in item_lines(text)])
    return blocks


def _address(uri):
    """Write an address as a link, or as words where it holds what no link may."""
    mailbox = fullmatch(MAILBOX, uri)
    if mailbox:
        return f"<{mailbox[1]}>"
    return f"<{uri}>" if fullmatch(ADDRESS, uri) and not plain_words.REFERENCE.search(uri) else plain_words.escaped(uri)


def _line_feeds(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")

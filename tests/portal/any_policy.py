"""Any policy that the columns can hold, for property tests: awkward words on purpose."""

from datetime import date

from hypothesis import strategies as st

from portal.models import Clause
from portal.security_md import facts
from portal.security_md.facts import Facts

AWKWARD = (
    "|", "\\", "`", "*", "_", "[x](y)", "<b>", "<!-- -->", "&copy;", "# ", "## Scope", "- ", "1. ", "> ", "~~", "$", "---", "| --- |",
    "\n", "\n\n", "\n\n\n", "\r\n", " ", "\t", "\x07", "\u2028", "\xa0", "\ufeff", "✅", "ä", "漏洞", "😀",
    "https://a.example/_b*c?d=1&amp;e", "http://a_b**", "&#0;", "This policy is about it.", "Reporters are credited.", "No bounty is paid.",
    "within 7 days.", "**", ": ", " (optional)", ", OpenPGP key", "<!-- Written by Parley, format 1, en -->",
)  # fmt: skip
# No column holds NUL.
LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
WORDS = st.lists(st.one_of(st.sampled_from(AWKWARD), LETTERS), max_size=8).map("".join)
SOME_WORDS = WORDS.filter(bool)
SLUG = st.text("abcXYZ019-_", min_size=1, max_size=40)
SMALL = st.integers(0, 32767)
PATH = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "Cc"]), max_size=30)
STANCE = st.sampled_from(["yes", "no", "unstated"])
LANGUAGE = st.from_regex(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?", fullmatch=True)
KEY = st.one_of(
    st.just(""),
    PATH.map(lambda path: f"https://keys.example/{path}"),
    st.from_regex(r"openpgp4fpr:[0-9A-Fa-f]{40}", fullmatch=True),
    st.just("dns:5d2d37ab76d47d36._openpgpkey.example.org?type=OPENPGPKEY"),
)
URI = st.one_of(
    st.sampled_from(["mailto:security@example.org", "mailto:a_b+c@example.org?subject=Hi%20there", "tel:+1-201-555-0123", "https://["]),
    st.tuples(st.sampled_from(["mailto:", "https:", "tel:"]), PATH.filter(bool)).map("".join),
)


def _windows(values):
    earliest, latest = values
    return {"earliest": None if earliest is None else min(earliest, latest), "latest": latest}


VERSION = st.builds(
    facts.VersionRow,
    text=SOME_WORDS,
    status=st.sampled_from(facts.STATUSES),
    ends_on=st.none() | st.dates(date(1000, 1, 1)),
    note=WORDS,
    component=WORDS,
)
PROMISE = st.builds(
    lambda window, **values: facts.Promise(**_windows(window), **values),
    window=st.tuples(st.none() | SMALL, st.integers(1, 32767)),
    milestone=st.sampled_from(["acknowledgement", "assessment", "status_update", "remediation", "disclosure"]),
    severity=st.sampled_from(["", "critical", "high", "medium", "low"]),
    unit=st.sampled_from(["hours", "days", "business_days"]),
    anchor=st.sampled_from(["received", "last_update", "acknowledged", "accepted", "fixed"]),
    recurring=st.booleans(),
    waits_for_reporter=st.booleans(),
)
CONTACT = st.builds(
    facts.Address,
    uri=URI,
    purpose=st.sampled_from(["report", "fallback", "non_security"]),
    note=WORDS,
    delay_hours=st.none() | SMALL,
    encryption=KEY,
)
FIELD = st.builds(
    facts.Requested, key=SLUG, label=SOME_WORDS, help=WORDS, kind=st.sampled_from(["line", "text", "version"]), required=st.booleans()
)
CLAUSE = st.builds(facts.Clause, kind=st.sampled_from(Clause.Kind.values), text=SOME_WORDS)
FACTS = st.builds(
    Facts,
    title=WORDS,
    product=WORDS,
    introduction=WORDS,
    public_issues_forbidden=st.booleans(),
    safe_harbour=STANCE,
    credit=STANCE,
    bounty=STANCE,
    embargo=STANCE,
    disclosure_days=st.none() | st.integers(1, 32767),
    ai=st.sampled_from(["unstated", "allow", "declare", "refuse"]),
    languages=st.lists(LANGUAGE, max_size=4).map(lambda tags: ", ".join(tags)),
    calendar_zone=st.sampled_from(["", "Europe/Berlin", "America/Argentina/Buenos_Aires"]),
    weekend=st.lists(st.integers(1, 7), max_size=6).map(lambda days: ",".join(map(str, days))),
    holiday_calendar=st.sampled_from(["", "DE", "DE-BY", "US-CA"]),
    supported_versions=st.lists(VERSION, max_size=4).map(tuple),
    service_levels=st.lists(PROMISE, max_size=4, unique_by=lambda one: (one.milestone, one.severity)).map(tuple),
    contacts=st.lists(CONTACT, max_size=4).map(tuple),
    requested_fields=st.lists(FIELD, max_size=4, unique_by=lambda one: one.key).map(tuple),
    clauses=st.lists(CLAUSE, max_size=6).map(tuple),
)

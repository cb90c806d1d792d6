"""Addresses in a text: mail, also as written against harvesters, web, and OpenPGP fingerprints. Each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z][A-Za-z0-9-]{0,22}[A-Za-z]"
# "@name@example.social" is no mail address, but a name on a network.
LOCAL = r"(?<![A-Za-z0-9._%+@-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
MAIL = re.compile(rf"{LOCAL}@{DOMAIN}(?![A-Za-z0-9@/])")

# "security [at] example [dot] org": the sign in brackets, in capitals, or in words where the dot is a word too.
BRACKETED_AT = (
    r"(?:\s{0,2}[\[({<|]\s{0,2}(?:at(?: sign)?|AT|At|@|a|ät|arroba)\s{0,2}[\])}>|]\s{0,2}|"
    r"\s?[-_/'’]at[-_/'’]\s?|[\"']\s?\+\s?[\"']@[\"']\s?\+\s?[\"'])"
)
BRACKETED_DOT = r"(?:\s{0,2}[\[({<|]\s{0,2}(?:dot|DOT|Dot|\.|punkt|punto|ponto|point)\s{0,2}[\])}>|]\s{0,2}|\s?[-_/'’]dot[-_/'’]\s?)"
# "example [dot com]": the last part stands in the brackets with its dot.
DOT_AND_END = r"\s{0,2}[\[({<]\s{0,2}(?:dot|DOT|Dot)\s{1,2}([A-Za-z]{2,24})\s{0,2}[\])}>]"
LOUD_AT, LOUD_DOT = r"\s{1,2}AT\s{1,2}", r"\s{1,2}DOT\s{1,2}"
QUIET_AT, QUIET_DOT = r"\s{1,2}(?:at|arroba)\s{1,2}", r"\s{1,2}(?:dot|punkt|punto|ponto|point)\s{1,2}"
SPACED_AT = r"(?:\s{1,2}@\s{1,2}|\s{0,2}＠\s{0,2})"
WORD = r"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
NAME = (
    r"(?<![A-Za-z0-9._%+@-])[A-Za-z0-9][A-Za-z0-9_%+-]{0,63}(?:(?:\.|"
    + BRACKETED_DOT
    + r"|"
    + LOUD_DOT
    + r"|\s{1,2}dot\s{1,2})[A-Za-z0-9_%+-]{1,64}){0,3}"
)
ANY_DOT = rf"(?:\.|{BRACKETED_DOT}|{LOUD_DOT}|{QUIET_DOT})"
OBFUSCATED = re.compile(
    rf"({NAME})(?:(?:{BRACKETED_AT}|{LOUD_AT}|{SPACED_AT})({WORD}(?:{ANY_DOT}{WORD}){{1,4}}|{WORD}{DOT_AND_END})"
    rf"|(?:@|{QUIET_AT})(?P<words>{WORD}(?:(?:{QUIET_DOT}|{BRACKETED_DOT}){WORD}){{1,4}}))(?![A-Za-z0-9@])"
)
# "mail security at example.org": the at in a word and a plain dot, where a mail is spoken of.
SPOKEN = re.compile(
    rf"\b(?:e-?mail|mail|write|send|address|contact)\b[^.;]{{0,60}}?\b((?:security|secure|psirt|cert|info|"
    rf"admin|hello|vuln\w*)) at ({DOMAIN})(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
# "Rita Muster (rita.muster at example.org)": in brackets, the same of anybody.
IN_BRACKETS = re.compile(rf"[(<\[]\s?([A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}) at ({DOMAIN})\s?[)>\]]")
# Nothing else stands there: "security at example.org".
ALONE = re.compile(rf"\W{{0,4}}([A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}) at ({DOMAIN})\W{{0,4}}")
A_DOT_AND_END = re.compile(DOT_AND_END)
A_DOT = re.compile(rf"{BRACKETED_DOT}|{LOUD_DOT}|{QUIET_DOT}")
# "the instructions at SECURITY.md": the files of a repository, whatever ends in .md in Moldova.
FILES = re.compile(
    r"(?:security|readme|contributing|code[_-]of[_-]conduct|maintainers|support|governance|changelog|owners)\.(?:md|rst)", re.IGNORECASE
)
NOT_DOMAINS = ("png", "jpg", "jpeg", "gif", "svg", "js", "ts", "txt", "json", "yml", "yaml", "toml", "lock", "html", "htm", "css", "gz")

WEB = re.compile(r"https?://[^\s<>\"`|\\^（），。；、：！？）】」』《》“”]{1,500}", re.IGNORECASE)
# "hackerone.com/team": places for reports that are known without their scheme.
BARE = re.compile(
    r"(?<![\w./@:-])(?:(?:www\.)?(?:hackerone|bugcrowd|huntr|intigriti)\.(?:com|dev)/[\w./-]{2,80}|g\.co/vulnz|"
    r"github\.com/[\w.-]{1,40}/[\w.-]{1,100}/security(?:/[a-z/]{1,40})?)(?![\w@])",
    re.IGNORECASE,
)
FINGERPRINT = re.compile(r"(?<![0-9A-Fa-f])(?:0x)?((?:[0-9A-Fa-f]{4}[ \u00a0:]{0,3}){9}[0-9A-Fa-f]{4})(?![0-9A-Fa-f])")


@dataclass(frozen=True)
class Found:
    """An address and where it stands in the text that was searched."""

    uri: str
    start: int
    end: int


def mails(text: str) -> Iterator[Found]:
    """Yield the mail addresses of a text as mailto: URIs; those written for people only are put back together."""
    plain = [Found(f"mailto:{found[0]}", found.start(), found.end()) for found in MAIL.finditer(text) if is_mail(found[0])]
    yield from plain
    taken = {place for found in plain for place in range(found.start, found.end)}
    for found in OBFUSCATED.finditer(text):
        domain = A_DOT.sub(".", A_DOT_AND_END.sub(r".\1", found[2] or found["words"]))
        address = f"{A_DOT.sub('.', found[1])}@{domain}"
        if found.start() not in taken and found.end() - 1 not in taken and MAIL.fullmatch(address) and is_mail(address):
            yield Found(f"mailto:{address}", found.start(), found.end())
    alone = ALONE.fullmatch(text)
    for found in (*SPOKEN.finditer(text), *IN_BRACKETS.finditer(text), *((alone,) if alone else ())):
        if is_mail(f"{found[1]}@{found[2]}"):
            yield Found(f"mailto:{found[1]}@{found[2]}", found.start(1), found.end(2))


def is_mail(address: str) -> bool:
    """Tell a mail address from what only looks like one: a clone address, an image for two densities."""
    local, _at, domain = address.rpartition("@")
    of_files = domain.rpartition(".")[2].lower() in NOT_DOMAINS or FILES.fullmatch(domain)
    return not (of_files or local == "git" or ".." in local)


def of_mailto(url: str) -> Iterator[str]:
    """Yield the recipients of a mailto: link, as mailto: URIs without parameters."""
    for address in re.split("[,;]", unquote(url[len("mailto:") :].partition("?")[0])):  # a semicolon is wrong, and common
        if MAIL.fullmatch(address.strip()) and is_mail(address.strip()):
            yield f"mailto:{address.strip()}"


def webs(text: str) -> Iterator[Found]:
    """Yield the http(s) addresses of a text, without the punctuation that ends the sentence."""
    for found in WEB.finditer(text):
        url = trimmed(found[0])
        if len(url) > len("https://x"):
            yield Found(url, found.start(), found.start() + len(url))


def bare(text: str) -> Iterator[Found]:
    """Yield the well-known places for reports that are written without https://."""
    for found in BARE.finditer(text):
        place = trimmed(found[0])
        yield Found(f"https://{place}", found.start(), found.start() + len(place))


def trimmed(url: str) -> str:
    """Take the marks from an address's end that belong to the sentence around it."""
    while url and (
        url[-1] in ".,;:!?*_~'\"" or any(url.endswith(end) and url.count(end) > url.count(start) for start, end in ("()", "[]", "{}"))
    ):
        url = url[:-1]
    return url


def fingerprints(text: str) -> Iterator[Found]:
    """Yield OpenPGP fingerprints (40 hexadecimal digits, spaced or not) as openpgp4fpr: URIs."""
    for found in FINGERPRINT.finditer(text):
        yield Found("openpgp4fpr:" + re.sub(r"[^0-9A-Fa-f]", "", found[1]).upper(), found.start(), found.end())

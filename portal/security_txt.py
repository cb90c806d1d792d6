"""security.txt (RFC 9116): one file from what it should say. Pure: addresses and days come from the caller.

A line is ASCII and comes from a value that was checked, so that no value begins a line of its own. What could not stand
in a valid file is left out: addresses of the web without ``https:``, and languages that no registry knows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, urlsplit

from django.conf.locale import LANG_INFO

SCHEMES = ("https", "mailto", "tel", "openpgp4fpr", "dns")
# RFC 9116, section 2.5.5: less than a year. Whoever keeps a copy has half a year to fetch the next one.
GOOD_FOR = timedelta(days=180)
# Alpha-2 codes of ISO 639-1; RFC 5646 takes its primary subtags from there. Longer tags count if Django knows them.
ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et"
    " eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk"
    " kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny"
    " oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk"
    " tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)


@dataclass(frozen=True)
class Contents:
    """What a file says; addresses in order of preference, ``languages`` as tags separated by commas."""

    contacts: tuple[str, ...]
    canonical: tuple[str, ...] = ()
    encryption: tuple[str, ...] = ()
    policy: str = ""
    languages: str = ""
    comments: tuple[str, ...] = ()


def write(contents: Contents, *, on: date) -> str | None:
    """Return the file as it is on a day, or None if nothing can stand in it as a contact."""
    contacts = _addresses(contents.contacts)
    if not contacts:
        return None
    languages = ", ".join(dict.fromkeys(filter(None, map(known_language, contents.languages.split(",")))))
    lines = [f"# {' '.join(comment.split())}" for comment in contents.comments if comment.isascii()]
    lines += [f"Contact: {contact}" for contact in contacts]
    lines.append(f"Expires: {datetime.combine(on + GOOD_FOR, time(), UTC):%Y-%m-%dT%H:%M:%SZ}")
    lines += [f"Encryption: {key}" for key in _addresses(contents.encryption)]
    lines += [f"Preferred-Languages: {languages}"] if languages else []
    lines += [f"Canonical: {address}" for address in _addresses(contents.canonical)]
    lines += [f"Policy: {address}" for address in _addresses([contents.policy])]
    return "\n".join(lines) + "\n"


def known_language(tag: str) -> str | None:
    """Return a language tag as far as it is known, or None: "de-AT" is de, "tlh" nothing."""
    tag = tag.strip()
    primary = re.split("[-_]", tag, maxsplit=1)[0].lower()
    if tag.lower() in LANG_INFO:
        return tag
    return primary if primary in ISO_639_1.split() else None


def uri(address: str) -> str | None:
    """Return an address as a URI (RFC 3986), other letters percent-encoded, or None if it cannot be one here."""
    written = quote(address, safe="%/:=&?~#+!$,;'@()*[]")
    try:
        parts = urlsplit(written)
        # Reading the port refuses addresses that hold no number there.
        whole = parts.hostname is not None and (parts.port is None or parts.port >= 0) if parts.scheme == "https" else parts.path
    except ValueError:
        return None
    return written if whole and parts.scheme in SCHEMES else None


def _addresses(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(uri, found))))

"""The OpenPGP key that a text gives to those who report: a fingerprint, or where the key is."""

import re
from dataclasses import dataclass

from portal.security_md import addresses

KEY_PLACE = re.compile(
    r"\.(?:asc|gpg|pgp)(?:[?#].*)?$|/pks/lookup|keys\.openpgp\.org|keyserver\.|keys\.mailvelope|pgpkeys\.|"
    r"keybase\.io/.+|keyoxide\.org|(?:open)?pgp|gpg|public[-_]?key",
    re.IGNORECASE,
)
KEY = re.compile(r"\b(?:open)?pgp\b|\bgpg\b|\bgnupg\b|PGP|GPG", re.IGNORECASE)
# Keys that sign what the project releases.
NO_KEY = re.compile(
    r"\b(?:no|not|don['’]t|without)\b.{0,30}\b(?:open)?(?:pgp|gpg)\b|\b(?:releases?|tags?|commits?|"
    r"tarballs?|artifacts?|packages?|binaries|images?|downloads?)\b.{0,60}\bsign|"
    r"\bsigned\b.{0,60}\b(?:pgp|gpg)\b|\bverif\w+ (?:releases?|signatures?)",
    re.IGNORECASE,
)
FINGERPRINT = re.compile("fingerprint", re.IGNORECASE)


@dataclass(frozen=True)
class Key:
    """``uri`` is the address or the fingerprint of a key; "" where one is only mentioned."""

    uri: str
    lines: range


def key_of(told) -> Key | None:
    """Return the key that a text gives, a fingerprint before an address; None if none is mentioned."""
    mentioned, places = None, []
    for sentence in told:
        speaks_of_keys = (KEY.search(sentence.text) or KEY.search(sentence.heading)) and not NO_KEY.search(sentence.text)
        if not speaks_of_keys and not FINGERPRINT.search(sentence.text):
            continue
        mentioned = mentioned or Key("", sentence.lines)
        for found in addresses.fingerprints(sentence.text):
            return Key(found.uri, sentence.lines)
        urls = [found.uri for found in addresses.webs(sentence.text)] + [link.url for link in sentence.links]
        places += [Key(url, sentence.lines) for url in urls if url.startswith("https://") and KEY_PLACE.search(url)]
    return places[0] if places else mentioned

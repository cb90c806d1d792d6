"""One version under a scheme: how it is read, and the order that the scheme's own library gives it.

Schemes: ``semver`` (the semver package; one or two numbers are filled with zeros, ``3.0.0a1`` is 3.0.0-a.1), ``pep440``
(packaging; the local part says who built it and is dropped), ``dotted`` (whole numbers, calendar versions too), and
``list`` (names without an order, which are never read here).
"""

import re
from dataclasses import dataclass, field
from typing import Any

import semver
from packaging import version as pep440

SEMVER, PEP440, DOTTED, LIST = "semver", "pep440", "dotted", "list"
LONGEST = 240  # characters

PREFIX = re.compile(r"^(?:version |v(?:er)?\.? ?)(?=\d)")
TAG = r"[._]?((?:alpha|beta|preview|pre|rc|cr|dev|snapshot|nightly)[0-9a-z.-]*|[abcm]\.?\d+)"
SEMVER_TEXT = re.compile(rf"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9a-z.-]+)|{TAG})?(?:\+[0-9a-z.-]+)?", re.ASCII)
DOTTED_TEXT = re.compile(r"\d+(?:[._-]\d+)*", re.ASCII)


@dataclass(frozen=True)
class Version:
    """A version; ``order`` compares by the scheme's rules, ``text`` reads back as the same version."""

    order: Any
    text: str = field(compare=False)
    release: tuple[int, ...] = field(compare=False)  # without zeros at the end
    final: bool = field(compare=False)  # neither a pre-release nor a post-release
    pre: bool = field(compare=False)


def read_version(text: str, scheme: str) -> Version | None:
    """Read one version as typed; None if it is none under the scheme, or longer than LONGEST."""
    if len(text) > LONGEST:
        return None
    text = PREFIX.sub("", " ".join(text.casefold().split()))
    reader = {SEMVER: _semver, PEP440: _pep440, DOTTED: _dotted}.get(scheme)
    try:
        return reader(text) if reader else None
    except ValueError:
        return None


def first_of(version: Version) -> Version:
    """Return the very first pre-release of a release: what comes before it is older than all of the release's line."""
    if not version.final:
        return version
    if isinstance(version.order, semver.Version):
        return _of_semver(version.order.replace(prerelease="0"))
    if isinstance(version.order, pep440.Version):
        return _of_pep440(pep440.Version(f"{version.text}.dev0"))
    return version


def dots(release) -> str:
    """Write a release, with two numbers at least."""
    return ".".join(map(str, release if len(release) > 1 else (*release, 0, 0)[:2]))


def _semver(text):
    found = SEMVER_TEXT.fullmatch(text)
    if not found:
        raise ValueError(text)
    major, minor, patch, pre, glued = found.groups()
    # Without the dot, rc10 would come before rc2.
    pre = pre or (glued and re.sub(r"(?<=[a-z])(?=\d)", ".", glued))
    return _of_semver(semver.Version(int(major), int(minor or 0), int(patch or 0), pre))


def _of_semver(read):
    pre = read.prerelease is not None
    return Version(read, str(read), _trimmed(read.to_tuple()[:3]), not pre, pre)


def _pep440(text):
    return _of_pep440(pep440.Version(pep440.Version(text).public))


def _of_pep440(read):
    release = _trimmed(read.release)
    final = not (read.is_prerelease or read.is_postrelease)
    return Version(read, str(read), release, final, read.is_prerelease)


def _dotted(text):
    if not DOTTED_TEXT.fullmatch(text):
        raise ValueError(text)
    release = _trimmed(int(part) for part in re.split(r"[._-]", text))
    return Version(release, ".".join(map(str, release)) or "0", release, True, False)


def _trimmed(numbers):
    numbers = tuple(numbers)
    while numbers and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers

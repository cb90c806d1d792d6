"""Public references: what stands in links and letters instead of primary keys."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: they are misread aloud and in print


def report_ref(prefix: str) -> str:
    """Return a random reference such as ``MAILAT-R-K7Q4ZDWM`` (39 bits: it counts nothing and cannot be walked)."""
    return f"{prefix}-R-{''.join(secrets.choice(ALPHABET) for _ in range(8))}"


def case_ref(prefix: str, year: int, number: int) -> str:
    """Return the team's reference, such as ``MAILAT-2026-0007``."""
    return f"{prefix}-{year}-{number:04d}"


def advisory_ref(prefix: str, year: int, number: int) -> str:
    """Return the public reference of an advisory, such as ``MAILAT-SA-2026-0003``. Numbers are given at publication."""
    return f"{prefix}-SA-{year}-{number:04d}"

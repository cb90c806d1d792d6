"""What the settings say of mail, checked when the portal starts. Read by the settings."""

import re

from django.core.exceptions import ImproperlyConfigured

ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,14}@[A-Za-z0-9.-]+")


def bounces(address: str) -> str:
    """Return the address below which letters come back; refuse one to which no letter's own name can be added."""
    if address and not ADDRESS.fullmatch(address):
        raise ImproperlyConfigured(
            "PARLEY_BOUNCES is an address such as bounces@example.org, with at most 14 letters, digits, dots or dashes before the @: "
            "50 more signs are added there for each letter."
        )
    return address

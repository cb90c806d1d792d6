"""What an installation is told before it starts: settings that would only show when somebody needs them."""

from django.conf import settings
from django.core.checks import Error, register

from portal import security_txt
from portal.lib import limits, openpgp


@register()
def security_contacts_are_addresses(**_options):
    """Refuse contacts that could not stand in a security.txt."""
    hint = "Separate addresses by commas; each begins with mailto:, https: or tel:."
    wrong = [contact for contact in settings.SECURITY_CONTACT if security_txt.uri(contact) is None]
    return [Error(f"PARLEY_SECURITY_CONTACT names {contact!r}, which is no address.", hint=hint, id="portal.E001") for contact in wrong]


@register()
def the_openpgp_key_signs(**_options):
    """Refuse a key that others may read, or that cannot sign."""
    try:
        openpgp.signing_key()
    except openpgp.KeyUnusable as unusable:
        return [Error(str(unusable), id="portal.E002")]
    return []


@register()
def limits_can_be_read(**_options):
    """Refuse a limit that has no such name, or a rate that says nothing: it would only show when somebody meets it."""
    wrong = []
    for name, rates in settings.LIMITS.items():
        if name not in limits.TABLE:
            wrong.append(f"PARLEY_LIMITS names {name!r}, which is no limit. docs/limits.md lists them.")
            continue
        try:
            limits.read(rates)
        except limits.Misspelt as misspelt:
            wrong.append(f"PARLEY_LIMITS gives {name!r} a rate that cannot be read: {misspelt}")
    return [Error(sentence, id="portal.E003") for sentence in wrong]

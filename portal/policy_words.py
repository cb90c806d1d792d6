"""Facts of a policy in a line of words each, for lists that show what changed or where it was read."""

from django.utils import dateformat
from django.utils.text import capfirst
from django.utils.translation import gettext

from portal import calendars, languages, service_levels
from portal.models import Clause, Contact, RequestedField, SecurityPolicy, SupportedVersion

# What the policy keeps as codes, in words.
IN_WORDS = {
    "languages": lambda tags: ", ".join(languages.names(tags)),
    "weekend": calendars.weekday_names,
    "holiday_calendar": calendars.place_name,
}


def version(row) -> str:
    """Say a row of the version table."""
    said = f"{row.component} {row.text}".strip() + f": {SupportedVersion.Status(row.status).label}"
    if row.ends_on:
        span = gettext("since %(day)s") if row.status == SupportedVersion.Status.ENDED else gettext("until %(day)s")
        said += " " + span % {"day": dateformat.format(row.ends_on, "j M Y")}
    return f"{said} ({row.note})" if row.note else said


def promise(level) -> str:
    """Say a service level."""
    return service_levels.sentence(level)


def requested(field) -> str:
    """Say what a report should contain."""
    asked = gettext("required") if field.required else gettext("optional")
    said = f"{field.label}: {asked}, {RequestedField.Kind(field.kind).label}"
    return f"{said} ({field.help})" if field.help else said


def contact(one) -> str:
    """Say an address and what it is for."""
    said = f"{one.uri.removeprefix('mailto:').removeprefix('tel:')}: {Contact.Purpose(one.purpose).label}"
    if one.delay_hours:
        said += ", " + gettext("after %(hours)d hours") % {"hours": one.delay_hours}
    if one.encryption:
        said += ", " + gettext("OpenPGP key %(key)s") % {"key": one.encryption}
    return f"{said} ({one.note})" if one.note else said


def kind(clause) -> str:
    """Name the kind of a clause."""
    return capfirst(str(Clause.Kind(clause.kind).label))


def field_name(name: str) -> str:
    """Name a field of the policy itself."""
    return capfirst(str(SecurityPolicy._meta.get_field(name).verbose_name))


def field_value(name: str, value) -> str:
    """Say what a field of the policy itself says."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value in ("", None):
        return gettext("nothing said")
    in_words = IN_WORDS.get(name)
    return in_words(value) if in_words else str(dict(SecurityPolicy._meta.get_field(name).flatchoices).get(value, value))

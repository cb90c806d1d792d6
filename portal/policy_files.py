"""A policy as files for other places: SECURITY.md, security.txt, JSON, a badge. Made anew from what is in force."""

from datetime import UTC, date, datetime, time
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_supported_language_variant, gettext, override

from portal import badge, policies, policy_facts, policy_json, policy_page, security_txt
from portal.lib import openpgp
from portal.security_md import writing


def markdown(policy) -> str:
    """Return the SECURITY.md of a policy, in the language of its project."""
    whole = policy_page.whole(policy)
    since = policy.effective_at.astimezone(UTC).date()
    place = writing.Place(policy.number, since, address("policy", policy), address("report_new", policy))
    return writing.write(policy_facts.facts_of(whole), place, language=_language(policy))


def badge_of(policy) -> str:
    """Return the badge of a policy as SVG, in the language of its project."""
    with override(_language(policy)):
        return badge.svg(*_badge(policy))


def badge_text(policy) -> str:
    """Say what the badge says, for those who do not see it."""
    return ": ".join(_badge(policy))


def badge_markdown(policy) -> str:
    """Write what shows the badge in a README and leads to the policy page."""
    return f"[![{badge_text(policy)}]({address('badge', policy)})]({address('policy', policy)})"


def json_of(policy) -> dict:
    """Return a policy, with the pauses of its project that are running or planned."""
    names = {
        "self": "policy_json",
        "page": "policy",
        "report_form": "report_new",
        "security_md": "policy_markdown",
        "security_txt": "project_security_txt",
    }
    addresses = {"schema": address("policy_schema"), **{name: address(view, policy) for name, view in names.items()}}
    whole = policy_page.whole(policy)
    pauses = policy.project.pauses.ahead(policy.asked_at) if policy.pauses_ahead else ()
    return policy_json.document(whole, pauses, addresses=addresses)


def security_txt_of(policy, *, on: date) -> str | None:
    """Return the security.txt of a project as it is on a day, or None if nobody could be reached through it.

    The report form comes first, then the addresses of the policy. Who wants it on another site redirects there or serves a
    copy, and names that address in the project: both are canonical then.
    """
    reports = [one for one in policy.contacts.all() if one.purpose == "report"]
    contents = security_txt.Contents(
        contacts=(address("report_new", policy), *(one.uri for one in reports)),
        encryption=tuple(one.encryption for one in reports if one.encryption),
        canonical=(address("project_security_txt", policy), policy.project.security_txt_url),
        policy=address("policy", policy),
        languages=policy.languages,
        comments=_comments(f"Version {policy.number} of the policy of {policy.project.slug}."),
    )
    return security_txt.write(contents, on=on)


def security_txt_of_portal(*, on: date) -> str | None:
    """Return the security.txt of the portal itself: whom its operator named, else the sender of its letters."""
    sender = f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    contents = security_txt.Contents(
        contacts=tuple(settings.SECURITY_CONTACT) or (sender,),
        canonical=(address("security_txt"),),
        comments=_comments(f"This is about the portal itself. The projects that it hosts: {address('home')}"),
    )
    return security_txt.write(contents, on=on)


def changed_at(policy, *, on: date | None = None) -> datetime:
    """Return when the files of a policy last changed; those that know the day change at its beginning too."""
    moments = [policy.published_at, policy.effective_at, policy.project.changed_at]
    return max([*moments, datetime.combine(on, time(), UTC)] if on else moments)


def address(view, policy=None) -> str:
    """Return the whole address of a page of the portal, or of a project."""
    return settings.PUBLIC_URL + reverse(view, args=[policy.project.slug] if policy else [])


def _language(policy):
    """Return the language of a project, if the portal speaks it; else that of the portal."""
    try:
        return get_supported_language_variant(policy.project.language)
    except LookupError:
        return settings.LANGUAGE_CODE


def _badge(policy):
    since = policy.project.unread_since
    said = badge.waiting(since.astimezone(UTC)) if since else badge.answer(policies.levels_of(policy))
    return gettext("security policy"), said


def _comments(first):
    comments = [first]
    if settings.OPENPGP_KEY:
        comments.append(f"If it is signed, then with the key at {address('openpgp_key')}")
    if not settings.HTTPS:
        comments.append("The portal is not reached over HTTPS, so that none of its own addresses can stand here.")
    return tuple(comments)


def signed(text: str | None) -> str | None:
    """Return a security.txt with the portal's signature, where it has a key."""
    return openpgp.signed(text) if text else text

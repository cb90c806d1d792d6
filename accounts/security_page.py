"""What the Security page is made of: each part of it says itself what it shows. Parts are registered like letters are.

``@section("accounts/_sessions.html", place=30)`` on a function of the request that returns what the template needs, or
None where this person has nothing to see there. It stands in a module ``security_sections`` of any app, which is found by
itself; so that a floor above can have its part without being imported here.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest


class Section(NamedTuple):
    """One part: its template, and what asks for its facts."""

    place: int
    template: str
    facts: Callable[[HttpRequest], dict | None]


_sections: list[Section] = []


def section(template, *, place):
    """Register a part; those with a lower ``place`` stand higher. 10 to 20 are the ways in, then sessions, then the rest."""

    def register(facts):
        _sections.append(Section(place, template, facts))
        return facts

    return register


def parts(request) -> list[tuple[str, dict]]:
    """Return (template, facts) of each part that this person sees, in the order of the page."""
    found = [(part.template, part.facts(request)) for part in sorted(_sections, key=lambda part: part.place)]
    return [(template, facts) for template, facts in found if facts is not None]

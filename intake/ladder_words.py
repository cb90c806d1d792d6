"""A ladder in words: each step as a sentence, and an example of when it would reach whom."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import ladder
from portal import ladders
from portal.models import Audience, When

# What the page shows an example of: a promise of 14 days.
EXAMPLE_DAYS = 14


@dataclass(frozen=True)
class Said:
    """A step of a ladder: itself, and its sentence."""

    step: ladders.Step
    sentence: str


def sentences(rungs) -> list[Said]:
    """Say each step of a ladder, in the order in which they come for a promise of some days."""
    length = timedelta(days=EXAMPLE_DAYS)
    return [Said(rung, _sentence(rung)) for rung in sorted(rungs, key=lambda rung: _place(rung, length))]


def example(rungs) -> list[tuple[str, str]]:
    """Say when after a report, and whom, a promise of some days would reach that nobody keeps."""
    length = timedelta(days=EXAMPLE_DAYS)
    steps = ladder.steps(rungs, length)
    daily = ladder.next_step(steps, steps[-1].offset_minutes)
    return [(_day_of(step, length), _names(step.audience)) for step in (*steps, daily)]


def _sentence(rung):
    who = Audience(rung.audience).label
    if rung.when == When.HALFWAY:
        return _("Half-way: %(who)s.") % {"who": who}
    if rung.when == When.BEFORE:
        said = ngettext("%(count)d hour before it is due: %(who)s.", "%(count)d hours before it is due: %(who)s.", rung.hours)
        return said % {"count": rung.hours, "who": who}
    if rung.when == When.AT:
        return _("When it is due: %(who)s.") % {"who": who}
    said = ngettext("%(count)d hour after it was due: %(who)s.", "%(count)d hours after it was due: %(who)s.", rung.hours)
    return said % {"count": rung.hours, "who": who}


def _place(rung, length):
    offset = ladder.offset_of(rung, length)
    # One that is further ahead than the example is long comes first.
    return -rung.hours * ladder.HOUR_MINUTES if offset is None else offset, list(Audience).index(rung.audience)


def _day_of(step, length):
    hours, rest = divmod((length // ladder.MINUTE + step.offset_minutes) // ladder.HOUR_MINUTES, 24)
    return _("day %(day)d") % {"day": hours} if not rest else _("day %(day)d, hour %(hour)d") % {"day": hours, "hour": rest}


def _names(audience):
    return ", ".join(str(one.label) for one in Audience if one in audience)

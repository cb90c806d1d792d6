"""Spans of time in plain words. Moments are aware datetimes; ``now`` always comes from the caller."""

from django.utils.translation import gettext, ngettext

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTH = 30 * DAY
YEAR = 365 * DAY


def relative(moment, now):
    """Say how far ``moment`` lies from ``now``: "in 9 days", "in 5 h", "12 min ago", "now"."""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < MINUTE:
        return gettext("now")
    if seconds > 0:
        return gettext("in %(span)s") % {"span": span(seconds)}
    return gettext("%(span)s ago") % {"span": span(-seconds)}


def until_due(due, now):
    """Say how a deadline stands: "in 2 days" while there is time, "overdue 3 h" afterwards."""
    seconds = (now - due).total_seconds()
    if seconds <= 0:
        return relative(due, now)
    if seconds < MINUTE:
        return gettext("overdue now")
    return gettext("overdue %(span)s") % {"span": span(seconds)}


def span_words(hours):
    """Say a length as people promise it: "1 hour", "48 hours", "7 days"."""
    if hours > 48 and hours % 24 == 0:
        days = hours // 24
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def span(seconds):
    """Say a length of time: "12 min", "5 h", "9 days"."""
    # Rounded down, so that nobody is told of more time than is left.
    if seconds < 90 * MINUTE:
        return gettext("%(count)d min") % {"count": seconds // MINUTE}
    if seconds < 2 * DAY:
        return gettext("%(count)d h") % {"count": seconds // HOUR}
    if seconds < 4 * MONTH:
        count = int(seconds // DAY)
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if seconds < 2 * YEAR:
        count = int(seconds // MONTH)
        return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}
    count = int(seconds // YEAR)
    return ngettext("%(count)d year", "%(count)d years", count) % {"count": count}

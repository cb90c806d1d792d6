"""What a text promises, in short: "acknowledgement 48h", "remediation/critical 1-7d", "status_update 7d every", "window 90d"."""

from portal.security_md import document, times

SHORT = {"hours": "h", "days": "d", "business_days": "b"}


def promised(text):
    read = document.read(text)
    window = times.disclosure_days(read)
    return [*map(_short, times.read(read).facts), *([f"window {window.days}d"] if window else [])]


def warnings(text):
    return times.read(document.read(text)).warnings


def _short(one):
    name = f"{one.milestone}/{one.severity}" if one.severity else one.milestone
    time = f"{f'{one.earliest}-' if one.earliest else ''}{one.latest}{SHORT[one.unit]}"
    anchor = f" from {one.anchor}" if one.anchor not in ("received", "last_update") else ""
    return f"{name} {time}{' every' if one.recurring else ''}{anchor}"

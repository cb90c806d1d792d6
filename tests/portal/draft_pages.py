"""What a browser would make of the pages of a policy draft."""

import html5lib
from django.utils.timezone import now

from accounts import signing_in

DRAFT = "/p/mailat/draft/"


def sent(response, *, within="draft-form") -> dict:
    """Return what a browser would send of the form with this id: {name: value or values}."""
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    form = next(one for one in page.iter("form") if one.get("id") == within)
    found: dict = {}
    for one in form.iter():
        name, value = one.get("name"), _value(one)
        if name not in (None, "csrfmiddlewaretoken") and value is not None:
            found.setdefault(name, []).append(value)
    return found


def rows(fields, relation) -> list[dict]:
    """Return the rows of one kind in what would be sent."""
    total = int(fields[f"{relation}-TOTAL_FORMS"][0])
    cut = [(name.split("-", 2), values[0]) for name, values in fields.items() if name.startswith(f"{relation}-") and name.count("-") == 2]
    return [{parts[2]: value for parts, value in cut if parts[1] == str(number)} for number in range(total)]


def prove_anew(client):
    """Note in the session that its person proved the second factor just now."""
    session = client.session
    session[signing_in.PROVED] = now().isoformat()
    session.save()
    return client


def _value(one):
    if one.tag == "textarea":
        return "".join(one.itertext()).removeprefix("\n")
    if one.tag == "select":
        chosen = [option for option in one.iter("option") if option.get("selected") is not None] or list(one.iter("option"))[:1]
        return chosen[0].get("value")
    if one.tag != "input" or one.get("type") in ("submit", "file"):
        return None
    if one.get("type") in ("checkbox", "radio") and one.get("checked") is None:
        return None
    return one.get("value", "on" if one.get("type") == "checkbox" else "")

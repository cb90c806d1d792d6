"""Signing in by way of another site, step by step: what the tests of it share."""

import html
import re
from urllib.parse import urlsplit

from django.urls import reverse

from tests.accounts.conftest import PASSWORD
from tests.openid.running import walk


def begin(client, name="example", **more):
    """Press the button, and return the address at the site that the page leads to."""
    return address_on(client.post(reverse("social_sign_in", args=[name]), more))


def begin_link(client, name="example"):
    return address_on(client.post(reverse("social_link", args=[name])))


def address_on(response):
    assert response.status_code == 200, response.content
    return html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())[1])


def come(client, who, name="example", *, change=lambda address: address, **more):
    """Sign in at the site and come back; return the answer of the portal."""
    return client.get(walk(change(begin(client, name, **more)), who))


def finish(client, **changes):
    """Send the form for newcomers as it is filled in, with changes."""
    path = reverse("socialaccount_signup")
    page = client.get(path)
    assert page.status_code == 200
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    return client.post(path, given | changes)


def confirm(client):
    """Prove who one is by the password, as changes to how one gets in ask for."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def path_of(response):
    return urlsplit(response.url).path


def new_account(client, who="nyx", name="example", **changes):
    """Come for the first time and make an account."""
    come(client, who, name)
    return finish(client, **changes)

"""What tests do with passkeys, through the pages: add one, prove one, sign in with one."""

from django.urls import reverse

from tests.accounts.soft_key import SoftKey

ENROL = "/account/second-factor/enrol/"


def begin(client, what, **more):
    """The options that the page asks for."""
    return client.post(reverse(f"passkey_{what}_begin"), headers={"Accept": "application/json"}, **more)


def add(client, key=None, *, name="Laptop", **lies):
    """Add a passkey to who is signed in; return (key, the answer)."""
    key = key or SoftKey()
    options = begin(client, "add")
    assert options.status_code == 200, options.content
    return key, client.post(reverse("passkey_add"), {"name": name, "credential": key.create(options.json(), **lies)})


def prove(client, key, *, path=None, **lies):
    """Answer the challenge of the second factor with a passkey."""
    options = begin(client, "prove").json()
    return client.post(path or reverse("second_factor_challenge"), {"credential": key.get(options, **lies)})


def sign_in(client, key, *, wanted="", **lies):
    """Sign in with a passkey alone."""
    options = begin(client, "sign_in").json()
    return client.post(reverse("passkey_sign_in"), {"credential": key.get(options, **lies), "next": wanted})

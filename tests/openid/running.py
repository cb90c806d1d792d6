"""Starting the site, and somebody who walks through its pages."""

import json
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from portal.lib import identity_settings
from tests.browser.processes import ROOT, Process, free_port, wait_until
from tests.openid.people import CLIENT, PASSWORD, SECRET

# Of the portal's settings, and set in its tests: the names under which it knows the site.
NAMES = ("example", "twin", "github")


class Site:
    """The running site. ``with Site(portal_url) as site: …``"""

    def __init__(self, portal_url):
        self.portal_url = portal_url
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.twin_url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="parley-openid-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        callbacks = [f"{self.portal_url}/accounts/login/with/{name}/callback/" for name in NAMES]
        arguments = [sys.executable, "-m", "tests.openid", str(self.port), str(folder), *callbacks]
        self._process = Process(arguments, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, output=folder / "site.out")
        wait_until(lambda: self._answers() or self._process.ended, what="the site answers")
        assert not self._process.ended, self._process.printed
        return self

    def __exit__(self, *_):
        self._process.stop()
        self._folder.cleanup()

    def _answers(self):
        try:
            return requests.get(f"{self.url}/login/", timeout=2).ok
        except requests.ConnectionError:
            return False

    def as_set(self):
        """The portal's setting: the site as itself, under its second address, and in GitHub's dialect."""
        sites = json.dumps([self.openid(), self.openid("twin", "Twin", self.twin_url)])
        return identity_settings.read(github=(CLIENT, SECRET, self.url), oidc=sites, insecure=True)

    def openid(self, name="example", shown="Example", url=""):
        """One entry of PARLEY_OIDC."""
        return {"id": name, "name": shown, "issuer": f"{url or self.url}/o", "client_id": CLIENT, "secret": SECRET}


class _Form(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, text):
        super().__init__()
        self.hidden = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")


def walk(address, who, *, agrees=True):
    """Follow an address to the site as somebody who has an account there; return the path that it sends them back to."""
    start = urlsplit(address).netloc
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=10)
        for _step in range(8):
            if answer.is_redirect:
                address = urljoin(address, answer.headers["Location"])
                if urlsplit(address).netloc != start:
                    return urlsplit(address)._replace(scheme="", netloc="").geturl()
                answer = browser.get(address, allow_redirects=False, timeout=10)
                continue
            assert answer.status_code == 200, answer.text
            fields = _Form(answer.text).hidden
            if urlsplit(address).path == "/login/":
                fields |= {"username": who, "password": PASSWORD}
            elif agrees:
                fields["allow"] = "Authorize"
            answer = browser.post(address, data=fields, allow_redirects=False, timeout=10)
    raise AssertionError(f"Lost at {address}")

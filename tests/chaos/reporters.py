"""Reporters who send reports as browsers do, and press again until they hold a receipt."""

import http.client
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

TITLE = "Report {number} of {who}, sent while everything dies"


class Reporter(threading.Thread):
    """Sends report after report until told to stop; ``receipts`` maps each reference that was acknowledged to its title."""

    def __init__(self, url, *, cookies, who):
        super().__init__(daemon=True)
        self.receipts, self.tries = {}, 0
        self._url, self._who, self._enough = url, who, threading.Event()
        self._cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._open = urllib.request.build_opener(_Stay()).open

    def run(self):
        number = 0
        while not self._enough.is_set():
            number += 1
            self._report(TITLE.format(number=number, who=self._who))

    def enough(self):
        """Let it finish the report that it is at: whoever has no receipt yet presses again."""
        self._enough.set()
        self.join()

    def read(self, ref):
        """Return the page of a report."""
        _status, _where, page = self._ask(f"/reports/{ref}/")
        return page

    def _report(self, title):
        form = _Form()
        form.feed(self._until(200, "/p/mailat/report/")[1])
        fields = form.fields | {"title": title} | {name: f"{title}: {name}" for name in form.texts}
        fields |= {"credit": "", "version": "1.4.2", "markup": "markdown"}
        where, _page = self._until(302, "/p/mailat/report/", fields)
        self.receipts[re.fullmatch(r"/reports/(\S+)/receipt/", where).group(1)] = title

    def _until(self, wanted, path, fields=None):
        """Ask until the answer is the wanted one, as somebody would who sees an error: with the same form."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            status, where, page = self._ask(path, fields)
            if status == wanted:
                return where, page
            assert status in (0, 500, 502, 503, 504), f"{status} from {path}\n{page}"
            time.sleep(0.2)
        raise AssertionError(f"{path} did not answer {wanted} for two minutes")

    def _ask(self, path, fields=None):
        """Return (status, Location, page); status 0 where nobody answered."""
        self.tries += 1
        body = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(self._url + path, data=body, headers={"Cookie": self._cookies, "Referer": self._url + path})
        try:
            with self._open(request, timeout=20) as answer:
                return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Location", ""), error.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, "", ""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class _Form(HTMLParser):
    """What the form of a new report holds: its hidden fields and ticks, and the names of its texts."""

    def __init__(self):
        super().__init__()
        self.fields, self.texts, self._inside = {}, [], False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self._inside = attrs.get("id") == "new-report"
        if not self._inside:
            return
        if tag == "textarea":
            self.texts.append(attrs["name"])
        elif tag == "input" and attrs.get("type") in ("hidden", "checkbox"):
            self.fields[attrs["name"]] = attrs.get("value", "on")

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False

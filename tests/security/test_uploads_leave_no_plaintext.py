"""While a file arrives, and after, no byte of it lies anywhere in clear: not in the storage, not in a temporary file."""

import os
import tempfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.storage import storages

from intake.models import Attachment
from tests import builders
from tests.intake.attaching import blobs
from tests.test_canary import database_files, disguises

CANARY = f"canary-file-{uuid4().hex}"
LINE = f"{CANARY} and what stands behind it, to the end of the line, again and again.\n".encode()
BOUNDARY = "----a-boundary-of-a-browser"


class Body:
    """A form with a file as it comes in over the wire, never whole in memory; ``peek`` is called now and then."""

    def __init__(self, megabytes, *, text, peek=None, breaks_at=None, fails_at=None):
        fields = {"text": text, "client_id": str(uuid4())}
        self._head = "".join(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
        self._head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{CANARY}.log"\r\n'
        self._head += f"Content-Type: {CANARY}/x\r\n\r\n"
        self._tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self._piece = LINE * (1024 * 1024 // len(LINE))
        self.length = len(self._head) + megabytes * len(self._piece) + len(self._tail)
        self._source, self._rest = self._pieces(megabytes, peek, breaks_at, fails_at), b""

    def _pieces(self, megabytes, peek, breaks_at, fails_at):
        yield self._head.encode()
        for number in range(megabytes):
            if number == breaks_at:
                return
            if number == fails_at:
                raise OSError("The connection is gone.")
            if peek and number % (megabytes // 3) == megabytes // 3 - 1:
                peek()
            yield self._piece
        yield self._tail

    def read(self, size=-1):
        if not self._rest:
            self._rest = next(self._source, b"")
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    readline = read  # of what is left behind a broken end


def post(client, url, body):
    return client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": url,
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(body.length),
            "wsgi.input": body,
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        }
    )


def in_clear(content):
    return any(form in content for form in disguises(CANARY))


def open_files():
    """What this process has open: also files that have no name any more."""
    for number in os.listdir("/proc/self/fd"):
        path = Path(f"/proc/self/fd/{number}")
        try:
            if path.is_file() and "sqlite" not in os.readlink(path):
                yield path
        except OSError:
            continue


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Search wherever a file could lie; return what was searched."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    searched = []

    def search():
        paths = [path for folder in (tmp_path, settings.DATA_DIR / "files") for path in folder.rglob("*") if path.is_file()]
        paths += open_files()
        for path in paths:
            assert not in_clear(path.read_bytes()), path
        searched.append(paths)

    search.searched, search.folder = searched, tmp_path
    return search


@pytest.mark.parametrize("megabytes", [5, 90])
def test_no_byte_lies_in_clear_during_and_after(cast, places, caplog, megabytes):
    caplog.set_level("DEBUG")
    before = blobs()
    body = Body(megabytes, text="A large file.", peek=places)
    assert post(cast.client("rita"), f"/reports/{cast.report.ref}/reply/", body).status_code == 302
    places()
    assert len(places.searched) >= 3
    assert any("files" in str(path) for paths in places.searched[:-1] for path in paths)  # there was something to search already
    assert list(places.folder.iterdir()) == []
    row = Attachment.objects.get()
    assert blobs() - before == {row.blob}
    assert storages["attachments"].size(row.blob) == row.stored_bytes > megabytes * 1_000_000
    assert not in_clear(database_files())
    assert not in_clear(caplog.text.encode())


def test_the_search_finds_what_is_there(places):
    with tempfile.TemporaryFile() as file:
        file.write(LINE)
        file.flush()
        with pytest.raises(AssertionError, match="/proc/self/fd"):
            places()


def test_who_may_not_attach_leaves_nothing(cast, places):
    before = blobs()
    team = f"/cases/{cast.case.ref}/reports/{cast.report.ref}/reply/"
    for client, url, status in (
        (cast.client(None), f"/reports/{cast.report.ref}/reply/", 401),
        (cast.client("charlie"), f"/reports/{cast.report.ref}/reply/", 404),
        (cast.client("rita"), team, 404),
        (cast.client("alice", factor=False), team, 403),
        (cast.client("rita"), "/preview/", 200),
        (cast.client("charlie"), f"/reports/{cast.report.ref}/", 405),
    ):
        assert post(client, url, Body(5, text="Not mine.", peek=places)).status_code == status, url
        places()
    assert blobs() == before
    assert not Attachment.objects.exists()


def test_a_form_with_a_bad_token_leaves_nothing(cast):
    before, client = blobs(), cast.client("rita")
    client.handler.enforce_csrf_checks = True
    assert post(client, f"/reports/{cast.report.ref}/reply/", Body(5, text="Forged.")).status_code == 403
    assert blobs() == before


def test_a_connection_that_breaks_leaves_nothing(cast):
    before, client, url = blobs(), cast.client("rita"), f"/reports/{cast.report.ref}/reply/"
    refused = post(client, url, Body(5, text="Too short.", breaks_at=3))
    assert refused.status_code == 413
    assert "The connection broke" in refused.content.decode()
    assert "Too short." in refused.content.decode()
    client.raise_request_exception = False
    assert post(client, url, Body(5, text="Cut off.", fails_at=3)).status_code >= 400
    assert blobs() == before
    assert not cast.report.messages.exists()


def test_another_sites_form_is_not_taken_in(cast):
    before, client = blobs(), cast.client("rita")
    client.defaults["HTTP_SEC_FETCH_SITE"] = "cross-site"
    post(client, f"/reports/{cast.report.ref}/files/", Body(2, text="From elsewhere."))
    assert blobs() == before


def test_files_are_readable_for_the_portal_only(cast):
    post(cast.client("rita"), f"/reports/{cast.report.ref}/reply/", Body(1, text="Mine."))
    path = Path(storages["attachments"].path(Attachment.objects.get().blob))
    assert oct(path.stat().st_mode)[-3:] == "600"
    for folder in (path.parent, path.parent.parent):
        assert oct(folder.stat().st_mode)[-3:] == "700"


def test_two_people_at_once_do_not_mix(cast):
    other = builders.a_report(cast.mailat, by=cast.charlie)
    for who, report in (("rita", cast.report), ("charlie", other)):
        post(cast.client(who), f"/reports/{report.ref}/reply/", Body(1, text="Mine."))
    assert {row.message.report.pk for row in Attachment.objects.all()} == {cast.report.pk, other.pk}

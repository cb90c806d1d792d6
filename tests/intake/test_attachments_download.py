"""A download is data of a stranger: it says what to save, and nothing in it runs, loads or is guessed at."""

import re
from email.message import Message as Headers
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from intake.models import Attachment
from tests.intake.attaching import a_file, content, sends, the_file

NASTY = (
    "a.html",
    "evil.svg",
    "x.pdf.exe",
    'quo"te.txt',
    "semi;colon=1.txt",
    "back\\slash.txt",
    "new\r\nline.txt",
    "tab\there.txt",
    "nul\0byte.txt",
    "../../up.txt",
    "..%2f..%2fup.txt",
    "C:\\boot.ini",
    "/etc/passwd",
    "\u202egnp.txt",
    "\u2066iso\u2069.txt",
    "zero\u200bwidth.txt",
    "ünïcödé.txt",
    "日本語.txt",
    "\U0001f4a3.zip",
    "CON",
    "aux.txt",
    "COM1.log",
    ".htaccess",
    "...",
    "trailing.",
    " spaces .txt ",
    "-rf",
    "percent%00.txt",
    "x" * 300 + ".txt",
    "é" * 200 + ".tar.gz",
    "utf-8''fake.txt",
    "<img src=x onerror=alert(1)>.txt",
)


def offered(response):
    """The name under which a browser saves a download, by RFC 6266."""
    header = response.headers["Content-Disposition"]
    assert "\r" not in header and "\n" not in header  # noqa: PT018
    assert header.startswith("attachment; ")
    extended = re.fullmatch(r"attachment; filename\*=utf-8''([\w.~!#$&+^`|%-]+)", header)
    if extended:
        return unquote(extended.group(1), errors="strict")
    parsed = Headers()
    parsed["Content-Disposition"] = header
    return parsed.get_filename()


def named(name):
    file = SimpleUploadedFile("x", b"1")
    file._name = name  # as a browser of somebody hostile sends it
    return file


def test_hostile_names_are_offered_harmlessly(cast, settings):
    settings.ATTACHMENTS_OF_A_MESSAGE = settings.ATTACHMENTS_AN_HOUR = len(NASTY)
    settings.LIMITS = {"message": "off"}
    client = cast.client("rita")
    for number, name in enumerate(NASTY):
        # Each on its own: what Django's parser takes for no file must not hide the others.
        sends(client, cast.report, named(name), text=f"Number {number}.")
    rows = Attachment.objects.all()
    assert len(rows) > len(NASTY) - 3
    for row in rows:
        found = offered(client.get(f"/reports/{cast.report.ref}/files/{row.pk}/"))
        assert found
        assert len(found.encode()) <= 255
        assert not set('/\\<>:"|?*%\r\n\0\u202e\u2066\u200b') & set(found)
    page = client.get(f"/reports/{cast.report.ref}/").content.decode()
    assert "<img src=x" not in page
    assert "\u202e" not in page


@pytest.fixture
def download(cast):
    sends(cast.client("rita"), cast.report, a_file("evil.html", b"<script>alert(1)</script>"))
    return f"/reports/{cast.report.ref}/files/{the_file().pk}/"


def test_what_a_download_says_of_itself(cast, download):
    answer = cast.client("rita").get(download)
    expected = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": 'attachment; filename="evil.html"',
        "Content-Length": "25",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert {name: answer.headers[name] for name in expected} == expected
    assert answer.streaming
    assert content(answer) == b"<script>alert(1)</script>"


def test_head_tells_the_same_without_the_content(cast, download):
    client = cast.client("rita")
    get, head = client.get(download), client.head(download)
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "Content-Disposition", "Content-Security-Policy"):
        assert head.headers[name] == get.headers[name]


def test_text_is_shown_as_text_and_never_as_markup(cast):
    client = cast.client("rita")
    sends(client, cast.report, a_file("evil.html", b"<script>alert(1)</script>\n\xff\xfe"[:26]))
    url = f"/reports/{cast.report.ref}/files/{the_file().pk}/text/"
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(url, headers=headers)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.content.decode()
        assert "<script>alert" not in answer.content.decode()
    assert cast.client("charlie").get(url).status_code == 404


@pytest.mark.parametrize("body", [b"x" * (256 * 1024 + 1), b"MZ\0\0binary", b"", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_short_text_has_no_text_view(cast, body):
    sends(cast.client("rita"), cast.report, a_file("a.txt", body))
    assert cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode().count("Show the text") == 0
    if row := Attachment.objects.first():
        assert cast.client("rita").get(f"/reports/{cast.report.ref}/files/{row.pk}/text/").status_code == 404

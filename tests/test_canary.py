"""No plaintext anywhere at rest: a whole story with one canary in each field, then a search of every store.

The search proves itself: it must find a public text in the database, and the references in letters, logs and broker.
"""

import base64
import json
import logging
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.html import escape
from django.utils.timezone import now

from accounts import outbox
from intake import periodic
from intake.models import Attachment, Report
from tests import builders
from tests.cast import assemble
from tests.intake import copied

FIELDS = (
    "title",
    "version",
    "description",
    "steps",
    "impact",
    "credit",
    "reply",
    "note",
    "answer",
    "working-title",
    "draft",
    "recorded",
    "reached",
    "rejected",
    "preview",
    "refused",
    "ai",
    "critical",
    "typed",
    "unsent-report",
    "unsent-message",
    "unsent-note",
    "searched",
    "edited",
    "note-edited",
    "mentioned",
    "lost",
    "retracted",
    "file",
    "file-name",
    "file-of-a-note",
    "file-not-sent",
)
CANARY = {field: f"canary-{field}-{uuid4().hex[:10]}" for field in FIELDS}
PUBLIC = "control-public-summary"


def disguises(text):
    """Every form in which a text could lie somewhere: as bytes."""
    plain = text.encode()
    yield from (plain, text.encode("utf-16-le"), plain.hex().encode(), quote(text, safe="").encode(), escape(text).encode())
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + plain)
        yield coded[4 if offset else 0 : -4]  # what its neighbours cannot change


def found_in(haystack: bytes, canaries=None):
    return sorted(
        field for field, text in (canaries or CANARY).items() if any(form in haystack for form in disguises(text) if len(form) > 8)
    )


def database_rows() -> bytes:
    """Every value of every row of every table, as bytes."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                parts += [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row]
    return b"\n".join(parts)


def database_files() -> bytes:
    """The database file with its write-ahead log; on a server, the rows again."""
    if connection.vendor != "sqlite":
        return database_rows()
    name = str(connection.settings_dict["NAME"])
    return b"".join(path.read_bytes() for path in sorted(settings.DATA_DIR.glob("*.sqlite3*")) if str(path).startswith(name))


def broker_and_cache() -> bytes:
    """Messages of the broker, and what the cache holds."""
    if settings.REDIS_URL:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            return b"".join(key + _redis_value(client, key) for key in client.scan_iter("*"))
    messages = b"".join(base64.b64decode(_body(path)) + path.read_bytes() for path in (settings.BROKER_DIR / "queue").glob("*.msg"))
    return messages + repr(cache._cache).encode()


def _redis_value(client, key):
    # By type: a dump would be compressed, and hide what it holds.
    read = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"hash": client.hgetall,
        b"zset": lambda key: client.zrange(key, 0, -1),
    }[client.type(key)]
    value = read(key)
    messages = value if isinstance(value, list) else []
    return repr(value).encode() + b"".join(base64.b64decode(json.loads(one)["body"]) for one in messages)


def _body(path):
    return json.loads(path.read_bytes())["body"]


def play(cast):
    """The story, through the pages where a person would act."""
    rita, alice = cast.client("rita"), cast.client("alice")
    form = {
        "title": CANARY["title"],
        "version": CANARY["version"],
        "answer_description": CANARY["description"],
        "answer_steps": CANARY["steps"],
        "answer_impact": CANARY["impact"],
        "credit": CANARY["credit"],
        "markup": "markdown",
        "client_id": uuid4(),
    }
    refused = rita.post("/p/mailat/report/", {**form, "title": "", "answer_description": CANARY["refused"]})
    assert refused.status_code == 422
    sent = rita.post("/p/mailat/report/", form)
    assert sent.status_code == 302, sent.content.decode()
    report = Report.objects.get()
    case = report.case.ref
    demanding = builders.a_new_version(cast.mail_auth, ai="declare")
    builders.a_pause(cast.mail_auth, critical_ok=True)
    asked = {f"answer_{field.key}": "As asked." for field in demanding.requested_fields.all()}
    said = {"ai": "helped", "ai_how": CANARY["ai"], "critical": "on", "critical_why": CANARY["critical"]}
    sent = rita.post("/p/mail-auth/report/", {**form, **asked, **said, "version": CANARY["version"], "client_id": uuid4()})
    assert sent.status_code == 302, sent.content.decode()
    assert rita.post("/p/mail-auth/versions/", {"version": CANARY["typed"]}).status_code == 200
    assert alice.get(f"/cases/{case}/").status_code == 200
    steps = [
        (alice, f"/cases/{case}/note/", {"text": CANARY["note"], "client_id": uuid4()}),
        (alice, f"/cases/{case}/reports/{report.ref}/reply/", {"text": CANARY["reply"], "client_id": uuid4()}),
        (rita, f"/reports/{report.ref}/reply/", {"text": CANARY["answer"], "client_id": uuid4()}),
        (alice, f"/cases/{case}/title/", {"title": CANARY["working-title"]}),
        (alice, f"/cases/{case}/severity/", {"severity": "high"}),
        (
            alice,
            "/p/mailat/record/",
            {
                **form,
                "title": CANARY["recorded"],
                "reached": CANARY["reached"],
                "channel": "mail",
                "received_at": f"{now() - timedelta(hours=1):%Y-%m-%dT%H:%M}",
                "client_id": uuid4(),
            },
        ),
        (alice, f"/cases/{case}/move/reject/", {"reason": "not_reproducible", "text": CANARY["rejected"], "client_id": uuid4()}),
    ]
    for client, url, data in steps:
        answer = client.post(url, data)
        assert answer.status_code == 302, f"{url}: {answer.content.decode()}"
    revise(rita, alice, report)
    attach(rita, alice, report)
    leave_unsent(rita, alice, report)
    assert alice.post("/preview/", {"text": CANARY["preview"]}).status_code == 200
    assert alice.post("/search/", {"words": CANARY["searched"]}).status_code == 200
    assert CANARY["note"] in alice.post("/search/", {"words": CANARY["note"]}).content.decode()
    builders.a_draft(report.case, by=cast.alice, title=CANARY["draft"], description=CANARY["draft"])
    page = rita.get(f"/reports/{report.ref}/").content.decode()
    assert CANARY["reply"] in page
    assert CANARY["note"] not in page
    copy = copied.bytes_of(copied.taken(rita, report.ref))
    assert CANARY["reply"].encode() in copy
    assert not any(CANARY[name].encode() in copy for name in ("note", "working-title", "draft", "recorded"))
    return report


def leave_unsent(rita, alice, report):
    """Begin a report, a message and a note, and send none of them."""
    page = {"client_id": uuid4(), "draft_page": "page", "draft_revision": "0"}
    for client, url, text in [
        (rita, "/p/mailat/report/draft/", {"title": CANARY["unsent-report"], "answer_steps": CANARY["unsent-report"]}),
        (rita, f"/reports/{report.ref}/draft/", {"text": CANARY["unsent-message"]}),
        (alice, f"/cases/{report.case.ref}/note/draft/", {"text": CANARY["unsent-note"]}),
    ]:
        for _save in range(2):
            answer = client.post(url, {**page, **text}, headers={"HX-Request": "true"})
            assert answer.status_code == 200 and b"Saved" in answer.content, f"{url}: {answer.content.decode()}"
    assert CANARY["unsent-report"] in rita.get("/reports/").content.decode()


def attach(rita, alice, report):
    """Send a file with a message and with a note, and leave one unsent."""
    file = SimpleUploadedFile(f"{CANARY['file-name']}.txt", CANARY["file"].encode())
    ours = SimpleUploadedFile(f"{CANARY['file-of-a-note']}.txt", CANARY["file-of-a-note"].encode())
    waits = SimpleUploadedFile(f"{CANARY['file-not-sent']}.txt", CANARY["file-not-sent"].encode())
    note = {"text": "With a file.", "client_id": uuid4(), "files": [ours]}
    assert alice.post(f"/cases/{report.case.ref}/note/", note).status_code == 302
    answer = {"text": "With a file.", "client_id": uuid4(), "files": [file]}
    assert alice.post(f"/cases/{report.case.ref}/reports/{report.ref}/reply/", answer).status_code == 302
    assert rita.post(f"/reports/{report.ref}/files/", {"files": [waits]}).status_code == 201
    row = Attachment.objects.get(message__isnull=False)
    assert b"".join(rita.get(f"/reports/{report.ref}/files/{row.pk}/").streaming_content) == CANARY["file"].encode()


def revise(rita, alice, report):
    """Edit and retract, quote, and name somebody."""
    here, case = f"/reports/{report.ref}", f"/cases/{report.case.ref}"
    answer, note = report.messages.get(author__user__display_name="Rita").pk, report.case.notes.get().pk
    text = {"text": f"@alice {CANARY['mentioned']}", "client_id": uuid4()}
    assert rita.post(f"{here}/reply/", text).status_code == 302
    retracted = report.messages.exclude(pk=answer).filter(author__user__display_name="Rita").get().pk
    for client, url, data, status in [
        (rita, f"{here}/messages/{answer}/edit/", {"text": CANARY["edited"], "revision": 1}, 302),
        (rita, f"{here}/messages/{answer}/edit/", {"text": CANARY["lost"], "revision": 1}, 409),
        (alice, f"{case}/notes/{note}/edit/", {"text": CANARY["note-edited"], "revision": 1}, 302),
        (rita, f"{here}/messages/{retracted}/edit/", {"text": CANARY["retracted"], "revision": 1}, 302),
        (rita, f"{here}/messages/{retracted}/retract/", {}, 302),
    ]:
        assert client.post(url, data).status_code == status, url
    for client, url in (
        (rita, f"{here}/?quote={answer}"),
        (alice, f"{case}/messages/{answer}/history/"),
        (alice, f"{case}/notes/{note}/history/"),
    ):
        assert CANARY["note-edited" if "notes" in url else "edited"] in client.get(url).content.decode()


@pytest.mark.usefixtures("transactional_db")
def test_no_canary_lies_anywhere(caplog):
    caplog.set_level(logging.DEBUG)
    cast = assemble()
    type(cast.mailat).objects.filter(pk=cast.mailat.pk).update(summary=PUBLIC)
    report = play(cast)
    periodic.sweep(at=now() + timedelta(days=30))
    outbox.drain(at=now() + timedelta(seconds=1))

    stores = {
        "database rows": database_rows(),
        "database files": database_files(),
        "broker and cache": broker_and_cache(),
        "letters": b"".join(letter.message().as_bytes() for letter in mail.outbox),
        "logs": caplog.text.encode(),
        "files": b"".join(path.read_bytes() for path in (settings.DATA_DIR / "files").rglob("*") if path.is_file()),
    }
    hits = {store: found for store, content in stores.items() if (found := found_in(content))}
    assert hits == {}

    # The positive controls: the same search finds what is there.
    assert found_in(stores["database rows"], {"public": PUBLIC})
    assert found_in(stores["database files"], {"public": PUBLIC})
    assert found_in(stores["letters"], {"reference": report.ref})
    assert b"accounts.tasks.drain_outbox" in stores["broker and cache"]
    assert stores["logs"]
    assert len(stores["files"]) > 3 * len(CANARY["file"])


def test_the_search_sees_through_disguises():
    for form in disguises(CANARY["title"]):
        assert found_in(b"before " + form + b" after") == ["title"]
    for padding in (b"", b"a", b"ab"):
        assert found_in(base64.b64encode(padding + CANARY["note"].encode() + b"tail")) == ["note"]

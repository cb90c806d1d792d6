"""What encryption costs where there is much of it: a long thread, a search through everything, a large file, a check of all."""

import io
import os
import time
import tracemalloc
from pathlib import Path
from uuid import uuid4

from django.middleware.csrf import _get_new_csrf_string
from django.test import RequestFactory, override_settings
from django.utils.timezone import now

from bench import asking, database
from bench.asking import Asker, Backend
from bench.figures import Figure
from bench.filling import TEXT
from intake import conversation, reach, search, submission, texts, thread_pages, verification
from intake.models import Attachment, Case
from intake.search import Wanted
from intake.search_words import words_of
from portal import policies
from portal.keys import Keys

THREAD, THREAD_MS = 200, 40
SEARCHED, SEARCH_S = 20_000, 1.5
FILE_MB, FILE_MEMORY_MB = 100, 16
BLOCK = os.urandom(1024 * 1024)


def thread(pages, rounds) -> list[Figure]:
    """A page with 200 messages, beside the same page with its contents at hand in clear."""
    report = _a_report(pages)
    report.keys = Keys.to(shared=[report.uuid])
    content = texts.message(TEXT)
    for turn in range(THREAD):
        speak, by = (conversation.reporter_reply, pages.people.reporters[0]) if turn % 2 else (conversation.team_reply, pages.people.staff)
        speak(report, content={**content, "salt": uuid4().hex}, client_id=uuid4(), by=by, at=now())
    kept, thread_pages.PAGE = thread_pages.PAGE, 2 * THREAD
    sealed = Asker(pages.whole, report.get_absolute_url(), cookies=pages.reporter)
    plain = Asker(_in_clear(pages.whole), report.get_absolute_url(), cookies=pages.reporter)
    backend = Backend()
    shown = sealed.ask(backend).body.count(b'<article class="msg')
    assert shown > THREAD and plain.ask(backend).status == 200, f"the page shows {shown} of {THREAD} messages"
    statements = sealed.count(backend).status and sealed.costs.statements
    asking.measure(sealed, plain, rounds=rounds)
    memory = _peak(lambda: sealed.ask(backend)) - _peak(lambda: plain.ask(backend))
    thread_pages.PAGE = kept
    added = sealed.costs.best - plain.costs.best
    note = f"{sealed.costs.best:.1f} against {plain.costs.best:.1f} in clear; {statements} statements"
    return [
        Figure("thread of 200: added by decrypting", None, added, "ms", THREAD_MS, note),
        Figure("thread of 200: added memory", None, memory / 1e6, "MB", None, "peak of what Python allocates"),
    ]


def searching(pages, filler) -> list[Figure]:
    """A search through 20,000 messages of 1,000 reports that finds nothing, and so opens all of them."""
    user = pages.people.reporters[-1]
    filler.converse(user, reports=1000, messages=SEARCHED // 1000)
    database.tidy_up()
    found = []
    for what, wanted in (("nothing", "xylophone"), ("words of every message", "look into it")):
        seconds, spent, outcome = [], [], None
        for _ in range(5):
            begun, cpu = time.perf_counter(), time.process_time()
            with override_settings(SEARCH_SECONDS=600):  # the budget is for people; here all is to be looked at
                outcome = search.find(reach.Reach(user), Wanted(words_of(wanted)), tick=time.perf_counter)
            seconds.append(time.perf_counter() - begun)
            spent.append(time.process_time() - cpu)
        note = f"{min(spent):.2f} of CPU here; {outcome.looked_at} records looked at, {len(outcome.hits)} found; worst {max(seconds):.2f}"
        found.append(Figure(f"search of 20,000 messages for {what}", None, min(seconds), "s", SEARCH_S, note))
    return found


def files(pages) -> list[Figure]:
    """A file of 100 MB up and down, through the whole stack: throughput, and how much more memory than before."""
    report, found = _a_report(pages), []
    _send(pages, report, megabytes=2)  # whatever is loaded once
    _fetch(pages, report)
    for what, do in (("up", lambda: _send(pages, report, megabytes=FILE_MB)), ("down", lambda: _fetch(pages, report))):
        before, begun = _resident(reset=True), time.perf_counter()
        do()
        seconds = time.perf_counter() - begun
        found.append(Figure(f"file of 100 MB {what}: throughput", None, FILE_MB / seconds, "MB/s"))
        found.append(
            Figure(f"file of 100 MB {what}: added memory", None, _resident("VmHWM") - before, "MB", FILE_MEMORY_MB, "resident, peak")
        )
    return found


def verifying() -> list[Figure]:
    """`manage.py verify` of all cases that there are."""
    before, begun, cases = _resident(reset=True), time.perf_counter(), Case.objects.count()
    wrong = sum(1 for _finding in verification.cases(keyed=True))
    seconds = time.perf_counter() - begun
    note = f"{seconds:.0f} s, {wrong} findings; {_resident('VmHWM') - before:.0f} MB more memory"
    return [Figure("verify: cases a second", cases, cases / seconds, "/s", None, note)]


def _a_report(pages):
    at = now()
    content = texts.report(title="A long story", version="", answers=[texts.Answer("steps", "Steps", TEXT)], markup="markdown", credit="")
    policy = policies.in_force(pages.people.projects[0], at)
    return submission.submit(policy, content=content, client_id=uuid4(), by=pages.people.reporters[0], at=at)


def _in_clear(handler):
    """The same stack, but what is sealed lies open at hand: the page costs what it would cost with plain columns."""
    at_hand = {}

    def answer(environ, start):
        opens = Keys.open

        def open_at_hand(keys, row):
            if row.pk not in at_hand:
                at_hand[row.pk] = opens(keys, row)
            return at_hand[row.pk]

        Keys.open = open_at_hand
        try:
            response = handler(environ, start)
            list(response)
            return response
        finally:
            Keys.open = opens

    return answer


def _peak(do):
    do()
    tracemalloc.start()
    do()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _resident(what="VmRSS", *, reset=False):
    """Return the memory of this process in MB; ``reset`` starts its peak (VmHWM) anew."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


def _send(pages, report, *, megabytes):
    token, mark = _get_new_csrf_string(), uuid4().hex
    fields = {"csrfmiddlewaretoken": token, "client_id": str(uuid4()), "text": "Here it is."}
    head = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    head += (
        f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="core.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    body = _Body(head.encode(), megabytes, f"\r\n--{mark}--\r\n".encode())
    cookies = f"{pages.reporter}; parley-csrf={token}"
    path = f"/reports/{report.ref}/reply/"
    environ = RequestFactory().generic("POST", path, HTTP_HOST="localhost", HTTP_COOKIE=cookies).environ
    environ |= {
        "wsgi.input": io.BufferedReader(body),
        "CONTENT_LENGTH": str(body.size),
        "CONTENT_TYPE": f"multipart/form-data; boundary={mark}",
    }
    status = []
    response = pages.whole(environ, lambda code, headers: status.append(code))
    list(response)
    response.close()
    assert status[0].startswith("302"), f"the file was not taken: {status[0]}"


def _fetch(pages, report):
    file = Attachment.objects.filter(message__report=report).order_by("-stored_bytes").first()
    environ = RequestFactory().get(f"/reports/{report.ref}/files/{file.pk}/", HTTP_HOST="localhost", HTTP_COOKIE=pages.reporter).environ
    size = 0
    response = pages.whole(environ, lambda code, headers: None)
    for piece in response:
        size += len(piece)
    response.close()
    assert size >= len(BLOCK), f"{size} bytes came back"


class _Body(io.RawIOBase):
    """A form with a large file in it, made while it is read."""

    def __init__(self, head, megabytes, tail):
        super().__init__()
        self.size = len(head) + megabytes * len(BLOCK) + len(tail)
        self._parts = iter([head, *[BLOCK] * megabytes, tail])
        self._rest = b""

    def readable(self):
        return True

    def readinto(self, target):
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        taken = min(len(target), len(self._rest))
        target[:taken], self._rest = self._rest[:taken], self._rest[taken:]
        return taken

"""Whatever is changed in a copy, its script names it: any byte of any file, and any value to which the timeline commits.

The second holds also against somebody who makes the digests of the changed copy anew.
"""

import copy
import importlib.util
import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from intake import copies
from portal.lib.zips import SUMS
from tests.intake import copied, story
from tests.intake.doing import said

# As the portal said when the copy was made; docs/verify.md tells that nothing commits to it.
SAID = {"portal", "kind", "project", "channel", "name", "role", "deadlines", "participants", "path"}
SAID |= {"verdict", "verdict_at", "rejection_reason", "severity", "opened_at", "remediated_at", "disclosed_at", "closed_at"}


def script():
    place = Path(settings.BASE_DIR) / "portal" / "static" / copies.SCRIPT
    spec = importlib.util.spec_from_file_location("parley_verify", place)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


VERIFY = script()


@pytest.fixture(params=["report", "case"])
def files(request, cast):
    """The files of a copy."""
    report, _other = story.play(cast, published=False)
    sent = cast.client("rita").post(f"/reports/{report.ref}/reply/", said("With a file.", files=copied.a_file()))
    assert sent.status_code == 302
    if request.param == "report":
        return copied.files_of(copied.bytes_of(copied.taken(cast.client("rita"), report.ref)))
    alice = copied.proved(cast.client("alice"))
    return copied.files_of(copied.bytes_of(copied.taken(alice, report.case.ref, kind="case", reason="legal")))


class Held(VERIFY.Copy):
    """A copy that lies in memory."""

    def __init__(self, files):
        self.files = files

    def names(self):
        return list(self.files)

    def open(self, name):
        return BytesIO(self.files[name])


def wrong(files):
    """What the script says of these files."""
    try:
        check = VERIFY.Check(Held(files))
        check.everything()
    except Exception as trouble:
        return [f"{type(trouble).__name__}: {trouble}"]
    return check.wrong


def summed(files):
    """The same files with digests made anew, as somebody would who wants to deceive."""
    sums = "".join(f"{sha256(held).hexdigest()}  {name}\n" for name, held in files.items() if name != SUMS)
    return {**files, SUMS: sums.encode()}


def leaves(value, way=()):
    """Every value of a document with the way to it."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*way, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*way, number))
    else:
        yield way, value


def changed(document, way, value):
    made = copy.deepcopy(document)
    place = made
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    return made


def another(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}x" if value else "x"


def test_an_unchanged_copy_is_in_order_also_here(files):
    assert wrong(files) == [] and wrong(summed(files)) == []


@with_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_named(files, data):
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    held = bytearray(files[name])
    held[place] ^= bit
    assert wrong({**files, name: bytes(held)})


@with_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_cut_or_lengthened_file_is_named(files, data):
    name = data.draw(st.sampled_from(sorted(files)))
    cut = files[name][: data.draw(st.integers(0, len(files[name]) - 1))]
    assert wrong({**files, name: cut})
    assert wrong({**files, name: files[name] + b"\n0"})
    assert wrong({other: held for other, held in files.items() if other != name})
    assert wrong({**files, "files/9999-more": b""})


def test_every_value_to_which_the_timeline_commits_is_held_by_it(files):
    document = json.loads(files["case.json"])
    silent = []
    for way, value in leaves(document):
        if SAID & {step for step in way if isinstance(step, str)} - ({"severity", "path"} if "entry" in way else set()):
            continue
        if way[-2:] in (("policy", "title"), ("case", "ref")):
            continue
        made = {**files, "case.json": json.dumps(changed(document, way, another(value))).encode()}
        if not wrong(summed(made)):
            silent.append(f"{way}: {value!r}")
    assert not silent, "\n".join(silent)


def test_whatever_is_taken_out_doubled_or_moved_is_named(files):
    document = json.loads(files["case.json"])
    lists = [("reports", 0, "messages"), ("reports", 0, "events"), ("reports", 0, "files"), ("reports",)]
    lists += [("case", "notes"), ("case", "events")] if document["case"] else []
    for way in lists:
        rows = document
        for step in way:
            rows = rows[step]
        for number in range(len(rows)):
            shorter = rows[:number] + rows[number + 1 :]
            if not (way == ("reports",) and len(rows) == 1):
                assert wrong(summed({**files, "case.json": json.dumps(changed(document, way, shorter)).encode()})), (way, number)
            doubled = [*rows[: number + 1], *rows[number:]]
            assert wrong(summed({**files, "case.json": json.dumps(changed(document, way, doubled)).encode()})), (way, number)
        if way[-1] == "events":
            moved = [*rows[1:], rows[0]]
            assert wrong(summed({**files, "case.json": json.dumps(changed(document, way, moved)).encode()})), way


def test_files_in_each_others_place_are_named(files):
    name = next(name for name in files if name.startswith("files/"))
    assert wrong(summed({**files, name: b"print(2)\n"}))
    document = json.loads(files["case.json"])
    document["reports"][0]["files"][0]["path"] = "README.txt"
    assert wrong(summed({**files, "case.json": json.dumps(document).encode()}))


def test_a_name_that_stands_twice_is_refused(files):
    twice = files["case.json"].replace(b'{"format": 1', b'{"format": 1,"format": 1', 1)
    assert twice != files["case.json"] and "twice" in wrong(summed({**files, "case.json": twice}))[0]

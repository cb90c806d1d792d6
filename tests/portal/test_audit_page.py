"""The audit trail for owners and administrators: found, paged, in words, in their zone; and taken away safely."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts import audit, audit_check, audit_trail
from accounts.models import AuditEvent
from tests import builders
from tests.portal.draft_pages import prove_anew

pytestmark = pytest.mark.django_db
ALL, MAILAT = "/audit/", "/p/mailat/audit/"


def shown(page):
    """The rows of a page as (sentence, who) each."""
    cells = re.findall(r'<tr>\s*<td>(.*?)<span class="ref">.*?</td>\s*<td[^>]*>(.*?)</td>', page.content.decode(), re.DOTALL)
    return [tuple(cell) for cell in cells]


def roles(cast, count, *, at=None):
    return [
        audit.record("team.role_changed", by=cast.olivia, at=at or now(), project=cast.mailat.uuid, person=cast.bob.uuid, role="maintainer")
        for _number in range(count)
    ]


def test_owners_read_what_was_done_to_their_project_in_words(cast):
    roles(cast, 1)
    audit.record("team.role_changed", by=cast.ada, at=now(), project=cast.mail_auth.uuid, person=cast.rita.uuid, role="owner")
    audit.record("project.retention_set", by=None, at=now(), project=cast.mailat.uuid, months=None, before=6)
    page = cast.client("olivia").get(MAILAT)
    assert ("Changed the role of Bob to maintainer", "Olivia") in shown(page)
    assert ("Closed cases are kept for – months (before: 6)", "the portal") in shown(page)
    assert "Rita" not in page.content.decode(), "what was done to another project is not theirs"
    everything = cast.client("ada").get(ALL)
    assert ("Changed the role of Rita to owner", "Ada") in shown(everything)
    assert ("Signed in, second factor: no", "Ada") in shown(everything)


def test_who_has_no_account_any_more_is_nobody_by_name(cast):
    [event] = roles(cast, 1)
    AuditEvent.objects.filter(pk=event.pk).update(actor=None)
    cast.bob.memberships.all().delete()
    cast.bob.delete()
    assert shown(cast.client("olivia").get(MAILAT))[0] == ("Changed the role of somebody whose account is closed to maintainer", "Olivia")


def test_pages_go_on_where_the_last_one_ended(cast):
    roles(cast, 2 * audit_trail.SIZE + 1)
    client, url, numbers = cast.client("olivia"), MAILAT, []
    for _page in range(4):
        page = client.get(url).content.decode()
        numbers += [int(number) for number in re.findall(r'class="ref">(\d+) ·', page)]
        link = re.search(r'rel="next" href="([^"]+)"', page)
        if not link:
            break
        url = MAILAT + link.group(1).replace("&amp;", "&")
        roles(cast, 1)  # what comes meanwhile moves nothing
    assert len(numbers) == len(set(numbers)) >= 2 * audit_trail.SIZE + 1 and numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("before", ["x", "-1", "0x1", "٣", "9" * 30, "", "1e9", "\0"])
def test_a_number_that_was_tampered_with_begins_at_the_newest(cast, before):
    roles(cast, 1)
    assert shown(cast.client("olivia").get(MAILAT, {"before": before}))[0][1] == "Olivia"


def test_filters(cast):
    roles(cast, 1)
    audit.record("policy.published", by=cast.alice, at=now(), project=cast.mailat.uuid, number=7)
    audit.record("sign_in.refused", by=None, at=now(), person=cast.rita.uuid)
    owner, ada = cast.client("olivia"), cast.client("ada")
    assert [who for _what, who in shown(owner.get(MAILAT, {"person": str(cast.alice.uuid)}))] == ["Alice"]
    assert ("Changed the role of Bob to maintainer", "Olivia") in shown(owner.get(MAILAT, {"person": str(cast.bob.uuid)})), "done to Bob"
    assert shown(owner.get(MAILAT, {"group": "policy"}))[0][0] == "Published version 7 of the policy"
    assert shown(ada.get(ALL, {"person": "RITA@example.org"})) == [("A wrong password for Rita", "somebody not signed in")]
    assert not shown(ada.get(ALL, {"project": str(cast.mail_auth.uuid), "group": "team"}))
    for wrong in (
        {"person": "nobody@example.org"},
        {"group": "x"},
        {"since": "2026-13-01"},
        {"since": "2026-02-02", "until": "2026-02-01"},
    ):
        page = ada.get(ALL, wrong)
        assert page.status_code == 422 and 'role="alert"' in page.content.decode(), wrong
    assert owner.get(MAILAT, {"person": str(cast.rita.uuid)}).status_code == 422, "people of the team only"


def test_days_are_those_of_the_reader(cast):
    cast.olivia.timezone = "Pacific/Auckland"  # 13 hours ahead in November
    cast.olivia.save()
    at = datetime(2026, 11, 3, 10, 59, tzinfo=UTC)
    for number in (0, 1, 24 * 60, 24 * 60 + 1):
        audit.record("policy.published", by=cast.alice, at=at + timedelta(minutes=number), project=cast.mailat.uuid, number=number)
    page = cast.client("olivia").get(MAILAT, {"since": "2026-11-04", "until": "2026-11-04"})
    assert [what for what, _who in shown(page)] == [f"Published version {number} of the policy" for number in (1440, 1)]
    assert "4 Nov 2026, 00:00" in page.content.decode()
    assert cast.client("olivia").get(MAILAT, {"until": "9999-12-31", "since": "0001-01-01"}).status_code == 200


def test_the_page_says_how_the_chain_is(cast):
    roles(cast, 3)
    assert "not checked whole yet" in cast.client("olivia").get(MAILAT).content.decode()
    audit_check.follow(at=now())
    assert "holds together" in cast.client("olivia").get(MAILAT).content.decode()
    AuditEvent.objects.filter(seq=2).update(facts={})
    audit_check.follow(at=now(), anew=True)
    said = cast.client("olivia").get(MAILAT).content.decode()
    assert "event 2, or what stood before it" in said and "holds together" not in said


def test_pages_ask_the_same_questions_however_long_the_trail_is(cast, settings):
    settings.SESSION_CACHE_ALIAS = "default"
    owner, ada, counts = cast.client("olivia"), cast.client("ada"), []
    for more in (3, 120):
        roles(cast, more)
        for client, url in ((owner, MAILAT), (ada, ALL)):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            counts.append(len(asked.captured_queries))
            assert counts[-1] <= 9, "\n".join(one["sql"] for one in asked.captured_queries)
    assert counts[:2] == counts[2:]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plan")
@pytest.mark.parametrize(
    "facts, index",
    [
        ({}, "accounts_auditevent_pkey"),
        ({"project": True}, "audit_of_project"),
        ({"group": "keys"}, "audit_of_kind"),
        ({"person": True}, "audit_about_person"),
        ({"since": True}, "accounts_auditevent_at"),
        ({"until": True}, "accounts_auditevent_at"),
    ],
)
def test_each_filter_is_answered_from_an_index(cast, facts, index):
    at = now()
    rows = [
        AuditEvent(
            seq=10_000 + number, at=at + timedelta(minutes=number), kind="signed_in", actor_uuid=cast.rita.uuid,
            facts={"person": str(cast.alice.uuid)}, hash="0" * 64, project_uuid=cast.mail_auth.uuid,
        )
        for number in range(20_000)
    ]  # fmt: skip
    AuditEvent.objects.bulk_create(rows)
    means = {
        "project": cast.mailat.uuid,
        "person": cast.bob.uuid,
        "since": at + timedelta(minutes=19_900),
        "until": at + timedelta(minutes=300),
    }
    wanted = audit_trail.Wanted(**{name: means[name] if value is True else value for name, value in facts.items()})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_auditevent")
    with CaptureQueriesContext(connection) as asked:
        audit_trail.page(wanted)
    [sql] = [one["sql"] for one in asked.captured_queries if '"hash"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan and "Seq Scan" not in plan, plan


HOSTILE = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1"]


def test_a_copy_in_csv_holds_no_formula(cast):
    for number, name in enumerate(HOSTILE):
        # Past the forms: whatever stands in the database must do no harm.
        person = builders.a_person("x", email=f"hostile{number}@example.org")
        type(person).objects.filter(pk=person.pk).update(display_name=name.replace("\0", ""))
        audit.record("policy.published", by=person, at=now(), project=cast.mailat.uuid, number=name.replace("\0", ""))
    olivia = prove_anew(cast.client("olivia"))
    answer = olivia.post(f"{MAILAT}export/", {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == list(audit_trail.COLUMNS) and len(rows) > len(HOSTILE)
    for row in rows[1:]:
        assert len(row) == len(rows[0])
        assert not [cell for cell in row if cell.startswith(audit_trail.FORMULAS)], row
    assert {row[4] for row in rows} >= {f"'{name}" for name in HOSTILE if "\0" not in name}
    assert audit_trail.plain_cell("\0=1") == "'\0=1"
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-mailat-')
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "no-store"


def test_a_copy_in_lines_can_be_checked_and_is_recorded_itself(cast, monkeypatch):
    monkeypatch.setattr(audit_trail, "ROWS", 3)
    roles(cast, 8)
    ada = prove_anew(cast.client("ada"))
    answer = ada.post("/audit/export/", {"format": "jsonl"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == AuditEvent.objects.count()
    assert list(audit_check.against(lines)) == []
    last = json.loads(lines[-1])
    assert (last["kind"], last["facts"]["format"], last["actor"]) == ("audit.exported", "jsonl", str(cast.ada.uuid))


def test_a_copy_of_a_part_is_of_that_part(cast):
    roles(cast, 1)
    audit.record("team.role_changed", by=cast.ada, at=now(), project=cast.mail_auth.uuid, person=cast.rita.uuid, role="owner")
    olivia = prove_anew(cast.client("olivia"))
    page = olivia.get(f"{MAILAT}export/", {"group": "team"})
    assert '<option value="team" selected>' in page.content.decode()
    sent = {"format": "jsonl", "group": "team", "project": str(cast.mail_auth.uuid)}  # the project is that of the page
    lines = [json.loads(line) for line in b"".join(olivia.post(f"{MAILAT}export/", sent).streaming_content).decode().splitlines()]
    assert {line["project"] for line in lines} == {str(cast.mailat.uuid)} and {line["kind"].split(".")[0] for line in lines} == {"team"}


def test_a_copy_asks_for_the_second_factor_anew_and_has_a_limit(cast):
    olivia = cast.client("olivia")
    asked = olivia.get(f"{MAILAT}export/?group=team")
    assert asked.status_code == 302 and asked["Location"].startswith(reverse("second_factor_challenge")) and "group" in asked["Location"]
    assert not olivia.post(f"{MAILAT}export/", {"format": "csv"}).streaming
    prove_anew(olivia)
    assert olivia.post(f"{MAILAT}export/", {}).status_code == 422
    for _copy in range(3):
        assert olivia.post(f"{MAILAT}export/", {"format": "csv"}).status_code == 200
    assert olivia.post(f"{MAILAT}export/", {"format": "csv"}).status_code == 429
    assert AuditEvent.objects.filter(kind="audit.exported", project_uuid=cast.mailat.uuid).count() == 3

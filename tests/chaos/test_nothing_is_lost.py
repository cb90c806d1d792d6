"""Web server, worker, clock, Redis and mail server are killed at random while people report and reminders fall due.

Every report with a receipt is there and opens, every reminder went out, and second copies of letters are no more than there were
kills, with the Message-ID of the first. The suite plays half a minute of it, ``make proof`` several.
"""

import json
import os
import sys

import hypothesis
import psycopg
import pytest

from tests.browser.processes import wait_until
from tests.chaos.reporters import Reporter
from tests.chaos.servers import REDIS, KilledPortal

SHORT, LONG = 15, 300  # seconds of kills

pytestmark = [
    pytest.mark.proof,
    pytest.mark.live,
    pytest.mark.skipif(not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")), reason="needs PostgreSQL and Redis"),
    pytest.mark.skipif(REDIS is None, reason="there is no redis-server that may be killed"),
]

PEOPLE = """
import json
from django.test import Client
from accounts.models import User
from allauth.account.models import EmailAddress
found = []
for number in range(3):
    user = User.objects.create_user(f"reporter{number}@example.org", "unused but long enough", display_name=f"Reporter {number}")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.force_login(user)
    client.get("/p/mailat/report/", headers={"host": "localhost"})
    found.append({name: cookie.value for name, cookie in client.cookies.items()})
print(json.dumps(found))
"""

# The reminder before the deadline falls due a few seconds after the report came.
FALLS_DUE = """
UPDATE intake_deadline SET starts_at = now() - interval '23 hours 59 minutes 55 seconds',
    due_at = now() + interval '24 hours 5 seconds', next_reminder_at = now() + interval '5 seconds'
WHERE milestone = 'acknowledgement' AND next_reminder_at > now() + interval '1 hour' AND reminders = 0
"""


@pytest.fixture
def portal():
    with KilledPortal() as running:
        yield running


@pytest.fixture
def ask(portal):
    with psycopg.connect(portal.env["DATABASE_URL"], autocommit=True) as connection:
        yield lambda statement, *values: connection.execute(statement, values)


def test_nothing_is_lost_and_little_comes_twice(portal, ask):
    seconds = LONG if hypothesis.settings.get_current_profile_name() == "proof" else SHORT
    people = [Reporter(portal.url, cookies=cookies, who=number) for number, cookies in enumerate(_sessions(portal))]
    for person in people:
        person.start()
    seed = int.from_bytes(os.urandom(4))
    for _part in range(5):
        portal.kill_at_random(seconds / 5, seed=seed)
        ask(FALLS_DUE)
        seed += 1
    for person in people:
        person.enough()
    ask(FALLS_DUE)
    said = f"seed {seed - 5}, killed {portal.kills}"

    receipts = {ref: title for person in people for ref, title in person.receipts.items()}
    assert receipts, said
    assert {ref for (ref,) in ask("SELECT ref FROM intake_report")} == set(receipts), said
    for person in people:
        for ref, title in person.receipts.items():
            assert title in person.read(ref), (ref, said)

    wait_until(lambda: _quiet(ask), what=f"the letters leave; {said}", seconds=120)
    assert ask("SELECT count(*) FROM accounts_delivery WHERE outcome NOT IN ('accepted', 'dropped', 'gathered')").fetchone() == (0,), said
    times = dict(ask("SELECT report_id, count(*) FROM intake_caseevent WHERE kind = 'deadline_near' GROUP BY 1").fetchall())
    assert sorted(times.values()) == [1] * len(receipts), f"each reminder once; {said}"

    copies = portal.letters()
    host = "localhost"
    accepted = ask("SELECT uuid FROM accounts_delivery WHERE outcome = 'accepted'").fetchall()
    assert {f"<{uuid}@{host}>" for (uuid,) in accepted} <= set(copies), said
    twice = sum(len(found) - 1 for found in copies.values())
    assert twice <= len(portal.kills), said
    sys.stdout.write(f"{len(receipts)} reports, {sum(map(len, copies.values()))} letters, {twice} twice, {len(portal.kills)} kills\n")


def _sessions(portal):
    return json.loads(portal.manage("shell", "--no-imports", "-c", PEOPLE).splitlines()[-1])


def _quiet(ask):
    """Say whether no letter waits and no reminder is due; the minutes between two tries pass quickly here."""
    ask("UPDATE accounts_delivery SET due_at = now() WHERE outcome = '' AND claimed_until IS NULL AND due_at > now() AND NOT gather")
    waiting = "SELECT count(*) FROM accounts_delivery WHERE outcome = '' AND NOT gather"
    due = "SELECT count(*) FROM intake_deadline WHERE next_reminder_at < now() AND met_at IS NULL AND cancelled_at IS NULL"
    return ask(waiting).fetchone() == ask(due).fetchone() == (0,)

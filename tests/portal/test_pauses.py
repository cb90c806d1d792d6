"""A planned pause: who plans one, what is refused, and that public pages say so from its beginning to its end."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import pauses
from portal.models import Project, ProjectPause
from tests.builders import a_pause
from tests.cast import assemble
from tests.intake.test_at_the_same_time import together

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT = datetime(2040, 11, 23, 9, 0, tzinfo=UTC)
MESSAGE = "We are away. Back in a week."


def planned(project, *, starts_at=AT + DAY, ends_at=AT + 3 * DAY, message=MESSAGE, critical_ok=True, at=AT):
    return pauses.plan(project, starts_at=starts_at, ends_at=ends_at, message=message, critical_ok=critical_ok, by=None, at=at)


def form(**changes):
    """The form of the pauses page, in the project's zone."""
    return {"starts_at": "2040-12-24T09:00", "ends_at": "2041-01-04T09:00", "message": MESSAGE, "critical_ok": "on", **changes}


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_runs_from_its_first_instant_to_just_before_its_last(cast):
    pause = planned(cast.mailat)
    running = {
        at: pauses.running(cast.mailat, at) for at in (AT, pause.starts_at, pause.ends_at - timedelta(microseconds=1), pause.ends_at)
    }
    assert list(running.values()) == [None, pause, pause, None]


def test_one_that_should_have_begun_begins_now(cast):
    assert planned(cast.mailat, starts_at=AT - DAY).starts_at == AT


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"ends_at": AT}, "must end after it begins"),
        ({"ends_at": AT + DAY}, "must end after it begins"),
        ({"starts_at": AT - 3 * DAY, "ends_at": AT - DAY}, "must end after it begins"),
        ({"ends_at": AT + 400 * DAY}, "a year at most"),
        ({"message": " \n"}, "Say in a sentence or two"),
        ({"message": "x" * 1001}, "At most 1000 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, changes, said):
    with pytest.raises(pauses.CannotPause) as refused:
        planned(cast.mailat, **changes)
    assert said in " ".join(refused.value.messages)
    assert not ProjectPause.objects.exists()


def test_no_two_overlap_but_one_may_begin_when_another_ends(cast):
    first = planned(cast.mailat)
    planned(cast.mail_auth)
    for starts_at, ends_at in ((AT, AT + 2 * DAY), (AT + 2 * DAY, AT + 9 * DAY), (AT, AT + 9 * DAY)):
        with pytest.raises(pauses.CannotPause, match="Another pause"):
            planned(cast.mailat, starts_at=starts_at, ends_at=ends_at)
    planned(cast.mailat, starts_at=first.ends_at, ends_at=AT + 9 * DAY)
    planned(cast.mailat, starts_at=AT, ends_at=first.starts_at)
    assert cast.mailat.pauses.count() == 3


def test_one_that_runs_keeps_its_beginning_when_it_is_changed(cast):
    pause, later = planned(cast.mailat), AT + 2 * DAY
    changed = pauses.change(pause, starts_at=later, ends_at=AT + 5 * DAY, message="Longer.", critical_ok=False, by=None, at=later)
    assert (changed.starts_at, changed.ends_at, changed.message, changed.critical_ok) == (AT + DAY, AT + 5 * DAY, "Longer.", False)


def test_one_ahead_is_taken_back_and_one_that_runs_ends(cast):
    ahead, running = planned(cast.mailat), planned(cast.mail_auth)
    pauses.cancel(ahead, by=None, at=AT)
    pauses.cancel(running, by=None, at=AT + 2 * DAY)
    assert not cast.mailat.pauses.exists()
    assert cast.mail_auth.pauses.get().ends_at == AT + 2 * DAY


def test_one_that_is_over_stays_as_it_was(cast):
    pause, after = planned(cast.mailat), AT + 3 * DAY
    with pytest.raises(pauses.CannotPause, match="over"):
        pauses.cancel(pause, by=None, at=after)
    with pytest.raises(pauses.CannotPause, match="over"):
        pauses.change(pause, starts_at=after, ends_at=after + DAY, message="More.", critical_ok=True, by=None, at=after)


def test_one_that_somebody_took_back_meanwhile_is_refused(cast):
    pause = planned(cast.mailat)
    pauses.cancel(pause, by=None, at=AT)
    with pytest.raises(pauses.CannotPause, match="took this pause back"):
        pauses.cancel(pause, by=None, at=AT)


def test_each_is_in_the_audit_trail_without_its_message(cast):
    pause = planned(cast.mailat)
    pauses.change(pause, starts_at=AT + DAY, ends_at=AT + 4 * DAY, message=MESSAGE, critical_ok=True, by=cast.alice, at=AT)
    pauses.cancel(pause, by=cast.alice, at=AT)
    events = AuditEvent.objects.filter(kind__startswith="pause.").order_by("seq")
    assert [event.kind for event in events] == ["pause.planned", "pause.changed", "pause.cancelled"]
    assert events[1].facts == {"starts_at": "2040-11-24T09:00:00+00:00", "ends_at": "2040-11-27T09:00:00+00:00", "critical_ok": True}
    assert events[1].actor == cast.alice and events[1].project_uuid == cast.mailat.uuid
    assert not any(MESSAGE in str(event.facts) for event in events)


def test_maintainers_plan_change_and_end_one_on_its_page(cast):
    Project.objects.filter(pk=cast.mailat.pk).update(timezone="Europe/Berlin")
    with time_machine.travel(AT, tick=False):
        alice = cast.client("alice")
        assert alice.post("/p/mailat/pauses/", form()).status_code == 302
        pause = cast.mailat.pauses.get()
        assert pause.starts_at == datetime(2040, 12, 24, 8, 0, tzinfo=UTC)
        shown = page(alice, "/p/mailat/pauses/")
        assert "planned" in shown and "24 Dec 2040, 09:00" in shown and "Europe/Berlin" in shown and MESSAGE in shown
        own = f"/p/mailat/pauses/{pause.pk}/"
        assert 'value="2040-12-24T09:00"' in page(alice, own)
        assert alice.post(own, form(message="Back soon.", critical_ok="")).status_code == 302
        pause.refresh_from_db()
        assert (pause.message, pause.critical_ok) == ("Back soon.", False)
        assert alice.post(f"{own}cancel/").status_code == 302
    assert not cast.mailat.pauses.exists()


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"ends_at": "2040-12-24T08:00"}, "must end after it begins"),
        ({"ends_at": "soon"}, "Enter a valid date/time"),
        ({"message": ""}, "required"),
        ({"ends_at": "2051-01-04T09:00"}, "a year at most"),
    ],
)
def test_a_form_that_does_not_fit_comes_back_with_its_text(cast, changes, said):
    with time_machine.travel(AT, tick=False):
        answer = cast.client("alice").post("/p/mailat/pauses/", form(**changes))
    shown = answer.content.decode()
    assert answer.status_code == 422 and said in shown and (MESSAGE in shown or "message" in changes)
    assert not ProjectPause.objects.exists()


def test_a_pause_of_another_project_is_not_found(cast):
    pause = planned(cast.mail_auth)
    assert cast.client("alice").get(f"/p/mailat/pauses/{pause.pk}/").status_code == 404
    assert cast.client("alice").post(f"/p/mailat/pauses/{pause.pk}/cancel/").status_code == 404


def test_a_triager_may_not_plan_one(cast):
    answer = cast.client("bob").post("/p/mailat/pauses/", form())
    assert answer.status_code == 403 and "planned by maintainers and owners" in answer.content.decode()


def test_those_that_are_over_come_in_pages_with_the_same_queries(cast, django_assert_num_queries, django_assert_max_num_queries):
    def over(count, since):
        for number in range(count):
            begins = since + number * DAY
            planned(cast.mailat, starts_at=begins, ends_at=begins + DAY / 2, message=f"Number {number}", at=since)

    client = cast.client("alice")
    over(2, now() - 300 * DAY)
    # With Redis the session is not read from the database.
    with django_assert_max_num_queries(8) as few:
        client.get("/p/mailat/pauses/")
    over(30, now() - 200 * DAY)
    with django_assert_num_queries(len(few)):
        assert client.get("/p/mailat/pauses/").content.decode().count("Number") == 20
    assert client.get("/p/mailat/pauses/?page=2").content.decode().count("Number") == 12


def test_the_policy_page_says_when_until_and_why(cast, client):
    Project.objects.filter(pk=cast.mailat.pk).update(timezone="Europe/Berlin")
    with time_machine.travel(AT, tick=False) as clock:
        planned(cast.mailat)
        assert "will take critical reports only from" in page(client, "/p/mailat/")
        clock.move_to(AT + 2 * DAY)
        shown = page(client, "/p/mailat/")
        assert "Mailat takes critical reports only, until" in shown and "26 Nov 2040, 10:00" in shown and "(Europe/Berlin)" in shown
        assert MESSAGE in shown and "the form asks why it cannot wait" in shown


def test_the_directory_says_so(cast, client):
    assert "takes no reports" not in page(client, "/")
    a_pause(cast.mailat)
    assert "takes no reports" in page(client, "/")
    a_pause(cast.mail_auth, critical_ok=True)
    assert "critical reports only" in page(client, "/")


@pytest.mark.parametrize("path", ["/", "/p/mailat/"])
def test_a_kept_page_is_made_anew_when_a_pause_is_planned_begins_changes_and_ends(cast, client, path):
    seen = []

    def look():
        seen.append(client.get(path)["ETag"])

    with time_machine.travel(AT, tick=False) as clock:
        look()
        pause = planned(cast.mailat, starts_at=AT + HOUR, ends_at=AT + 3 * HOUR)
        look()
        clock.move_to(pause.starts_at)
        look()
        pauses.change(pause, starts_at=AT, ends_at=pause.ends_at, message="Other words.", critical_ok=True, by=None, at=now())
        look()
        clock.move_to(pause.ends_at)
        look()
        look()
    assert len(set(seen)) == 5 and seen[-1] == seen[-2]


@pytest.mark.parametrize("path", ["/", "/p/mailat/"])
def test_a_kept_page_is_made_anew_when_one_follows_upon_another(cast, client, path):
    with time_machine.travel(AT, tick=False) as clock:
        for hours, message in ((1, "The first."), (2, "The second.")):
            planned(cast.mailat, starts_at=AT + hours * HOUR, ends_at=AT + (hours + 1) * HOUR, message=message)
        etags = []
        for hours in (1, 2):
            clock.move_to(AT + hours * HOUR)
            etags.append(client.get(path)["ETag"])
    assert len(set(etags)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_plan_at_once_one_is_told():
    project = assemble().mailat
    raised = together(*[lambda: planned(Project.objects.get(pk=project.pk))] * 4)
    assert [type(one) for one in raised] == [pauses.CannotPause] * 3
    assert project.pauses.count() == 1


def test_a_page_without_a_pause_asks_for_none(cast, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/p/mailat/")
    a_pause(cast.mailat)
    with django_assert_max_num_queries(9):
        client.get("/p/mailat/")


def test_text_of_a_pause_is_never_markup(cast, client):
    a_pause(cast.mailat, message="<img src=x>\n<b>bold</b>")
    for who, path in ((None, "/p/mailat/"), ("rita", "/p/mailat/report/"), ("alice", "/p/mailat/pauses/")):
        shown = cast.client(who).get(path).content.decode()
        assert "<img src=x" not in shown and "<b>bold" not in shown and "&lt;img" in shown, path


def test_a_project_of_nobodys_team_has_no_pauses_page(cast):
    assert cast.client("alice").get("/p/mail-auth/pauses/").status_code == 404

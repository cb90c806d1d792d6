"""A project keeps the content of closed cases for some months: the date, its change, and the letters before it."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import AuditEvent
from intake import closure, erasure, periodic, retention, triage
from intake.models import Case, CaseEvent
from portal.models import Project
from tests import builders
from tests.intake.doing import keyed, letters, worded, words_of
from tests.portal.draft_pages import prove_anew

AT = datetime(2041, 1, 31, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PAGE = "/p/mailat/retention/"


def keeping(cast, months, *, zone="UTC"):
    Project.objects.filter(pk=cast.mailat.pk).update(retention_months=months, timezone=zone)


def a_closed_case(cast, *, at=AT, by=None):
    """A case of Rita's that was closed at a moment."""
    report = builders.a_report(cast.mailat, by=by or cast.rita, at=at - DAY)
    case = keyed(report.case)
    triage.reject(case, reason="spam", by=cast.alice, at=at - DAY / 2, **worded())
    closure.close(keyed(case), by=cast.alice, at=at)
    return Case.objects.get(pk=case.pk)


def reread(case):
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(
    "closed, months, zone, until",
    [
        ("2041-01-31T12:00", 1, "UTC", "2041-02-28T12:00"),  # a month without that day ends on its last
        ("2041-11-30T12:00", 3, "UTC", "2042-02-28T12:00"),
        ("2043-12-31T12:00", 2, "UTC", "2044-02-29T12:00"),
        ("2041-01-31T23:30", 1, "Europe/Berlin", "2041-02-28T23:30"),  # there it is 1 February already: 1 March, 0:30
        ("2041-02-15T12:00", 6, "Europe/Berlin", "2041-08-15T11:00"),  # the same time of day, in summer
        ("2041-05-15T12:00", 240, "UTC", "2061-05-15T12:00"),
    ],
)
def test_months_are_those_of_the_calendar_in_the_zone_of_the_project(closed, months, zone, until):
    moment = datetime.fromisoformat(closed).replace(tzinfo=UTC)
    assert retention.months_later(moment, months, zone) == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_closing_plans_and_reopening_forgets(cast):
    keeping(cast, 6)
    case = a_closed_case(cast)
    assert (case.erase_at, case.erase_because, case.kept_months) == (datetime(2041, 7, 31, 12, 0, tzinfo=UTC), "retained", 6)
    assert case.erase_notice_at == case.erase_at - timedelta(days=30)
    closure.reopen(keyed(case), by=cast.alice, at=AT + DAY)
    case = reread(case)
    assert (case.erase_at, case.erase_because, case.erase_notice_at) == (None, "", None)


def test_without_a_length_nothing_is_planned(cast):
    case = a_closed_case(cast)
    assert case.erase_at is None
    periodic.sweep(at=AT + 9000 * DAY)
    assert reread(case).erased_at is None


def test_a_change_moves_the_dates_of_closed_cases_and_never_nearer_than_30_days(cast):
    keeping(cast, 12)
    case, open_case = a_closed_case(cast), builders.a_report(cast.mailat, by=cast.rita, at=AT).case
    for months, later, expected in (
        (6, DAY, datetime(2041, 7, 31, 12, 0, tzinfo=UTC)),
        (1, 300 * DAY, AT + 330 * DAY),
        (None, 301 * DAY, None),
        (24, 302 * DAY, datetime(2043, 1, 31, 12, 0, tzinfo=UTC)),
    ):
        keeping(cast, months)
        assert retention.follow(at=AT + later) == 1
        assert retention.follow(at=AT + later) == 0, "what has followed is left alone"
        assert reread(case).erase_at == expected, months
    assert reread(open_case).erase_at is None


def test_a_change_goes_on_where_a_sweep_stopped(cast):
    cases = [a_closed_case(cast) for _number in range(5)]
    keeping(cast, 3)
    assert [retention.follow(at=AT, limit=2) for _sweep in range(4)] == [2, 2, 1, 0]
    assert all(reread(case).kept_months == 3 for case in cases)


def test_a_change_does_not_touch_another_project_nor_what_was_decided(cast):
    case = a_closed_case(cast)
    erasure.decide(keyed(case), by=cast.olivia, at=AT)
    Project.objects.exclude(pk=cast.mailat.pk).update(retention_months=5)
    keeping(cast, 1)
    retention.follow(at=AT)
    assert reread(case).erase_at == AT + timedelta(days=7) and reread(case).erase_because == "decided"
    assert retention.follow(at=AT) == 0


def test_the_team_and_the_reporter_are_told_30_days_before_once(cast):
    keeping(cast, 6)
    case = a_closed_case(cast)
    letters(at=AT)
    periodic.sweep(at=case.erase_notice_at - DAY)
    assert not CaseEvent.objects.filter(kind="erasure_planned").exists()
    at = case.erase_notice_at + timedelta(hours=1)
    periodic.sweep(at=at)
    periodic.sweep(at=at)
    event = CaseEvent.objects.get(kind="erasure_planned")
    # The sweep came an hour late: the notice is 30 days all the same.
    assert reread(case).erase_at == at + timedelta(days=30)
    assert event.report == case.reports.get() and event.facts["reason"] == "retained"
    told = {letter.to[0]: words_of(letter) for letter in letters(at=at) if "will be erased" in letter.subject}
    assert set(told) == {"rita@example.org", "alice@example.org", "bob@example.org", "olivia@example.org"}
    assert case.ref not in told["rita@example.org"] and "write to the team" in told["rita@example.org"]
    assert case.ref in told["bob@example.org"] and "reopen the case, or have an owner place a legal hold" in told["bob@example.org"]
    assert all("31 Jul 2041" in words for words in told.values())


def test_a_notice_that_is_no_longer_true_does_not_leave(cast):
    keeping(cast, 6)
    case = a_closed_case(cast)
    letters(at=AT)
    periodic.sweep(at=case.erase_notice_at)
    closure.reopen(keyed(case), by=cast.alice, at=case.erase_notice_at)
    assert not [one for one in letters(at=case.erase_notice_at) if "will be erased" in one.subject]


def test_nothing_is_erased_before_its_people_had_their_30_days_even_if_nobody_swept_for_a_year(cast):
    keeping(cast, 1)
    case, late = a_closed_case(cast), AT + 365 * DAY
    periodic.sweep(at=late)
    assert reread(case).erased_at is None and reread(case).erase_at == late + 30 * DAY
    periodic.sweep(at=late + 29 * DAY)
    assert reread(case).erased_at is None
    periodic.sweep(at=late + 30 * DAY)
    assert reread(case).erased_at == late + 30 * DAY


# --- the page of the owners ---------------------------------------------------------------------------------------------


def test_owners_are_told_how_many_cases_it_touches_before_anything_changes(cast):
    a_closed_case(cast), a_closed_case(cast)
    olivia = prove_anew(cast.client("olivia"))
    assert PAGE in olivia.get("/p/mailat/team/").content.decode()
    asked = olivia.post(PAGE, {"months": "6"})
    shown = asked.content.decode()
    assert asked.status_code == 200 and "This concerns 2 closed cases." in shown
    cast.mailat.refresh_from_db()
    assert cast.mailat.retention_months is None
    assert olivia.post(PAGE, {"months": "6", "confirmed": "6:2"}).status_code == 302
    cast.mailat.refresh_from_db()
    assert cast.mailat.retention_months == 6
    event = AuditEvent.objects.get(kind="project.retention_set")
    assert event.facts == {"months": 6, "before": None} and event.actor == cast.olivia


def test_what_was_confirmed_is_asked_again_when_it_would_touch_others(cast):
    a_closed_case(cast)
    assert (
        "This concerns 1 closed case." in prove_anew(cast.client("olivia")).post(PAGE, {"months": "6", "confirmed": "6:9"}).content.decode()
    )


@pytest.mark.parametrize("months", ["0", "241", "-1", "soon", "1.5"])
def test_a_length_that_cannot_be_is_refused(cast, months):
    answer = prove_anew(cast.client("olivia")).post(PAGE, {"months": months})
    assert answer.status_code == 422 and f'value="{months}"' in answer.content.decode()


def test_administrators_set_it_by_the_same_verb(cast):
    ada, page = prove_anew(cast.client("ada")), f"/admin/portal/project/{cast.mailat.pk}/change/"
    form = ada.get(page).context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields}
    none = {"components-TOTAL_FORMS": "0", "components-INITIAL_FORMS": "0"}
    assert ada.post(page, {**data, **none, "retention_months": "9"}).status_code == 302
    cast.mailat.refresh_from_db()
    assert cast.mailat.retention_months == 9
    assert AuditEvent.objects.get(kind="project.retention_set").actor == cast.ada


def test_both_sides_see_the_date_and_why(cast):
    keeping(cast, 6)
    case = a_closed_case(cast)
    for who, path in (("rita", case.reports.get().get_absolute_url()), ("bob", case.get_absolute_url())):
        shown = " ".join(cast.client(who).get(path).content.decode().split())
        assert "31 Jul 2041" in shown and "The project keeps closed cases for 6 months." in shown, who

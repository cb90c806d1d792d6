"""A pause closes intake, but never loses a text; what is critical comes through where the pause says so."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from intake import submission
from intake.models import Report
from portal.keys import Keys
from tests.builders import a_content, a_pause, a_recorded_report, a_report
from tests.intake.doing import filled

PATH = "/p/mailat/report/"
WHY = "canary-critical: it is used in attacks now."
CRITICAL = {"critical": "on", "critical_why": WHY}


def shown(client, path=PATH):
    return " ".join(client.get(path).content.decode().split())


def test_the_form_makes_way_for_the_message(cast):
    a_pause(cast.mailat)
    page = shown(cast.client("rita"))
    assert "Mailat takes no reports now" in page and "Back in a week." in page
    assert "Send the report" not in page and 'name="title"' not in page


def test_what_was_written_meanwhile_comes_back(cast):
    a_pause(cast.mailat)
    answer = cast.client("rita").post(PATH, filled(answer_fix="kept as typed"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "takes no reports now, so yours was not sent" in page and "kept as typed" in page
    assert not Report.objects.exists()


def test_the_verb_refuses_whoever_calls_it(cast):
    a_pause(cast.mailat)
    with pytest.raises(submission.Paused, match="takes no reports now"):
        a_report(cast.mailat, by=cast.rita)
    assert a_report(cast.mail_auth, by=cast.rita)


def test_it_does_so_from_the_first_to_the_last_instant(cast):
    pause = a_pause(cast.mailat, begins=timedelta(days=1))
    before, last = pause.starts_at - timedelta(microseconds=1), pause.ends_at - timedelta(microseconds=1)
    for at in (pause.starts_at, last):
        with pytest.raises(submission.Paused):
            a_report(cast.mailat, by=cast.rita, at=at)
    for at in (before, pause.ends_at):
        assert a_report(cast.mailat, by=cast.rita, at=at)


def test_a_report_that_came_in_time_and_is_sent_again_finds_itself(cast):
    form, client = filled(), cast.client("rita")
    first = client.post(PATH, form)
    a_pause(cast.mailat)
    assert client.post(PATH, form).url == first.url


def test_the_team_records_what_arrives_elsewhere(cast):
    a_pause(cast.mailat)
    assert a_recorded_report(cast.mailat, by=cast.bob, received_at=now() - timedelta(minutes=1))


@pytest.mark.parametrize("answers", [{}, {"critical": "on"}, {"critical_why": WHY}, {"critical": "on", "critical_why": " \n"}])
def test_a_critical_report_says_that_it_is_and_why(cast, answers):
    a_pause(cast.mailat, critical_ok=True)
    answer = cast.client("rita").post(PATH, filled(answer_fix="kept as typed", **answers))
    assert answer.status_code == 422 and "kept as typed" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_critical_report_comes_through_and_both_sides_see_why(cast):
    a_pause(cast.mailat, critical_ok=True)
    client = cast.client("rita")
    page = shown(client)
    assert "Mailat takes critical reports only" in page and page.index('name="critical_why"') < page.index('name="title"')
    assert client.post(PATH, filled(**CRITICAL)).status_code == 302
    report = Report.objects.get()
    assert Keys.to(shared=[report.uuid]).open(report)["declared"] == {"critical": WHY}
    for who, path in (("rita", report.get_absolute_url()), ("bob", report.case.get_absolute_url())):
        assert "because it cannot wait" in shown(cast.client(who), path) and WHY in shown(cast.client(who), path)


def test_where_no_critical_report_is_taken_saying_so_does_not_help(cast):
    a_pause(cast.mailat, critical_ok=False)
    answer = cast.client("rita").post(PATH, filled(**CRITICAL))
    assert answer.status_code == 409
    content = {**a_content(), "declared": {"critical": WHY}}
    with pytest.raises(submission.Paused):
        submission.submit(cast.mailat.policies.get(), content=content, client_id=cast.rita.uuid, by=cast.rita, at=now())


def test_outside_a_pause_nobody_is_asked_whether_it_is_critical(cast):
    a_pause(cast.mailat, begins=timedelta(days=1), critical_ok=True)
    client = cast.client("rita")
    assert 'name="critical"' not in shown(client)
    assert client.post(PATH, filled(**CRITICAL)).status_code == 302
    assert "declared" not in Keys.to(shared=[Report.objects.get().uuid]).open(Report.objects.get())


def test_a_pause_that_begins_while_one_writes_asks_then(cast):
    client, form = cast.client("rita"), filled(answer_fix="kept as typed")
    client.get(PATH)
    a_pause(cast.mailat, critical_ok=True)
    answer = client.post(PATH, form)
    assert answer.status_code == 422 and "kept as typed" in answer.content.decode() and 'name="critical"' in answer.content.decode()
    assert client.post(PATH, form | CRITICAL).status_code == 302


def test_after_the_pause_the_form_is_there_again(cast):
    pause = a_pause(cast.mailat, days=1)
    with time_machine.travel(pause.ends_at, tick=False):
        assert "Send the report" in shown(cast.client("rita"))


def test_somebody_signed_out_in_a_pause_keeps_the_text(cast):
    a_pause(cast.mailat)
    answer = cast.client(None).post(PATH, filled(answer_fix="kept as typed"))
    assert answer.status_code == 401 and "kept as typed" in answer.content.decode()

"""Owners decide whether response times are public; it is recorded, and a proof that is not fresh is not enough."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEvent
from portal import responsiveness
from tests import builders

WHERE = reverse("responsiveness_settings", args=["mailat"])


def is_shown(project):
    project.refresh_from_db()
    return project.shows_responsiveness


def test_an_open_session_is_asked_to_prove_itself_anew(cast):
    assert "accounts/confirm.html" in [one.name for one in cast.client("olivia").post(WHERE, {"shown": "yes"}).templates]
    assert not is_shown(cast.mailat)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_others_of_the_team_do_not_decide(cast, who):
    assert cast.client(who).post(WHERE, {"shown": "yes"}).status_code == 403
    assert not is_shown(cast.mailat)


def test_it_is_switched_on_and_off_and_recorded_once(cast):
    before = cast.mailat.changed_at
    assert responsiveness.show(cast.mailat, shown=True, by=cast.olivia, at=now())
    assert is_shown(cast.mailat) and cast.mailat.changed_at > before  # what is kept of public pages is made anew
    assert not responsiveness.show(cast.mailat, shown=True, by=cast.olivia, at=now())
    assert responsiveness.show(cast.mailat, shown=False, by=cast.olivia, at=now())
    assert not is_shown(cast.mailat)
    told = AuditEvent.objects.filter(kind="project.responsiveness_set")
    assert [event.facts["shown"] for event in told.order_by("pk")] == [True, False]


def test_what_was_made_for_a_month_stays_when_it_is_switched(cast):
    builders.a_person("Nobody")  # anybody may look
    responsiveness.show(cast.mailat, shown=True, by=cast.olivia, at=now())
    first = cast.client(None).get(reverse("responsiveness", args=["mailat"])).content
    responsiveness.show(cast.mailat, shown=False, by=cast.olivia, at=now())
    assert cast.client(None).get(reverse("responsiveness", args=["mailat"])).status_code == 404
    responsiveness.show(cast.mailat, shown=True, by=cast.olivia, at=now())
    assert cast.client(None).get(reverse("responsiveness", args=["mailat"])).content == first

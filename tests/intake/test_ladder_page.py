"""Owners decide who is reminded when; each step is a sentence, with an example of what comes of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts import audit_words, signing_in
from accounts.models import AuditEvent
from intake import ladder_words
from portal import ladders
from portal.models import Audience, Project, Rung, When


@pytest.fixture
def olivia(cast):
    """Olivia's browser, in which she proved just now that it is her."""
    client = cast.client("olivia")
    session = client.session
    session[signing_in.PROVED] = now().isoformat()
    session.save()
    return client


def path(name="ladder"):
    return reverse(name, args=["mailat"])


def test_the_usual_ladder_is_shown_with_an_example(olivia):
    page = olivia.get(path()).content.decode()
    for said in ("Half-way: the assignee.", "24 hours before it is due: the assignee.", "72 hours after it was due: the administrators"):
        assert said in page
    assert "Back to the usual ladder" not in page
    assert [(when, who) for when, who in ladder_words.example(ladders.DEFAULT)][-2:] == [
        ("day 17", "the administrators of the portal"),
        ("day 18", "the team, the owners"),
    ]


def test_add_take_off_and_back(cast, olivia):
    step = {"when": "after", "hours": "48", "audience": "badge"}
    assert olivia.post(path(), step).status_code == 302
    assert Rung.objects.filter(project=cast.mailat).count() == len(ladders.DEFAULT) + 1
    assert Project.objects.get(pk=cast.mailat.pk).ladder_changed_at
    assert "48 hours after it was due: everybody: a public badge." in olivia.get(path()).content.decode()
    assert olivia.post(path(), step).status_code == 422, "it is there already"
    olivia.post(path("ladder_remove"), step)
    assert set(ladders.of_project(cast.mailat.pk)) == set(ladders.DEFAULT)
    olivia.post(path("ladder_reset"))
    assert not Rung.objects.exists()
    kinds = list(AuditEvent.objects.filter(kind="project.ladder_changed").values_list("actor__display_name", flat=True))
    assert kinds == ["Olivia"] * 3
    event = AuditEvent.objects.filter(kind="project.ladder_changed").order_by("seq").first()
    assert "after 48 badge" in audit_words.sentence(event.kind, event.facts, {})


@pytest.mark.parametrize(
    "step, said",
    [
        ({"when": "before", "hours": "", "audience": "team"}, "Give a number of hours"),
        ({"when": "at", "hours": "3", "audience": "team"}, "Hours count before and after"),
        ({"when": "before", "hours": "5", "audience": "administrators"}, "only once a promise was not kept"),
        ({"when": "halfway", "hours": "", "audience": "badge"}, "only once a promise was not kept"),
        ({"when": "never", "hours": "", "audience": "team"}, "Select a valid choice"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_a_sentence(olivia, step, said):
    answer = olivia.post(path(), step)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Rung.objects.exists()


def test_the_last_step_stays(cast):
    for step in ladders.DEFAULT[1:]:
        ladders.remove(cast.mailat, step, by=cast.olivia, at=now())
    with pytest.raises(ladders.CannotClimb):
        ladders.remove(cast.mailat, ladders.DEFAULT[0], by=cast.olivia, at=now())


def test_hours_until_a_case_is_assigned(cast, olivia):
    assert olivia.post(path("ladder_turns"), {"hours": "72"}).status_code == 302
    assert Project.objects.get(pk=cast.mailat.pk).assign_after_hours == 72
    assert olivia.post(path("ladder_turns"), {"hours": "0"}).status_code == 422
    olivia.post(path("ladder_turns"), {"hours": ""})
    assert Project.objects.get(pk=cast.mailat.pk).assign_after_hours is None
    assert AuditEvent.objects.filter(kind="project.assignment_set").count() == 2


def test_what_changes_it_asks_for_the_proof_and_looking_does_not(cast):
    client = cast.client("olivia")
    session = client.session
    session[signing_in.PROVED] = (now() - timedelta(hours=1)).isoformat()
    session.save()
    assert client.get(path()).status_code == 200
    answer = client.post(path(), {"when": "at", "hours": "", "audience": Audience.OWNERS})
    assert answer.status_code == 403 and not Rung.objects.exists()


def test_steps_stand_in_the_order_in_which_they_come():
    steps = [ladders.Step(When.AFTER, 1, Audience.OWNERS), ladders.Step(When.BEFORE, 900, Audience.TEAM), *ladders.DEFAULT]
    assert [said.step.hours for said in ladder_words.sentences(steps)] == [900, 0, 24, 0, 1, 24, 48, 72]

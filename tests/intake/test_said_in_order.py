"""What is said at the same moment has an order: nothing is said before what its readers may have read, or before a guest came."""

from datetime import timedelta

from django.utils.timezone import now

from intake import conversation, guests, texts
from intake.models import Message
from tests import builders
from tests.intake import joined
from tests.intake.doing import letters, said
from tests.intake.test_unread import news_in

MOMENT = timedelta(seconds=1)


def test_who_waited_for_another_speaks_after_them_and_is_new_to_who_read_the_other(cast):
    at = now()
    first = builders.a_team_reply(cast.report, by=cast.bob, at=at)
    cast.client("rita").get(cast.report.get_absolute_url())
    late = builders.a_team_reply(cast.report, by=cast.alice, at=at - MOMENT, text="Sent in the same moment.")
    assert late.at > first.at and cast.report.events.get(record=late.pk).at == late.at
    assert news_in(cast, "rita", "reports")[0] == 1
    answer = builders.a_reporter_reply(cast.report, by=cast.rita, at=at - 2 * MOMENT)
    assert list(Message.objects.order_by("at")) == [first, late, answer]


def test_a_guest_who_came_meanwhile_may_read_what_they_are_told_of(cast):
    guest, at = builders.a_person("Gus"), now()
    builders.a_guest(cast.report, guest, by=cast.rita, at=at, with_history=False)
    letters()
    builders.a_team_reply(cast.report, by=cast.bob, at=at - MOMENT, text="Welcome.")
    assert "gus@example.org" in [letter.to[0] for letter in letters()]
    assert "Welcome." in cast.client(guest).get(cast.report.get_absolute_url()).content.decode()


def test_who_came_back_without_history_gets_no_letter_of_what_is_shut_to_them(cast):
    guest = builders.a_person("Gus")
    builders.a_guest(cast.report, guest, by=cast.rita)
    letters()
    report = joined.anew(cast.report)
    named = [{"user": guest.pk, "name": "Gus", "handle": "gus"}]
    for number, mentioned in enumerate(({}, {"mentions": named})):
        content = texts.message(f"Before, {number}.") | mentioned
        conversation.team_reply(report, content=content, client_id=said()["client_id"], by=cast.bob, at=now())
    guests.leave(report, by=guest, at=now())
    builders.a_guest(report, guest, by=cast.rita, with_history=False)
    builders.a_team_reply(report, by=cast.bob, text="After.")
    told = [letter.subject for letter in letters() if letter.to == ["gus@example.org"] and cast.report.ref in letter.subject]
    assert len([subject for subject in told if "invit" not in subject.lower()]) == 1, told

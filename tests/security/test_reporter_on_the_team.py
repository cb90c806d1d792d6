"""A reporter who joined the team since: reading their own report does not count as the team's reading."""

from intake.models import CaseEvent, SeenMark
from tests import builders


def test_opening_the_case_of_ones_own_report_is_not_seen_by_the_team(cast):
    ref = cast.case.ref
    builders.on_team(cast.rita, cast.mailat, "triager")
    builders.a_factor(cast.rita)
    assert cast.client("rita").get(f"/cases/{ref}/").status_code == 200
    of_team = SeenMark.objects.filter(participant__role="team")
    assert not of_team.exists() and not CaseEvent.objects.filter(kind="seen").exists()
    assert cast.client("alice").get(f"/cases/{ref}/").status_code == 200
    assert of_team.get().participant.user == cast.alice

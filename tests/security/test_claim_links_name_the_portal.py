"""Links that leave the portal begin with its own address, whatever host the page was asked under."""

from tests import builders


def test_links_for_reporters_lead_to_the_portal_whatever_host_was_asked(cast, settings):
    report = builders.a_recorded_report(cast.mailat, by=cast.bob)
    page = cast.client("alice").get(f"/cases/{report.case.ref}/recorded/", HTTP_HOST="127.0.0.1").text
    assert f"{settings.PUBLIC_URL}/claim/" in page
    assert "http://127.0.0.1/claim/" not in page

"""Dates at the end of the calendar, and addresses made to fill caches or to cost time."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils.timezone import now

from portal import drafting, pauses, policies
from portal.models import Project
from portal.versions import ranges
from tests import builders
from tests.portal.draft_pages import DRAFT, prove_anew

pytestmark = pytest.mark.django_db
ZONES = ["UTC", "America/New_York", "Asia/Tokyo"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", ["9999", "9998"])
def test_a_pause_at_the_end_of_time_is_refused_with_a_sentence(cast, zone, year):
    Project.objects.filter(pk=cast.mailat.pk).update(timezone=zone)
    typed = {"starts_at": f"{year}-12-30T00:00", "ends_at": f"{year}-12-31T23:59", "message": "Away."}
    answer = cast.client("olivia").post("/p/mailat/pauses/", typed)
    assert answer.status_code == 422 and "within the next two years" in answer.text
    assert not cast.mailat.pauses.exists()


@pytest.mark.parametrize("zone", ZONES)
def test_a_version_in_force_at_the_end_of_time_is_refused_with_a_sentence(cast, zone):
    Project.objects.filter(pk=cast.mailat.pk).update(timezone=zone)
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    typed = {"seen": drafting.stamp(draft), "when": "later", "begins": "9999-12-31T23:59"}
    answer = prove_anew(cast.client("olivia")).post(f"{DRAFT}publish/", typed)
    assert answer.status_code == 409 and "within the next two years" in answer.text
    draft.refresh_from_db()
    assert not draft.published


def test_next_year_is_within_range(cast):
    year = timedelta(days=365)
    assert builders.a_pause(cast.mailat, begins=year)
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    assert drafting.publish(draft, effective_at=now() + year, by=None, at=now()).published
    assert pauses.running(cast.mailat, now()) is None


@pytest.mark.parametrize("path", ["/p/mailat/", "/p/mailat/history/", "/p/mailat/history/1/", "/"])
def test_nobody_fills_the_cache_of_pages_with_empty_queries(cast, path):
    visitor = cast.client(None)
    caches["pages"].clear()
    visitor.get(path)
    held = len(caches["pages"]._cache)
    for query in ("?&", "?&&", "?&&&"):
        assert visitor.get(path + query).status_code == 200
    assert len(caches["pages"]._cache) == held


def test_what_a_published_row_means_is_read_once_however_often_it_is_asked(cast):
    kept = policies.in_force(cast.mailat, now()).supported_versions.first().meaning
    assert ranges.parse(kept) is ranges.parse(kept)

"""What a page promises last is true: no advisory where none comes any more, and no arrival once there was an answer."""

import pytest
from django.utils.timezone import now

from intake import closure, triage
from intake.models import Case
from tests import builders
from tests.intake.doing import keyed, worded

ADVISORY = "once it is fixed"


def pages(cast):
    """What the reporter's page, the receipt and the desk say of the case."""
    own = f"/reports/{cast.report.ref}/"
    looked_at = [("rita", own), ("rita", f"{own}receipt/"), ("bob", cast.case.get_absolute_url())]
    return [" ".join(cast.client(who).get(path).content.decode().split()) for who, path in looked_at]


@pytest.mark.parametrize("stage", ["open", "deferred", "not accepted", "closed", "erased"])
def test_an_advisory_is_named_as_long_as_one_may_come(cast, stage):
    if stage == "deferred":
        triage.defer(keyed(cast.case), by=cast.bob, at=now(), **worded())
    elif stage != "open":
        triage.reject(keyed(cast.case), reason="spam", by=cast.bob, at=now(), **worded())
    if stage in ("closed", "erased"):
        closure.close(keyed(cast.case), by=cast.alice, at=now())
    if stage == "erased":
        Case.objects.filter(pk=cast.case.pk).update(erased_at=now())
    for page in pages(cast)[: 2 if stage == "erased" else 3]:
        assert (ADVISORY in page) == (stage in ("open", "deferred"))
        if stage not in ("open", "deferred"):
            assert f'<text class="label" y="-17">{"Not accepted" if stage == "not accepted" else "Closed"}</text>' in page


def test_the_receipt_says_that_there_was_an_answer_and_leads_to_it(cast):
    first = pages(cast)[1]
    assert "Your report has arrived" in first and "was answered" not in first
    builders.a_team_reply(cast.report, by=cast.bob)
    then = pages(cast)[1]
    assert "Your report was answered" in then and "has arrived" not in then
    assert f'href="/reports/{cast.report.ref}/">Open the report' in then

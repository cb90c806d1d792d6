"""References: plain to read aloud, and a report's tells nothing about other reports."""

import re

from portal.lib import refs


def test_a_reports_reference_is_random_and_has_no_letters_to_confuse():
    made = {refs.report_ref("MAILAT") for _number in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"MAILAT-R-[2-9A-HJKMNP-TV-Z]{8}", ref) for ref in made)
    assert not set("01ILOU") & set(refs.ALPHABET) and len(refs.ALPHABET) == len(set(refs.ALPHABET))


def test_a_cases_reference_counts_within_the_year():
    assert refs.case_ref("MAILAT", 2026, 7) == "MAILAT-2026-0007"
    assert refs.case_ref("MAILAT", 2026, 12345) == "MAILAT-2026-12345"


def test_an_advisorys_reference_says_so():
    assert refs.advisory_ref("MAIL-AUTH", 2026, 3) == "MAIL-AUTH-SA-2026-0003"

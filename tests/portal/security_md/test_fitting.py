"""Facts that do not fit their columns are cut, or left out, and that is said."""

import pytest

from portal.security_md import fitting
from portal.security_md.facts import Address, Facts, Promise, Requested, VersionRow


def test_long_words_are_shortened():
    facts = Facts(
        title="t" * 300,
        supported_versions=(VersionRow("1" * 300, "supported", note="n" * 300, component="c" * 300, line=3),),
        requested_fields=(Requested("steps", "l" * 300, help="h" * 400, line=5),),
        contacts=(Address("mailto:a@example.org", note="n" * 300, line=7),),
    )
    found, warnings = fitting.fitted(facts)
    (row,), (field,), (contact,) = found.supported_versions, found.requested_fields, found.contacts
    assert [len(one) for one in (found.title, row.text, row.note, row.component)] == [200, 160, 200, 80]
    assert [len(one) for one in (field.label, field.help, contact.note)] == [160, 300, 200]
    assert len(warnings) == 7 and "Line 5" in " ".join(warnings)


def test_a_promise_is_kept_once_and_must_have_a_length():
    kept = Promise("acknowledgement", 2, "days")
    others = (Promise("acknowledgement", 9, "days"), Promise("assessment", 0, "days"), Promise("remediation", 99_999, "days"))
    found, warnings = fitting.fitted(Facts(service_levels=(kept, *others)))
    assert found.service_levels == (kept,) and len(warnings) == 3


def test_rows_without_words_are_left_out():
    facts = Facts(supported_versions=(VersionRow(" ", "supported"),), requested_fields=(Requested("steps", ""),))
    found, _warnings = fitting.fitted(facts)
    assert found.supported_versions == found.requested_fields == ()


def test_an_address_that_is_too_long_is_left_out():
    found, warnings = fitting.fitted(Facts(contacts=(Address("https://example.org/" + "x" * 200),)))
    assert found.contacts == () and "too long" in warnings[0]


@pytest.mark.parametrize(
    "uri, website, kept",
    [
        ("https://example.org/report", "", "https://example.org/report"),
        ("http://example.org/report", "", "https://example.org/report"),
        ("../../security", "https://github.com/team/tool", "https://github.com/team/tool/security"),
        ("../../security/advisories/new", "https://github.com/team/tool/", "https://github.com/team/tool/security/advisories/new"),
        ("../../security", "https://example.org", None),
        ("https://[", "", "https://["),
        ("ftp://example.org", "", None),
    ],
)
def test_what_can_be_stored_begins_with_a_scheme(uri, website, kept):
    found, warnings = fitting.stored(Facts(contacts=(Address(uri),)), website)
    assert [one.uri for one in found.contacts] == ([kept] if kept else [])
    assert bool(warnings) == (uri != kept)

"""Several versions as typed, each answered by the table."""

import pytest
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from portal import policies, version_check
from portal.models import Component


@pytest.mark.parametrize(
    "text, versions",
    [
        ("1.4.2", ["1.4.2"]),
        ("1.4.2, 1.5.0", ["1.4.2", "1.5.0"]),
        (" 1.4.2 ;1.5.0\n2.0,,", ["1.4.2", "1.5.0", "2.0"]),
        ("1.4.2,1.4.2", ["1.4.2"]),
        ("release   candidate", ["release candidate"]),
        ("", []),
        (" , ;", []),
    ],
)
def test_versions_are_told_apart_by_commas(text, versions):
    assert version_check.typed(text) == versions


@given(st.text())
def test_any_text_gives_a_few_clean_versions(text):
    found = version_check.typed(text)
    assert len(found) == len(set(found)) <= version_check.MOST
    assert all(one and one == " ".join(one.split()) and "," not in one for one in found)


def test_each_is_answered_in_the_order_typed(cast):
    found = version_check.check(policies.in_force(cast.mail_auth, now()), "0.3.1, 0.2.4, 0.1", at=now())
    assert [(one.version, str(one.answer.kind), one.covered) for one in found] == [
        ("0.3.1", "supported", True),
        ("0.2.4", "in_no_row", False),
        ("0.1", "not_supported", False),
    ]
    assert {one.component for one in found} == {None}


def test_a_table_of_several_components_answers_for_each(cast):
    other = Component.objects.create(project=cast.mailat, name="Client")
    draft = policies.new_draft(cast.mailat, by=None, at=now())
    draft.supported_versions.create(position=9, text="7.x", status="supported", component=other)
    found = version_check.check(policies.publish(draft, by=None, at=now()), "7.1", at=now())
    assert {one.component.name: str(one.answer.kind) for one in found} == {"Mailat": "in_no_row", "Client": "supported"}


def test_many_versions_ask_no_more_of_the_database(cast, django_assert_num_queries):
    for text in ("1.0", "1.0, 1.1, 1.2, 1.3, 1.4, 1.5"):
        policy = policies.in_force(cast.mailat, now())
        with django_assert_num_queries(3):
            version_check.check(policy, text, at=now())

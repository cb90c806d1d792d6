"""security.txt: what RFC 9116 asks for, whatever a policy holds; checked by sectxt, which is not ours."""

from datetime import date, datetime, timedelta

import pytest
import sectxt
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import security_txt
from portal.security_txt import Contents
from tests.portal.any_policy import FACTS, KEY, URI, WORDS

TODAY = date.today()
FORM = "https://portal.example/p/it/report/"
HERE = "https://portal.example/p/it/.well-known/security.txt"


def write(*contacts, on=TODAY, **more):
    return security_txt.write(Contents(contacts, **more), on=on)


def complaints(text, url=None):
    """What sectxt has to say against a file."""
    return [error["code"] for error in sectxt.Parser(text.encode(), urls=url).errors]


def test_a_whole_file():
    text = write(
        FORM,
        "mailto:security@example.org",
        encryption=("https://example.org/key.asc", "openpgp4fpr:" + "5D2D37AB76D47D36" * 2 + "01234567"),
        canonical=(HERE, "https://example.org/.well-known/security.txt"),
        policy="https://portal.example/p/it/",
        languages="de-AT, en, tlh",
        comments=("Version 3 of the policy.",),
        on=date(2026, 11, 22),
    )
    assert text == (
        "# Version 3 of the policy.\n"
        "Contact: https://portal.example/p/it/report/\n"
        "Contact: mailto:security@example.org\n"
        "Expires: 2027-05-21T00:00:00Z\n"
        "Encryption: https://example.org/key.asc\n"
        "Encryption: openpgp4fpr:5D2D37AB76D47D365D2D37AB76D47D3601234567\n"
        "Preferred-Languages: de, en\n"
        "Canonical: https://portal.example/p/it/.well-known/security.txt\n"
        "Canonical: https://example.org/.well-known/security.txt\n"
        "Policy: https://portal.example/p/it/\n"
    )


@pytest.mark.parametrize("url", [HERE, "https://example.org/.well-known/security.txt"])
def test_it_counts_at_each_of_its_addresses(url):
    assert complaints(write(FORM, canonical=(HERE, "https://example.org/.well-known/security.txt")), url) == []


@given(st.dates(date(2020, 1, 1), date(9000, 1, 1)))
def test_it_never_runs_out_while_it_is_served_and_is_good_for_less_than_a_year(day):
    (expires,) = [line.partition(" ")[2] for line in write(FORM, on=day).split("\n") if line.startswith("Expires: ")]
    ahead = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%SZ").date() - day
    assert timedelta(days=30) < ahead < timedelta(days=365)


@settings(max_examples=150, deadline=None)
@given(FACTS, WORDS, WORDS)
def test_sectxt_accepts_what_is_made_of_any_policy(facts, canonical, comment):
    contents = Contents(
        contacts=(FORM, *(one.uri for one in facts.contacts)),
        encryption=tuple(one.encryption for one in facts.contacts),
        canonical=(HERE, canonical),
        policy=canonical,
        languages=facts.languages,
        comments=(comment,),
    )
    text = security_txt.write(contents, on=TODAY)
    assert complaints(text, HERE) == []
    assert all(
        line.startswith(("# ", "Contact: ", "Expires: ", "Encryption: ", "Preferred-", "Canonical: ", "Policy: "))
        for line in text.splitlines()
    )


@settings(max_examples=200, deadline=None)
@given(st.one_of(URI, KEY, st.text(max_size=30), WORDS))
def test_no_value_begins_a_line(value):
    hostile = f"mailto:a@b.example{value}\r\nContact: mailto:evil@example.org\n\nPolicy: https://evil.example/"
    text = write(FORM, hostile, encryption=(hostile,), canonical=(hostile,), policy=hostile, languages=hostile, comments=(hostile,))
    assert text.isascii() and "\r" not in text
    assert not any(line.startswith(("Contact: mailto:evil", "Policy: https://evil")) or not line for line in text[:-1].split("\n"))


@pytest.mark.parametrize(
    "address, written",
    [
        ("mailto:security@example.org?subject=Hi%20there", "mailto:security@example.org?subject=Hi%20there"),
        ("https://example.org/ä b", "https://example.org/%C3%A4%20b"),
        ("http://example.org/", None),
        ("https:", None),
        ("https:///path", None),
        ("https://[", None),
        ("https://example.org:port/", None),
        ("mailto:", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_an_address_stands_as_a_uri_or_not_at_all(address, written):
    assert security_txt.uri(address) == written


def test_a_file_without_a_contact_is_none():
    assert write("http://localhost:8000/p/it/report/") is None
    assert write() is None


@pytest.mark.parametrize(
    "tag, known", [("en", "en"), ("pt-BR", "pt-BR"), ("de-AT", "de"), (" fr ", "fr"), ("qq", None), ("", None), ("en\n", "en")]
)
def test_a_language_stands_as_far_as_it_is_known(tag, known):
    assert security_txt.known_language(tag) == known


def test_all_languages_that_count_as_known_are():
    every = ", ".join(sorted({*security_txt.ISO_639_1.split(), *security_txt.LANG_INFO}))
    assert complaints(write(FORM, languages=every)) == []


def test_the_same_address_stands_once():
    assert write(FORM, FORM, canonical=(HERE, HERE)).count(HERE) == 1

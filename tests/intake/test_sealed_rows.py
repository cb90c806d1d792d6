"""Sealed rows open in their own place or not at all; a page with one that does not open says so and stays."""

from itertools import permutations
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from intake.models import Case, Message, Note, Report
from intake.models.sealed import SealedRow
from portal.keys import Keys
from portal.lib.crypto import DecryptError
from portal.models import Keyset
from tests import builders
from tests.intake.doing import keyed


@pytest.fixture
def rows(cast):
    """Rows of each kind, several authors, two reports: all that could be taken for another."""
    other = builders.a_report(cast.mailat, by=cast.charlie)
    messages = [
        builders.a_team_reply(cast.report, by=cast.bob),
        builders.a_team_reply(cast.report, by=cast.alice),
        builders.a_reporter_reply(cast.report, by=cast.rita),
        builders.a_team_reply(other, by=cast.bob),
    ]
    notes = [builders.a_note(cast.case, by=who) for who in (cast.bob, cast.alice)] + [builders.a_note(other.case, by=cast.bob)]
    return [cast.report, other, keyed(cast.case), keyed(other.case), *messages, *notes]


@pytest.fixture
def keys(rows):
    """Keys to everything, so that only the binding refuses."""
    reports, cases = Report.objects.values_list("pk", flat=True), Case.objects.values_list("pk", flat=True)
    return Keys.to(shared=reports, internal=cases)


def test_labels_are_constants_and_each_has_its_own():
    """A label is part of what every record on every disk was sealed with: it may never change."""
    sealed = [model for model in apps.get_models() if issubclass(model, SealedRow)]
    labels = {model.__name__: (model.LABEL, str(model.PURPOSE)) for model in sealed}
    assert {name: labels[name] for name in ("Case", "Message", "Note", "Report")} == {
        "Case": ("case.title", "internal"),
        "Message": ("message.content", "shared"),
        "Note": ("note.content", "internal"),
        "Report": ("report.body", "shared"),
    }
    assert len({label for label, _purpose in labels.values()}) == len(sealed)
    assert all(issubclass(model, Model) and model._meta.pk.name == "uuid" for model in sealed)


def test_no_ciphertext_opens_in_another_row(rows, keys):
    for row in rows:
        assert keys.open(row)
    for row, other in permutations(rows, 2):
        kept, row.sealed = row.sealed, other.sealed
        with pytest.raises(DecryptError):
            keys.open(row)
        row.sealed = kept


def test_nor_after_its_row_was_given_another_author_report_or_case(rows, keys, cast):
    message, foreign = rows[4], rows[7]
    note, foreign_note = rows[8], rows[10]
    for row, changes in [
        (message, {"author": rows[5].author}),
        (message, {"author": foreign.author}),
        (message, {"report": rows[1]}),
        (message, {"uuid": uuid4()}),
        (note, {"author": rows[9].author}),
        (note, {"case": rows[3]}),
        (foreign_note, {"case": rows[2]}),
    ]:
        for name, value in changes.items():
            kept = getattr(row, name)
            setattr(row, name, value)
            with pytest.raises(DecryptError):
                keys.open(row)
            setattr(row, name, kept)
        assert keys.open(row)


def test_nor_with_another_scopes_key(rows, keys):
    scope, other = rows[0].pk, rows[1].pk
    Keyset.objects.filter(scope_uuid=scope).update(wrapped=Keyset.objects.get(scope_uuid=other).wrapped)
    with pytest.raises(DecryptError):
        Keys.to(shared=[scope]).open(rows[0])


def test_a_key_that_is_gone_opens_nothing(rows):
    Keyset.objects.filter(scope_uuid=rows[0].pk).delete()
    with pytest.raises(DecryptError, match="is gone"):
        Keys.to(shared=[rows[0].pk]).open(rows[0])


def test_what_was_not_granted_is_refused_before_anything_is_fetched(rows, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(DecryptError, match="No key was granted"):
        Keys.to(shared=[rows[1].pk]).open(rows[0])


def spoil(model, **where):
    """Flip one bit in the middle of what the database holds."""
    for row in model.objects.filter(**where):
        sealed = bytearray(row.sealed)
        sealed[len(sealed) // 2] ^= 1
        model.objects.filter(pk=row.pk).update(sealed=bytes(sealed))


PAGES = {"rita": ["report", "receipt", "reports"], "bob": ["case", "inbox", "case_timeline", "case_move"]}


def open_all(cast):
    """Every page that shows sealed rows, by who looks at it."""
    found = {}
    for who, names in PAGES.items():
        client = cast.client(who)
        for name in names:
            ref = {"report": cast.report.ref, "receipt": cast.report.ref}.get(name, cast.case.ref)
            args = [] if name in ("reports", "inbox") else [ref, "accept"] if name == "case_move" else [ref]
            found[name] = client.get(reverse(name, args=args))
    return found


@pytest.mark.parametrize(
    "model, told",
    [
        (Report, {"report": "This record cannot be opened", "reports": "(cannot be opened)", "case": "This record cannot be opened"}),
        (Message, {"report": "This message cannot be opened", "case": "This message cannot be opened"}),
        (Note, {"case": "This note cannot be opened"}),
        (Case, {"case": "(cannot be opened)", "inbox": "(cannot be opened)", "case_timeline": "(cannot be opened)"}),
    ],
)
def test_a_page_says_what_cannot_be_opened_and_shows_the_rest(cast, rows, model, told, caplog):
    spoil(model)
    pages = open_all(cast)
    assert {page.status_code for page in pages.values()} == {200}
    for name, words in told.items():
        assert words in pages[name].content.decode(), name
    assert "cannot be opened" in caplog.text and "parley.keys" in {record.name for record in caplog.records}
    assert "Stored XSS" not in caplog.text and "arrived" not in caplog.text
    if model is not Message:
        assert "Thank you, it arrived." in pages["report"].content.decode()


def test_without_the_key_every_page_still_stands(cast, rows):
    Keyset.objects.all().delete()
    assert {page.status_code for page in open_all(cast).values()} == {200}


def test_nothing_a_person_wrote_lies_in_the_database_in_clear(cast, rows):
    for model in (Report, Case, Message, Note):
        for row in model.objects.all():
            for words in (b"Stored XSS", b"crafted message", b"arrived", b"Same sink", b"Rita", b"1.4.2"):
                assert words not in bytes(row.sealed)

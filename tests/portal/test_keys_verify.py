"""keys verify asks every kind of sealed row that there is, also those that nobody has thought of when it was written."""

import pytest
from django.apps import apps
from django.utils.timezone import now

from intake.models import Case, Message, Note
from intake.models.sealed import SealedRow
from portal import ring_check
from portal.models import Keyset
from tests import builders


def found():
    checked = [ring_check.check(kind, everything=True) for kind in ring_check.kinds()]
    return {one.name: one for one in checked}


@pytest.fixture
def filled(cast):
    """A report with a message, a note and an advisory draft."""
    cast.message = builders.a_team_reply(cast.report, by=cast.bob)
    cast.note = builders.a_note(cast.case, by=cast.bob)
    cast.draft = builders.a_draft(cast.case, by=cast.alice)
    return cast


def test_every_sealed_model_is_asked():
    sealed = [model for model in apps.get_models() if issubclass(model, SealedRow)]
    assert set(ring_check.sealed_models()) == set(sealed)
    assert {kind.name for kind in ring_check.kinds()} == {model._meta.label for model in sealed} | {
        "keysets",
        "seeds of authenticator apps",
        "addresses of webhooks",
    }


def test_all_opens(filled):
    checked = found()
    assert not any(one.broken for one in checked.values())
    opened = {name: one.opened for name, one in checked.items()}
    for name in ("intake.Report", "intake.Message", "intake.Note", "intake.Case", "advisories.AdvisoryDraft"):
        assert opened[name] == 1
    assert opened["keysets"] == 2 and opened["seeds of authenticator apps"] == 4


@pytest.mark.parametrize("kind", ["intake.Report", "intake.Message", "intake.Note", "intake.Case", "advisories.AdvisoryDraft"])
def test_one_that_does_not_open_is_named(filled, kind):
    row = apps.get_model(kind).objects.get()
    type(row).objects.filter(pk=row.pk).update(sealed=bytes(row.sealed)[:-1] + bytes([row.sealed[-1] ^ 1]))
    broken = {name: one.broken for name, one in found().items() if one.broken}
    assert list(broken) == [kind] and str(row.pk) in broken[kind][0] and row.LABEL in broken[kind][0]


def test_seeds_and_keysets_are_named_as_well(filled):
    keyset = Keyset.objects.get(scope_uuid=filled.report.pk)
    Keyset.objects.filter(pk=keyset.pk).update(wrapped=b"no keyset")
    device, hook = filled.alice.totpdevice_set.get(), builders.a_webhook(filled.mailat, by=filled.olivia)
    type(hook).objects.update(sealed=b"\x01" + (6).to_bytes(4, "big") + b"0" * 40)
    type(device).objects.filter(pk=device.pk).update(sealed_seed=b"\x01" + (5).to_bytes(4, "big") + b"0" * 40)
    broken = {name: one.broken for name, one in found().items() if one.broken}
    assert broken["keysets"] == [f"keyset.shared {filled.report.pk}: it does not open"]
    assert broken["seeds of authenticator apps"] == [f"totp.seed {device.uuid}: it lies under ring key 5, which does not open here"]
    assert broken["addresses of webhooks"] == [f"webhook.address {hook.uuid}: it lies under ring key 6, which does not open here"]
    assert {"intake.Report", "intake.Message"} <= set(broken), "what the keyset would open is named, too"


def test_what_was_erased_on_purpose_is_counted_and_not_missed(filled):
    Case.objects.update(closed_at=now(), erased_at=now())
    Keyset.objects.all().delete()
    checked = found()
    assert not any(one.broken for one in checked.values())
    assert {name: one.erased for name, one in checked.items() if one.erased} == {
        "intake.Report": 1,
        "intake.Message": 1,
        "intake.Note": 1,
        "intake.Case": 1,
        "advisories.AdvisoryDraft": 1,
    }


def test_a_key_that_went_without_a_word_is_missed(filled):
    Keyset.objects.all().delete()
    checked = found()
    assert [len(checked[name].broken) for name in ("intake.Report", "intake.Message", "intake.Note", "intake.Case")] == [1, 1, 1, 1]


def test_what_was_retracted_is_not_missed(filled):
    Message.objects.update(sealed=b"", retracted_at=now())
    Note.objects.update(sealed=b"")
    checked = found()
    assert (checked["intake.Message"].erased, checked["intake.Message"].broken) == (1, [])
    assert len(checked["intake.Note"].broken) == 1


def test_a_sample_is_some_and_all_is_all(filled, monkeypatch):
    for _number in range(4):
        builders.a_note(filled.case, by=filled.bob)
    monkeypatch.setattr(ring_check, "SAMPLE", 2)
    monkeypatch.setattr(ring_check, "PAGE", 2)
    kind = next(kind for kind in ring_check.kinds() if kind.name == "intake.Note")
    assert 1 <= ring_check.check(kind, everything=False).opened <= 2
    told = []
    assert ring_check.check(kind, everything=True, tell=told.append).opened == kind.total == 5
    assert told == [2, 4, 5]


def test_it_asks_the_database_by_the_page(filled, django_assert_max_num_queries):
    """Rows of one page cost the same number of statements, however many there are."""
    for _number in range(30):
        builders.a_note(filled.case, by=filled.bob)
    kind = next(kind for kind in ring_check.kinds() if kind.name == "intake.Note")
    with django_assert_max_num_queries(4):
        assert ring_check.check(kind, everything=True).opened == 31

"""Files are named by the texts that they came with: one that was changed, moved, added or taken away is found."""

from pathlib import Path

import pytest
from django.core.files.storage import storages

from intake.models import Attachment
from portal.lib.crypto import DecryptError
from tests.intake import copied, story
from tests.intake.doing import said
from tests.intake.test_verify_finds import findings, named_after, removed, value_of, written

# What nothing commits to: a change of these shows when the file is fetched, or nowhere.
BESIDE = {"blob", "stored_bytes", "uploaded_by", "at", "preview_wanted"}


@pytest.fixture
def files(cast):
    """Files of a message and of a note."""
    report = cast.report
    assert cast.client("rita").post(f"/reports/{report.ref}/reply/", said("See.", files=copied.a_file())).status_code == 302
    assert cast.client("bob").post(f"/cases/{report.case.ref}/note/", said("Log.", files=copied.a_file("log.txt"))).status_code == 302
    assert findings() == []
    return list(Attachment.objects.order_by("at"))


def test_any_changed_column_is_named(files):
    silent = []
    for row in files:
        for field in Attachment._meta.concrete_fields:
            if field.name in BESIDE:
                continue
            value = value_of(field, getattr(row, field.attname))
            if value is not None and named_after(lambda row=row, field=field, value=value: written(row, field, value)) == []:
                silent.append(f"{row} {field.name}")
    assert not silent


def test_a_file_that_was_taken_away_is_missed(files):
    for row in files:
        found = named_after(lambda row=row: removed(row))
        assert [(one.table, one.uuid) for one in found] == [("intake_attachment", row.pk)]


def test_a_file_that_was_put_on_another_message_is_named(cast, files):
    other = story.builders.a_reporter_reply(cast.report, by=cast.rita)
    found = named_after(lambda: written(files[0], Attachment._meta.get_field("message"), other.pk))
    assert "nothing that was written names it" in str(found[0])


def test_a_retracted_message_takes_its_files_along(cast, files):
    message = files[0].message
    message.keys = story.builders._keys(cast.report)
    story.revising.retract(message, by=cast.rita, at=story.now())
    assert findings() == []
    written(files[0], Attachment._meta.get_field("shredded_at"), None)
    assert findings() != []


def test_a_damaged_file_breaks_the_copy_off(cast, files):
    """Half a copy is no ZIP: nobody takes it for a whole one."""
    path = storages["attachments"].path(files[0].blob)
    held = bytearray(Path(path).read_bytes())
    held[-1] ^= 1
    Path(path).write_bytes(held)
    answer = copied.taken(cast.client("rita"), cast.report.ref)
    with pytest.raises(DecryptError):
        b"".join(answer.streaming_content)

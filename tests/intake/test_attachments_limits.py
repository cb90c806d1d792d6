"""How much may be attached is counted while it arrives; what is too much is refused with a sentence, and the text stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.utils.timezone import now

from intake import attachments
from intake.models import Attachment, Message
from portal.keys import Keys
from portal.uploads import Staged
from tests.intake.attaching import a_file, attaches, blobs, sends

MB = 1024 * 1024


def refused(response, words):
    page = response.content.decode()
    assert response.status_code == 413
    assert words in page
    return page


def test_a_file_that_is_too_large_is_not_taken(cast, settings):
    settings.ATTACHMENT_MB = 1
    before = blobs()
    answer = sends(cast.client("rita"), cast.report, a_file("big.bin", b"x" * (MB + 1)), a_file("small.txt"), text="Kept text.")
    assert "Kept text." in refused(answer, "A file may have 1 MB at most")
    assert not Message.objects.exists()
    assert len(blobs() - before) == 1  # the small one hangs on the draft
    assert sends(cast.client("rita"), cast.report, a_file("fits.bin", b"x" * MB)).status_code == 302


def test_a_message_takes_so_many_files(cast, settings):
    settings.ATTACHMENTS_OF_A_MESSAGE = 2
    client, url = cast.client("rita"), f"/reports/{cast.report.ref}/files/"
    refused(sends(client, cast.report, *(a_file(f"{number}.txt") for number in range(3))), "A message takes 2 files at most")
    assert Attachment.objects.count() == 2
    refused(attaches(client, url, a_file()), "A message takes 2 files at most")
    client.post(f"/files/{Attachment.objects.first().pk}/remove/")
    assert attaches(client, url, a_file()).status_code == 201


def test_a_person_attaches_so_many_an_hour(cast, settings):
    settings.ATTACHMENTS_AN_HOUR = 2
    client = cast.client("rita")
    for number in range(2):
        assert sends(client, cast.report, a_file(), text=f"Message {number}").status_code == 302
    refused(sends(client, cast.report, a_file()), "You attached 2 files within an hour")
    Attachment.objects.update(at=now() - timedelta(minutes=61))
    assert sends(client, cast.report, a_file()).status_code == 302


def test_what_was_removed_counts_for_the_hour(cast, settings):
    settings.ATTACHMENTS_AN_HOUR = 1
    client, url = cast.client("rita"), f"/reports/{cast.report.ref}/files/"
    attaches(client, url, a_file())
    client.post(f"/files/{Attachment.objects.get().pk}/remove/")
    refused(attaches(client, url, a_file()), "within an hour")


def test_a_conversation_holds_so_much(cast, settings):
    settings.ATTACHMENTS_MB_OF_A_CASE = 2
    client = cast.client("rita")
    assert sends(client, cast.report, a_file("a.bin", b"x" * MB)).status_code == 302
    refused(sends(client, cast.report, a_file("b.bin", b"x" * (MB + MB // 2))), "All files here may have 2 MB together")
    # The team's notes count for themselves: a reporter learns nothing of them.
    note = f"/cases/{cast.case.ref}/files/"
    assert attaches(cast.client("alice"), note, a_file("c.bin", b"x" * MB)).status_code == 201


def test_what_arrived_side_by_side_is_counted_again(cast, settings):
    settings.ATTACHMENTS_OF_A_MESSAGE = 1
    files = [Staged("a"), Staged("b")]
    for file in files:
        file.finish()
    cast.report.keys = Keys.to(shared=[cast.report.pk])
    with pytest.raises(attachments.NoRoom):
        attachments.add(files, by=cast.rita, at=now(), report=cast.report)
    for file in files:
        file.close()
    assert not Attachment.objects.exists()


def test_a_storage_that_takes_nothing_is_said_to_be_one(cast, settings, tmp_path):
    (tmp_path / "no-folder").write_text("")
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {**settings.STORAGES["attachments"], "OPTIONS": {"location": tmp_path / "no-folder"}},
    }
    answer = sends(cast.client("rita"), cast.report, a_file(), text="Kept text.")
    assert "Kept text." in refused(answer, "could not be stored just now")


def test_the_sweep_deletes_what_no_row_points_to(cast):
    sends(cast.client("rita"), cast.report, a_file())
    kept, file = blobs(), Staged("left.bin")
    file.write(b"left by a process that was killed")
    file.finish()
    file.keep()
    assert attachments.sweep(at=now()) == 0  # it may be on its way
    assert file.blob in blobs()
    assert attachments.sweep(at=now() + timedelta(hours=25)) >= 1
    assert file.blob not in blobs()
    assert Attachment.objects.get().blob in kept & blobs()


def test_what_is_kept_is_on_the_disk_before_the_row(cast):
    file = Staged("a.txt")
    file.write(b"hello")
    file.finish()
    path = Path(storages["attachments"].path(file.blob))
    assert path.stat().st_size == file.stored_bytes
    file.close()
    assert not path.exists()

"""Files lie with a server that speaks S3 as well as on the disk, and only ciphertext reaches it."""

import hashlib
import shutil
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.utils.timezone import now

from intake import attachments, previews
from portal.uploads import Staged
from tests.intake.attaching import a_file, an_image, blobs, content, sends, the_file
from tests.security.test_uploads_leave_no_plaintext import Body, in_clear, post

RCLONE = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
KEY, SECRET, BUCKET = "parley", "a-secret-of-the-tests", "files"
pytestmark = pytest.mark.skipif(RCLONE is None, reason="rclone, whose S3 server this needs, is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """An S3 server on a folder; return its address and the folder of the bucket."""
    folder = tmp_path_factory.mktemp("s3")
    bucket = folder / BUCKET
    bucket.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [RCLONE, "serve", "s3", str(folder), f"--addr=127.0.0.1:{port}", f"--auth-key={KEY},{SECRET}", "--vfs-cache-mode=off"]
    with (folder.parent / "rclone.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={"HOME": str(folder.parent), "PATH": "/usr/bin:/bin"})
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", bucket
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def bucket(server, settings):
    address, folder = server
    options = {"bucket_name": BUCKET, "endpoint_url": address, "region_name": "eu-central-1", "access_key": KEY, "secret_key": SECRET}
    options |= {"addressing_style": "path", "location": ""}
    settings.STORAGES = {**settings.STORAGES, "attachments": {"BACKEND": "portal.storage.s3.S3", "OPTIONS": options}}
    return folder


def there(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("megabytes", [1, 23])
def test_a_file_goes_up_and_comes_back(cast, bucket, megabytes):
    before = there(bucket)
    body = Body(megabytes, text="To the bucket.")
    assert post(cast.client("rita"), f"/reports/{cast.report.ref}/reply/", body).status_code == 302
    row = the_file()
    assert there(bucket) - before == {row.blob}
    assert not in_clear((bucket / row.blob).read_bytes())
    assert (bucket / row.blob).stat().st_size == row.stored_bytes
    answer = cast.client("alice").get(f"/cases/{cast.case.ref}/files/{row.pk}/")
    known = attachments.known(row, previews.keys_of(row))
    assert hashlib.sha256(content(answer)).hexdigest() == known["digest"]


def test_a_broken_connection_leaves_nothing(cast, bucket):
    before = there(bucket)
    post(cast.client("rita"), f"/reports/{cast.report.ref}/reply/", Body(12, text="Cut off.", breaks_at=11))
    assert there(bucket) == before


def test_a_picture_is_made_and_everything_is_deleted(cast, bucket, django_capture_on_commit_callbacks):
    before = there(bucket)
    sends(cast.client("rita"), cast.report, a_file("shot.png", an_image()))
    previews.sweep()
    assert len(there(bucket) - before) == 2
    assert cast.client("rita").get(f"/reports/{cast.report.ref}/files/{the_file().pk}/preview/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        attachments.shred([the_file()], at=now())
    assert there(bucket) == before


def test_the_sweep_finds_what_was_left(cast, bucket):
    sends(cast.client("rita"), cast.report, a_file())
    file = Staged("left.bin")
    file.write(b"left behind")
    file.finish()
    file.keep()
    assert file.blob in blobs()
    attachments.sweep(at=now())
    assert file.blob in blobs()
    attachments.sweep(at=now() + timedelta(hours=25))
    assert blobs() == {the_file().blob}


def test_a_file_that_the_server_lost_is_said_to_be_one(cast, bucket):
    sends(cast.client("rita"), cast.report, a_file())
    storages["attachments"].delete(the_file().blob)
    answer = cast.client("rita").get(f"/reports/{cast.report.ref}/files/{the_file().pk}/")
    assert answer.status_code == 500
    assert "place of storage" in answer.content.decode()

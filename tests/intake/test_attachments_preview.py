"""Small pictures of attached images, drawn anew by a worker that no crafted file can hurt."""

import io

import pytest
from django.db import connection
from django.utils.timezone import now
from PIL import Image

from intake import attachments, previews
from intake.models import Attachment, Preview
from portal.lib import pictures
from tests.intake.attaching import a_bomb, a_file, an_image, blobs, overwrite, sends, stored, the_file


def picture_of(cast, row, who="rita"):
    return cast.client(who).get(f"/reports/{cast.report.ref}/files/{row.pk}/preview/")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_gets_a_picture(cast, kind):
    sends(cast.client("rita"), cast.report, a_file("shot.bin", an_image(kind, (2600, 1300))))
    assert the_file().preview_wanted
    assert previews.sweep() == 1
    assert previews.sweep() == 0
    answer = picture_of(cast, the_file())
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Image.open(io.BytesIO(answer.content)).size == (1280, 640)
    page = cast.client("rita").get(f"/reports/{cast.report.ref}/").content.decode()
    assert 'alt="shot.bin" width="1280" height="640"' in page
    assert cast.client("alice").get(f"/cases/{cast.case.ref}/files/{the_file().pk}/preview/").status_code == 200
    assert picture_of(cast, the_file(), "charlie").status_code == 404


def test_the_picture_is_encrypted_and_carries_no_metadata(cast):
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    sends(cast.client("rita"), cast.report, a_file("photo.jpg", an_image("JPEG", exif=exif) + b"canary-behind"))
    previews.sweep()
    assert b"canary" not in picture_of(cast, the_file()).content
    assert b"WEBP" not in stored(Preview.objects.get())


@pytest.mark.parametrize(
    "image",
    [
        a_bomb(),
        a_bomb(5001, 5000),
        an_image("PNG")[:200],
        an_image("TIFF"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
        b"\xff\xd8\xff" + b"\xff" * 5000,
        b"GIF89a" + b"\xff" * 50,
        b"RIFF\0\0\0\0WEBPVP8 ",
    ],
    ids=["huge", "too many pixels", "cut", "another kind", "zeros", "no jpeg", "no gif", "no webp"],
)
def test_what_is_no_harmless_image_gets_none(cast, image):
    assert pictures.shrink(image) is None
    sends(cast.client("rita"), cast.report, a_file("bomb.png", image))
    previews.sweep()
    assert not the_file().preview_wanted
    assert not Preview.objects.exists()
    assert picture_of(cast, the_file()).status_code == 404


def test_of_a_flood_of_frames_the_first_is_enough():
    frames = [Image.new("P", (40, 30), number % 250) for number in range(500)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert pictures.shrink(out.getvalue()).width == 40


def test_a_damaged_image_is_given_up(cast):
    sends(cast.client("rita"), cast.report, a_file("a.png", an_image()))
    overwrite(the_file(), stored(the_file())[:-1])
    previews.sweep()
    assert not the_file().preview_wanted


def test_who_comes_second_leaves_nothing_behind(cast):
    sends(cast.client("rita"), cast.report, a_file("a.png", an_image()))
    before, once, again = blobs(), the_file(), the_file()
    assert previews.make(once)
    assert previews.make(again) is None
    assert len(blobs() - before) == Preview.objects.count() == 1


def test_a_file_that_was_shredded_meanwhile_gets_none(cast):
    sends(cast.client("rita"), cast.report, a_file("a.png", an_image()))
    row, before = the_file(), blobs()
    Attachment.objects.update(preview_wanted=False)
    assert previews.make(row) is None
    assert blobs() == before


def test_a_picture_that_comes_while_its_file_is_shredded_goes_along(cast):
    sends(cast.client("rita"), cast.report, a_file("a.png", an_image()))
    row, came = the_file(), []

    def just_before(execute, sql, params, many, context):
        if sql.startswith('UPDATE "intake_attachment"') and not came:
            came.append(True)
            assert previews.make(row)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(just_before):
        attachments.shred([the_file()], at=now())
    assert came and not Preview.objects.exists() and the_file().shredded_at

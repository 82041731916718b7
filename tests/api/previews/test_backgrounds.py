"""Preview backgrounds through the API."""

import sys

import pytest
from scene import opened
from support import ROLES

from kitsulite.models.fields import new_id
from kitsulite.models.previews import PreviewBackgroundFile
from kitsulite.models.projects import ProjectPreviewBackgroundFileLink

HEADER = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n"


def panorama(width, height, pixel=(128, 64, 0, 129), way=b"-Y"):
    """A Radiance picture of one colour, run-length coded."""
    line = bytes([2, 2, width >> 8, width & 255])
    for value in pixel:
        full, rest = divmod(width, 100)
        line += bytes([228, value]) * full + bytes([rest]) + bytes([value]) * rest
    return HEADER + b"%s %d +X %d\n" % (way, height, width) + line * height


@pytest.fixture
def background(studio):
    return studio.add(PreviewBackgroundFile, name="Meadow")


def path(row, ending=""):
    return f"/pictures/preview-background-files/{row['id']}{ending}"


def upload(api, row, content=None, name="Green.Hills.HDR"):
    return api.upload(path(row), [("file", name, panorama(650, 350) if content is None else content)])


def test_a_background_is_uploaded_and_shown(studio, scene, background):
    studio.forget_events()
    answer = upload(scene.api(), background)
    assert answer.status_int == 201
    assert (answer.json["extension"], answer.json["original_name"]) == ("hdr", "Green.Hills")
    assert answer.json["file_size"] == len(panorama(650, 350))
    assert studio.events() == ["preview-background-file:update", "preview-background-file:add-file"]
    shown = scene.api("vendor").get(path(background, ".HDR"))
    assert (shown.body, shown.content_type) == (panorama(650, 350), "image/vnd.radiance")
    assert shown.headers["Content-Disposition"] == "inline; filename=Green.Hills.hdr"
    assert scene.api().get(path(background, ".exr")).status_int == 404
    thumbnail = scene.api("vendor").get(f"/pictures/thumbnails/preview-background-files/{background['id']}.png")
    small = opened(thumbnail.body)
    assert small.size == (300, 200)
    assert small.getpixel((150, 100)) == (255, 186, 0, 255)
    assert small.getpixel((150, 5))[3] == 0
    assert upload(scene.api(), background, panorama(8, 4), "b.hdr").json["original_name"] == "b"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"x"),
        ("a.hdr", b""),
        ("a.hdr", b"no panorama"),
        ("a.hdr", HEADER + b"-Y 0 +X 0\n"),
        ("a.hdr", HEADER + b"-Y 99999999 +X 99999999\n"),
        ("a.hdr", HEADER + b"-Y 4 +X 8\n\2\2\0\x08\0"),
        ("a.hdr", HEADER + b"-Y 4 +X 8\n\2\2\0\x08\xff\1"),
        ("a.hdr", panorama(300, 200)[:-9]),
    ],
)
def test_a_refused_file_takes_the_background_with_it(studio, scene, background, name, content):
    answer = upload(scene.api(), background, content, name)
    assert answer.status_int == 400
    assert answer.json["error"] is True
    assert not studio.db.exists(PreviewBackgroundFile)
    assert [file for file in studio.app.files.folder.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("content", [HEADER + b"-Y 2 +X 4\n" + b"\x80\x40\0\x81" * 8, panorama(40, 30, way=b"+Y")])
def test_plain_and_turned_panoramas_are_read_too(scene, background, content):
    assert upload(scene.api(), background, content).status_int == 201
    thumbnail = scene.api().get(f"/pictures/thumbnails/preview-background-files/{background['id']}.png")
    assert opened(thumbnail.body).getpixel((150, 100)) == (255, 186, 0, 255)


def test_a_file_of_another_size_than_its_row_says_is_not_shown(studio, scene, background):
    upload(scene.api(), background)
    studio.app.files.path("pictures", "preview-backgrounds", background["id"]).write_bytes(b"cut")
    assert scene.api().get(path(background, ".hdr")).status_int == 404


@pytest.mark.parametrize("role", ROLES[1:])
def test_only_admins_change_backgrounds(scene, background, role):
    api = scene.api(role)
    assert upload(api, background).status_int == 403
    assert upload(api, {"id": new_id()}).status_int == 403
    assert api.post("/data/preview-background-files", {"name": "a"}).status_int == 403
    assert api.put(f"/data/preview-background-files/{background['id']}", {"name": "a"}).status_int == 403
    assert api.delete(f"/data/preview-background-files/{background['id']}").status_int == 403
    assert api.get(f"/data/preview-background-files/{background['id']}").json["name"] == "Meadow"


def test_without_pillow_a_background_has_no_thumbnail(scene, background, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert upload(scene.api(), background).status_int == 201
    assert scene.api().get(path(background, ".hdr")).status_int == 200
    assert scene.api().get(f"/pictures/thumbnails/preview-background-files/{background['id']}.png").status_int == 404


def test_unknown_backgrounds_and_missing_files(studio, scene, background):
    assert upload(scene.api(), {"id": new_id()}).status_int == 404
    assert scene.api().post(path(background), {}).json["message"] == "File not provided."
    assert scene.api().get(path(background, ".hdr")).status_int == 404
    thumbnail = f"/pictures/thumbnails/preview-background-files/{background['id']}.png"
    assert scene.api().get(thumbnail).status_int == 404
    assert scene.api().post(thumbnail, {}).status_int == 405
    assert studio.nobody.get(thumbnail).status_int == 401


def test_names_are_unique_and_one_background_is_the_default(studio, scene, background):
    api = scene.api()
    taken = api.post("/data/preview-background-files", {"name": "Meadow"})
    assert taken.json["message"] == "A preview background file with similar name already exists"
    studio.forget_events()
    first = api.post("/data/preview-background-files", {"name": "Desert", "is_default": True}).json
    second = api.put(f"/data/preview-background-files/{background['id']}", {"name": "Meadow", "is_default": True}).json
    assert second["is_default"] is True
    assert api.get(f"/data/preview-background-files/{first['id']}").json["is_default"] is False
    assert api.put(f"/data/preview-background-files/{first['id']}", {"name": "Meadow"}).status_int == 400
    assert studio.events() == ["preview-background-file:new", "preview-background-file:update"]


def test_a_background_in_use_stays(studio, scene, background, monkeypatch):
    monkeypatch.setattr(studio.app.settings, "remove_files", True)
    upload(scene.api(), background)
    studio.link(
        ProjectPreviewBackgroundFileLink,
        project_id=scene.project["id"],
        preview_background_file_id=background["id"],
    )
    refused = upload(scene.api(), background, b"x", "a.png")
    assert (refused.status_int, refused.json["message"]) == (400, "Wrong file format, extension: png")
    assert scene.api().delete(f"/data/preview-background-files/{background['id']}").status_int == 400
    assert scene.api().get(path(background, ".hdr")).status_int == 200
    studio.db.execute("DELETE FROM project_preview_background_file_link")
    assert scene.api().delete(f"/data/preview-background-files/{background['id']}").status_int == 204
    assert [file for file in studio.app.files.folder.rglob("*") if file.is_file()] == []


def test_a_thumbnail_is_not_uploaded(scene, studio):
    row = studio.add(PreviewBackgroundFile, name="Sky")
    path = f"/pictures/thumbnails/preview-background-files/{row['id']}.png"
    answer = scene.api().upload(path, [("file", "a.png", b"")])
    assert answer.status_int == 405
    assert "/pictures/preview-background-files/" in answer.json["message"]
    assert scene.api("manager").post(path).status_int == 403

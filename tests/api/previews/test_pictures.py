"""Files of previews through the API: uploaded, made smaller, shown, downloaded."""

import sys

import pytest
from PIL import Image
from scene import opened, picture
from support import ROLES

from kitsulite.domain.previews import uploads
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.people import Organisation
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task

VARIANTS = {"previews": (1200, 675), "thumbnails": (150, 100), "thumbnails-square": (100, 100), "originals": (320, 180)}


def stored(studio):
    """Names of all stored files."""
    return sorted(
        str(p.relative_to(studio.app.files.folder)) for p in studio.app.files.folder.rglob("*") if p.is_file()
    )


def test_a_picture_is_uploaded_made_smaller_and_shown(studio, scene):
    studio.forget_events()
    answer = scene.upload("Final.Take.JPG", picture(320, 180, kind="JPEG"))
    assert answer.status_int == 201
    preview = answer.json
    assert (preview["extension"], preview["original_name"], preview["status"]) == ("png", "Final.Take", "ready")
    assert (preview["width"], preview["height"]) == (320, 180)
    for variant, size in VARIANTS.items():
        shown = scene.api("user").get(f"/pictures/{variant}/preview-files/{preview['id']}.png?t=123")
        assert (shown.status_int, shown.content_type) == (200, "image/png")
        assert opened(shown.body).size == size
        assert opened(shown.body).format == "PNG"
    assert preview["file_size"] == len(shown.body)
    assert shown.headers["Content-Disposition"] == 'inline; filename=""'
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] == preview["id"]
    assert studio.events() == ["preview-file:update", "preview-file:update", "comment:update", "preview-file:add-file"]


def test_a_picture_becomes_the_face_of_its_entity_where_the_production_wants_it(studio, scene):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], is_set_preview_automated=True)
    studio.forget_events()
    preview = scene.upload("a.png", picture()).json
    assert studio.db.get(Entity, scene.entity["id"])["preview_file_id"] == preview["id"]
    assert studio.events() == [
        *("preview-file:update", "preview-file:set-main", "shot:update", "preview-file:update"),
        *("comment:update", "preview-file:add-file"),
    ]


def test_a_preview_without_comment_is_notified_of_less(studio, scene):
    studio.forget_events()
    scene.upload("a.png", picture(), studio.preview(scene.task, position=2))
    assert studio.events() == ["preview-file:update", "preview-file:update"]
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] is None


@pytest.mark.parametrize("name", ["walk.gif", "Notes.PDF", "scene.blend", "page.svg"])
def test_other_files_are_kept_as_they_are(studio, scene, name):
    content = b"<svg onload='alert(1)'>"
    preview = scene.upload(name, content).json
    extension = name.rpartition(".")[2].lower()
    assert (preview["extension"], preview["status"], preview["file_size"]) == (extension, "ready", len(content))
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] is None
    shown = scene.api("user").get(f"/pictures/originals/preview-files/{preview['id']}.{extension.upper()}")
    assert shown.body == content
    assert shown.content_type == ("application/pdf" if extension == "pdf" else "application/octet-stream")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    loaded = scene.api("user").get(f"/pictures/originals/preview-files/{preview['id']}/download")
    assert loaded.headers["Content-Disposition"].startswith("attachment; ")
    assert scene.api().get(f"/pictures/thumbnails/preview-files/{preview['id']}.png").status_int == 404


def test_a_preview_of_no_entity_is_shown_to_nobody(studio, scene):
    loose = studio.preview(studio.add(Task, name="loose"))
    assert scene.api().get(f"/pictures/thumbnails/preview-files/{loose['id']}.png").status_int == 404


@pytest.mark.parametrize(("before", "kept"), [({"a": 1}, {"a": 1}), (["a"], {}), ("a", {})])
def test_what_is_known_of_a_movie_joins_what_the_row_held(studio, scene, no_ffmpeg, before, kept):
    preview = studio.preview(scene.task, scene.comment, data=before)
    data = scene.upload("a.mp4", b"moving", preview).json["data"]
    assert data == {**kept, "original_file_size": 6, "converted": False}


def test_without_ffmpeg_a_movie_is_kept_unconverted_and_its_row_says_so(studio, scene, no_ffmpeg):
    studio.forget_events()
    preview = scene.upload("Shot.MOV", b"moving pictures").json
    assert (preview["extension"], preview["status"], preview["data"]["converted"]) == ("mp4", "ready", False)
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] == preview["id"]
    assert studio.events() == [
        *("preview-file:update", "preview-file:update", "comment:update", "preview-file:add-file")
    ]
    for route in ("originals", "low"):
        shown = scene.api("user").get(f"/movies/{route}/preview-files/{preview['id']}.mp4")
        assert (shown.body, shown.content_type) == (b"moving pictures", "video/mp4")
    assert scene.api("user").get(f"/movies/source/preview-files/{preview['id']}.mp4").status_int == 404
    assert scene.api("user").get(f"/movies/tiles/preview-files/{preview['id']}.png").status_int == 404
    for route in ("movies", "pictures"):
        loaded = scene.api("user").get(f"/{route}/originals/preview-files/{preview['id']}/download")
        assert loaded.body == b"moving pictures"
        assert loaded.headers["Content-Disposition"].startswith("attachment; filename=project_")
    assert scene.api().get(f"/pictures/originals/preview-files/{preview['id']}.mp4").status_int == 400


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ"),
        ("noextension", b"x"),
        ("page.html", b"<script>"),
        ("../../../etc/passwd", b"x"),
        ("broken.png", b"no picture at all"),
        ("broken.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50),
        ("script.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("empty.png", b""),
        ("empty.mp4", b""),
        ("thread.png", picture(1, 4000)),
        ("huge.png", picture(2100, 2000, mode="1")),
    ],
)
def test_what_cannot_be_a_preview_takes_its_row_with_it(studio, scene, monkeypatch, name, content):
    monkeypatch.setattr(studio.app.settings, "max_image_pixels", 4_000_000)
    answer = scene.upload(name, content)
    assert answer.status_int == 400, answer.text
    assert answer.json["error"] is True
    assert not studio.db.exists(PreviewFile)
    assert stored(studio) == []


def test_a_wrong_extension_is_named(scene):
    message = scene.upload("virus.exe", b"MZ").json["message"]
    assert message.startswith("Wrong file format, extension: exe. Accepted: pictures (")
    assert "webp" in message
    assert "mov" in message


def test_a_picture_cut_short_is_refused(studio, scene):
    whole = picture(200, 200, kind="JPEG", color=(200, 10, 10))
    answer = scene.upload("cut.jpg", whole[: len(whole) - 40])
    assert (answer.status_int, answer.json["message"]) == (400, "Uploaded file is not a readable picture.")
    assert stored(studio) == []


@pytest.mark.parametrize(("kind", "extension"), [("TIFF", "tif"), ("WEBP", "webp"), ("BMP", "bmp"), ("TGA", "tga")])
def test_pictures_of_other_formats_are_shown_as_png_and_kept_as_they_came(studio, scene, kind, extension):
    content = picture(30, 20, kind=kind, color=(250, 0, 0))
    preview = scene.upload(f"plate.{extension}", content).json
    assert (preview["extension"], preview["width"], preview["status"]) == ("png", 30, "ready")
    path = f"/pictures/originals/preview-files/{preview['id']}"
    assert opened(scene.api("user").get(path + ".png").body).format == "PNG"
    assert scene.api("user").get(f"{path}.{extension}").body == content
    scene.api().delete(f"{scene.path()}/preview-files/{preview['id']}?force=true")
    assert stored(studio) == []


def test_a_picture_without_an_extension_is_known_by_its_content(scene):
    assert scene.upload("frame", picture(kind="JPEG")).json["extension"] == "png"
    assert scene.upload("frame.0001", picture(kind="WEBP")).json["extension"] == "png"


@pytest.mark.parametrize("turn", [5, 6, 7, 8])
def test_a_picture_from_a_phone_is_shown_upright(scene, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    preview = scene.upload("phone.jpg", picture(400, 200, kind="JPEG", exif=exif)).json
    assert (preview["width"], preview["height"]) == (200, 400)
    for variant, size in (("originals", (200, 400)), ("previews", (1200, 2400))):
        shown = scene.api().get(f"/pictures/{variant}/preview-files/{preview['id']}.png")
        assert opened(shown.body).size == size


@pytest.mark.parametrize("name", ["walk.gif", "layers.psd"])
def test_generic_files_that_can_be_decoded_have_a_thumbnail(studio, scene, name):
    content = picture(30, 20, kind="GIF")
    preview = scene.upload(name, content).json
    assert (preview["extension"], preview["width"]) == (name[-3:], 0)
    shown = scene.api().get(f"/pictures/thumbnails/preview-files/{preview['id']}.png")
    assert opened(shown.body).size == (150, 100)
    assert studio.db.get(Task, scene.task["id"])["last_preview_file_id"] is None


def test_a_picture_that_needs_more_memory_than_there_is_for_pictures_is_refused(studio, scene, set_up):
    set_up(picture_memory=16)
    answer = scene.upload("big.png", picture(4000, 2000))
    assert answer.status_int == 413
    assert "more than the limit of 16 MB" in answer.json["message"]
    assert not studio.db.exists(PreviewFile)
    assert stored(studio) == []


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 202),
        ("image/png,*/*", 404),
        ("*/*", 404),
        ("application/json;q=0.2,image/*", 404),
        ("application/json,image/png;q=x", 202),
    ],
)
def test_files_of_a_preview_that_is_processed_are_to_be_asked_for_again(studio, scene, accept, status):
    preview = studio.preview(scene.task, extension="mp4", status="processing")
    for path in ("/movies/originals/preview-files/{}.mp4", "/pictures/thumbnails/preview-files/{}.png"):
        answer = scene.api("user").get(path.format(preview["id"]), headers={"Accept": accept})
        assert (answer.status_int, answer.headers["Cache-Control"]) == (status, "no-store")
        assert answer.headers.get("Retry-After") == ("5" if status == 202 else None)


@pytest.mark.parametrize(
    "name", ["../../up.png", "C:\\fakepath\\up.png", "a'b;$(c)%00.png", "a\0b.png", "ünï çödé.png", "x" * 400 + ".png"]
)
def test_names_of_clients_never_become_paths(studio, scene, name):
    preview = scene.upload(name, picture()).json
    assert all(preview["id"][9:] in path for path in stored(studio))
    assert len(preview["original_name"]) <= 250
    assert "\0" not in preview["original_name"]


def test_a_second_upload_is_refused_anybody_who_asks(studio, scene):
    preview = scene.upload("a.png", picture()).json
    assert scene.upload("b.png", picture(), preview, role="vendor").status_int == 400
    assert studio.db.get(PreviewFile, preview["id"])["original_name"] == "a"


def test_of_two_uploads_at_once_the_first_one_stays(studio, scene, monkeypatch):
    preview = studio.preview(scene.task, extension="mp4", status="processing")
    make = uploads.prepared

    def beaten(ctx, row, *rest):
        monkeypatch.setattr(uploads, "prepared", make)
        assert scene.upload("first.gif", b"first", preview).status_int == 201
        return make(ctx, row, *rest)

    monkeypatch.setattr(uploads, "prepared", beaten)
    assert scene.upload("second.gif", b"second", preview).status_int == 400
    assert scene.api().get(f"/pictures/originals/preview-files/{preview['id']}.gif").body == b"first"


def test_files_of_rows_that_were_not_written_leave_again(studio, scene, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("kitsulite.domain.previews.previews.announce_file", fail)
    preview = studio.preview(scene.task, extension="mp4", status="processing")
    assert scene.upload("a.png", picture(), preview).status_int == 500
    assert stored(studio) == []
    assert studio.db.get(PreviewFile, preview["id"])["status"] == "processing"


def test_an_upload_needs_a_file(studio, scene):
    preview = studio.preview(scene.task)
    answer = scene.api().post(f"/pictures/preview-files/{preview['id']}", {})
    assert (answer.status_int, answer.json["message"]) == (400, "File not provided.")
    assert studio.db.exists(PreviewFile, id=preview["id"])
    assert scene.upload("a.png", picture(), {"id": new_id()}).status_int == 404
    assert scene.upload("a.png", picture(), {"id": "nonsense"}).status_int == 404
    both = [("file", "first.pdf", b"%PDF"), ("file", "second.pdf", b"%PDF")]
    assert scene.api().upload(f"/pictures/preview-files/{preview['id']}", both).json["original_name"] == "first"


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 201), ("manager", 201), ("supervisor", 201), ("client", 201), ("user", 403), ("vendor", 403)],
)
def test_who_acts_on_a_task_uploads(studio, scene, role, status):
    assert scene.upload("a.gif", b"x", role=role).status_int == status
    preview = studio.preview(scene.task)
    files = [("file", "a.gif", b"x")]
    assert scene.outsider().upload(f"/pictures/preview-files/{preview['id']}", files).status_int == 403


SHOWN = (
    *("/pictures/previews/preview-files/{}.png", "/pictures/originals/preview-files/{}.jpg"),
    *("/pictures/originals/preview-files/{}/download", "/movies/tiles/preview-files/{}.png"),
    *("/movies/originals/preview-files/{}.mp4", "/movies/low/preview-files/{}.mp4"),
    *("/movies/source/preview-files/{}.mp4", "/movies/originals/preview-files/{}/download"),
)
FACES = (
    *("/pictures/thumbnails/preview-files/{}.png", "/pictures/thumbnails-square/preview-files/{}.png"),
    "/pictures/originals/preview-files/{}.png",
)


@pytest.mark.parametrize("route", SHOWN + FACES)
def test_files_are_shown_to_the_team_and_to_vendors_who_work_on_the_entity(studio, scene, route):
    path = route.format(studio.preview(scene.task)["id"])
    helper = studio.person("vendor")
    studio.task(studio.entity(scene.project, "Shot"), "Animation", assignees=[helper])
    statuses = {role: scene.api(role).get(path).status_int for role in ROLES}
    assert statuses == {**dict.fromkeys(ROLES, 404), "vendor": 403}
    assert scene.outsider().get(path).status_int == 403
    assert studio.nobody.get(path).status_int == 401
    assert scene.api().get(route.format(new_id())).status_int == 404
    studio.task(scene.entity, "Layout", assignees=[scene.team["vendor"]])
    assert scene.api("vendor").get(path).status_int == 404


@pytest.mark.parametrize("route", FACES)
def test_the_face_of_a_shared_entity_is_shown_to_everybody_but_vendors(studio, scene, route):
    preview, other = scene.upload("a.png", picture()).json, studio.preview(scene.task, revision=2)
    path = route.format(preview["id"])
    with studio.db.write():
        studio.db.update(Entity, scene.entity["id"], preview_file_id=preview["id"], is_shared=True)
    assert scene.outsider("client").get(path).status_int == 200
    assert scene.outsider("vendor").get(path).status_int == 403
    assert scene.api("vendor").get(path).status_int == 403
    assert scene.outsider("client").get(route.format(other["id"])).status_int == 403


def test_a_file_is_sent_in_parts_and_not_twice(studio, scene):
    preview = scene.upload("a.gif", b"0123456789").json
    path = f"/pictures/originals/preview-files/{preview['id']}.gif"

    def get(**headers):
        return scene.api().get(path, headers=headers)

    whole = get()
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Cache-Control"] == "max-age=604800, private"
    part = get(Range="bytes=2-4")
    assert (part.status_int, part.body, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert get(Range="bytes=-3").body == b"789"
    assert get(Range="bytes=0-").status_int == 206
    assert get(Range="bytes=10-").status_int == 416
    assert get(Range="bytes=0-", **{"If-Range": '"other"'}).status_int == 200
    assert get(**{"If-None-Match": whole.headers["ETag"]}).status_int == 304
    assert get(**{"If-None-Match": '"other"'}).status_int == 200
    assert get(**{"If-None-Match": "*"}).status_int == 304
    assert get(**{"If-Modified-Since": whole.headers["Last-Modified"]}).status_int == 304
    assert get(**{"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status_int == 200
    assert scene.api()._app.head("/api" + path, headers=scene.api()._headers).body == b""


def test_a_file_of_another_size_than_its_row_says_is_not_shown(studio, scene):
    preview = scene.upload("a.gif", b"0123456789").json
    studio.app.files.path("files", "previews", preview["id"]).write_bytes(b"0123")
    path = f"/pictures/originals/preview-files/{preview['id']}"
    assert scene.api().get(path + ".gif").status_int == 404
    assert scene.api().get(path + ".zip").body == b"0123"


def test_a_download_is_named_after_what_it_shows(studio, scene):
    with studio.db.write():
        studio.db.update(Project, scene.project["id"], name="Åvé & Co")
        studio.db.update(Entity, scene.entity["id"], name="SH 01")
    preview = scene.upload("My take.gif", b"x", studio.preview(scene.task, revision=12, position=2)).json
    path = f"/pictures/originals/preview-files/{preview['id']}/download"
    disposition = scene.api().get(path).headers["Content-Disposition"]
    assert disposition == "attachment; filename=ave_co_sh_01_animation_v12-2.gif"
    assert scene.api().put(f"/data/tasks/{scene.task['id']}", {"task_type_id": None}).status_int == 200
    assert "ave_co_sh_01_v12-2.gif" in scene.api().get(path).headers["Content-Disposition"]
    with studio.db.write():
        studio.db.update(Task, scene.task["id"], project_id=None)
    assert "filename=sh_01_v12-2.gif" in scene.api().get(path).headers["Content-Disposition"]
    assert scene.upload("a.png", picture()).json["status"] == "ready"
    studio.add(Organisation, name="Studio", use_original_file_name=True)
    assert scene.api().get(path).headers["Content-Disposition"] == 'attachment; filename="My take.gif"'
    scene.api().put(f"/data/preview-files/{preview['id']}", {"original_name": "../x"})
    assert scene.api().get(path).headers["Content-Disposition"] == "attachment; filename=.._x.gif"


def test_deleting_a_preview_with_force_removes_its_files(studio, scene):
    for name, content in (("a.png", picture()), ("a.mp4", b"x"), ("a.gif", b"x")):
        preview = scene.upload(name, content).json
        assert stored(studio)
        path = f"{scene.path()}/preview-files/{preview['id']}"
        scene.api().delete(path + "?force=true")
        assert stored(studio) == []
    kept = scene.upload("a.png", picture()).json
    scene.api().delete(f"/data/preview-files/{kept['id']}")
    assert len(stored(studio)) == 4


def test_without_pillow_pictures_are_kept_and_shown_as_they_came(studio, scene, monkeypatch):
    content = picture()
    monkeypatch.setitem(sys.modules, "PIL", None)
    preview = scene.upload("a.png", content).json
    assert (preview["status"], preview["file_size"], preview["width"]) == ("ready", len(content), 0)
    for variant in VARIANTS:
        assert scene.api().get(f"/pictures/{variant}/preview-files/{preview['id']}.png").body == content
    assert scene.upload("b.png", b"no picture").status_int == 400


@pytest.mark.parametrize("kind", ["thumbnails", "previews", "originals"])
def test_a_picture_reads_no_row_twice(studio, scene, kind):
    preview = scene.upload("a.png", picture()).json
    with studio.statements() as statements:
        assert scene.api("user").get(f"/pictures/{kind}/preview-files/{preview['id']}.png").status_int == 200
    reads = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(set(reads)) == len(reads)

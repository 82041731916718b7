"""Attachments of comments and chat messages through the API."""

import io
from types import SimpleNamespace

import pytest
from scene import opened, picture
from support import ROLES

from kitsulite.domain.comments import attachments, thumbnails
from kitsulite.models.activity import Chat, ChatMessage
from kitsulite.models.fields import new_id
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.server import Job


def attach(scene, files, role="admin", comment=None):
    files = [(f"file-{number}", *file) for number, file in enumerate(files)]
    return scene.api(role).upload(scene.path(comment) + "/add-attachment", files)


def attached(scene, name="a.png", content=b"\x89PNG picture"):
    return attach(scene, [(name, content)]).json[0]


def file_of(attachment):
    return f"/data/attachment-files/{attachment['id']}/file/any"


def in_chat(studio, entity, content=b"text", name="a.txt"):
    """An attachment of a message in the chat of an entity."""
    chat = studio.add(Chat, object_id=entity["id"])
    message = studio.add(ChatMessage, chat_id=chat["id"], person_id=studio.admin["id"])
    ctx = studio.context(studio.admin)
    upload = SimpleNamespace(filename=name, file=io.BytesIO(content), headers={})
    with attachments.received(ctx, [upload]) as received, studio.db.write():
        return attachments.add(ctx, received, chat_message_id=message["id"])[0]


def test_files_are_attached_shown_and_deleted(studio, scene):
    studio.forget_events()
    answer = attach(scene, [("Ref.Photo.PNG", b"12345"), ("notes", b"x"), ("notes", b"y")])
    assert answer.status_int == 201
    assert [(a["name"], a["extension"], a["size"]) for a in answer.json] == [
        ("Ref.Photo.PNG", "png", 5),
        *[("notes", "notes", 1)] * 2,
    ]
    row = studio.db.get(AttachmentFile, answer.json[0]["id"])
    assert (row["mimetype"], row["comment_id"], row["reply_id"]) == ("image/png", scene.comment["id"], None)
    shown = scene.api("user").get(file_of(row))
    assert (shown.body, shown.content_type) == (b"12345", "image/png")
    assert shown.headers["Content-Disposition"] == "inline; filename=Ref.Photo.PNG"
    path = f"/data/tasks/{scene.task['id']}/comments/{scene.comment['id']}/attachments/{row['id']}"
    assert scene.api().delete(path).status_int == 204
    assert scene.api().get(file_of(row)).status_int == 404
    assert scene.api().delete(path).status_int == 404
    assert studio.events() == []
    assert attach(scene, []).json == []


def test_a_file_is_sent_in_parts_and_not_twice(scene):
    attachment = attached(scene, "a.mp4", b"0123456789")
    app, token = scene.api()._app, scene.api()._headers
    part = app.get("/api" + file_of(attachment), headers={**token, "Range": "bytes=2-4"})
    assert (part.status_int, part.body) == (206, b"234")
    again = {**token, "If-None-Match": part.headers["ETag"]}
    assert app.get("/api" + file_of(attachment), headers=again).status_int == 304


@pytest.mark.parametrize(
    ("mimetype", "kind"),
    [
        ("image/jpeg", "inline"),
        ("IMAGE/WEBP; quality=1", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("application/pdf", "attachment"),
        ("image/png<script>", "attachment"),
        ("", "attachment"),
        (None, "attachment"),
    ],
)
def test_only_pictures_of_points_are_shown_inside_of_the_page(studio, scene, mimetype, kind):
    attachment = attached(scene)
    with studio.db.write():
        studio.db.update(AttachmentFile, attachment["id"], mimetype=mimetype)
    shown = scene.api().get(file_of(attachment))
    assert shown.headers["Content-Disposition"].partition(";")[0] == kind
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "<" not in shown.headers["Content-Type"]


@pytest.mark.parametrize("name", ["evil.svg", "evil.html", "evil.HTM", "evil.xhtml", "evil.js"])
def test_what_could_hold_a_script_is_only_ever_downloaded(scene, name):
    shown = scene.api().get(file_of(attached(scene, name, b"<script>alert(1)</script>")))
    assert shown.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("ünï.png", "ünï.png"),
        ("a" * 300 + ".png", "a" * 246 + ".png"),
    ],
)
def test_names_of_clients_never_become_paths(studio, scene, sent, name):
    attachment = attached(scene, sent)
    assert attachment["name"] == name
    files = [path for path in studio.app.files.folder.rglob("*") if path.is_file()]
    assert files == [studio.app.files.path("files", "attachments", attachment["id"])]
    assert scene.api().get(file_of(attachment)).headers["Content-Disposition"].isascii()


def test_a_file_of_another_size_than_its_row_says_is_not_shown(studio, scene):
    attachment = attached(scene)
    path = studio.app.files.path("files", "attachments", attachment["id"])
    path.write_bytes(b"cut")
    assert scene.api().get(file_of(attachment)).status_int == 404
    path.unlink()
    assert scene.api().get(file_of(attachment)).status_int == 404


def test_a_failed_comment_leaves_no_file(studio, scene, monkeypatch):
    kept = attachments.add_one

    def fail(ctx, file, owner):
        kept(ctx, file, owner)
        raise RuntimeError

    monkeypatch.setattr(attachments, "add_one", fail)
    assert attach(scene, [("a.png", b"x")]).status_int == 500
    assert [path for path in studio.app.files.folder.rglob("*") if path.is_file()] == []
    assert not studio.db.exists(AttachmentFile)


def test_stored_files_stay_unless_the_server_removes_them(studio, scene, monkeypatch):
    kept, removed = attached(scene), attached(scene)
    path = f"/data/tasks/{scene.task['id']}/comments/{scene.comment['id']}/attachments/"
    scene.api().delete(path + kept["id"])
    monkeypatch.setattr(studio.app.settings, "remove_files", True)
    scene.api().delete(path + removed["id"])
    assert studio.app.files.find("files", "attachments", kept["id"])
    assert studio.app.files.find("files", "attachments", removed["id"]) is None


@pytest.mark.parametrize("role", ROLES)
def test_authors_and_managers_attach_and_delete(studio, scene, role):
    own = studio.comment(scene.task, scene.team[role])
    # vendors see the task no longer, once they do not work on it
    assert attach(scene, [("a.png", b"x")], role, own).status_int == (403 if role == "vendor" else 201)
    foreign = 201 if role in ("admin", "manager") else 403
    assert attach(scene, [("a.png", b"x")], role).status_int == foreign
    attachment = attached(scene)
    path = f"/data/tasks/{scene.task['id']}/comments/{scene.comment['id']}/attachments/{attachment['id']}"
    assert scene.api(role).delete(path).status_int == (204 if foreign == 201 else 403)
    assert scene.outsider().upload(scene.path() + "/add-attachment", []).status_int == 403


def test_ids_of_the_path_belong_together(studio, scene):
    attachment = attached(scene)
    other_task = studio.task(scene.entity, "Layout")
    other_comment = studio.comment(scene.task)

    def delete(task=scene.task, comment=scene.comment, row=attachment):
        path = f"/data/tasks/{task['id']}/comments/{comment['id']}/attachments/{row['id']}"
        return scene.api().delete(path).status_int

    unknown = {"id": new_id()}
    assert delete(task=other_task) == 403
    assert delete(comment=other_comment) == 403
    assert delete(comment=unknown) == delete(row=unknown) == 404
    path = f"/actions/tasks/{other_task['id']}/comments/{scene.comment['id']}/add-attachment"
    assert scene.api().upload(path, []).status_int == 403
    assert attach(scene, [], comment=unknown).status_int == 404


def test_readers_of_the_task_read_its_attachments(studio, scene):
    attachment = attached(scene)
    studio.task(scene.entity, "Layout", assignees=[scene.team["vendor"]])
    helper = studio.person("vendor")
    paths = [file_of(attachment), f"/pictures/thumbnails/attachment-files/{attachment['id']}.png"]
    for role in ROLES:
        # clients do not read what the studio writes to itself
        found = [scene.api(role).get(path).status_int for path in paths]
        assert found == ([403, 403] if role == "client" else [200, 404])
    for path in (*paths, f"/data/attachment-files/{attachment['id']}"):
        assert studio.api(helper).get(path).status_int == 403
        assert scene.outsider().get(path).status_int == 403
        assert studio.nobody.get(path).status_int == 401


def test_pictures_of_chats_have_thumbnails_for_those_who_see_the_entity(studio, scene):
    attachment = in_chat(studio, scene.entity, picture(300, 200, color=(9, 9, 9)), "a.png")
    path = f"/pictures/thumbnails/attachment-files/{attachment['id']}.png"
    shown = scene.api("manager").get(path)
    assert opened(shown.body).size == (150, 150)
    assert opened(shown.body).getpixel((0, 0)) == (9, 9, 9, 255)
    for address in (path, file_of(attachment), f"/data/attachment-files/{attachment['id']}"):
        assert scene.api("user").get(address).status_int == 200
        assert scene.api("vendor").get(address).status_int == 403
        assert scene.api("client").get(address).status_int == 403
        assert scene.outsider().get(address).status_int == 403


@pytest.mark.parametrize(("name", "content"), [("a.txt", b"text"), ("a.png", b"no picture")])
def test_other_files_of_chats_have_none(studio, scene, name, content):
    attachment = in_chat(studio, scene.entity, content, name)
    assert scene.api().get(f"/pictures/thumbnails/attachment-files/{attachment['id']}.png").status_int == 404
    assert scene.api().get(file_of(attachment)).body == content


def test_an_attachment_of_nothing_is_nobodys(studio, scene):
    attachment = studio.add(AttachmentFile, name="a.png")
    for path in (file_of(attachment), f"/data/attachment-files/{attachment['id']}"):
        assert scene.api().get(path).status_int == 403


def test_attachments_are_listed_to_admins(studio, scene):
    mine, _ = attached(scene), in_chat(studio, scene.entity)
    foreign = studio.comment(studio.task(studio.entity(studio.project(), "Shot"), "Animation"))
    studio.add(AttachmentFile, name="b", comment_id=foreign["id"])
    for path in (f"/data/projects/{scene.project['id']}", f"/data/tasks/{scene.task['id'].upper()}"):
        listed = scene.api().get(path + "/attachment-files").json
        assert [row["id"] for row in listed] == [mine["id"]]
        assert listed[0]["comment"]["id"] == scene.comment["id"]
        assert listed[0]["chat_message"] is None
        assert scene.api("manager").get(path + "/attachment-files").status_int == 403
    assert scene.api().get(f"/data/tasks/{new_id()}/attachment-files").json == []
    rows = {row["id"]: row for row in scene.api().get("/data/attachment-files").json}
    assert len(rows) == 3
    assert rows[mine["id"]] == scene.api().get(f"/data/attachment-files/{mine['id']}").json


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_pictures_of_comments_have_thumbnails(scene, kind):
    attachment = attached(scene, f"a.{kind.lower()}", picture(300, 200, kind=kind, color=(9, 9, 9)))
    shown = scene.api("user").get(f"/pictures/thumbnails/attachment-files/{attachment['id']}.png")
    assert opened(shown.body).size == (150, 150)
    assert opened(shown.body).getpixel((0, 0)) == (9, 9, 9, 255)


def test_movies_of_comments_have_thumbnails_once_their_job_is_done(studio, scene, clips):
    attachment = attached(scene, "a.mov", clips["sound.mov"])
    broken = attached(scene, "b.mov", b"no movie")
    assert studio.app.jobs.wait()
    path = "/pictures/thumbnails/attachment-files/{}.png"
    assert opened(scene.api("user").get(path.format(attachment["id"])).body).size == (150, 150)
    assert scene.api().get(path.format(broken["id"])).status_int == 404
    assert scene.api().get(file_of(broken)).body == b"no movie"


@pytest.fixture
def waiting(studio, monkeypatch):
    """Jobs that wait until a person does them: their rows, by the attachment that they are about."""
    monkeypatch.setattr(studio.app.jobs, "inline", False)
    monkeypatch.setattr(studio.app.jobs, "_claim", lambda: None)

    def perform(attachment):
        job = studio.db.find(Job, subject_id=attachment["id"])
        studio.app.jobs.start(job["id"], now=True)
        return studio.db.get(Job, job["id"])

    return perform


def test_a_movie_that_is_gone_or_empty_has_no_thumbnail(studio, scene, clips, waiting, monkeypatch):
    gone, empty, plain = (attached(scene, f"{name}.mov", b"movie") for name in "abc")
    studio.app.files.remove(*thumbnails.FILE, gone["id"])
    assert [waiting(gone)[key] for key in ("state", "message")] == ["failed", "The attached movie is not there."]
    monkeypatch.setattr(thumbnails.movies, "frame", lambda tools, path, folder: None)
    assert [waiting(empty)[key] for key in ("state", "message")] == ["failed", "The movie has no frame."]
    # without Pillow a frame is all that there is
    monkeypatch.setattr(thumbnails.movies, "frame", lambda tools, path, folder: path)
    monkeypatch.setattr(thumbnails.pictures, "pillow", lambda: None)
    assert waiting(plain)["state"] == "done"
    for attachment in (gone, empty, plain):
        assert scene.api().get(f"/pictures/thumbnails/attachment-files/{attachment['id']}.png").status_int == 404

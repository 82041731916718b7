"""Playlists as people without an account see them."""

import pytest
from scene import picture

from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.previews import AttachmentFile, Playlist, PlaylistShareLink
from kitsulite.models.projects import ProjectTaskStatusLink, ProjectTaskTypeLink
from kitsulite.models.tasks import Comment, Task, TaskStatus


class Review:
    """A shared playlist of one shot with a preview of revision 2, looked at by a person without an account."""

    def __init__(self, studio, scene):
        self.studio, self.scene, self.api = studio, scene, studio.nobody
        self.shown = studio.preview(scene.task, scene.comment, revision=2, status="ready")
        self.beside = studio.preview(scene.task, revision=2, position=2)
        self.older = studio.preview(scene.task, revision=1)
        shot = {"entity_id": scene.entity["id"], "preview_file_id": self.shown["id"]}
        self.playlist = studio.add(Playlist, name="Dailies", project_id=scene.project["id"], shots=[shot])
        self.path = self.link()
        self.status = studio.task_status("retake")

    def link(self, **columns):
        made = {"playlist_id": self.playlist["id"], "created_by": self.studio.admin["id"], "token": new_id()}
        self.last_link = self.studio.add(PlaylistShareLink, **{**made, **columns})
        return f"/shared/playlists/{self.last_link['token']}"

    def guest(self, path=None, **body):
        return self.api.post((path or self.path) + "/guest", {"first_name": "Ann", **body}).json["id"]

    def comment(self, guest_id, **body):
        ids = {"guest_id": guest_id, "task_id": self.scene.task["id"], "task_status_id": self.status["id"]}
        return self.api.post(self.path + "/comments", {**ids, "text": "Lovely", **body})


@pytest.fixture
def review(studio, scene):
    return Review(studio, scene)


READS = (
    *("", "/context", "/comments", "/preview-files/{shown}", "/preview-files/{shown}/download"),
    *("/movies/originals/preview-files/{shown}.mp4", "/movies/tiles/preview-files/{shown}.png"),
    *("/pictures/thumbnails/preview-files/{shown}.png", "/pictures/originals/preview-files/{shown}.png"),
    *("/pictures/originals/preview-files/{shown}.gif", "/attachment-files/{other}/file/a.png"),
    "/pictures/thumbnails/persons/{other}.png",
)
WRITES = (
    *(("post", "/guest"), ("post", "/comments"), ("put", "/comments/{other}"), ("delete", "/comments/{other}")),
    *(("post", "/comments/{other}/attachments"), ("delete", "/comments/{other}/attachments/{other}")),
    ("put", "/annotations"),
)
CALLS = (*(("get", path) for path in READS), *WRITES)


def call(review, method, path, ending):
    address = path + ending.format(shown=review.shown["id"], other=new_id())
    return getattr(review.api, method)(address, *([{}] if method in ("post", "put") else []))


# The link


@pytest.mark.parametrize(("method", "ending"), CALLS)
def test_only_a_link_that_is_good_leads_to_the_playlist(review, method, ending):
    for path in (
        f"/shared/playlists/{new_id()}",
        "/shared/playlists/nonsense",
        review.link(is_active=False),
        review.link(expiration_date="2020-01-01T00:00:00.000000"),
    ):
        answer = call(review, method, path, ending)
        assert (answer.status_int, answer.json["message"]) == (404, "404 Not Found: Share link not found.")


@pytest.mark.parametrize(("method", "ending"), CALLS)
def test_a_protected_link_asks_for_its_password_everywhere(studio, review, monkeypatch, method, ending):
    monkeypatch.setattr("kitsulite.auth.passwords.matches", lambda password, stored: password == stored)
    path = review.link(password="sesame")
    for query in ("", "?password=", "?password=wrong"):
        answer = call(review, method, path, ending + query)
        assert answer.json["message"] == "404 Not Found: Share link not found."
    opened = call(review, method, path, ending + "?password=sesame")
    assert "Share link" not in opened.text


def test_passwords_are_compared_with_their_hash(studio, scene, review):
    link = scene.api("manager").post(f"/data/playlists/{review.playlist['id']}/share", {"password": "sesame"}).json
    path = f"/shared/playlists/{link['token']}"
    assert review.api.get(path + "?password=sesame").status_int == 200
    assert review.api.get(path + "?password=sesam").status_int == 404


def test_passwords_of_links_are_not_guessed_and_bystanders_come_in(scene, review):
    link = scene.api("manager").post(f"/data/playlists/{review.playlist['id']}/share", {"password": "sesame"}).json
    path = f"/shared/playlists/{link['token']}"

    def opened(password, address):
        environ = {"REMOTE_ADDR": address}
        return review.api.get(f"{path}?password={password}", extra_environ=environ).status_int

    assert {opened(f"guess{number}", "203.0.113.7") for number in range(5)} == {404}
    assert opened("sesame", "203.0.113.7") == 404
    assert opened("sesame", "198.51.100.2") == 200


def test_a_link_takes_no_end_of_guests_and_comments(review, monkeypatch):
    monkeypatch.setattr("kitsulite.domain.playlists.share_links.MOST_CHANGES", 3)
    guest = review.guest()
    assert [review.comment(guest).status_int for _ in range(3)] == [201, 201, 429]
    assert review.api.post(review.path + "/guest", {"first_name": "Bob"}).status_int == 429
    assert review.api.post(review.path + "/guest", {"guest_id": guest}).status_int == 200


def test_a_link_is_good_until_it_expires(review):
    assert review.api.get(review.link(expiration_date="2999-01-01T00:00:00.000000")).status_int == 200


def test_a_link_may_forbid_comments_and_drawings_but_not_guests(review):
    path = review.link(can_comment=False)
    for method, ending in WRITES[1:]:
        answer = call(review, method, path, ending)
        kind = "Annotations are disabled" if "annotations" in ending else "Comments are disabled for this link"
        assert (answer.status_int, answer.json) == (403, {"error": kind})
    assert review.api.post(path + "/guest", {}).status_int == 201


# Looking


def test_a_guest_sees_the_playlist_with_all_that_a_review_needs(studio, scene, review):
    with studio.db.write():
        studio.db.execute("UPDATE preview_file SET annotations = '[{\"time\":0}]'")
    opened = review.api.get(review.path).json
    assert (opened["project_name"], opened["project_fps"]) == (scene.project["name"], "25")
    shot = opened["shots"][0]
    assert (shot["name"], shot["parent_name"]) == (scene.entity["name"], "")
    assert shot["preview_file_annotations"] == [{"time": 0}]
    kind = studio.task_type("Animation")
    assert shot["preview_file_task_type"] == {key: kind[key] for key in ("id", "name", "color", "for_entity")}
    assert shot["preview_file_task_type_name"] == "Animation"
    assert shot["task_status_color"] == studio.task_status("todo")["color"]


def test_a_guest_sees_only_previews_of_the_task_that_is_shown(studio, scene, review):
    layout = studio.preview(studio.task(scene.entity, "Layout"), revision=2, position=3)
    (shot,) = review.api.get(review.path).json["shots"]
    assert shot["preview_files"] == {}
    assert [preview["id"] for preview in shot["preview_file_previews"]] == [review.beside["id"]]
    assert layout["id"] not in review.api.get(review.path).text


def test_a_guest_sees_the_faces_of_those_who_wrote_to_them(studio, scene, review):
    author, writer, other = (scene.team[role] for role in ("manager", "supervisor", "user"))
    for person in (author, writer, other):
        path = f"/pictures/thumbnails/persons/{person['id']}"
        assert studio.api(studio.admin).upload(path, [("file", "a.png", picture())]).status_int == 201
    replies = [{"id": new_id(), "text": "yes", "person_id": writer["id"]}]
    studio.comment(scene.task, author, for_client=True, replies=replies)
    studio.comment(scene.task, other)
    hidden = studio.task(studio.entity(scene.project, "Shot"))
    studio.comment(hidden, other, for_client=True)

    def face(person_id):
        return review.api.get(f"{review.path}/pictures/thumbnails/persons/{person_id}.png")

    for person in (author, writer):
        answer = face(person["id"])
        assert (answer.status_int, answer.content_type) == (200, "image/png")
        assert answer.headers["Cache-Control"] == "max-age=604800, private"
    for person_id in (other["id"], scene.team["client"]["id"], new_id(), "nonsense"):
        assert face(person_id).status_int == 404
    shown = review.api.get(review.path + "/comments").json[0]
    assert (shown["replies"][0]["person"]["id"], shown["attachment_files"]) == (writer["id"], [])


def test_a_guest_sees_nothing_of_other_productions(studio, scene, review):
    foreign = studio.task(studio.entity(studio.project(), "Shot", name="secret"), "Animation")
    secret = studio.preview(foreign)
    shots = [
        {"entity_id": foreign["entity_id"], "preview_file_id": secret["id"], "preview_file_task_id": foreign["id"]},
        {"entity_id": new_id(), "preview_file_task_id": 7},
    ]
    with studio.db.write():
        studio.db.update(Playlist, review.playlist["id"], shots=shots)
    answer = review.api.get(review.path)
    assert "secret" not in answer.text
    assert "preview_file_task_type" not in answer.json["shots"][0]
    assert review.api.get(review.path + f"/preview-files/{secret['id']}").status_int == 403
    studio.comment(foreign, for_client=True)
    assert review.api.get(review.path + "/comments").json == []


def test_a_guest_knows_the_production_only_by_what_a_review_needs(studio, scene, review):
    kind, status = studio.task_type("Animation"), studio.task_status("wfa")
    studio.link(ProjectTaskTypeLink, project_id=scene.project["id"], task_type_id=kind["id"])
    studio.link(ProjectTaskStatusLink, project_id=scene.project["id"], task_status_id=status["id"])
    known = review.api.get(review.path + "/context").json
    assert set(known["project"]) == {"id", "name", "fps", "ratio", "resolution", "team"}
    assert known["project"]["team"] == []
    assert [row["id"] for row in known["task_types"]] == [kind["id"]]
    assert known["task_statuses"][0]["is_client_allowed"] is True
    assert "entities" not in known
    with studio.db.write():
        studio.db.execute("UPDATE project_task_status_link SET is_client_allowed = 0")
        studio.db.update(Playlist, review.playlist["id"], shots=None)
    assert review.api.get(review.path + "/context").json["task_statuses"][0]["is_client_allowed"] is False
    assert review.api.get(review.path).json["shots"] == []


def test_a_guest_sees_the_previews_of_the_revisions_that_are_shown(studio, scene, review):
    layout = studio.preview(studio.task(scene.entity, "Layout"), revision=2)
    statuses = {
        name: review.api.get(review.path + f"/preview-files/{preview['id']}").status_int
        for name, preview in {
            "shown": review.shown,
            "beside": review.beside,
            "older": review.older,
            "layout": layout,
            "unknown": {"id": new_id()},
        }.items()
    }
    assert statuses == {"shown": 200, "beside": 200, "older": 403, "layout": 403, "unknown": 404}


@pytest.mark.parametrize("ending", READS[4:-2])
def test_files_of_other_previews_stay_closed(review, ending):
    older = ending.replace("{shown}", review.older["id"])
    assert review.api.get(review.path + older).status_int == 403


def test_a_guest_is_shown_the_files(studio, scene, review):
    with studio.db.write():
        studio.db.execute("UPDATE preview_file SET original_name = NULL, extension = 'mp4'")
    scene.upload("a.png", picture(), review.shown)
    scene.upload("b.gif", b"gif", review.beside)
    movie = studio.preview(scene.task, revision=2, position=3, extension="mp4")
    scene.upload("c.mp4", b"0123", movie)

    def get(ending, preview):
        return review.api.get(review.path + ending.format(preview["id"]))

    assert get("/pictures/originals/preview-files/{}.png", review.shown).content_type == "image/png"
    assert get("/pictures/thumbnails/preview-files/{}.png", review.shown).content_type == "image/png"
    assert get("/pictures/originals/preview-files/{}.gif", review.beside).body == b"gif"
    assert get("/pictures/originals/preview-files/{}.exe", review.beside).status_int == 400
    assert get("/movies/originals/preview-files/{}.mp4", movie).body == b"0123"
    assert get("/movies/tiles/preview-files/{}.png", movie).status_int == 404
    loaded = get("/preview-files/{}/download", review.beside)
    assert loaded.headers["Content-Disposition"].endswith("_v2-2.gif")


# Guests


def test_a_guest_is_made_once_and_known_again(studio, review):
    studio.forget_events()
    made = review.api.post(review.path + "/guest", {"first_name": " Ann ", "last_name": "Lee"})
    assert (made.status_int, made.json["full_name"]) == (201, "Ann Lee")
    assert (made.json["role"], made.json["is_guest"]) == ("client", True)
    assert made.json["email"].endswith("@guest.kitsu")
    assert not {"password", "totp_secret", "jti", "otp_recovery_codes"} & set(made.json)
    known = review.api.post(review.path + "/guest", {"guest_id": made.json["id"], "first_name": "Bob"})
    assert (known.status_int, known.json["id"], known.json["first_name"]) == (200, made.json["id"], "Ann")
    same = review.api.post(review.path + "/guest", {"first_name": "Ann", "last_name": "Lee"})
    assert (same.status_int, same.json["id"]) == (201, made.json["id"])
    assert studio.events() == ["person:new"]


@pytest.mark.parametrize("body", [{}, {"first_name": None}, {"first_name": "  "}, {"guest_id": ""}])
def test_a_guest_without_a_name_has_one(review, body):
    assert review.api.post(review.path + "/guest", body).json["full_name"] == "Guest"


@pytest.mark.parametrize("name", ["first_name", "last_name"])
def test_a_name_of_a_guest_has_the_length_of_names(review, name):
    assert review.api.post(review.path + "/guest", {name: "x" * 80}).status_int == 201
    assert review.api.post(review.path + "/guest", {name: "x" * 81}).status_int == 400


def test_a_guest_is_known_on_its_own_link_alone(studio, scene, review):
    guest_id = review.guest()
    other = review.link()
    assert review.guest(other, guest_id=guest_id) != guest_id
    for stranger in (scene.team["client"]["id"], scene.team["admin"]["id"], new_id()):
        assert review.guest(guest_id=stranger) == guest_id
    assert review.api.post(review.path + "/guest", {"guest_id": "x"}).status_int == 400


def test_a_guest_cannot_sign_in(studio, review):
    guest = studio.db.get(Person, review.guest())
    for password in ("", "x"):
        answer = review.api.post("/auth/login", {"email": guest["email"], "password": password})
        assert answer.status_int in (400, 401)


# Comments


def test_a_guest_comments_with_all_that_follows(studio, scene, review):
    guest_id = review.guest()
    studio.forget_events()
    answer = review.comment(guest_id, checklist=[{"text": "a", "checked": False}])
    assert answer.status_int == 201
    assert (answer.json["person_id"], answer.json["for_client"]) == (guest_id, False)
    assert answer.json["checklist"] == [{"text": "a", "checked": False}]
    assert studio.db.get(Task, scene.task["id"])["task_status_id"] == review.status["id"]
    assert studio.events() == ["comment:new", "task:update", "task:status-changed", "news:new"]
    assert studio.db.column("SELECT DISTINCT user_id FROM api_event") == [None]


def test_a_guest_comments_on_tasks_of_the_playlist_with_statuses_for_clients(studio, scene, review):
    guest_id = review.guest()
    closed = studio.add(TaskStatus, name="a", short_name="a", color="#000000", is_client_allowed=False)
    elsewhere = studio.task(scene.entity, "Layout")
    for body, status, error in (
        ({"guest_id": new_id()}, 403, "Guest not part of this shared playlist"),
        ({"guest_id": scene.team["client"]["id"]}, 403, "Guest not part of this shared playlist"),
        ({"task_id": elsewhere["id"]}, 403, "Task not part of this shared playlist"),
        ({"task_status_id": new_id()}, 400, "Task status not found"),
        ({"task_status_id": closed["id"]}, 400, "Task status not allowed for guests"),
    ):
        answer = review.comment(**{"guest_id": guest_id, **body})
        assert (answer.status_int, answer.json) == (status, {"error": error})
    assert review.comment("x").status_int == 400
    assert studio.db.value("SELECT count(*) FROM comment WHERE person_id = ?", [guest_id]) == 0


def test_a_guest_sees_comments_for_clients_and_of_guests(studio, scene, review):
    guest_id = review.guest()
    studio.comment(scene.task, text="internal")
    open_one = studio.comment(scene.task, text="open", for_client=True, editor_id=studio.admin["id"])
    mine = review.comment(guest_id).json
    rows = review.api.get(review.path + "/comments").json
    assert [row["id"] for row in rows] == [mine["id"], open_one["id"]]
    assert rows[0]["person"]["is_guest"] is True
    assert set(rows[0]["person"]) == {
        *("id", "first_name", "last_name", "full_name", "has_avatar", "role", "is_guest"),
    }
    assert "editor" not in rows[0]
    assert set(rows[1]["editor"]) == {"id", "first_name", "last_name", "has_avatar", "role"}
    assert set(rows[0]["task_status"]) == {"id", "name", "short_name", "color"}


def test_a_guest_edits_a_comment_of_its_own(studio, scene, review):
    guest_id = review.guest()
    comment = review.comment(guest_id).json
    path = f"{review.path}/comments/{comment['id']}"
    studio.forget_events()
    answer = review.api.put(path, {"guest_id": guest_id, "text": "Better", "checklist": None})
    assert (answer.status_int, answer.json["text"], answer.json["editor_id"]) == (200, "Better", guest_id)
    assert answer.json["attachment_files"] == []
    assert studio.events() == ["comment:update"]
    studio.forget_events()
    todo = studio.task_status("todo")
    review.api.put(path, {"guest_id": guest_id, "task_status_id": todo["id"]})
    assert studio.db.get(Task, scene.task["id"])["task_status_id"] == todo["id"]
    assert studio.events() == ["task:update", "task:status-changed", "comment:update"]


def test_a_guest_deletes_a_comment_of_its_own(studio, scene, review):
    guest_id = review.guest()
    comment = review.comment(guest_id).json
    studio.forget_events()
    assert review.api.delete(f"{review.path}/comments/{comment['id']}?guest_id={guest_id}", {}).status_int == 204
    assert not studio.db.exists(Comment, id=comment["id"])
    assert studio.events() == ["news:delete", "comment:delete", "task:update", "task:status-changed"]


def test_comments_of_others_are_out_of_reach(studio, scene, review):
    guest_id, other_id = review.guest(), review.guest(first_name="Bob")
    theirs = review.comment(other_id).json
    internal = studio.comment(scene.task, studio.db.get(Person, guest_id))
    with studio.db.write():
        studio.db.update(Comment, internal["id"], object_id=studio.task(scene.entity, "Layout")["id"])
    closed = studio.add(TaskStatus, name="a", short_name="a", color="#000000", is_client_allowed=False)
    mine = review.comment(guest_id).json
    forbidden = (403, {"error": "Forbidden"})
    for comment_id, body, expected in (
        (theirs["id"], {}, forbidden),
        (scene.comment["id"], {}, forbidden),
        (internal["id"], {}, forbidden),
        (mine["id"], {"task_status_id": closed["id"]}, forbidden),
        (mine["id"], {"task_status_id": new_id()}, forbidden),
        (mine["id"], {"guest_id": new_id()}, forbidden),
        (new_id(), {}, (404, {"error": "Comment not found"})),
        ("nonsense", {}, (404, {"error": "Comment not found"})),
    ):
        answer = review.api.put(f"{review.path}/comments/{comment_id}", {"guest_id": guest_id, "text": "a", **body})
        assert (answer.status_int, answer.json) == expected
    for query in ("", f"?guest_id={guest_id}"):
        assert review.api.delete(f"{review.path}/comments/{theirs['id']}{query}").status_int == 403
    assert studio.db.get(Comment, theirs["id"])["text"] == "Lovely"


def test_a_guest_attaches_files_to_its_own_comment(studio, scene, review):
    guest_id, other_id = review.guest(), review.guest(first_name="Bob")
    comment = review.comment(guest_id).json
    path = f"{review.path}/comments/{comment['id']}/attachments"
    files = [("any", "ref.png", b"picture"), ("more", "page.html", b"<script>")]
    assert review.api.upload(path, files).status_int == 403
    assert review.api.upload(path, files, guest_id=other_id).status_int == 403
    studio.forget_events()
    answer = review.api.upload(path, files, guest_id=guest_id)
    assert answer.status_int == 201
    first, second = answer.json["attachment_files"]
    shown = review.api.get(f"{review.path}/attachment-files/{first['id']}/file/x")
    assert (shown.body, shown.headers["Content-Disposition"]) == (b"picture", "inline; filename=ref.png")
    loaded = review.api.get(f"{review.path}/attachment-files/{second['id']}/file/x")
    assert loaded.headers["Content-Disposition"].startswith("attachment")
    gone = f"{path}/{first['id']}"
    assert review.api.delete(f"{gone}?guest_id={other_id}").status_int == 403
    assert review.api.delete(f"{gone}?guest_id={guest_id}").status_int == 204
    answer = review.api.delete(f"{gone}?guest_id={guest_id}")
    assert (answer.status_int, answer.json) == (404, {"error": "Comment not found"})
    assert studio.events() == []


def test_attachments_of_comments_that_guests_do_not_see_stay_closed(studio, scene, review):
    internal = studio.add(AttachmentFile, name="a.png", comment_id=scene.comment["id"])
    loose = studio.add(AttachmentFile, name="a.png")
    layout = studio.comment(studio.task(scene.entity, "Layout"), for_client=True)
    elsewhere = studio.add(AttachmentFile, name="a.png", comment_id=layout["id"])
    for row in (internal, loose, elsewhere):
        answer = review.api.get(f"{review.path}/attachment-files/{row['id']}/file/a.png")
        assert (answer.status_int, answer.json) == (404, {"error": "Attachment not found"})


# Drawings


def test_a_guest_draws_on_a_preview(studio, review):
    guest_id = review.guest()
    studio.forget_events()
    drawn = {"time": 0, "drawing": {"objects": [{"id": "a"}]}}
    body = {"guest_id": guest_id, "preview_file_id": review.shown["id"], "additions": [drawn], "updates": None}
    answer = review.api.put(review.path + "/annotations", body)
    assert (answer.status_int, answer.json["annotations"]) == (200, [drawn])
    payloads = studio.db.objects("SELECT data FROM api_event")
    assert [event["person_id"] for event in payloads] == [guest_id]
    assert studio.events() == ["preview-file:annotation-update"]
    for wrong, status in (
        ({"guest_id": new_id()}, 403),
        ({"preview_file_id": review.older["id"]}, 403),
        ({"preview_file_id": new_id()}, 404),
        ({"additions": ["x"]}, 400),
        ({"additions": [{}]}, 400),
    ):
        assert review.api.put(review.path + "/annotations", {**body, **wrong}).status_int == status


def test_what_a_signed_in_visitor_does_is_logged_in_their_name(studio, scene, review):
    review.api = scene.api("user")
    guest_id = review.guest()
    assert studio.db.value("SELECT user_id FROM api_event WHERE name = 'person:new'") == scene.team["user"]["id"]
    assert studio.db.get(Person, guest_id)["is_guest"] is True


def test_wrong_passwords_from_a_silent_proxy_keep_nobody_out(scene, review):
    link = scene.api("manager").post(f"/data/playlists/{review.playlist['id']}/share", {"password": "sesame"}).json
    proxy = {"REMOTE_ADDR": "127.0.0.1"}

    def opened(password):
        path = f"/shared/playlists/{link['token']}?password={password}"
        return review.api.get(path, extra_environ=proxy).status_int

    assert {opened(f"guess{number}") for number in range(8)} == {404}
    assert opened("sesame") == 200

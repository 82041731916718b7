"""What people upload or link runs as no page of this server."""

from types import SimpleNamespace

import pytest
from support import UNKNOWN

from kitsulite.models.tasks import CustomAction
from kitsulite.web import reply

SCRIPTS = ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x"]


@pytest.mark.parametrize("link", SCRIPTS)
def test_links_that_are_code_are_refused(studio, admin, board, link):
    status = studio.db.value("SELECT id FROM task_status WHERE short_name = 'wip'")
    comments = f"/actions/tasks/{board.task['id']}/comment"
    before = studio.db.value("SELECT count(*) FROM comment")
    body = {"task_status_id": status, "comment": "See", "links": ["https://a.example", link]}
    assert admin.post(comments, body).status_int == 400
    action = {"name": "Open", "url": link}
    assert admin.post("/data/custom-actions", action).status_int == 400
    assert studio.db.value("SELECT count(*) FROM comment") == before
    made = admin.post("/data/custom-actions", {**action, "url": "https://a.example"}).json
    assert admin.put(f"/data/custom-actions/{made['id']}", {"url": link}).status_int == 400
    assert studio.db.get(CustomAction, made["id"])["url"] == "https://a.example"


@pytest.mark.parametrize("link", ["https://a.example", "kitsu-publisher://open?id=1", "/page", "nas:\\\\share\\x", ""])
def test_other_links_are_taken(admin, board, link):
    assert admin.post("/data/custom-actions", {"name": "Open", "url": link}).status_int == 201


def test_an_attachment_is_shown_in_a_sandbox(studio, board):
    api = studio.api(board.manager) if hasattr(board, "manager") else studio.api(studio.admin)
    status = studio.db.value("SELECT id FROM task_status WHERE short_name = 'wip'")
    files = [("file-0", "page.html", b"<script>alert(1)</script>")]
    answer = api.upload(f"/actions/tasks/{board.task['id']}/comment", files, task_status_id=status, comment="See")
    (attachment,) = answer.json["attachment_files"]
    shown = api.get(f"/data/attachment-files/{attachment['id']}/file/page.html")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert api.get(f"/data/attachment-files/{UNKNOWN}/file/page.html").status_int == 404


@pytest.mark.parametrize(
    ("content_type", "policy"), [("image/png", reply.SANDBOX), ("application/pdf", reply.SECURITY[2])]
)
def test_only_pdf_is_shown_outside_of_the_sandbox_in_which_its_viewers_fail(tmp_path, content_type, policy):
    (tmp_path / "file").write_bytes(b"abc")
    shown = reply.file(SimpleNamespace(header=lambda name: ""), tmp_path / "file", content_type)
    assert policy in shown.headerlist


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a/b.txt", "attachment; filename=a_b.txt"),
        ("../a.txt", "attachment; filename=.._a.txt"),
        ('a "b".txt', "attachment; filename=\"a _b_.txt\"; filename*=UTF-8''a%20%22b%22.txt"),
    ],
)
def test_a_file_that_is_saved_has_no_path_in_its_name(name, shown):
    assert reply.attachment(name) == ("Content-Disposition", shown)

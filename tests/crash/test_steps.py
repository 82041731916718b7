"""Whatever step a server dies before: the whole of a piece of work is there, or nothing of it."""

import shutil

import pytest
from crash.steps import Steps
from scene import picture
from support import Api, Studio

from kitsulite.application import Application
from kitsulite.auth import tokens
from kitsulite.domain.server import verification
from kitsulite.models.people import Person
from kitsulite.models.tasks import Task, TaskStatus

EMAIL = "ann@studio.com"
#: tables that change after the commit too: mail leaves, and is written again if it did not
AFTERWARDS = ("mail",)


class Template:
    """A data folder with a task that a person follows by mail, and a comment with a preview and an attachment."""

    def __init__(self, folder):
        self.folder = folder
        app = Application(data_dir=folder, synchronous="OFF")
        studio = Studio(app)
        author, reader = studio.person("manager", email=EMAIL), studio.person(notifications_enabled=True)
        project = studio.project(team=[author, reader])
        shot = studio.entity(project, "Shot")
        self.task = studio.task(shot, "Animation", assignees=[reader])
        api = studio.api(author)
        form = {"task_status_id": self.status(studio, "wip"), "comment": "The first"}
        path = f"/actions/tasks/{self.task['id']}"
        made = api.upload(f"{path}/comment", [("file-0", "first.txt", b"first")], **form).json
        self.comment_path = f"/data/tasks/{self.task['id']}/comments/{made['id']}"
        self.preview = api.post(f"{path}/comments/{made['id']}/add-preview", {}).json
        assert api.upload(self.preview_path, [("file", "first.png", picture(64, 36))]).status_int == 201
        other = studio.comment(self.task, author)
        self.empty_preview = api.post(f"{path}/comments/{other['id']}/add-preview", {}).json
        self.done = self.status(studio, "done")
        app.close()

    @property
    def preview_path(self):
        return f"/pictures/preview-files/{self.preview['id']}"

    def status(self, studio, short_name):
        return studio.task_status(short_name)["id"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return Template(tmp_path_factory.mktemp("template") / "studio")


@pytest.fixture
def left(template, tmp_path):
    """Let the author do some work; what a process leaves that dies before a step of it, per step, and at the end."""

    def run(work):
        app = Application(data_dir=shutil.copytree(template.folder, tmp_path / "studio"), synchronous="OFF")
        api = author(app)
        with pytest.MonkeyPatch.context() as monkeypatch:
            steps = Steps(app.folder, tmp_path, monkeypatch)
            steps.watch()
            assert work(api).status_int < 300
        app.close()
        steps.take()
        states = {folder: State(folder) for folder in dict.fromkeys(steps.left)}
        return [states[folder] for folder in steps.left]

    return run


def author(app):
    """The API as the author of the comments sees it."""
    return Api(app, tokens.pair(app.settings, app.db.find(Person, email=EMAIL)["id"])[0])


class State:
    """What a process that died has left, after the commands that look after a folder."""

    def __init__(self, folder):
        self.folder = folder
        app = Application(data_dir=folder, synchronous="OFF")
        verification.remove_orphans(app)
        self.problems = list(verification.problems(app))
        tables = app.db.column("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        self.rows = {name: app.db.value(f'SELECT count(*) FROM "{name}"') for name in tables if name not in AFTERWARDS}
        self.task = app.db.row("SELECT task_status_id, last_preview_file_id FROM task")
        self.previews = app.db.column("SELECT status || coalesce(original_name, '') FROM preview_file ORDER BY rowid")
        self.files = len(list(app.files.all()))
        app.resume()
        self.mails = len(list((folder / "outbox").glob("*.eml")))
        self.waiting_mails = app.db.value("SELECT count(*) FROM mail")
        self.can_work = self.work(app)
        app.close()

    def work(self, app):
        """Whether the next one can work."""
        body = {"task_status_id": app.db.find(TaskStatus, short_name="wip")["id"], "comment": "Goes on"}
        return author(app).post(f"/actions/tasks/{app.db.first(Task)['id']}/comment", body).status_int == 201

    def seen(self, but):
        """What must be there as a whole or not at all, but for some of it."""
        seen = {name: getattr(self, name) for name in ("rows", "task", "previews", "files", "mails")}
        return {**seen, **dict.fromkeys(but)}


def check(states, least, but=()):
    """Each is like the first, or from some step on like the last; there are at least so many. Returns that step."""
    seen = [state.seen(but) for state in states]
    assert len(states) > least
    assert seen[0] != seen[-1]
    turn = seen.index(seen[-1])
    assert seen == [seen[0]] * turn + [seen[-1]] * (len(states) - turn)
    assert all(state.can_work and not state.problems and not state.waiting_mails for state in states)
    return turn


def test_a_comment_with_an_attachment(left, template):
    form = {"task_status_id": template.done, "comment": "All of it or nothing"}
    path = f"/actions/tasks/{template.task['id']}/comment"
    check(left(lambda api: api.upload(path, [("file-0", "a.txt", b"content")], **form)), least=20)


def test_a_picture_for_a_preview(left, template):
    content = picture(64, 36)
    path = f"/pictures/preview-files/{template.empty_preview['id']}"
    states = left(lambda api: api.upload(path, [("file", "second.png", content)]))
    # The preview is there before its picture: files that are left are its own, and replaced by the next try.
    turn = check(states, least=20, but=["files"])
    app = Application(data_dir=states[turn - 1].folder, synchronous="OFF")
    assert author(app).upload(path, [("file", "again.png", content)]).status_int == 201
    assert list(verification.problems(app)) == []
    app.close()


def test_a_comment_that_is_deleted_with_its_files(left, template):
    check(left(lambda api: api.delete(template.comment_path, {"remove_files": True})), least=15)

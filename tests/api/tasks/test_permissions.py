"""Roles x routes of tasks, comments, chats and news x own and foreign production.

The people of the matrix: one of each role in the team of the production, none of them assigned,
in a department or author of anything; and the same roles in no team.
"""

import re

import pytest
from scene import Scene
from support import ROLES, Studio

from kitsulite.application import declared_routes
from kitsulite.models.activity import Chat, ChatMessage, ChatParticipant, News
from kitsulite.models.fields import new_id
from kitsulite.models.projects import ProjectPersonLink
from kitsulite.models.tasks import TaskPersonLink, TimeSpent

DECLARED = declared_routes()

EVERYBODY = "admin manager supervisor user client vendor"
NO_VENDOR = "admin manager supervisor user client"
NO_CLIENT = "admin manager supervisor user vendor"
LEADS = "admin manager supervisor client"
STUDIO = "admin manager supervisor user"
PROJECT, TASK, ENTITY = "/data/projects/{project}", "/data/tasks/{task}", "/data/entities/{entity}"
ON_TASK, TYPE = "/actions/tasks/{task}", "/actions/projects/{project}/task-types/{type}"
COMMENT = TASK + "/comments/{comment}"

WITH_PREVIEW = ON_TASK + "/comments/{shown}/preview-files/{preview}"
TIME_SPENT = ON_TASK + "/time-spents/2026-01-05/persons/{worker}"
FILE = [("file-0", "notes.txt", b"notes")]

#: method, path, who may in the own production, body (FILE: a form); 2xx for them, 403 for all others
ROUTES = (
    ("GET", TASK + "/full", NO_VENDOR),
    ("GET", TASK + "/previews", NO_VENDOR),
    ("GET", TASK + "/comments", NO_VENDOR),
    ("GET", COMMENT, STUDIO),
    ("GET", ENTITY + "/task-types/{type}/tasks", NO_VENDOR),
    ("GET", PROJECT + "/tasks", EVERYBODY),
    ("GET", PROJECT + "/comments", STUDIO),
    ("GET", PROJECT + "/notifications", "admin"),
    ("GET", PROJECT + "/subscriptions", "admin"),
    ("GET", PROJECT + "/preview-files", "admin"),
    ("GET", PROJECT + "/news", NO_CLIENT),
    ("GET", PROJECT + "/news/{news}", STUDIO),
    ("GET", "/data/tasks/open-tasks?project_id={project}", EVERYBODY),
    ("GET", "/data/tasks/open-tasks/burndown?project_id={project}", EVERYBODY),
    ("POST", "/actions/projects/{project}/tasks/copy-client-comments", "admin manager", {"task_ids": ["{task}"]}),
    ("GET", "/data/persons/task-dates?project_id={project}", "admin manager supervisor"),
    ("GET", ENTITY + "/chat", STUDIO),
    ("GET", ENTITY + "/chat/messages", STUDIO),
    ("GET", ENTITY + "/chat/messages/{message}", STUDIO),
    ("DELETE", ENTITY + "/chat/messages/{message}", "admin"),
    ("POST", ON_TASK + "/comment", LEADS, {"task_status_id": "{status}"}),
    ("POST", ON_TASK + "/batch-comment", LEADS, {"comments": [{"task_status_id": "{status}", "text": ""}]}),
    (
        "POST",
        "/actions/tasks/batch-comment",
        LEADS,
        {"comments": [{"task_id": "{task}", "task_status_id": "{status}", "text": ""}]},
    ),
    ("POST", COMMENT + "/ack", NO_VENDOR.replace(" client", "")),
    # clients do not see the comment
    ("POST", COMMENT + "/reply", "admin manager supervisor", {"text": "yes"}),
    ("DELETE", COMMENT + "/reply/{reply}", "admin"),
    ("DELETE", COMMENT, "admin manager"),
    ("POST", ON_TASK + "/comments/{comment}/move", "admin manager", {"target_task_id": "{target}"}),
    ("PUT", ON_TASK + "/assign", "admin manager supervisor", {"person_id": "{person}"}),
    ("PUT", ON_TASK + "/set-main-preview", STUDIO),
    ("PUT", "/actions/tasks/set-main-preview", STUDIO, {"task_ids": ["{task}"]}),
    ("PUT", ON_TASK + "/to-review", STUDIO, {}),
    ("POST", TYPE + "/assets/create-tasks", "admin manager", {}),
    ("POST", TYPE + "/shots/create-tasks", "admin manager", {}),
    ("POST", TYPE + "/edits/create-tasks", "admin manager", {}),
    ("POST", TYPE + "/concepts/create-tasks", STUDIO, {}),
    ("POST", TYPE + "/create-tasks/{kind}", "admin manager", {}),
    ("DELETE", TYPE + "/delete-tasks", "admin"),
    ("POST", "/actions/projects/{project}/delete-tasks", "admin manager", ["{task}"]),
    ("POST", ON_TASK + "/comments/{comment}/add-attachment", "admin manager", FILE),
    ("DELETE", COMMENT + "/attachments/{attachment}", "admin manager"),
    ("GET", "/data/attachment-files/{attachment}/file/{name}", "admin manager supervisor user"),
    ("GET", PROJECT + "/attachment-files", "admin"),
    ("GET", TASK + "/attachment-files", "admin"),
    ("POST", ON_TASK + "/comments/{comment}/add-preview", LEADS, {}),
    ("POST", WITH_PREVIEW, LEADS, {}),
    ("DELETE", WITH_PREVIEW, "admin manager supervisor"),
    ("GET", ON_TASK + "/time-spents", STUDIO),
    ("GET", ON_TASK + "/time-spents/{date}", STUDIO),
    ("POST", TIME_SPENT, "admin manager", {"duration": 60}),
    ("POST", TIME_SPENT + "/add", "admin manager", {"duration": 60}),
    ("DELETE", TIME_SPENT, "admin manager"),
    ("POST", ENTITY + "/chat/messages", STUDIO, {"message": "hi"}),
    ("GET", "/data/events/last?project_id={project}", "admin manager"),
)
#: routes that leave out what the caller may not change: method, path, body, who gets something
SILENT = (
    ("PUT", "/actions/persons/{person}/assign", {"task_ids": ["{task}"]}, "admin manager supervisor"),
    ("PUT", "/actions/tasks/clear-assignation", {"task_ids": ["{task}"]}, "admin manager supervisor"),
    ("PUT", "/actions/tasks/set-priority", {"task_ids": ["{task}"], "priority": 2}, "admin manager supervisor"),
    (
        "POST",
        "/actions/projects/{project}/tasks/comment-many",
        [{"object_id": "{task}", "task_status_id": "{status}", "comment": ""}],
        "admin manager supervisor",
    ),
)
#: routes that look at the role alone, wherever a person works: method, path, who may, body
BY_ROLE = (
    ("GET", "/data/tasks/open-tasks", EVERYBODY),
    ("GET", "/data/tasks/open-tasks/stats", EVERYBODY),
    ("GET", "/data/projects/news", EVERYBODY),
    ("GET", "/data/persons/{person}/tasks", NO_VENDOR),
    ("GET", "/data/persons/{person}/done-tasks", NO_VENDOR),
    ("GET", "/data/persons/{person}/related-tasks/{type}", NO_VENDOR),
    ("GET", "/data/persons/task-dates", "admin manager supervisor"),
    ("GET", "/data/events/last", "admin manager"),
    ("GET", "/data/events/names", "admin manager"),
    ("GET", "/data/events/login-logs/last", "admin"),
    ("POST", "/data/search", EVERYBODY, {"query": "prop"}),
)
#: the modules of the area, with those of their routes that belong to others
MODULES = (
    *("comments.attachments", "comments.chats", "comments.comments", "comments.news", "comments.replies"),
    *("server.events", "server.search", "planning.assignments", "tasks.creation", "tasks.of_projects", "tasks.tasks"),
)
ELSEWHERE = {("GET", "/pictures/thumbnails/attachment-files/<>.png")}


class World:
    """A production with everything that the routes name; brought back once a request changed it."""

    def __init__(self, application):
        self.snapshots = application.snapshots
        application.restore_pristine()
        studio = Studio(application)
        scene = Scene(studio)
        self.scene = scene
        people = {**scene.team, **{f"{role} outside": studio.person(role) for role in ROLES}}
        reply = {"id": new_id(), "text": "", "person_id": studio.admin["id"], "date": "2026-01-01T00:00:00"}
        comment = studio.comment(scene.task, replies=[reply])
        chat = studio.add(Chat, object_id=scene.entity["id"], object_type="entity")
        for person in people.values():
            studio.link(ChatParticipant, chat_id=chat["id"], person_id=person["id"])
        worker = studio.person()
        studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=worker["id"])
        studio.link(TaskPersonLink, task_id=scene.task["id"], person_id=worker["id"])
        studio.add(TimeSpent, task_id=scene.task["id"], person_id=worker["id"], date="2026-01-05", duration=60)
        attached = f"{scene.path(comment)}/add-attachment"
        news = {"comment_id": comment["id"], "author_id": studio.admin["id"], "task_id": scene.task["id"]}
        self.ids = {
            "project": scene.project["id"],
            "entity": scene.entity["id"],
            "task": scene.task["id"],
            "target": studio.task(scene.entity, "Lighting")["id"],
            "comment": comment["id"],
            "reply": reply["id"],
            "type": studio.task_type("Animation")["id"],
            "status": studio.task_status("todo")["id"],
            "person": studio.person()["id"],
            "worker": worker["id"],
            "preview": studio.preview(scene.task, scene.comment)["id"],
            "shown": scene.comment["id"],
            "attachment": studio.api(studio.admin).upload(attached, FILE).json[0]["id"],
            **{"kind": "Shot", "date": "2026-01-05", "name": "notes.txt"},
            "news": studio.add(News, **news)["id"],
            "message": studio.add(ChatMessage, chat_id=chat["id"], person_id=studio.admin["id"], text="hi")["id"],
        }
        self.apis = {who: studio.api(person) for who, person in people.items()}
        self.snapshots.take("world")

    def bring_back(self):
        self.snapshots.restore("world")

    def fill(self, body):
        if isinstance(body, str):
            return body.format(**self.ids)
        if isinstance(body, list):
            return [self.fill(item) for item in body]
        return {key: self.fill(value) for key, value in body.items()} if isinstance(body, dict) else body

    def ask(self, api, method, path, body=None):
        call = getattr(api, method.lower())
        path = path.format(**self.ids)
        if body is FILE:
            return api.upload(path, FILE)
        return call(path) if method in ("GET", "DELETE") else call(path, self.fill(body if body is not None else {}))

    def answers(self, method, path, body):
        """(who, answer) of everybody, inside and outside of the team."""
        for who in list(self.apis):
            answer = self.ask(self.apis[who], method, path, body)
            yield who, answer
            if method != "GET" and answer.status_int < 300:
                self.bring_back()


@pytest.fixture(scope="module")
def whole_world(application):
    return World(application)


@pytest.fixture
def world(whole_world):
    whole_world.bring_back()
    return whole_world


@pytest.mark.parametrize(("method", "path", "allowed", "body"), [(*route, None)[:4] for route in ROUTES])
def test_who_may(world, method, path, allowed, body):
    found = {who: answer.status_int for who, answer in world.answers(method, path, body)}
    ok = {who: status for who, status in found.items() if status != 403}
    assert set(ok) == {*allowed.split(), "admin outside"}
    assert all(200 <= status < 300 for status in ok.values()), ok


@pytest.mark.parametrize(("method", "path", "body", "allowed"), SILENT)
def test_what_is_left_out(world, method, path, body, allowed):
    found = dict(world.answers(method, path, body))
    assert {answer.status_int for answer in found.values()} <= {200, 201}
    assert {who for who, answer in found.items() if answer.json} == {*allowed.split(), "admin outside"}


@pytest.mark.parametrize(("method", "path", "allowed", "body"), [(*route, None)[:4] for route in BY_ROLE])
def test_who_may_wherever_they_work(world, method, path, allowed, body):
    found = {who: answer.status_int for who, answer in world.answers(method, path, body)}
    ok = {who for who, status in found.items() if status == 200}
    assert ok == {who for role in allowed.split() for who in (role, f"{role} outside")}
    assert set(found.values()) <= {200, 403}


def test_nobody_may_without_a_token(world):
    nobody = world.scene.studio.nobody
    for method, path, *_ in (*ROUTES, *SILENT, *BY_ROLE):
        assert world.ask(nobody, method, path).status_int == 401, path


def test_the_tables_hold_every_route_of_the_area():
    def shape(path):
        return re.sub(r"<\w+(:path)?>|\{\w+\}", "<>", path.partition("?")[0])

    named = {(method, shape(path)) for method, path, *_ in (*ROUTES, *SILENT, *BY_ROLE)}
    declared = {(route.method, shape(route.rule)) for route in DECLARED if route.module in MODULES}
    assert declared - named == ELSEWHERE

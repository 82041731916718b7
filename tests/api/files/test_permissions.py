"""Roles x routes of the area x own and foreign production."""

import re

import pytest
from support import ROLES

from kitsulite.application import declared_routes

EVERYBODY = "admin manager supervisor user client vendor"
NO_VENDOR = "admin manager supervisor user client"
STUDIO, NO_CLIENT = "admin manager supervisor user", "admin manager supervisor user vendor"
LEADS = "admin manager supervisor"
MANAGERS = "admin manager"
ENTITY, TASK = "/data/entities/{asset}", "/data/tasks/{task}"
PLACED = "/data/asset-instances/{instance}/entities/{shot}"
WORKING = "/working-files/{working_file}"
KIND = {"output_type_id": "{output_type}", "task_type_id": "{task_type}"}
GUESS = {"project_id": "{project}", "file_path": "/x"}
FILE = [("file", "scene.blend", b"content")]
#: method, path, who may in the own production, body (FILE: a form); 2xx for them, 403 for all others
ROUTES = (
    ("GET", "/data/files/{working_file}", NO_VENDOR),
    ("GET", "/data/files/{output_file}", NO_VENDOR),
    ("GET", TASK + "/working-files", NO_VENDOR),
    ("GET", TASK + "/working-files/last-revisions", NO_VENDOR),
    ("GET", ENTITY + "/working-files", NO_VENDOR),
    ("POST", TASK + "/working-file-path", NO_VENDOR, {}),
    ("POST", TASK + "/working-files/new", STUDIO, {"name": "new"}),
    ("PUT", "/actions" + WORKING + "/comment", LEADS, {"comment": "x"}),
    ("PUT", "/actions" + WORKING + "/modified", LEADS, {}),
    ("POST", "/data" + WORKING + "/file", STUDIO, FILE),
    ("GET", "/data" + WORKING + "/file", NO_VENDOR),
    ("POST", ENTITY + "/output-file-path", NO_VENDOR, KIND),
    ("POST", PLACED + "/output-file-path", NO_VENDOR, KIND),
    ("POST", ENTITY + "/output-files/new", NO_CLIENT, KIND),
    ("POST", PLACED + "/output-files/new", NO_CLIENT, KIND),
    ("POST", ENTITY + "/output-files/next-revision", EVERYBODY, KIND),
    ("POST", PLACED + "/output-files/next-revision", EVERYBODY, KIND),
    ("GET", ENTITY + "/output-files/last-revisions", NO_VENDOR),
    ("GET", PLACED + "/output-files/last-revisions", NO_VENDOR),
    ("GET", ENTITY + "/output-types", NO_VENDOR),
    ("GET", PLACED + "/output-types", NO_VENDOR),
    ("GET", ENTITY + "/output-types/{output_type}/output-files", NO_VENDOR),
    ("GET", PLACED + "/output-types/{output_type}/output-files", NO_VENDOR),
    ("GET", ENTITY + "/output-files", NO_VENDOR),
    ("GET", "/data/asset-instances/{instance}/output-files", NO_VENDOR),
    ("GET", "/data/projects/{project}/output-files", MANAGERS),
    ("POST", "/actions/projects/{project}/set-file-tree", MANAGERS, {"tree_name": "simple"}),
    ("POST", "/data/entities/guess-from-path", EVERYBODY, GUESS),
    ("POST", "/data/entities/guess_from_path", EVERYBODY, GUESS),
)


@pytest.fixture
def ids(production):
    """What paths and bodies name."""
    rows = ("asset", "shot", "task", "instance", "working_file", "output_file", "project")
    found = {name: getattr(production, name)["id"] for name in rows}
    production.api().upload(f"/data/working-files/{found['working_file']}/file", FILE)
    return {**found, "output_type": production.cache["id"], "task_type": production.kind["task_type_id"]}


def ask(api, ids, method, path, body):
    path = path.format(**ids)
    if body is FILE:
        return api.upload(path, FILE)
    filled = {key: value.format(**ids) for key, value in (body or {}).items()}
    return api.get(path) if method == "GET" else getattr(api, method.lower())(path, filled)


@pytest.mark.parametrize(("method", "path", "allowed", "body"), [(*route, None)[:4] for route in ROUTES])
def test_who_may(production, ids, method, path, allowed, body):
    wrong = []
    outsiders = {f"{role} outside": production.studio.api(production.studio.person(role)) for role in ROLES}
    for who, api in {**outsiders, **{role: production.api(role) for role in ROLES}}.items():
        may = who in allowed.split() or who == "admin outside"
        answer = ask(api, ids, method, path, body)
        if answer.status_int // 100 != 2 if may else answer.status_int != 403:
            wrong.append(f"{who}: {answer.status_int} {answer.text[:100]}")
    assert not wrong
    assert ask(production.studio.nobody, ids, method, path, body).status_int == 401


def test_the_table_holds_every_route():
    table = {(method, re.sub(r"{\w+}", "<>", path)) for method, path, *_ in ROUTES}
    declared = [route for route in declared_routes() if route.module.startswith("files.")]
    assert declared
    assert {(r.method, re.sub(r"<\w+>", "<>", r.rule.removeprefix("/api"))) for r in declared} <= table

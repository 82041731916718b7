"""The description of the API for generators, and a client that one of them makes of it."""

import importlib
import json
import os
import re
import subprocess
import sys
import sysconfig
import uuid

import pytest

from kitsulite.application import declared_routes
from kitsulite.events.names import EVENTS
from kitsulite.web import reads
from kitsulite.web.openapi.document import document as openapi_document

ROUTES = declared_routes()


@pytest.fixture(scope="module")
def document():
    return openapi_document(ROUTES, "http://localhost:8080", EVENTS)


def operations(document):
    return {(method.upper(), path): found for path, item in document["paths"].items() for method, found in item.items()}


def body_of(document, method, path, kind="application/json"):
    return operations(document)[method, path]["requestBody"]["content"][kind]["schema"]


#: words of an operation that say what it is like, and not what it is called or what is told of it
SHAPE = {
    *("additionalProperties", "allOf", "anyOf", "array", "boolean", "const", "content", "enum", "format", "header"),
    *("in", "integer", "items", "null", "number", "object", "oneOf", "parameters", "path", "properties", "query"),
    *("requestBody", "required", "responses", "schema", "security", "string", "type", "uuid", "$ref"),
}


def parts(value, place=()):
    """What each object and list in a value of JSON is like, by its place; names that mean nothing count as one."""
    items = value.items() if isinstance(value, dict) else [("", item) for item in value]
    named = [(name if name in SHAPE else "", inner) for name, inner in items]
    yield place, frozenset((name, kind(inner)) for name, inner in named)
    for name, inner in named:
        if isinstance(inner, dict | list):
            yield from parts(inner, (*place, name))


def kind(value):
    return value if isinstance(value, str) and value in SHAPE else type(value)


def of_each_shape(document, *names):
    """The document with the operations of these names, and as few others as hold a part of each shape."""
    paths, seen = {}, set()
    for (method, path), operation in operations(document).items():
        found = set(parts(operation))
        if operation["operationId"] in names or not found <= seen:
            seen |= found
            paths.setdefault(path, {})[method.lower()] = operation
    return {**document, "paths": paths}


def test_the_document_is_valid(document):
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(of_each_shape(document))


def test_the_document_is_served(studio, document):
    served = studio.nobody.get("/kitsulite/openapi.json").json
    assert served["openapi"] == "3.1.0"
    assert served["paths"].keys() == document["paths"].keys()


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names)) == len(ROUTES)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []


def test_every_answer_with_content_has_a_schema_and_every_guarded_route_its_refusals(document):
    for where, operation in operations(document).items():
        for status, answer in operation["responses"].items():
            assert status == "204" or "$ref" in answer or all("schema" in one for one in answer["content"].values()), (
                where
            )
        if operation.get("security") != []:
            assert {"401", "403"} <= set(operation["responses"]), where


def test_bodies_are_described_by_what_the_routes_declare_and_read(document):
    shot = body_of(document, "POST", "/data/projects/{project_id}/shots")
    assert shot["required"] == ["name"]
    assert shot["properties"]["sequence_id"] == {"type": ["string", "null"], "format": "uuid"}
    person = body_of(document, "POST", "/data/persons")["properties"]
    assert person["role"]["enum"][0] == "user"
    assert person["departments"]["type"] == "array"
    picture = body_of(document, "POST", "/pictures/preview-files/{instance_id}", "multipart/form-data")
    assert picture["properties"]["file"] == {"type": "string", "format": "binary"}
    ids = body_of(document, "POST", "/actions/projects/{project_id}/delete-tasks")
    assert ids == {"type": "array", "items": {"type": "string", "format": "uuid"}}


def test_a_choice_that_may_be_null_says_so(document):
    gender = {"type": ["string", "null"], "enum": ["web", "script", None]}
    assert document["components"]["schemas"]["LoginLog"]["properties"]["origin"] == gender


def test_the_query_is_described_by_what_the_functions_read(document):
    def query(path, method="GET"):
        found = operations(document)[method, path]["parameters"]
        return {parameter["name"]: parameter["schema"]["type"] for parameter in found if parameter["in"] == "query"}

    assert query("/data/shots/{shot_id}", "DELETE") == {"force": "boolean"}
    assert query("/data/projects/{project_id}/tasks")["page"] == "integer"
    assert {"page", "limit", "relations", "fields", "name", "project_id"} <= set(query("/data/entities"))


def read_by_helper(request):
    return request.query.get("helped")


def reading(ctx):
    return (
        ctx.request.query["word"],
        "asked" in ctx.request.query,
        ctx.request.flag("flag"),
        ctx.request.integer("number"),
        read_by_helper(ctx.request),
    )


def test_what_a_function_reads_is_found_in_its_source_and_that_of_its_helpers():
    assert reads.of(reading).query == {
        "word": "string",
        "asked": "string",
        "flag": "boolean",
        "number": "integer",
        "helped": "string",
    }


def test_groups_are_the_nouns_of_the_api(document):
    names = {tag["name"] for tag in document["tags"]}
    assert {"Shots", "Assets", "Tasks", "Comments", "Persons", "Playlists", "Projects"} <= names
    assert {name for operation in operations(document).values() for name in operation["tags"]} == names
    assert all(tag["description"] for tag in document["tags"])


def test_all_events_are_listed_with_their_payloads(document):
    listed = {(event["name"], frozenset(event["keys"]), not event["kept"]) for event in document["x-events"]}
    assert listed == {(name, form.keys, form.live) for name, forms in EVENTS.items() for form in forms}


#: the operations that the generated client is asked for
CALLED = (
    *("log_in", "list_persons", "create_project", "get_project", "create_sequence", "create_shot", "get_shot"),
    *("project_shots", "list_departments", "update_department", "delete_shot"),
)


@pytest.fixture
def generated(document, tmp_path, monkeypatch):
    """The package that openapi-python-client makes of the document."""
    pytest.importorskip("openapi_python_client")
    (tmp_path / "openapi.json").write_text(json.dumps(of_each_shape(document, *CALLED)))
    # it would format the code
    (tmp_path / "config.json").write_text(json.dumps({"post_hooks": []}))
    words = ["generate", "--path", "openapi.json", "--output-path", "kitsu_client", "--meta", "none"]
    words += ["--config", "config.json"]
    tools = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    program = [sys.executable, "-m", "openapi_python_client", *words]
    done = subprocess.run(program, cwd=tmp_path, env={**os.environ, "PATH": tools}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING parsing" not in done.stdout
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("kitsu_client")
    for name in [name for name in sys.modules if name.partition(".")[0] == "kitsu_client"]:
        del sys.modules[name]


def test_a_generated_client_works(generated, kitsulite):
    def call(where, *path, body=None, **query):
        function = importlib.import_module(f"kitsu_client.api.{where}").sync
        return function(*path, client=client, **({"body": body} if body is not None else {}), **query)

    models = importlib.import_module("kitsu_client.models")
    anybody = generated.Client(base_url=kitsulite.api_url)
    login = models.LogInBody(email=kitsulite.admin_email, password=kitsulite.admin_password)
    token = json.loads(
        importlib.import_module("kitsu_client.api.sign_in.log_in").sync_detailed(client=anybody, body=login).content
    )["access_token"]
    client = generated.AuthenticatedClient(base_url=kitsulite.api_url, token=token)

    persons = call("persons.list_persons")
    assert [person.email for person in persons] == [kitsulite.admin_email]
    project = call("projects.create_project", body=models.CreateProjectBody(name="Caminandes"))
    assert isinstance(project.id, uuid.UUID)
    assert call("projects.get_project", project.id).name == "Caminandes"
    sequence = call("sequences.create_sequence", project.id, body=models.CreateSequenceBody(name="SE01"))
    shot = call("shots.create_shot", project.id, body=models.CreateShotBody(name="SH01", sequence_id=sequence.id))
    assert call("shots.get_shot", shot.id).name == "SH01"
    assert [found.name for found in call("shots.project_shots", project.id)] == ["SH01"]
    department = call("departments.list_departments", page=1, limit=1).data[0]
    changed = call("departments.update_department", department.id, body=models.UpdateDepartmentBody(color="#123456"))
    assert changed.color == "#123456"
    refused = call("shots.get_shot", uuid.UUID(int=1))
    assert (type(refused), "404" in refused.message) == (models.Error, True)
    assert (
        importlib.import_module("kitsu_client.api.shots.delete_shot").sync_detailed(shot.id, client=client).status_code
        == 204
    )

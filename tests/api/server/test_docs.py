"""The description of the API."""

import re

import pytest

from kitsulite.api.server import docs
from kitsulite.application import declared_routes

ROUTES = declared_routes()


@pytest.fixture
def document(studio):
    return studio.nobody.get("/openapi.json").json


def test_every_route_is_described(document):
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    declared = {(route.method, re.sub(r"<(\w+)(?::\w+)?>", r"{\1}", route.rule)) for route in ROUTES}
    assert described == declared


def test_the_document_has_the_form_that_tools_expect(document):
    assert document["openapi"] == "3.0.2"
    assert document["info"]["title"] == "Kitsu API"
    assert document["components"]["securitySchemes"]["JWT Authorization"]["in"] == "header"
    names = {tag["name"] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert set(operation["tags"]) <= names, where
            assert set(re.findall(r"{(\w+)}", path)) == {
                parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"
            }, where


def test_a_route_shows_its_permission_body_and_answers(document):
    shown = document["paths"]["/data/projects/{project_id}/shots"]["post"]
    assert shown["x-permission"] == "manager of the project"
    body = shown["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name"]
    assert body["properties"]["name"] == {"type": "string", "minLength": 1, "maxLength": 160}
    assert body["properties"]["sequence_id"] == {"type": "string", "format": "uuid", "nullable": True}
    assert set(shown["responses"]) == {"201", "400", "401", "403", "404", "413", "422"}
    assert document["paths"]["/config"]["get"]["security"] == []


def test_rows_are_described_by_their_columns_and_without_secrets(document):
    person = document["components"]["schemas"]["Person"]["properties"]
    assert "password" not in person
    assert person["role"]["enum"][0] == "user"
    assert person["departments"]["type"] == "array"
    listing = document["paths"]["/data/persons"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Person"}}
    assert listing == {"oneOf": [rows, {"$ref": "#/components/schemas/PersonPage"}]}


def test_no_schema_says_what_only_newer_versions_know(document):
    def schemas(value):
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from schemas(inner)
        if isinstance(value, dict) and isinstance(value.get("type"), str | list):
            yield value

    for schema in schemas(document):
        assert isinstance(schema["type"], str), schema
        assert "examples" not in schema
        assert schema.get("exclusiveMinimum", True) is True


def test_every_reference_of_the_document_is_there(document):
    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in set(references(document)):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_the_raw_document_has_no_code_samples(studio, document):
    raw = studio.nobody.get("/openapi-raw.json")
    assert "x-codeSamples" not in raw.text
    samples = document["paths"]["/data/user/filters"]["post"]["x-codeSamples"]
    assert [sample["label"] for sample in samples] == ["cURL", "gazu"]
    assert 'gazu.client.post("data/user/filters"' in samples[1]["source"]


@pytest.fixture(params=["with Swagger UI", "without"])
def swagger(request, monkeypatch, tmp_path):
    """Whether the extra is installed, as a stand-in of its two files."""
    for name in docs.OF_SWAGGER:
        (tmp_path / name).write_text(f"/* {name} */")
    monkeypatch.setattr(docs, "swagger_folder", lambda: tmp_path if request.param == "with Swagger UI" else None)
    return request.param == "with Swagger UI"


def test_the_routes_can_be_tried_where_the_extra_is_installed(studio, swagger):
    assert ("swagger-ui-bundle.js" in studio.nobody.get("/docs").text) is swagger
    assert studio.nobody.get("/docs/swagger-ui-bundle.js").status_int == (200 if swagger else 404)
    assert "docs.js" in studio.nobody.get("/docs/list").text


def test_the_extra_brings_the_files_of_the_page():
    pytest.importorskip("swagger_ui")
    assert all((docs.swagger_folder() / name).stat().st_size > 100_000 for name in docs.OF_SWAGGER)


@pytest.mark.usefixtures("swagger")
@pytest.mark.parametrize("path", ["/docs/list", "/docs", "/docs/", "/apidocs", "/apidocs/", "/apidocs/index.html"])
def test_the_page_needs_nothing_from_elsewhere(studio, path):
    page = studio.nobody.get(path)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert "//" not in "".join(linked)
    for link in linked:
        if link.startswith("/api/"):
            assert studio.nobody.get(link.removeprefix("/api")).status_int == 200


def test_only_the_files_of_the_page_are_served(studio):
    assert studio.nobody.get("/docs/docs.js").headers["Content-Type"] == "text/javascript; charset=utf-8"
    for name in ("index.html", "nothing.js", "..%2f__init__.py"):
        assert studio.nobody.get(f"/docs/{name}").status_int == 404

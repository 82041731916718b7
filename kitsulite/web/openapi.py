"""The routes as an OpenAPI 3.0 document: what each declares, described by its docstring."""

import http
import json
import re
import sys
from collections.abc import Iterable
from typing import Any

import bottle

from kitsulite import ZOU_VERSION
from kitsulite.models import TABLES
from kitsulite.models.base import Row, Table
from kitsulite.web import fields
from kitsulite.web.route import Route

PARAMETER = re.compile(r"<(\w+)(?::\w+)?>")
SCHEME = "JWT Authorization"
ERRORS = {
    400: "A parameter or the body is wrong: `message` says how, `data.errors` which field.",
    401: "The token is missing or no longer valid.",
    403: "The caller may not do this.",
    404: "A row of the path does not exist.",
}
#: values of the request bodies in code samples, by JSON type
SAMPLES = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}


def document(routes: Iterable[bottle.Route], origin: str, samples: bool = True) -> dict[str, Any]:
    """The OpenAPI 3.0.2 document of routes; `origin` like http://host:port, `samples` adds code samples."""
    from apispec.ext.marshmallow import MarshmallowPlugin

    routes = sorted((route for route in routes if isinstance(route, Route)), key=lambda route: route.rule)
    plugin = MarshmallowPlugin()
    spec = empty_spec(plugin, origin, tags(routes))
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(describe)
    for model in TABLES.values():
        if issubclass(model, Row):
            spec.components.schema(model.type_name(), model_schema(model))
    for route in routes:
        path = PARAMETER.sub(r"{\1}", route.rule)
        described = operation(route, plugin.converter)
        if samples:
            described["x-codeSamples"] = code_samples(route, origin, path)
        spec.path(path, operations={route.method.lower(): described})
    return spec.to_dict()


def empty_spec(plugin: Any, origin: str, tags: dict[str, str]) -> Any:
    """The APISpec of the document, without schemas and paths."""
    from apispec import APISpec

    scheme, _, host = origin.partition("://")
    spec = APISpec(
        "Kitsu API",
        ZOU_VERSION,
        "3.0.2",
        plugins=[plugin],
        info={
            "description": "The API of a Kitsu server, answered by kitsulite.",
            "contact": {"name": "kitsulite"},
            "license": {"name": "MIT"},
        },
        externalDocs={"description": "This document as a page", "url": f"{origin}/api/docs"},
        host=host,
        basePath="/api",
        schemes=[scheme],
        servers=[{"url": "/api"}],
        security=[{SCHEME: []}],
        tags=[{"name": name, "description": text} for name, text in sorted(tags.items())],
    )
    spec.components.security_scheme(SCHEME, {"type": "apiKey", "in": "header", "name": "Authorization"})
    for status, text in ERRORS.items():
        spec.components.response(str(status), {"description": text})
    return spec


def tags(routes: Iterable[bottle.Route]) -> dict[str, str]:
    """Name of each group of routes -> its description."""
    subjects = {route.tag: route for route in routes}
    return {tag(route): first_line(package_of(route).__doc__) for route in subjects.values()}


def package_of(route: Route) -> Any:
    """The package of a route's subject; for routes of other programs, their module."""
    return sys.modules.get(f"kitsulite.api.{route.tag}") or sys.modules[route.callback.__module__]


def tag(route: Route) -> str:
    return route.tag.replace("_", " ").capitalize()


def first_line(text: str) -> str:
    return (text or "").strip().partition("\n")[0]


def operation(route: Route, converter: Any) -> dict[str, Any]:
    """The description of one route."""
    summary, _, rest = route.doc.partition("\n")
    described: dict[str, Any] = {
        "summary": summary,
        "description": f"{rest.strip()}\n\nWho: {route.allow}.".strip(),
        "tags": [tag(route)],
        "x-permission": str(route.allow),
        "parameters": [path_parameter(name) for name in PARAMETER.findall(route.rule)],
        "responses": responses(route),
    }
    for name, field in (route.args or {}).items():
        shape = converter.field2property(field)
        shape.pop("nullable", None)
        described["parameters"].append({"name": name, "in": "query", "required": field.required, "schema": shape})
    if route.body is not None:
        shape = converter.schema2jsonschema(fields.schema_of(route.body))
        described["requestBody"] = {"content": {"application/json": {"schema": shape}}}
    if route.allow.public:
        described["security"] = []
    return described


def path_parameter(name: str) -> dict[str, Any]:
    shape = {"type": "string", "format": "uuid"} if name.endswith("_id") else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": shape}


def responses(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {str(route.status): {"description": http.HTTPStatus(route.status).phrase}}
    model = getattr(getattr(route.callback, "__self__", None), "model", None)
    if model and route.status != 204:
        row = {"$ref": f"#/components/schemas/{model.type_name()}"}
        is_list = route.method == "GET" and not PARAMETER.search(route.rule)
        shape = {"type": "array", "items": row} if is_list else row
        answers[str(route.status)]["content"] = {"application/json": {"schema": shape}}
    if route.body is not None or route.args:
        answers["400"] = "400"
    if not route.allow.public:
        answers.update({"401": "401", "403": "403"})
    if PARAMETER.search(route.rule):
        answers["404"] = "404"
    return answers


def describe(converter: Any, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
    """The parts of a field that apispec does not know."""
    if isinstance(field, fields.Field) and ret.get("default", ...) is None:
        del ret["default"]
    shape = typed(field)
    limits = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}.get(shape.get("type", ""))
    for limit, value in zip(limits or (), (getattr(field, "min", None), getattr(field, "max", None)), strict=False):
        if value:
            shape[limit] = value
    if getattr(field, "choices", None):
        shape["enum"] = list(field.choices)
    if getattr(field, "ge", None) is not None:
        shape["minimum"] = field.ge
    if getattr(field, "gt", None) is not None:
        shape.update(minimum=field.gt, exclusiveMinimum=True)
    if isinstance(field, fields.List):
        shape["items"] = converter.field2property(field.item)
    if isinstance(field, fields.Nested):
        shape.update(converter.schema2jsonschema(field.schema))
    return shape


def typed(field: Any) -> dict[str, Any]:
    """The JSON type of a field of a body or of a column."""
    shape: dict[str, Any] = {"type": field.json_type, "format": field.json_format}
    return {key: value for key, value in shape.items() if value}


def column_limits(column: Any) -> dict[str, Any]:
    """The limits of a column's values."""
    shape: dict[str, Any] = {}
    if getattr(column, "max_length", None):
        shape["maxLength"] = column.max_length
    if getattr(column, "codes", None) and column.json_type == "string":
        shape["enum"] = list(column.codes)
    if getattr(column, "table", None):
        shape["description"] = f"id of a row of {column.table}"
    return shape


def model_schema(model: type[Table]) -> dict[str, Any]:
    """The schema of a row in answers."""
    properties: dict[str, Any] = {}
    for name in model.shown_columns():
        column = model.columns()[name]
        shape = properties[model.shown_names.get(name, name)] = typed(column) | column_limits(column)
        if column.json_type == "array":
            shape["items"] = {"type": "string"}
        if column.null:
            shape["nullable"] = True
    for name in model.relations:
        properties[name] = {"type": "array", "items": {"type": "string", "format": "uuid"}}
    properties["type"] = {"type": "string", "enum": [model.type_name()]}
    return {"type": "object", "properties": properties}


def code_samples(route: Route, origin: str, path: str) -> list[dict[str, str]]:
    """Sample calls of a route, with cURL and with gazu."""
    body = {name: example(field) for name, field in (route.body or {}).items()}
    shell = f"curl -X {route.method} '{origin}/api{path}'"
    if not route.allow.public:
        shell += ' \\\n  -H "Authorization: Bearer $TOKEN"'
    if body:
        shell += f" \\\n  -H 'Content-Type: application/json' \\\n  -d '{json.dumps(body)}'"
    sent = f", {body!r}" if route.method in ("POST", "PUT") else ""
    python = f'gazu.client.{route.method.lower()}("{path.lstrip("/")}"{sent})'
    return [
        {"lang": "Shell", "label": "cURL", "source": shell},
        {"lang": "Python", "label": "gazu", "source": python},
    ]


def example(field: Any) -> Any:
    choices = getattr(field, "choices", None)
    return choices[0] if choices else SAMPLES.get(field.json_type)

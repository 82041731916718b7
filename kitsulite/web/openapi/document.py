"""The OpenAPI 3.1 document, for client generators and for the pages that show the API."""

from collections.abc import Iterable, Mapping
from typing import Any

import bottle

from kitsulite import ZOU_VERSION
from kitsulite.web.openapi.names import groups, operation_ids, tags
from kitsulite.web.openapi.operations import PARAMETER, operation
from kitsulite.web.openapi.samples import code_samples
from kitsulite.web.openapi.shapes import Json, schemas
from kitsulite.web.route import Route

SCHEME = "token"
ERRORS = {
    "400": "A parameter or the body is wrong: `message` says how, `data` which field.",
    "401": "The token is missing or no longer valid.",
    "403": "The caller may not do this.",
    "404": "A row of the path does not exist.",
    "413": "The body is over the limit of the server.",
    "422": "The token is malformed.",
}


def document(routes: Iterable[bottle.Route], origin: str, events: Mapping[str, Any]) -> Json:
    """The OpenAPI 3.1 document of routes; `events` are the `EVENTS` of `events/names.py`."""
    declared = sorted(
        (route for route in routes if isinstance(route, Route)), key=lambda route: (route.rule, route.method)
    )
    ids = operation_ids(declared)
    paths: dict[str, Json] = {}
    for route in declared:
        path = PARAMETER.sub(r"{\1}", route.rule)
        described = operation(route, ids[route])
        described["x-codeSamples"] = code_samples(route, origin, path)
        paths.setdefault(path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kitsu API",
            "version": ZOU_VERSION,
            "description": "The API of a Kitsu server, answered by kitsulite.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api"}],
        "security": [{SCHEME: []}],
        "tags": tags(declared),
        "x-tagGroups": groups(declared),
        "paths": paths,
        "components": {
            "securitySchemes": {SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": schemas(),
            "responses": {status: error_response(text) for status, text in ERRORS.items()},
        },
        "x-events": described_events(events),
    }


def error_response(text: str) -> Json:
    shape = {"$ref": "#/components/schemas/Error"}
    return {"description": text, "content": {"application/json": {"schema": shape}}}


def described_events(events: Mapping[str, Any]) -> list[Json]:
    """The events with the keys of their payloads, and whether the log keeps them."""
    return [
        {"name": name, "keys": sorted(form.keys), "kept": not form.live}
        for name, forms in sorted(events.items())
        for form in forms
    ]

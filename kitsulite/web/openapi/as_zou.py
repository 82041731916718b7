"""The document in the form of Zou's: OpenAPI 3.0.2, which says some things differently than 3.1."""

from typing import Any

from kitsulite.web.openapi.shapes import Json

SCHEME = "JWT Authorization"


def in_3_0(document: Json, origin: str, samples: bool = True) -> Json:
    """An OpenAPI 3.1 document as 3.0.2; `origin` like http://host:port, `samples` keeps the code samples."""
    scheme, _, host = origin.partition("://")
    components = document["components"]
    return {
        "openapi": "3.0.2",
        "info": {**document["info"], "contact": {"name": "kitsulite"}, "license": {"name": "MIT"}},
        "externalDocs": {"description": "This document as a page", "url": f"{origin}/api/docs"},
        "host": host,
        "basePath": "/api",
        "schemes": [scheme],
        "servers": document["servers"],
        "security": [{SCHEME: []}],
        "tags": [{"name": group["name"], "description": group["description"]} for group in document["x-tagGroups"]],
        "components": {
            "securitySchemes": {SCHEME: {"type": "apiKey", "in": "header", "name": "Authorization"}},
            "schemas": older(components["schemas"]),
            "responses": older(components["responses"]),
        },
        "paths": {
            path: {method: operation(described, samples) for method, described in methods.items()}
            for path, methods in document["paths"].items()
        },
    }


def operation(described: Json, samples: bool) -> Json:
    left_out = {"x-group"} if samples else {"x-group", "x-codeSamples"}
    kept = {key: value for key, value in described.items() if key not in left_out}
    return {**older(kept), "tags": [described["x-group"]]}


def older(value: Any) -> Any:
    """A part of a document whose schemas have the form of 3.0."""
    if isinstance(value, list):
        return [older(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    part = {key: older(inner) for key, inner in value.items()}
    if isinstance(part.get("type"), list):
        part.update(type=part["type"][0], nullable=True)
    if "exclusiveMinimum" in part:
        part.update(minimum=part["exclusiveMinimum"], exclusiveMinimum=True)
    if isinstance(part.get("examples"), list):
        part["example"] = part.pop("examples")[0]
    return part

"""Sample calls of a route."""

import json
from typing import Any

from kitsulite.web.route import Route

#: values of the request bodies in code samples, by JSON type
SAMPLES = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}


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

"""Calls of the API inside the process, without a port."""

import io
import json

from kitsulite.auth import tokens
from kitsulite.client import Answer
from kitsulite.errors import SetupError


def call(app, method, path, person, body=None):
    """The Answer to a request of this person; `path` with its query, without /api."""
    data = json.dumps(body).encode() if body is not None else b""
    path, _, query = path.partition("?")
    answer = Answer(0, {}, b"")

    def start_response(status, headers, exc_info=None):
        answer.status, answer.headers = int(status.split()[0]), dict(headers)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_AUTHORIZATION": f"Bearer {tokens.pair(app.settings, person['id'])[0]}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": io.BytesIO(data),
    }
    pieces = app(environ, start_response)
    answer.content = b"".join(pieces)
    return answer


def changed(answer):
    """The JSON of an answer; what the API refused is a SetupError with its message."""
    found = answer.json if answer.content else None
    if answer.status >= 400:
        raise SetupError(found.get("message") or found.get("msg") or str(found))
    return found

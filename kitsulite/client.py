"""A small client of the Kitsu API, for tests and scripts without a client library."""

import http.client
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode, urlsplit
from wsgiref.headers import Headers

BOUNDARY = "kitsulite-part-of-a-form"


@dataclass(repr=False)
class Answer:
    """The answer to a request: status, headers (a mapping) and content in bytes."""

    status: int
    headers: Any
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def ok(self) -> bool:
        """Whether the request succeeded."""
        return 0 < self.status < 400

    @property
    def message(self) -> str:
        """The message of a refusal; empty for other answers."""
        return "" if self.ok else message_in(self.content)

    def __repr__(self) -> str:
        """Status and message, for failed assertions."""
        shown = self.message or self.content[:80].decode(errors="replace") + ("..." if len(self.content) > 80 else "")
        return f"<Answer {self.status}{': ' if shown else ''}{shown}>"


def with_query(path: str, query: Mapping[str, Any]) -> str:
    """A path with query parameters."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(query)}" if query else path


def message_in(content: bytes) -> str:
    """The message of a refusal, with its details about single fields."""
    try:
        body = json.loads(content)
    except ValueError:
        return content[:200].decode(errors="replace")
    if not isinstance(body, dict):
        return ""
    data = body.get("data")
    return " ".join(
        str(part) for part in (body.get("message") or body.get("msg") or "", data and json.dumps(data)) if part
    )


class Client:
    """Calls the API as the person of a token; every status is returned as an Answer, and none raises an exception.

        client.get("/data/tasks", project_id=...)
        client.post("/data/projects", {"name": "Caminandes"}).json["id"]
        client.upload("/pictures/preview-files/<id>", picture, "shot.png")

    With `app`, a WSGI application, calls go straight to it, without a socket.
    """

    def __init__(self, api_url: str, token: str | None = None, app: Any = None) -> None:
        self.api_url, self.app = api_url, app
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", with_query(path, query))

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any = None) -> Answer:
        return self.call("PUT", path, body)

    def delete(self, path: str, body: Any = None) -> Answer:
        return self.call("DELETE", path, body)

    def upload(self, path: str, content: bytes, name: str, field: str = "file", **form: Any) -> Answer:
        """Send the bytes of a file and other fields as a form."""
        disposition = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"'
        parts = [f"{disposition.format(key)}\r\n\r\n{value}\r\n".encode() for key, value in form.items()]
        head = f'{disposition.format(field)}; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        data = b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])
        return self.send("POST", path, data, f"multipart/form-data; boundary={BOUNDARY}")

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Send a request with a JSON body; None stands for no body."""
        if body is None and method in ("GET", "DELETE"):
            return self.send(method, path)
        return self.send(method, path, json.dumps(body).encode(), "application/json")

    def send(self, method: str, path: str, data: bytes | None = None, content_type: str | None = None) -> Answer:
        """Send a request with these bytes as its body."""
        headers = {**self.headers, **({"Content-Type": content_type} if content_type else {})}
        if self.app is not None:
            return call_app(self.app, method, self.api_url + path, headers, data or b"")
        where = urlsplit(self.api_url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port)
        try:
            connection.request(method, where.path + path, data, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def call_app(app: Any, method: str, url: str, headers: Mapping[str, str], data: bytes = b"") -> Answer:
    """The answer of a WSGI application in this process."""
    where = urlsplit(url)
    answer = Answer(0, Headers([]), b"")

    def start_response(status: str, fields: list[tuple[str, str]], exc_info: Any = None) -> None:
        answer.status, answer.headers = int(status[:3]), Headers(fields)

    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(where.path).decode("latin-1"),
        "QUERY_STRING": where.query,
        "CONTENT_LENGTH": str(len(data)),
        "SERVER_NAME": where.hostname or "localhost",
        "SERVER_PORT": str(where.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": where.netloc or "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": where.scheme or "http",
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{variable(name): value for name, value in headers.items() if name.lower() != "content-length"},
    }
    pieces = app(environ, start_response)
    try:
        answer.content = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    return answer


def variable(header: str) -> str:
    """The key of a header in a WSGI environment."""
    name = header.upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" else f"HTTP_{name}"

"""A small caller of a Kitsu API, for tests and scripts that do not want a client library."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

BOUNDARY = "kitsulite-part-of-a-form"


@dataclass
class Answer:
    """What came back: status, headers (a mapping) and content in bytes."""

    status: int
    headers: object
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Client:
    """Calls an API as the person of a token; any status is an Answer, none an exception.

    client.get("/data/tasks", project_id=...)
    client.post("/data/projects", {"name": "Caminandes"}).json["id"]
    client.upload("/pictures/preview-files/<id>", picture, "shot.png")
    """

    def __init__(self, api_url: str, token: str | None = None) -> None:
        self.api_url = api_url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any = None) -> Answer:
        return self.call("PUT", path, body)

    def delete(self, path: str, body: Any = None) -> Answer:
        return self.call("DELETE", path, body)

    def upload(self, path: str, content: bytes, name: str, field: str = "file", **form: Any) -> Answer:
        """Send the bytes of a file, and fields with it, as a form."""
        disposition = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"'
        parts = [f"{disposition.format(key)}\r\n\r\n{value}\r\n".encode() for key, value in form.items()]
        head = f'{disposition.format(field)}; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        data = b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])
        return self.send("POST", path, data, f"multipart/form-data; boundary={BOUNDARY}")

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Send a request whose body is JSON; None for no body."""
        if body is None and method in ("GET", "DELETE"):
            return self.send(method, path)
        return self.send(method, path, json.dumps(body).encode(), "application/json")

    def send(self, method: str, path: str, data: bytes | None = None, content_type: str | None = None) -> Answer:
        """Send a request with these bytes."""
        where = urlsplit(self.api_url)
        headers = {**self.headers, **({"Content-Type": content_type} if content_type else {})}
        connection = http.client.HTTPConnection(where.hostname or "", where.port)
        try:
            connection.request(method, where.path + path, data, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

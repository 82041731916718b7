"""A transport without a socket: with it `requests`, and so gazu, can call a server in this process."""

import io
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

from kitsulite.client import call_app
from kitsulite.http import ConnectionCut


class Adapter(HTTPAdapter):
    """A transport of `requests` that calls a WSGI application."""

    def __init__(self, app: Any) -> None:
        super().__init__()
        self.app = app

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        try:
            answer = call_app(self.app, request.method, request.url, request.headers, content(request.body))
        except ConnectionCut as error:
            raise requests.exceptions.ConnectionError(error, request=request) from error
        content_stream, headers = io.BytesIO(answer.content), dict(answer.headers.items())
        response = HTTPResponse(content_stream, headers, answer.status, preload_content=False)
        return self.build_response(request, response)


def content(body: Any) -> bytes:
    """The bytes of a body that is given as text, bytes, a file or pieces."""
    if body is None or isinstance(body, (str, bytes)):
        return (body or "").encode() if not isinstance(body, bytes) else body
    return body.read() if hasattr(body, "read") else b"".join(body)

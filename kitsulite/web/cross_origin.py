"""CORS: browsers let pages of other origins call the API if the setting `cors_allowed_origins` names them."""

from collections.abc import Callable
from typing import Any

from kitsulite.web.reply import Header, Reply

METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


def preflight(environ: dict[str, Any]) -> Reply | None:
    """The answer to a preflight request; None for other requests."""
    if environ["REQUEST_METHOD"] != "OPTIONS" or not environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"):
        return None
    headers = [("Access-Control-Allow-Methods", METHODS)]
    if environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"):
        headers.append(("Access-Control-Allow-Headers", environ["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"]))
    return Reply(b"", 200, headers, "text/html; charset=utf-8")


def allowing(origins: list[str], environ: dict[str, Any], start_response: Callable[..., Any]) -> Callable[..., Any]:
    """A `start_response` that adds the CORS headers for the origin of a request to any answer."""
    headers: list[Header] = [("Vary", "Origin")]
    origin = environ.get("HTTP_ORIGIN", origins[0])
    if origin in origins:
        headers += [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
    return lambda status, given, *error: start_response(status, [*given, *headers], *error)

"""Control of a test server over HTTP, for tests in other languages: `/kitsulite/test/...` of `serve --test`.

    POST /kitsulite/test/reset
    POST /kitsulite/test/snapshot  {"name": "with shots"}
    POST /kitsulite/test/restore   {"name": "with shots"}
    POST /kitsulite/test/clock     {"freeze": "2026-03-01"} or {"tick": {"days": 1}} or {"release": true}
    POST /kitsulite/test/fail      {"route": "POST /data/projects", "status": 503, "times": 2}
    GET  /kitsulite/test/requests  and events, mails, jobs: what happened since the last reset
    POST /kitsulite/test/token     {"email": "ann@studio.example"}: tokens without a login

Only programs on this machine may do so, and no web page from elsewhere.
"""

import inspect
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kitsulite.auth.throttle import LOOPBACK
from kitsulite.errors import SetupError
from kitsulite.web.errors import problem
from kitsulite.web.reply import Reply, json_reply, send
from kitsulite.web.router import clean_path

if TYPE_CHECKING:
    from kitsulite.testing.server import Server

PREFIX = "/kitsulite/test/"
LOCAL = (*LOOPBACK, "localhost")


def controlled(server: "Server", app: Any) -> Any:
    """Wrap a WSGI application with these routes."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        path = clean_path(environ.get("PATH_INFO", ""))
        if not path.startswith(PREFIX):
            return app(environ, start_response)
        return send(reply(server, environ, path.removeprefix(PREFIX)), environ, start_response)

    return answer


def reply(server: "Server", environ: dict[str, Any], action: str) -> Reply:
    """Carry out a request, if it comes from this machine."""
    if not is_from_here(environ):
        return problem(403, "Only programs on this machine can control a test server.")
    function = ACTIONS.get((environ["REQUEST_METHOD"], action))
    if function is None:
        return problem(404, "There is no such action; there are: " + ", ".join(map(" ".join, ACTIONS)) + ".")
    try:
        body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}") or {}
        inspect.signature(function).bind(server, **body)
    except (ValueError, TypeError) as error:
        return problem(400, f"{action}: {error}.")
    try:
        return json_reply(function(server, **body))
    except (SetupError, ValueError, TypeError) as error:
        return problem(400, str(error))


def is_from_here(environ: dict[str, Any]) -> bool:
    """Whether a request comes from this machine, to its local name, and not from a web page of another one."""
    host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
    origin = environ.get("HTTP_ORIGIN")
    return (
        environ.get("REMOTE_ADDR") in LOOPBACK
        and host in LOCAL
        and (origin is None or urlsplit(origin).hostname in LOCAL)
    )


def reset(server: "Server") -> None:
    server.reset()


def snapshot(server: "Server", name: str) -> None:
    server.snapshot(name)


def restore(server: "Server", name: str) -> None:
    server.restore(name)


def clock(
    server: "Server", freeze: str | None = None, tick: dict[str, float] | None = None, release: bool = False
) -> dict[str, str]:
    if release:
        server.clock.release()
    if freeze:
        server.clock.freeze(freeze)
    if tick:
        server.clock.tick(**tick)
    return {"now": server.clock.now.isoformat()}


def fail(server: "Server", route: str = "*", **how: Any) -> None:
    server.fail(route, **how)


def token(server: "Server", email: str | None = None) -> dict[str, str]:
    return server.tokens(email)


def requests(server: "Server") -> list[dict[str, Any]]:
    return [{**vars(call), "body": shown(call.body), "answer": shown(call.answer)} for call in server.requests]


def events(server: "Server") -> list[dict[str, Any]]:
    return [{"name": name, "payload": payload, "moment": moment.isoformat()} for name, payload, moment in server.events]


def mails(server: "Server") -> list[dict[str, Any]]:
    return [{"to": mail.to, "subject": mail.subject, "text": mail.text, "links": mail.links} for mail in server.mails]


def jobs(server: "Server") -> list[dict[str, Any]]:
    return server.jobs


def shown(value: Any) -> Any:
    """A body in a form that JSON can represent."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value


ACTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    **{("POST", action.__name__): action for action in (reset, snapshot, restore, clock, fail, token)},
    **{("GET", listing.__name__): listing for listing in (requests, events, mails, jobs)},
}

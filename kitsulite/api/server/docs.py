"""The description of the API: as an OpenAPI document and as a page."""

import functools
from importlib import resources

from kitsulite.api.policies import public
from kitsulite.errors import NotFound
from kitsulite.events.names import EVENTS
from kitsulite.web import description, openapi, reply
from kitsulite.web.route import get

FOLDER = resources.files("kitsulite") / "ui" / "docs"
KINDS = {"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}


@get("/openapi.json", allow=public)
def document(ctx):
    """All routes as an OpenAPI document, with code samples."""
    return reply.Reply(written(ctx.app, origin(ctx), samples=True))


@get("/openapi-raw.json", allow=public)
def plain_document(ctx):
    """All routes as an OpenAPI document."""
    return reply.Reply(written(ctx.app, origin(ctx), samples=False))


@get("/kitsulite/openapi.json", allow=public)
def described(ctx):
    """All routes as an OpenAPI 3.1 document, for generators of clients: bodies, parameters, answers, events."""
    return reply.Reply(written_for_generators(ctx.app, origin(ctx)))


@get("/docs", allow=public)
@get("/apidocs", allow=public)
@get("/apidocs/index.html", allow=public)
def page(ctx):
    """All routes as a page."""
    return reply.Reply((FOLDER / "index.html").read_bytes(), content_type="text/html; charset=utf-8")


@get("/docs/<name>", allow=public)
def asset(ctx, name):
    """A file of that page."""
    if name not in KINDS:
        raise NotFound("There is no such file.")
    return reply.Reply((FOLDER / name).read_bytes(), content_type=KINDS[name])


def origin(ctx):
    return ctx.site


@functools.lru_cache(maxsize=4)
def written(app, address, samples):
    """The document as JSON; it changes with nothing but the settings."""
    return reply.to_json(openapi.document(app.routes, address, samples))


@functools.lru_cache(maxsize=4)
def written_for_generators(app, address):
    """The same for the document of version 3.1."""
    return reply.to_json(description.document(app.routes, address, EVENTS))

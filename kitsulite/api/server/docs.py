"""The description of the API, as OpenAPI documents and as pages."""

import functools
import importlib.util
from importlib import resources
from pathlib import Path

from kitsulite.api.policies import public
from kitsulite.errors import NotFound
from kitsulite.events.names import EVENTS
from kitsulite.web import reply
from kitsulite.web.openapi import as_zou
from kitsulite.web.openapi.document import document
from kitsulite.web.route import get

FOLDER = resources.files("kitsulite") / "ui" / "docs"
OF_SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")
STYLE, SCRIPT = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
KINDS = {name: STYLE if name.endswith("css") else SCRIPT for name in ("docs.css", "docs.js", "try.js", *OF_SWAGGER)}


@get("/openapi.json", allow=public)
def zou_document(ctx):
    """All routes as an OpenAPI document in the form of Zou's, with code samples."""
    return reply.Reply(written_as_zou(ctx.app, ctx.site, samples=True))


@get("/openapi-raw.json", allow=public)
def plain_document(ctx):
    """All routes as an OpenAPI document in the form of Zou's."""
    return reply.Reply(written_as_zou(ctx.app, ctx.site, samples=False))


@get("/kitsulite/openapi.json", allow=public)
def described(ctx):
    """All routes as an OpenAPI 3.1 document for client generators: bodies, parameters, answers, events."""
    return reply.Reply(written(ctx.app, ctx.site))


@get("/docs", allow=public)
@get("/apidocs", allow=public)
@get("/apidocs/index.html", allow=public)
def page(ctx):
    """All routes as a page, on which they can be tried with the extra `docs`."""
    return html("try.html" if swagger_folder() else "index.html")


@get("/docs/list", allow=public)
def list_page(ctx):
    """All routes and events as a list."""
    return html("index.html")


@get("/docs/<name>", allow=public)
def asset(ctx, name):
    """A file of these pages."""
    folder = swagger_folder() if name in OF_SWAGGER else FOLDER
    if name not in KINDS or folder is None:
        raise NotFound("There is no such file.")
    return reply.Reply((folder / name).read_bytes(), content_type=KINDS[name])


def html(name):
    return reply.Reply((FOLDER / name).read_bytes(), content_type="text/html; charset=utf-8")


@functools.cache
def swagger_folder():
    """The folder of Swagger UI in the extra `docs`, None without it; the library itself is not imported."""
    module = importlib.util.find_spec("swagger_ui")
    return Path(module.origin).parent / "static" if module and module.origin else None


@functools.lru_cache(maxsize=4)
def written(app, address):
    """The document as JSON, which depends only on the settings."""
    return reply.to_json(document(app.routes, address, EVENTS))


@functools.lru_cache(maxsize=4)
def written_as_zou(app, address, samples):
    """The document in the form of Zou's as JSON."""
    return reply.to_json(as_zou.in_3_0(document(app.routes, address, EVENTS), address, samples))

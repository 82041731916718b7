"""Pages that extend the web client."""

from kitsulite.api.policies import public
from kitsulite.domain.server import plugins
from kitsulite.web import reply
from kitsulite.web.route import get


@get("/plugins/<plugin_id>/frontend", allow=public)
def front_page(ctx, plugin_id):
    """The first page of a plugin, which the web client shows in a frame."""
    return reply.file(ctx.request, plugins.page(ctx, plugin_id), max_age=0)


@get("/plugins/<plugin_id>/frontend/<path:path>", allow=public)
def page(ctx, plugin_id, path):
    """A file of a plugin's pages."""
    return reply.file(ctx.request, plugins.page(ctx, plugin_id, path), max_age=0)

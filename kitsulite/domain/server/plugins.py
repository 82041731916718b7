"""Pages of plugins, which extend the web client: `plugins/<plugin id>/frontend/dist` in the data folder.

A plugin is a row of the `plugin` table; its pages are served if one of its front-end flags is set.
"""

import re

from kitsulite.errors import NotFound
from kitsulite.models.activity import Plugin

IDENTIFIER = re.compile(r"[\w-]+", re.ASCII)


def page(ctx, plugin_id, path="index.html"):
    """The path of a file of a plugin's pages; raises NotFound."""
    plugin = ctx.db.find(Plugin, plugin_id=plugin_id) if IDENTIFIER.fullmatch(plugin_id) else None
    if not plugin or not (plugin["frontend_project_enabled"] or plugin["frontend_studio_enabled"]):
        raise NotFound("There is no such plugin.")
    root = (ctx.app.folder / "plugins" / plugin_id / "frontend" / "dist").resolve()
    try:
        file = (root / path).resolve()
        if file.is_relative_to(root) and file.is_file():
            return file
    except (OSError, ValueError):
        pass
    raise NotFound("There is no such page.")

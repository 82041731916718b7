"""From a path to its route."""

import functools
import re

import bottle

from kitsulite.models.fields import is_id
from kitsulite.web.route import ROUTES

PARAMETER = re.compile("<[^>]*>")


class Router(bottle.Router):
    """Bottle's router, its patterns compiled once for all rules instead of anew for each."""

    def __init__(self, routes):
        super().__init__(strict=True)
        for route in sorted(routes, key=specificity):
            self.add(route.rule, route.method, route)
        for method in self.dyna_routes:
            super()._compile(method)

    def _compile(self, method):
        """Called by Bottle after each rule: too early."""

    def match(self, environ):
        """The route of a path and the parameters in it, ids as they are stored."""
        route, path = super().match(environ)
        return route, {name: value.lower() if is_id(value) else value for name, value in path.items()}


@functools.cache
def router():
    """The router of all declared routes."""
    return Router(ROUTES)


def clean_path(path):
    """A path without its doubled slashes, the /api prefix and the final slash."""
    path = "/" + path.encode("latin-1").decode("utf-8", "replace").strip("/")
    while "//" in path:
        path = path.replace("//", "/")
    if path == "/api" or path.startswith("/api/"):
        path = "/" + path[4:].strip("/")
    return path


def specificity(route):
    """Sort key that puts literal path parts before parameters, so that static paths win, `<id>.png` before `<id>`."""
    return [
        (":path>" in part, part.count("<"), -len(PARAMETER.sub("", part)) if "<" in part else 0, part)
        for part in route.rule.split("/")
    ]
